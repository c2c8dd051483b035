"""One real database for the whole run: SQLite or PostgreSQL, by NETQL_TEST_DATABASE.

Tests share it, as members share a network: each makes the people that it needs, with handles of
their own, and looks at those only.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext
from itertools import count
from math import inf
from pathlib import Path

import httpx
import pytest
from argon2 import PasswordHasher
from starlette.applications import Starlette

from netql.accounts.watch import watch
from netql.app import create_app, signer_of
from netql.execution import blocking
from netql.infra import passwords
from netql.infra.tokens import Signer
from netql.migrations.runner import migrate
from netql.settings import Settings, SignUp, load_settings
from tests import canary
from tests.api import Api
from tests.boundless import BOUNDLESS
from tests.people import CHEAP_HASHER, People
from tests.postgres import PostgresServer, postgres_server

DATABASE = os.environ.get("NETQL_TEST_DATABASE", "sqlite")
# Nobody but a test itself looks for ended sessions here: so it does not depend on the clock what
# the database is asked, and whoever compares statements compares like with like.
watch.watching = nullcontext  # type: ignore[assignment,method-assign]
# A busy machine holds the loop, too; the tests of that set their own.
blocking.PATIENCE = inf


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the big sizes too")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--long"):
        return
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker(pytest.mark.skip(reason="one of the big sizes: run with --long"))


def pytest_report_header() -> str:
    return f"database: {DATABASE}"


@pytest.fixture(scope="session")
def long_run(pytestconfig: pytest.Config) -> bool:
    """Whether the big sizes are asked for."""
    return bool(pytestconfig.getoption("--long"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL server, started when first wanted."""
    with postgres_server() as server:
        yield server


@pytest.fixture(scope="session")
def new_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], str]:
    """Makes empty databases of the kind under test; each call gives the address of one."""
    numbers = count(1)

    def make() -> str:
        if DATABASE == "sqlite":
            return f"sqlite://{tmp_path_factory.mktemp('database')}/netql.db"
        server: PostgresServer = request.getfixturevalue("postgres")
        name = f"netql_{next(numbers)}"
        server.create_database(name)
        return server.url(name)

    return make


@pytest.fixture(scope="session")
def settings(new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(
        database_url=new_database(),
        database_connections=20,
        # A busy machine may take its time; tests of deadlines set their own.
        database_patience=60.0,
        limit_seconds=60.0,
        signing_key_file=Path(tmp_path_factory.mktemp("key")) / "netql.key",
        sign_up=SignUp.OPEN,
        event_poll_seconds=0.5,
        # The longest: tests that use a token again do not ask how long that took.
        refresh_grace_seconds=120,
        # All tests ask from one address, more in a minute than anybody may.
        member_points_per_minute=0,
        address_points_per_minute=0,
        account_attempts=0,
        address_attempts=0,
        # The matrix and its like ask for everything at once. Tests of limits set their own.
        **BOUNDLESS,
    )


@pytest.fixture(scope="session", autouse=True)
def real_hasher() -> Iterator[PasswordHasher]:
    """What hashes passwords when no test runs. Here they cost nothing: hundreds are made."""
    with pytest.MonkeyPatch.context() as patch:
        real = passwords._hasher
        patch.setattr(passwords, "_hasher", CHEAP_HASHER)
        yield real


@pytest.fixture(scope="session")
def signer(settings: Settings) -> Signer:
    return signer_of(settings)


@pytest.fixture(scope="session")
async def app(settings: Settings) -> AsyncIterator[Starlette]:
    """The application on a migrated database, its lifespan entered."""
    application = create_app(settings)
    async with application.router.lifespan_context(application):
        if not settings.embedded:
            await migrate()
        yield application


@pytest.fixture(scope="session")
async def database(app: Starlette, settings: Settings) -> Settings:
    """The migrated database, connected: for tests of doors, below the graph."""
    return settings


@pytest.fixture(scope="session")
async def http(app: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://netql.test",
        event_hooks={"response": [canary.watch]},
    ) as client:
        yield client


@pytest.fixture(scope="session", autouse=True)
def ear() -> Iterator[None]:
    """Fails the run if a restricted value was logged."""
    with canary.listening():
        yield


@pytest.fixture(scope="session")
def api(http: httpx.AsyncClient) -> Api:
    """Speaks GraphQL as anybody: `await api.run(QUERY, as_=ann, id=...)`."""
    return Api(http)


@pytest.fixture(scope="session")
def people(database: Settings, signer: Signer) -> People:
    """Makes members and their relations: `ann = await people.member()`."""
    return People(signer)
