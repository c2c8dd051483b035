"""Two ways to a real socket.

`live` serves the run's own application from inside the test process: people are made through
the doors, and the bus can be looked at. `server` is `netql serve` in a process of its own.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette

from netql.api.following import Following
from netql.events.wakeups import wakeups
from netql.infra.bus import LocalBus
from tests.conftest import DATABASE
from tests.live.inside import Live, served
from tests.live.server import Server, running
from tests.processes import command, environment


@pytest.fixture(scope="session")
async def live(app: Starlette) -> AsyncIterator[Live]:
    """The run's application behind a real socket, in this process."""
    async with served(app) as served_app:
        yield served_app


@pytest.fixture
def unpolled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody looks at logs and sign-ins now and then: what comes was told, and comes at once."""

    async def nowhere(_: Following) -> None:
        pass

    monkeypatch.setattr(Following, "_look", nowhere)


@pytest.fixture
def unshared(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process has a part in the bus: one that was lost for a while wakes everybody."""
    monkeypatch.setattr(wakeups, "bus", LocalBus())


@pytest.fixture(scope="session")
def serving_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serving")


@pytest.fixture(scope="session")
def serving_environment(new_database: Callable[[], str], serving_directory: Path) -> dict[str, str]:
    """The settings of `netql serve` on a new database, migrated as an operator would."""
    env = environment(
        new_database(),
        serving_directory,
        sign_up="open",
        event_poll_seconds="0.5",
        cooldown_days="0",
        invitations_per_pair_and_year="100",
        # All tests ask from one address, and some go to the end of what the process can do.
        address_points_per_minute="0",
        address_attempts="0",
        limit_depth="1000",
        limit_cost="1000000000",
        member_points_per_minute="0",
        limit_seconds="60",
        database_patience="60",
    )
    if DATABASE != "sqlite":
        command(env, serving_directory, "migrate")
    return env


@pytest.fixture(scope="session")
def server(serving_environment: dict[str, str], serving_directory: Path) -> Iterator[Server]:
    """`netql serve` as a process of its own. Whatever the tests did to it, no bug was logged."""
    with running(serving_environment, serving_directory, "serve") as running_server:
        yield running_server
    assert "Traceback" not in running_server.log.read_text()
