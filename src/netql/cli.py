"""The command line: `netql --help`."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable
from importlib import import_module
from typing import Any, TypeVar

import click
import uvicorn

from netql import __version__
from netql.accounts.actions import create_account, token_for
from netql.api.limits import limits_from
from netql.api.manifests import texts_at
from netql.api.schema import create_schema, printed
from netql.api.trusting import HOW_TO, prepare
from netql.app import create_app, signer_of
from netql.demo import for_demo
from netql.doctor import examine
from netql.errors import ConfigurationError, NetqlError, Unable
from netql.infra.access_log import log_config
from netql.infra.buses import line_of
from netql.infra.database import connected
from netql.infra.http_protocol import HttpProtocol
from netql.infra.supervised import end_with_supervisor
from netql.infra.supervising import run_workers
from netql.infra.unable import why_unable
from netql.infra.websocket_protocol import WebSocketProtocol
from netql.migrations.runner import applied, migrate, pending, refuse_newer
from netql.seeding.demo import demo_network
from netql.seeding.load import seed
from netql.settings import (
    LogLevel,
    Settings,
    SignUp,
    load_settings,
    unknown_settings,
    without_password,
)
from netql.torture.wheels import need

T = TypeVar("T")


class _Commands(click.Group):
    """Turns expected errors into one sentence and exit code 2."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Exception as error:
            known = isinstance(error, NetqlError) and not isinstance(error, Unable)
            why = None if known else why_unable(error)
            if why is not None:
                said = f"the database cannot do this: {why}"
            elif isinstance(error, NetqlError):
                said = error.message
            else:
                raise
            click.echo(f"netql: {said}", err=True)
            ctx.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """A professional network as one GraphQL API, with privacy decided on the server.

    Settings come from NETQL_* environment variables; the README lists them. With none at all
    netql keeps its data in ./netql.db and listens on 127.0.0.1:8000.
    """
    # Without a log there is a sentence at the end, which says the same.
    logging.getLogger("netql.database").addHandler(logging.NullHandler())


def _on_database(settings: Settings, work: Callable[[], Awaitable[T]]) -> T:
    async def run() -> T:
        async with connected(settings):
            if settings.embedded:
                await migrate()
            return await work()

    return asyncio.run(run())


