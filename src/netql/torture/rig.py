"""What a case stands on: a database, a key, and the processes that it starts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from netql.errors import ConfigurationError
from netql.settings import Settings, load_settings
from netql.torture.cores import hold
from netql.torture.postgres import PostgresServer, postgres_server
from netql.torture.serving import Netql
from netql.torture.valkey import Valkey, valkey_server

POLL_SECONDS = 1.0
# Nothing that is there to hold back members may hold back a case.
_UNBOUND = {
    "ACCESS_TOKEN_SECONDS": "3600",
    "COOLDOWN_DAYS": "0",
    "EVENT_POLL_SECONDS": str(POLL_SECONDS),
    "MEMBER_POINTS_PER_MINUTE": "0",
    "ADDRESS_POINTS_PER_MINUTE": "0",
    "LOG_LEVEL": "warning",
}


@dataclass(frozen=True, slots=True)
class Options:
    """How much of it, and on what.

    `database` is `postgresql` or `sqlite`, for one that is made and thrown away, or the address
    of an empty database on a PostgreSQL that runs. `size`: how many listen; the case's own number
    if None.
    """

    rounds: int = 20
    size: int | None = None
    database: str = "postgresql"
    say: Callable[[str], None] = print


@dataclass
class Rig:
    """All of one case's. What it starts ends with it."""

    options: Options
    home: Path
    env: dict[str, str]
    settings: Settings
    ending: ExitStack
    _postgres: PostgresServer | None
    _started: list[Netql] = field(default_factory=list)

    @property
    def postgres(self) -> PostgresServer:
        """Raises ConfigurationError where the database is not one that the case may kill."""
        if self._postgres is None:
            raise ConfigurationError("This case kills the database: --database postgresql")
        return self._postgres

    def hold_database(self, cores: frozenset[int]) -> None:
        """Hold it to these cores, if it is the case's own."""
        if self._postgres is not None:
            hold(self._postgres.pid, cores)

    def several_processes(self) -> None:
        """Raises ConfigurationError where the database is one process's."""
        if self.settings.embedded:
            raise ConfigurationError("A SQLite database is one process's: --database postgresql")

    def netql(self, *words: str, **settings: str) -> Netql:
        """A `netql serve` on the database, not started yet."""
        log = self.home / f"netql-{len(self._started)}.log"
        own = {f"NETQL_{name.upper()}": value for name, value in settings.items()}
        made = Netql({**self.env, **own}, self.home, log, *words)
        self.ending.callback(made.end)
        self._started.append(made)
        return made

    async def stop(self) -> None:
        """Ask whatever netql runs to end."""
        for server in self._started:
            if server.alive:
                await server.stop()

    def valkey(self) -> Valkey:
        """A running Valkey."""
        return self.ending.enter_context(valkey_server())

    def say(self, what: str) -> None:
        self.options.say(what)


@asynccontextmanager
async def rig(options: Options) -> AsyncIterator[Rig]:
    """Set it up, and leave no trace. Raises ConfigurationError."""
    with ExitStack() as ending:
        home = Path(ending.enter_context(TemporaryDirectory(prefix="netql-torture-")))
        server = None
        if options.database == "postgresql":
            server = ending.enter_context(postgres_server())
            server.create_database("torture")
            url = server.url("torture")
        elif options.database == "sqlite":
            url = f"sqlite://{home}/netql.db"
        else:
            url = options.database
        own = {**_UNBOUND, "DATABASE_URL": url, "SIGNING_KEY_FILE": str(home / "netql.key")}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("NETQL_")}
        env = {**clean, **{f"NETQL_{name}": value for name, value in own.items()}}
        settings = load_settings(
            database_url=url,
            signing_key_file=home / "netql.key",
            access_token_seconds=3600,
            cooldown_days=0,
        )
        yield Rig(options, home, env, settings, ending, server)
