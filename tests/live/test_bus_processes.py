"""Two netql processes on one PostgreSQL: act in one, receive in the other, whatever the bus does.

Where a bus has to deliver, the poll is a minute apart, so that nothing else can.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from netql.torture.valkey import Valkey, silent_server, valkey_server
from tests.conftest import DATABASE
from tests.live.client import PATIENCE, Stream
from tests.live.server import Server, running
from tests.live.test_processes import invite, listening
from tests.ports import closed_port
from tests.processes import netql

SEVERAL = pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")
LATE = "ready\nthe bus does not answer: events come by polling\n"


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with valkey_server() as server:
        yield server


@contextmanager
def two(
    env: dict[str, str], directory: Path, bus: str, poll: str
) -> Iterator[tuple[Server, Server]]:
    # Nothing is counted, so that it is the bus alone that /readyz speaks of.
    told = {
        **env,
        "NETQL_BUS_URL": bus,
        "NETQL_EVENT_POLL_SECONDS": poll,
        "NETQL_ACCOUNT_ATTEMPTS": "0",
    }
    with running(told, directory, "serve") as here, running(told, directory, "serve") as there:
        yield here, there
    for server in (here, there):
        assert "Traceback" not in server.log.read_text()


async def told(stream: Stream, note: str) -> None:
    """Until the invitation with that note has come, and no other one."""
    assert (await stream.event())["invitation"]["note"] == note


async def said(server: Server, readiness: str) -> None:
    """Until the server says that of itself, and that it is ready in any case."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await asyncio.to_thread(server.get, "/readyz")
            assert answer.status_code == 200
            if answer.text == readiness:
                return
            await asyncio.sleep(0.05)


@SEVERAL
@pytest.mark.parametrize("kind", ["postgresql", "valkey"])
async def test_what_one_does_the_other_tells_at_once(
    kind: str,
    valkey: Valkey,
    serving_environment: dict[str, str],
    serving_directory: Path,
) -> None:
    bus = "" if kind == "postgresql" else valkey.url
    with two(serving_environment, serving_directory, bus, "60") as (here, there):
        ben, herald = [here.member(f"{name}.{kind}") for name in ("ben", "herald")]
        senders = [there.member(f"eve.{number}.{kind}") for number in range(3)]
        await said(here, "ready\n")
        await said(there, "ready\n")
        async with listening(here, ben, herald) as (_, stream, _):
            for sender in senders:
                await asyncio.to_thread(invite, there, sender, ben, sender.handle)
                await told(stream, sender.handle)


@SEVERAL
async def test_a_listening_connection_that_is_cut_loses_nothing(
    serving_environment: dict[str, str], serving_directory: Path
) -> None:
    outsider = await asyncpg.connect(serving_environment["NETQL_DATABASE_URL"])
    try:
        with two(serving_environment, serving_directory, "", "60") as (here, there):
            ben, herald = [here.member(f"{name}.cut") for name in ("ben", "herald")]
            senders = [there.member(f"eve.{number}.cut") for number in range(4)]
            await said(here, "ready\n")
            await said(there, "ready\n")
            async with listening(here, ben, herald) as (_, stream, _):
                for number, sender in enumerate(senders):
                    if number % 2 == 0:
                        cut = await outsider.fetchval(
                            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                            " WHERE application_name = 'netql bus' AND datname = current_database()"
                        )
                        assert cut >= 2
                    await asyncio.to_thread(invite, there, sender, ben, sender.handle)
                    await told(stream, sender.handle)
            await said(here, "ready\n")
            await said(there, "ready\n")
    finally:
        await outsider.close()


@SEVERAL
async def test_a_valkey_that_is_killed_and_comes_back_loses_nothing(
    serving_environment: dict[str, str], serving_directory: Path
) -> None:
    with (
        valkey_server() as valkey,
        two(serving_environment, serving_directory, valkey.url, "60") as (here, there),
    ):
        ben, herald = [here.member(f"{name}.kill") for name in ("ben", "herald")]
        senders = [there.member(f"eve.{number}.kill") for number in range(4)]
        took = []
        async with listening(here, ben, herald) as (_, stream, _):
            for down, up in (senders[:2], senders[2:]):
                valkey.kill()
                await said(here, LATE)
                began = time.monotonic()
                await asyncio.to_thread(invite, there, down, ben, down.handle)
                took.append(time.monotonic() - began)
                valkey.start()
                await told(stream, down.handle)
                await said(here, "ready\n")
                await said(there, "ready\n")
                await asyncio.to_thread(invite, there, up, ben, up.handle)
                await told(stream, up.handle)
        # Each would have waited, and no machine is that busy each time.
        assert min(took) < 2


@contextmanager
def _dead(how: str) -> Iterator[str]:
    with silent_server() if how == "silent" else closed_port() as port:
        yield f"valkey://127.0.0.1:{port}"


@SEVERAL
@pytest.mark.parametrize("how", ["closed", "silent"])
async def test_without_its_bus_nothing_fails_and_events_come_by_polling(
    how: str, serving_environment: dict[str, str], serving_directory: Path
) -> None:
    with (
        _dead(how) as bus,
        two(serving_environment, serving_directory, bus, "0.5") as (here, there),
    ):
        ben, herald = [here.member(f"{name}.{how}") for name in ("ben", "herald")]
        senders = [there.member(f"eve.{number}.{how}") for number in range(4)]
        async with listening(here, ben, herald) as (_, stream, _):
            await said(here, LATE)
            await said(there, LATE)
            took = []
            for sender in senders:
                began = time.monotonic()
                await asyncio.to_thread(invite, there, sender, ben, sender.handle)
                took.append(time.monotonic() - began)
                await told(stream, sender.handle)
        # A client that waits for Valkey would have waited for two seconds, and each of them; no
        # machine is that busy each time.
        assert min(took) < 1


@pytest.mark.parametrize("how", ["closed", "silent"])
def test_the_doctor_warns_of_a_bus_that_does_not_answer(
    how: str, server: Server, serving_environment: dict[str, str], serving_directory: Path
) -> None:
    with _dead(how) as bus:
        done = netql({**serving_environment, "NETQL_BUS_URL": bus}, serving_directory, "doctor")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARN bus: the Valkey bus " in done.stdout
    assert "events come by polling" in done.stdout


def test_the_doctor_sends_a_wake_up(
    server: Server,
    valkey: Valkey,
    serving_environment: dict[str, str],
    serving_directory: Path,
) -> None:
    def bus_said(**more: str) -> str:
        done = netql({**serving_environment, **more}, serving_directory, "doctor")
        assert done.returncode == 0, done.stdout + done.stderr
        return next(line for line in done.stdout.splitlines() if " bus: " in line)

    assert bus_said(NETQL_BUS_URL=valkey.url).startswith(f"ok   bus: {valkey.url} wakes others in ")
    usual = bus_said()
    if DATABASE == "sqlite":
        assert usual == "ok   bus: wakes its own process"
    else:
        assert usual.startswith("ok   bus: postgres://netql:***@127.0.0.1:")
        alone = bus_said(NETQL_BUS_URL="local", NETQL_WORKERS="2")
        assert alone == "WARN bus: wakes its own process; others find events by polling"


def test_an_address_that_cannot_be_used_stops_the_start(
    serving_environment: dict[str, str], serving_directory: Path
) -> None:
    env = {**serving_environment, "NETQL_BUS_URL": "valkey://127.0.0.1:1?colour=blue"}
    refused = netql(env, serving_directory, "serve")
    assert refused.returncode == 2
    assert refused.stderr.splitlines()[-1].startswith("netql: NETQL_BUS_URL cannot be used: ")