def _set_up_logging(wanted: LogLevel) -> int:
    """Log at that level; the level of everybody else's loggers.

    Theirs is INFO at least: at debug the drivers write every statement with its values, and the
    server every frame, and so what members let nobody see.
    """
    level = logging.getLevelNamesMapping()[wanted.value.upper()]
    others = max(level, logging.INFO)
    logging.basicConfig(level=others, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("netql").setLevel(level)
    # While the database lets nobody in, asyncpg writes tracebacks of its own tries; what comes of
    # that to requests is told in `infra.unable` and by the watch for ended sessions.
    logging.getLogger("asyncpg.pool").setLevel(max(level, logging.ERROR))
    return others


def _with_port(settings: Settings) -> Settings:
    """The settings with a free port in place of 0, so that the address can be said beforehand."""
    if settings.port:
        return settings
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        try:
            probe.bind((settings.host, 0))
        except OSError as error:
            raise ConfigurationError(
                f"NETQL_HOST: {settings.host} is none to listen on here ({error})."
            ) from error
        return settings.model_copy(update={"port": probe.getsockname()[1]})


def _serve(settings: Settings, *, demo: bool) -> None:
    others = _set_up_logging(settings.log_level)
    for line in settings.described():
        logging.getLogger("netql").info(line)
    for line in unknown_settings():
        logging.getLogger("netql").warning(line)
    signer_of(settings)  # Made here, so that several workers find it made.
    line_of(settings)  # Refused here rather than by each of them.
    asyncio.run(_check_tables(settings))
    options: dict[str, Any] = {
        "host": settings.host,
        "port": settings.port,
        "log_config": log_config(),
        "log_level": others,
        "loop": "uvloop",
        "http": HttpProtocol,
        "ws": WebSocketProtocol,
        "server_header": False,
        # Whose X-Forwarded-For names the caller.
        "forwarded_allow_ips": settings.trusted_proxies,
        "ws_max_size": settings.socket_message_bytes,
        "ws_per_message_deflate": False,
        # What is left of the grace when the draining is over, but for a second to put away in.
        "timeout_graceful_shutdown": settings.grace_seconds - settings.drain_seconds - 1,
    }
    if settings.workers > 1:
        # Refused here as well; a worker that cannot be made is made again and again.
        create_app(settings, demo=demo)
        factory = "netql.cli:demo_worker" if demo else "netql.cli:worker"
        run_workers(factory, settings.workers, options)
    else:
        uvicorn.run(create_app(settings, demo=demo), **options)


async def _check_tables(settings: Settings) -> None:
    """Raises ConfigurationError when the database does not answer, needs migrating, or belongs
    to a newer version."""
    async with connected(settings):
        if settings.embedded:
            await migrate()
            return
        refuse_newer(await applied())
        if missing := await pending():
            raise ConfigurationError(
                f"The database lacks {', '.join(missing)}. Run `netql migrate` first."
            )


def worker() -> Any:
    """The application of one of several processes, with the settings of the environment."""
    settings = load_settings()
    _set_up_logging(settings.log_level)
    end_with_supervisor(settings.grace_seconds)
    return create_app(settings, supervised=True)


def demo_worker() -> Any:
    """As `worker`, for `netql demo`."""
    settings = load_settings(sign_up=SignUp.OPEN)
    _set_up_logging(settings.log_level)
    end_with_supervisor(settings.grace_seconds)
    return create_app(for_demo(settings), demo=True, supervised=True)


@main.command()
@click.option("--host", help="Address to listen on (NETQL_HOST).")
@click.option("--port", type=int, help="Port to listen on (NETQL_PORT).")
@click.option("--workers", type=int, help="Processes; more than one needs PostgreSQL.")
def serve(host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the API.

    A SQLite database is migrated first; PostgreSQL by `netql migrate`, before serving.
    """
    settings = _with_port(load_settings(host=host, port=port, workers=workers))
    if settings.sign_up is SignUp.CLOSED:
        click.echo(
            "Sign-up is closed. Make the first member with: netql add-member HANDLE --name NAME\n"
            "or open it with NETQL_SIGN_UP=open."
        )
    _serve(settings, demo=False)


@main.command()
@click.option("--host", help="Address to listen on (NETQL_HOST).")
@click.option("--port", type=int, help="Port to listen on (NETQL_PORT).")
@click.option(
    "--size",
    type=click.IntRange(min=0),
    default=200,
    show_default=True,
    help="Members besides the cast of five.",
)
def demo(host: str | None, port: int | None, size: int) -> None:
    """Serve a small made-up network to play with, sign-up open.

    Everybody may act as Ann, Ben, Cat, Dan or Eve: never put it where strangers can reach it.
    """
    settings = _with_port(for_demo(load_settings(host=host, port=port, sign_up=SignUp.OPEN)))
    _on_database(settings, lambda: _prepare_demo(settings, size))
    named = f"[{settings.host}]" if ":" in settings.host else settings.host
    click.echo(f"\nOpen http://{named}:{settings.port}/graphql\n")
    _serve(settings, demo=True)


async def _prepare_demo(settings: Settings, size: int) -> None:
    if not settings.embedded:
        await migrate()
    await demo_network(size, settings)


@main.command(name="migrate")
@click.option("--to", "target", help="A migration's name, or zero. Newest if left out.")
def migrate_command(target: str | None) -> None:
    """Bring the database's tables to this version, or back to an earlier one."""
    settings = load_settings()

    async def run() -> list[str]:
        async with connected(settings):
            return await migrate(target)

    done = asyncio.run(run())
    click.echo("\n".join(done) if done else "Nothing to do: the database is up to date.")


@main.command()
def schema() -> None:
    """Print the schema, as in schema.graphql."""
    click.echo(printed(), nl=False)


@main.command(name="trusted-documents")
def trusted_documents() -> None:
    """Tell how to make trusted documents, and look over those that are set."""
    settings = load_settings()
    click.echo(HOW_TO)
    if settings.trusted_documents is None:
        click.echo("Now: NETQL_TRUSTED_DOCUMENTS is not set, and any text runs.")
        return
    texts = texts_at(settings.trusted_documents)
    schema = create_schema(introspection=settings.introspection, limits=limits_from(settings))
    prepare(schema.operations, texts)
    click.echo(
        f"Now: {len(set(texts.values()))} valid texts in {settings.trusted_documents},"
        f" NETQL_TRUSTED_MODE={settings.trusted_mode}."
    )


@main.command()
@click.argument("handle")
def token(handle: str) -> None:
    """Print an access token for a member, good for ten minutes unless configured otherwise."""
    settings = load_settings()
    signer = signer_of(settings)
    found = _on_database(settings, lambda: token_for(signer, handle))
    if found is None:
        raise click.ClickException(f"There is no member with the handle {handle}.")
    click.echo(found)


@main.command(name="add-member")
@click.argument("handle")
@click.option("--name", required=True, help="The name to go by.")
@click.password_option(help="8 to 200 characters; asked for if left out.")
def add_member(handle: str, name: str, password: str) -> None:
    """Make a member who can sign in, even while sign-up is closed."""
    _on_database(load_settings(), lambda: create_account(handle, name, password))
    click.echo(f"{handle} can sign in now.")


@main.command(name="seed")
@click.option("--size", default=1000, show_default=True, help="How many members.")
@click.option(
    "--connections",
    "degree",
    default=50,
    show_default=True,
    help="How many a member has on average; fewer where members are few.",
)
@click.option("--seed", "number", default=1, show_default=True, help="Same number, same network.")
def seed_command(size: int, degree: int, number: int) -> None:
    """Fill an empty database with a believable network."""
    settings = load_settings()
    with click.progressbar(length=1000, label="Seeding") as bar:

        def show(done: int, total: int, stage: str) -> None:
            bar.label = stage.ljust(24)
            bar.update(max(0, 1000 * done // max(total, 1) - bar.pos))

        report = _on_database(settings, lambda: seed(size, number, show, degree))
    click.echo(
        f"{report.members} members, {report.connections} connections,"
        f" {report.invitations} invitations, {report.network_entries} network entries,"
        f" {report.blocks} blocks in {report.seconds:.1f} s"
    )


@main.command()
def doctor() -> None:
    """Look over the settings, the database and the key, and say what is wrong."""
    settings = load_settings()
    click.echo(f"database: {without_password(settings.database_url)}")
    findings = asyncio.run(examine(settings))
    for finding in findings:
        mark = "ok  " if finding.fine else "BAD " if finding.grave else "WARN"
        click.echo(f"{mark} {finding.about}: {finding.said}")
    if any(finding.grave and not finding.fine for finding in findings):
        raise SystemExit(1)


@main.command()
@click.option("--list", "listing", is_flag=True, help="Name the cases.")
@click.option("--case", "name", help="The case to run.")
@click.option(
    "--rounds", type=click.IntRange(min=1), default=20, show_default=True, help="How many faults."
)
@click.option("--size", type=click.IntRange(min=1), help="How many listen; each case has its own.")
@click.option(
    "--database",
    default="postgresql",
    show_default=True,
    help="postgresql or sqlite, made and thrown away; or the address of an empty database.",
)
def torture(listing: bool, name: str | None, rounds: int, size: int | None, database: str) -> None:
    """Kill, stall and crowd a real netql, and count what its subscribers missed.

    Needs the extra: pip install 'netql[torture]'. The last line holds the figures; the exit code
    is 1 if the case does not hold.
    """
    need()
    # Only now, as it stands on what netql itself does not need.
    cases = import_module("netql.torture.run")
    if listing or name is None:
        click.echo(cases.listed())
        return
    options = cases.Options(rounds, size, database, click.echo)
    if not cases.run(name, options):
        raise SystemExit(1)
