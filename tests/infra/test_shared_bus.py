"""Several buses on one line, as several processes have: PostgreSQL's and Valkey's, both real."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from uuid import UUID

import asyncpg
import pytest
from valkey.asyncio import Valkey as Client

from netql.errors import ConfigurationError
from netql.ids import new_id
from netql.infra import buses, keeping_up, postgres_line, shared_bus, valkey_line
from netql.infra.outgoing import Outgoing
from netql.infra.postgres_line import _CHANNEL, PostgresLine
from netql.infra.shared_bus import Line, SharedBus
from netql.infra.valkey_line import ValkeyLine
from netql.settings import Settings
from netql.torture.valkey import Valkey, silent_server, valkey_server
from tests.conftest import DATABASE
from tests.live.client import PATIENCE
from tests.live.inside import eventually
from tests.ports import closed_port
from tests.postgres import PostgresServer, postgres_server

LINES = ["valkey"] if DATABASE == "sqlite" else ["valkey", "postgresql"]


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    with valkey_server() as server:
        yield server


# Each has it under its own name.
_SILENT_IN = (buses, shared_bus, postgres_line, valkey_line)


def silent_after(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """How long a line may say nothing, for whoever asks it from now on."""
    for module in _SILENT_IN:
        monkeypatch.setattr(module, "SILENT", seconds)


@pytest.fixture(autouse=True)
def on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that is only slow is not given up, and one that is back is soon found to be."""
    silent_after(monkeypatch, PATIENCE)
    monkeypatch.setattr(keeping_up, "LONGEST_PAUSE", 1.0)


class Lab:
    """A line, and what an outsider can do to it."""

    def __init__(
        self,
        line: Callable[[], Line],
        say: Callable[[str], Awaitable[object]],
        cut: Callable[[], Awaitable[object]],
        processes: Callable[[], Awaitable[list[int]]],
    ) -> None:
        self.line = line
        self.say = say
        self.cut = cut
        self.processes = processes

    @asynccontextmanager
    async def frozen(self) -> AsyncIterator[None]:
        """The other ends stand still: they keep their connections and say nothing."""
        processes = await self.processes()
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    @asynccontextmanager
    async def buses(self, number: int) -> AsyncIterator[list[SharedBus]]:
        async with AsyncExitStack() as stack:
            buses = [SharedBus(self.line()) for _ in range(number)]
            for bus in buses:
                await stack.enter_async_context(bus.running())
            for bus in buses:
                await in_order(bus)
            yield buses


@pytest.fixture(params=LINES)
async def lab(
    request: pytest.FixtureRequest, valkey: Valkey, database: Settings
) -> AsyncIterator[Lab]:
    if request.param == "valkey":
        client = Client.from_url(valkey.url)
        yield Lab(
            lambda: ValkeyLine(valkey.url),
            lambda text: client.publish("netql:0:wakeups", text),
            lambda: _cut_valkey(client),
            lambda: _process_of(client),
        )
        await client.aclose()
    else:
        outsider = await asyncpg.connect(database.database_url)
        yield Lab(
            lambda: PostgresLine(database.database_url),
            lambda text: outsider.execute("SELECT pg_notify($1, $2)", _CHANNEL, text),
            lambda: outsider.execute(f"SELECT pg_terminate_backend(pid) {_BACKENDS}"),
            lambda: _backends(outsider),
        )
        await outsider.close()


_BACKENDS = """FROM pg_stat_activity
WHERE application_name = 'netql bus' AND datname = current_database()"""


async def _backends(outsider: asyncpg.Connection) -> list[int]:
    return [row["pid"] for row in await outsider.fetch(f"SELECT pid {_BACKENDS}")]


async def _process_of(client: Client) -> list[int]:
    return [(await client.info("server"))["process_id"]]


async def _cut_valkey(client: Client) -> None:
    for kind in ("pubsub", "normal"):
        await client.client_kill_filter(_type=kind, skipme=True)


async def woken(event: asyncio.Event) -> None:
    async with asyncio.timeout(PATIENCE):
        await event.wait()
    event.clear()


async def in_order(*buses: SharedBus) -> None:
    """Until all of them send and hear."""
    await eventually(lambda: all(bus.trouble is None for bus in buses))


async def test_a_wake_up_reaches_the_listeners_of_its_topic_everywhere(lab: Lab) -> None:
    topic, other = new_id(), new_id()
    async with lab.buses(3) as (one, two, three):
        with (
            one.listening(topic) as own,
            two.listening(topic) as next_door,
            three.listening(topic) as far,
            two.listening(other) as unasked,
        ):
            for _ in range(20):
                one.publish([topic])
                # One's own are woken at once, whatever the line does.
                assert own.is_set()
                own.clear()
                await woken(next_door)
                await woken(far)
            assert not unasked.is_set()
            # What one has sent oneself does not wake again.
            assert not own.is_set()


