"""Following logs: what every subscription of this process waits for, read and judged together.

A follower wants its next event. Whoever wants one in the same turn of the loop, or while others
are being answered, is answered together: all logs are read by one statement, all invitations by
one, all connections by one, each with the sessions that they are for. Nothing of it is kept, so
each event is judged with what is true after its follower asked.

What this process wrote itself comes with the wake-up, and its followers need not read it. Numbers
tell whether it is what comes next: where something is missing, another process wrote it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import Context as Variables
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from netql.accounts.listeners import live_among
from netql.api.gathering import Gathering
from netql.connections.telling import Asked, Told, told
from netql.errors import Interrupted, Overloaded, StreamReset, TimedOut, Unauthenticated
from netql.events.entries import LogEntry
from netql.events.reading import entries_of_many, last_numbers
from netql.events.wakeups import wakeups
from netql.infra.bus import Listener
from netql.members.columns import Need
from netql.viewer import Viewer

log = logging.getLogger("netql.events")

# How much of a log is read at a time, and how many of its entries are judged until one may be told.
AT_ONCE = 100
JUDGED = 8
# For how many different needs at once the other ends are read along. Crowds have the same one.
NEEDS = 4
# Failures of the database that pass, and the seconds after which it is tried again.
PASSING = (Interrupted, Overloaded, TimedOut)
PAUSE = 1.0


@dataclass(eq=False, slots=True)
class Follower:
    """One subscription, what it needs of whom it is told about, and where it stands in its
    member's log.

    `read` is the number of the last entry that was read, `known` what was read and not judged yet,
    of those kinds that it is for; `more` whether the log may hold more than was read. `fruitless`
    counts how often in a row nothing of what was judged could be told.
    """

    viewer: Viewer
    member_id: UUID
    kinds: frozenset[str]
    need: Need | None
    patience: float
    read: int = 0
    known: deque[LogEntry] = field(default_factory=deque)
    more: bool = True
    fruitless: int = 0
    woken: Listener = field(default_factory=Listener)

    def wants(self) -> bool:
        """Whether there may be something for it."""
        while self.woken.news:
            entry = self.woken.news.popleft()
            # Whoever is slow finds what comes beyond that in the log.
            if entry.number == self.read + 1 and len(self.known) < AT_ONCE:
                self._has_read(entry)
            elif entry.number > self.read:
                self.more = True
        return self.more or bool(self.known)

    def _has_read(self, *entries: LogEntry) -> None:
        self.read = entries[-1].number
        self.known.extend(entry for entry in entries if entry.kind in self.kinds)

    def take(self, entries: Sequence[LogEntry]) -> bool:
        """The next entries of the log; whether they are, or some before them are kept no more."""
        self.more = len(entries) == AT_ONCE
        if not entries:
            return True
        if entries[0].number != self.read + 1:
            return False
        self._has_read(*entries)
        return True

    def asking(self, entry: LogEntry) -> Asked:
        return Asked(self.member_id, self.viewer.session_id, entry)

    def in_hand(self) -> Iterable[LogEntry]:
        """What is judged next. Once one of them may be told the others are judged anew when they
        are wanted, so they are few; who has many that may not be told is through with them soon."""
        return islice(self.known, min(AT_ONCE, JUDGED << min(self.fruitless, 10)))


class Following:
    """All followers of this process."""

    def __init__(self) -> None:
        self._followers: set[Follower] = set()
        self._next: Gathering[Follower, Told | None] = Gathering(_next_of, patient=False)
        self._polling: asyncio.Task[None] | None = None

    async def follow(
        self,
        viewer: Viewer,
        kinds: frozenset[str],
        need: Need | None,
        number: int,
        patience: float,
    ) -> AsyncGenerator[Told, None]:
        """What the viewer may be told of their log after that number, in order and without end;
        with a `need` the other end comes along.

        Listens before it reads, so nothing falls between; a lost wake-up costs `patience`, in
        seconds. Raises Unauthenticated once the session has ended, and StreamReset where some of
        what comes next is not kept any more.
        """
        assert viewer.member_id is not None
        follower = Follower(viewer, viewer.member_id, kinds, need, patience, number)
        with wakeups.bus.listening(follower.member_id) as follower.woken, self._polled(follower):
            while True:
                follower.woken.clear()
                follower.more |= follower.woken.unsure
                follower.woken.unsure = False
                try:
                    while follower.wants():
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
                follower.woken.wake(())


async def _next_of(followers: list[Follower]) -> list[Told | None | Exception]:
    """For each follower the next event that it may be told of, or what ends its stream; None where
    there is none for now, or none among what was looked at.

    It is one look for each: who may find more asks again, together with whoever wants something by
    then, and is asked for the session again. Nothing in hand is lost where it raises.
    """
    found: dict[Follower, Told | Exception] = {}
    await _read(followers, found)
    # It begins after what was read was committed, so it sees whatever forbade it before then.
    asked = [(follower, entry) for follower in followers for entry in follower.in_hand()]
    verdicts = await _judged(asked)
    told_of = {follower for (follower, _), verdict in zip(asked, verdicts, strict=True) if verdict}
    # Who is told of something is told in a session; the others may have ended theirs.
    others = [follower for follower in followers if follower not in told_of]
    live = await live_among([one.viewer for one in others], anew=True)
    for follower, signed_in in zip(others, live, strict=True):
        if not signed_in:
            found[follower] = Unauthenticated()
    for (follower, _), verdict in zip(asked, verdicts, strict=True):
        if follower not in found:
            follower.known.popleft()
            if verdict is not None:
                found[follower] = verdict if verdict.signed_in else Unauthenticated()
    for follower in {follower for follower, _ in asked}:
        follower.fruitless = 0 if follower in found else follower.fruitless + 1
    return [found.get(follower) for follower in followers]


async def _judged(asked: Sequence[tuple[Follower, LogEntry]]) -> list[Told | None]:
    """What each may be told of its entry; together for all whose needs are the same.

    Each need takes a statement that everybody waits for, so there are few: what the others need is
    read by their events.
    """
    by_need: defaultdict[Need | None, list[int]] = defaultdict(list)
    for place, (follower, _) in enumerate(asked):
        along = follower.need in by_need or len(by_need) < NEEDS
        by_need[follower.need if along else None].append(place)
    found: list[Told | None] = [None] * len(asked)
    for need, places in by_need.items():
        some = [asked[place][0].asking(asked[place][1]) for place in places]
        try:
            verdicts = await told(some, need=need)
        except TimedOut:
            # Perhaps what is read along takes so long, which is not for all who wait to bear. Then
            # events read it themselves, and what still takes too long is passed over.
            for place in places:
                asked[place][0].need = None
            raise
        for place, verdict in zip(places, verdicts, strict=True):
            found[place] = verdict
    return found


async def _read(followers: Sequence[Follower], found: dict[Follower, Told | Exception]) -> None:
    """The next entries of those who have none in hand; members with several followers at one
    place are read once."""
    wanting = [one for one in followers if one.more and not one.known]
    places = [(follower.member_id, follower.read) for follower in wanting]
    logs = await entries_of_many(places, AT_ONCE)
    for follower, entries in zip(wanting, logs, strict=True):
        if not follower.take(entries):
            found[follower] = StreamReset()


following = Following()
