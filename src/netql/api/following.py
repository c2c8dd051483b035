"""Following logs: what every subscription of this process waits for, read and judged together.

A follower wants its next event. Whoever wants one in the same turn of the loop, or while others
are being answered, is answered together: all logs are read by one statement, all sessions asked
for by one, all invitations by one, all connections by one. Nothing of it is kept, so each event is
judged with what is true after its follower asked.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context as Variables
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from netql.accounts.listeners import live_among
from netql.api.gathering import Gathering
from netql.connections.telling import Told, told
from netql.errors import Interrupted, Overloaded, StreamReset, TimedOut, Unauthenticated
from netql.events.reading import entries_of_many, last_numbers
from netql.events.recording import LogEntry, last_number
from netql.events.wakeups import wakeups
from netql.execution.together import gathered
from netql.viewer import Viewer

log = logging.getLogger("netql.events")

# How much of a log is read at a time, and how many of its entries are judged until one may be told.
AT_ONCE = 100
JUDGED = 8
# Failures of the database that pass, and the seconds after which it is tried again.
PASSING = (Interrupted, Overloaded, TimedOut)
PAUSE = 1.0


@dataclass(eq=False, slots=True)
class Follower:
    """One subscription, and where it stands in its member's log.

    `read` is the number of the last entry that was read, `known` what was read and not judged yet,
    of those kinds that it is for; `more` whether the log may hold more than was read.
    """

    viewer: Viewer
    member_id: UUID
    kinds: frozenset[str]
    patience: float
    read: int = 0
    known: deque[LogEntry] = field(default_factory=deque)
    more: bool = True
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def take(self, entries: Sequence[LogEntry]) -> bool:
        """The next entries of the log; whether they are, or some before them are kept no more."""
        self.more = len(entries) == AT_ONCE
        if not entries:
            return True
        if entries[0].number != self.read + 1:
            return False
        self.read = entries[-1].number
        self.known.extend(entry for entry in entries if entry.kind in self.kinds)
        return True


class Following:
    """All followers of this process."""

    def __init__(self) -> None:
        self._followers: set[Follower] = set()
        self._next: Gathering[Follower, Told | None] = Gathering(_next_of)
        self._polling: asyncio.Task[None] | None = None

    async def follow(
        self, viewer: Viewer, kinds: frozenset[str], number: int | None, patience: float
    ) -> AsyncGenerator[Told, None]:
        """What the viewer may be told of their log after that number (None: from now on), in
        order and without end.

        Listens before it reads, so nothing falls between; a lost wake-up costs `patience`, in
        seconds. Raises Unauthenticated once the session has ended, and StreamReset where some of
        what comes next is not kept any more.
        """
        assert viewer.member_id is not None
        follower = Follower(viewer, viewer.member_id, kinds, patience)
        with wakeups.bus.listening(follower.member_id) as follower.woken, self._polled(follower):
            follower.read = await last_number(follower.member_id) if number is None else number
            while True:
                follower.woken.clear()
                follower.more = True
                try:
                    while follower.more or follower.known:
                        found = await self._next.load(follower)
                        if found is not None:
                            yield found
                except PASSING:
                    # Nothing is lost: what was read is in hand, and the rest is where it was.
                    await asyncio.sleep(min(PAUSE, patience))
                    continue
                await follower.woken.wait()

    @contextmanager
    def _polled(self, follower: Follower) -> Iterator[None]:
        self._followers.add(follower)
        if self._polling is None:
            # Nobody's request: it outlives the one that began it.
            self._polling = asyncio.get_running_loop().create_task(
                self._poll(), context=Variables()
            )
        try:
            yield
        finally:
            self._followers.discard(follower)
            if not self._followers and self._polling is not None:
                self._polling.cancel()
                self._polling = None

    async def _poll(self) -> None:
        """Wake whoever was not woken: for entries that are there, and for sessions that ended."""
        while True:
            await asyncio.sleep(min(follower.patience for follower in self._followers))
            try:
                await self._look()
            except Exception:
                # The database may be back the next time.
                log.warning("logs could not be looked at", exc_info=True)

    async def _look(self) -> None:
        followers = list(self._followers)
        live = await live_among([follower.viewer for follower in followers])
        newest = await last_numbers(list({follower.member_id for follower in followers}))
        for follower, signed_in in zip(followers, live, strict=True):
            if not signed_in or newest.get(follower.member_id, 0) > follower.read:
                follower.woken.set()


_Found = dict[Follower, Told | Exception]


async def _next_of(followers: list[Follower]) -> list[Told | None | Exception]:
    """For each follower the next event that it may be told of, or what ends its stream; None where
    there is none for now."""
    found: _Found = {}
    try:
        await _answer(followers, found)
    except Exception as error:
        # Whoever has an event gets it: it is in hand no more.
        return [found.get(follower, error) for follower in followers]
    return [found.get(follower) for follower in followers]


async def _answer(followers: list[Follower], found: _Found) -> None:
    await _read(followers, found)
    # Both begin after what was read was committed, so they see whatever forbade it before then.
    asked = _in_hand(followers)
    live, verdicts = await gathered(
        [live_among([one.viewer for one in followers], anew=True), _verdicts(asked)]
    )
    for follower, signed_in in zip(followers, live, strict=True):
        if not signed_in:
            found[follower] = Unauthenticated()
    _decide(asked, verdicts, found)
    waiting = followers
    while True:
        waiting = [one for one in waiting if one not in found]
        await _read(waiting, found)
        # Without anything in hand they wait for more.
        waiting = [one for one in waiting if one.known and one not in found]
        if not waiting:
            return
        asked = _in_hand(waiting)
        _decide(asked, await _verdicts(asked), found)


async def _read(followers: Sequence[Follower], found: _Found) -> None:
    """The next entries of those who have none in hand; members with several followers at one
    place are read once."""
    while wanting := [one for one in followers if one.more and not one.known and one not in found]:
        places = [(follower.member_id, follower.read) for follower in wanting]
        logs = await entries_of_many(places, AT_ONCE)
        for follower, entries in zip(wanting, logs, strict=True):
            if not follower.take(entries):
                found[follower] = StreamReset()


_Asked = list[tuple[Follower, LogEntry]]


def _in_hand(followers: Sequence[Follower]) -> _Asked:
    """The entries to be judged next: once one of them may be told, the others are judged when they
    are wanted."""
    return [(follower, entry) for follower in followers for entry in islice(follower.known, JUDGED)]


async def _verdicts(asked: _Asked) -> list[Told | None]:
    return await told([(follower.member_id, entry) for follower, entry in asked])


def _decide(asked: _Asked, verdicts: Sequence[Told | None], found: _Found) -> None:
    """For each the first entry that it may be told of, if any of these."""
    for (follower, _), verdict in zip(asked, verdicts, strict=True):
        if follower in found:
            continue
        follower.known.popleft()
        if verdict is not None:
            found[follower] = verdict


following = Following()