async def test_a_thousand_topics_at_once_all_arrive(lab: Lab) -> None:
    topics = [new_id() for _ in range(1000)]
    async with lab.buses(2) as (one, two), AsyncExitStack() as stack:
        heard = [stack.enter_context(two.listening(topic)) for topic in topics]
        one.publish(topics)
        await eventually(lambda: all(event.is_set() for event in heard))


async def test_what_is_published_at_once_goes_out_together(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts: list[str] = []
    real = shared_bus.unpack
    topics = [new_id() for _ in range(50)]
    async with lab.buses(2) as (one, two), AsyncExitStack() as stack:

        def noting(text: str) -> tuple[bytes, list[UUID] | None]:
            found = real(text)
            # The run's own application may still hear what another test has said.
            if found[0] == one._me:
                texts.append(text)
            return found

        monkeypatch.setattr(shared_bus, "unpack", noting)
        heard = [stack.enter_context(two.listening(topic)) for topic in topics]
        for topic in topics * 3:
            one.publish([topic])
        await eventually(lambda: all(event.is_set() for event in heard))
        # Each on the line hears the same one, the run's own application too.
        await eventually(lambda: len(texts) >= 2)
        assert len(set(texts)) == 1


async def test_nonsense_on_the_line_is_skipped(lab: Lab, caplog: pytest.LogCaptureFixture) -> None:
    topic = new_id()
    async with lab.buses(2) as (one, two):
        with two.listening(topic) as event:
            for text in ("", "hello", "A" * 24):
                await lab.say(text)
            one.publish([topic])
            await woken(event)

        def said() -> int:
            return sum("is no wake-up" in record.getMessage() for record in caplog.records)

        # Both heard all three.
        await eventually(lambda: said() >= 2 * 3)
        assert two.trouble is None


async def test_after_a_cut_everybody_is_woken_and_all_goes_on(lab: Lab) -> None:
    topic, bystander = new_id(), new_id()
    async with lab.buses(2) as (one, two):
        with two.listening(topic) as event, two.listening(bystander) as other:
            await lab.cut()
            # Missed it may have anything, so it wakes everybody.
            await woken(other)
            event.clear()
            one.publish([topic])
            await woken(event)
            await in_order(one, two)
            other.clear()
            one.publish([topic])
            await woken(event)
            assert not other.is_set()


async def test_a_line_that_falls_silent_is_found_out(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its connections stand, so nothing but asking can tell."""
    for module in (shared_bus, postgres_line, valkey_line):
        monkeypatch.setattr(module, "IDLE", 0.2)
    silent_after(monkeypatch, 0.5)
    topic = new_id()

    def lost(verb: str) -> bool:
        lost = [one for one in caplog.records if f"bus cannot {verb}" in one.getMessage()]
        return len(lost) >= 2

    async with lab.buses(2) as (one, two):
        with two.listening(topic) as event:
            async with lab.frozen():
                await eventually(lambda: lost("send") and lost("hear"))
            # To come back may take longer than half a second.
            silent_after(monkeypatch, PATIENCE)
            await in_order(one, two)
            event.clear()
            one.publish([topic])
            await woken(event)


async def test_what_could_not_be_sent_is_sent_later(lab: Lab) -> None:
    """The sender's connection is gone when it is needed."""
    topic = new_id()
    async with lab.buses(1) as (two,):
        with two.listening(topic) as event:
            line = _CannotSend(lab.line())
            one = SharedBus(line)
            async with one.running():
                assert one.trouble is not None
                one.publish([topic])
                await eventually(lambda: line.tries >= 3)
                assert not event.is_set()
                line.mended = True
                await woken(event)
                await in_order(one)


async def test_past_the_bound_everybody_is_woken(lab: Lab) -> None:
    async with lab.buses(1) as (two,):
        with two.listening(new_id()) as bystander:
            line = _CannotSend(lab.line())
            one = SharedBus(line, Outgoing(most=10))
            async with one.running():
                one.publish([new_id() for _ in range(11)])
                line.mended = True
                await woken(bystander)


async def test_the_last_wake_up_of_a_process_that_stops_goes_out(lab: Lab) -> None:
    topic = new_id()
    async with lab.buses(1) as (two,):
        with two.listening(topic) as event:
            for _ in range(10):
                async with lab.buses(1) as (one,):
                    one.publish([topic])
                await woken(event)


@pytest.mark.parametrize("kind", LINES)
async def test_a_server_that_is_killed_comes_back_with_what_it_missed(kind: str) -> None:
    with ExitStack() as stack:
        if kind == "valkey":
            server: Valkey | PostgresServer = stack.enter_context(valkey_server())
            pair = [SharedBus(ValkeyLine(server.url)) for _ in range(2)]
        else:
            server = stack.enter_context(postgres_server())
            pair = [SharedBus(PostgresLine(server.url("postgres"))) for _ in range(2)]
        one, two = pair
        topic = new_id()
        async with one.running(), two.running():
            await in_order(one, two)
            with two.listening(topic) as event:
                for _ in range(2):
                    await asyncio.to_thread(server.kill)
                    await eventually(lambda: one.trouble is not None and two.trouble is not None)
                    # The last one may have come twice: when the line was back, and once more.
                    event.clear()
                    one.publish([topic])
                    assert not event.is_set()
                    await asyncio.to_thread(server.start)
                    await woken(event)
                    await in_order(one, two)
                    event.clear()
                    one.publish([topic])
                    await woken(event)


@pytest.mark.parametrize("how", ["closed", "silent"])
@pytest.mark.parametrize("kind", LINES)
async def test_a_dead_line_harms_nobody_here(
    how: str, kind: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    for module in (postgres_line, valkey_line):
        monkeypatch.setattr(module, "SILENT", 6.0)
    monkeypatch.setattr(shared_bus, "SILENT", 0.3)
    with silent_server() if how == "silent" else closed_port() as port:
        line: Line = (
            ValkeyLine(f"valkey://127.0.0.1:{port}")
            if kind == "valkey"
            else PostgresLine(f"postgres://netql:secret@127.0.0.1:{port}/netql")
        )
        # The run's own application may have a bus too, and speak of it.
        line.name = "dead"
        bus, topic = SharedBus(line), new_id()
        began = time.monotonic()
        async with bus.running():
            # It is not even tried to its end: that would take either client six seconds.
            assert time.monotonic() - began < 5
            assert bus.trouble is not None
            silent_after(monkeypatch, 0.3)
            with bus.listening(topic) as event:
                before = time.monotonic()
                for _ in range(100):
                    bus.publish([topic])
                    assert event.is_set()
                    event.clear()
                # All together: if each waited but a tenth of a second, it would be ten.
                assert time.monotonic() - before < 8
            await eventually(lambda: all(way._failures >= 2 for way in bus._ways))
            before = time.monotonic()
        # With nobody to hear it, nobody waits for the last wake-up either.
        assert time.monotonic() - before < 5
    assert "secret" not in caplog.text
    # Told once for each direction, not at every try.
    told = [one for one in map(logging.LogRecord.getMessage, caplog.records) if "dead bus" in one]
    assert len(told) == 2
    assert all("until it can, events come by polling" in one for one in told)


async def test_valkeys_channels_are_apart_by_number(valkey: Valkey) -> None:
    topic = new_id()
    one, two, three = [SharedBus(ValkeyLine(f"{valkey.url}/{number}")) for number in (1, 1, 2)]
    async with one.running(), two.running(), three.running():
        await in_order(one, two, three)
        with two.listening(topic) as same, three.listening(topic) as other:
            one.publish([topic])
            await woken(same)
            await asyncio.sleep(0.05)
            assert not other.is_set()


async def test_a_bus_that_takes_wake_ups_and_brings_none_is_found_out(
    valkey: Valkey, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a pooler in transaction mode does; here, two numbers of one server do it."""
    here = settings.model_copy(update={"bus_url": valkey.url})
    assert 0 < await buses.delay(here) < PATIENCE
    silent_after(monkeypatch, 1.0)
    lines = iter([ValkeyLine(f"{valkey.url}/1"), ValkeyLine(f"{valkey.url}/2")])
    monkeypatch.setattr(buses, "line_of", lambda _: next(lines))
    with pytest.raises(ConnectionError, match="no wake-up comes through"):
        await buses.delay(here)


@pytest.mark.parametrize("query", ["?colour=blue", "?db=x", "?socket_timeout=soon"])
def test_an_address_that_cannot_be_used_is_refused(query: str) -> None:
    with pytest.raises(ConfigurationError, match="NETQL_BUS_URL"):
        ValkeyLine(f"valkey://127.0.0.1:1{query}")


def test_the_name_of_a_tls_server_is_checked() -> None:
    for scheme in ("rediss", "valkeys"):
        asked = ValkeyLine(f"{scheme}://valkey.example")._client().connection_pool
        assert asked.connection_kwargs["ssl_check_hostname"] is True


class _CannotSend:
    """A line whose sending fails until it is mended."""

    def __init__(self, line: Line) -> None:
        self.name = line.name
        self._line = line
        self.tries = 0
        self.mended = False

    @asynccontextmanager
    async def sending(self) -> AsyncIterator[shared_bus.Send]:
        self.tries += 1
        if not self.mended:
            raise ConnectionError("not yet")
        async with self._line.sending() as send:
            yield send

    async def hear(self, began: Callable[[], None], heard: Callable[[str], None]) -> None:
        await self._line.hear(began, heard)
