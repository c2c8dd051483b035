"""Which sign-ins are known to be good, without asking at every request.

A session that was found live is good until it is seen to have ended. Every process watches for
ended sessions twice a second; its own it sees end at once. Sight of the watch lasts one second: if
it could not look for longer, every request asks the database again. Where nobody watches, as in a
command or a test, nothing is ever taken as known. And nothing is known for longer than a minute:
an end that no look can see, by a clock that is far behind or by hand, is found out then.

Whoever serves somebody for longer than a request is told of the end: see `telling`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from datetime import timedelta
from uuid import UUID

from netql.clock import now
from netql.errors import NetqlError
from netql.infra.database import fetch

log = logging.getLogger("netql.accounts")

EVERY = 0.5
SIGHT = 1.0
# A session's end bears the time of its statement, by the clock of its process, and is seen once
# it is committed: so each look goes back this far.
OVERLAP = timedelta(seconds=60)
# Unseen for longer than that, an end might never be seen.
BLIND = 30.0
# Then a session is asked for again, seen to have ended or not.
LONGEST = 60.0
MOST = 50_000

_ENDED = "SELECT s.id FROM sessions s WHERE s.ended_at > $1"
_STILL_LIVE = """
SELECT s.id FROM sessions s JOIN members m ON m.id = s.member_id
 WHERE s.id = ANY($1) AND s.ended_at IS NULL AND m.closed_at IS NULL
"""


class Watch:
    """The sessions that this process knows to be live."""

    def __init__(self) -> None:
        # Whose each session is, and when the database said so.
        self._live: OrderedDict[UUID, tuple[UUID, float]] = OrderedDict()
        self._looked = -BLIND
        # Who is to be told of each session's end, and when the database was asked for them all.
        self._told: dict[UUID, tuple[UUID, list[Callable[[], None]]]] = {}
        self._asked = time.monotonic()
        # How many ends were seen: what was read before one of them may be out of date.
        self.ends = 0

    def knows(self, session_id: UUID, member_id: UUID) -> bool:
        """Whether the session was live at most a second ago."""
        moment = time.monotonic()
        owner, asked = self._live.get(session_id, (None, 0.0))
        return moment - self._looked < SIGHT and moment - asked < LONGEST and owner == member_id

    def saw_live(self, session_id: UUID, member_id: UUID, ends: int) -> None:
        """Remember what the database said, unless an end was seen since `ends` were counted."""
        if ends != self.ends:
            return
        self._live[session_id] = member_id, time.monotonic()
        if len(self._live) > MOST:
            self._live.popitem(last=False)

    def saw_end(self, session_id: UUID) -> None:
        self.ends += 1
        self._live.pop(session_id, None)
        _, over = self._told.get(session_id, (None, ()))
        for tell in tuple(over):
            tell()

    def saw_end_of_all(self, member_id: UUID) -> None:
        self.ends += 1
        known = [one for one, (owner, _) in self._live.items() if owner == member_id]
        told = [one for one, (owner, _) in self._told.items() if owner == member_id]
        for session_id in {*known, *told}:
            self.saw_end(session_id)

    @contextmanager
    def telling(
        self, session_id: UUID, member_id: UUID, over: Callable[[], None]
    ) -> Iterator[None]:
        """Within the block `over` is called whenever the session is seen to have ended. It must
        not raise, and may be called more than once."""
        _, told = self._told.setdefault(session_id, (member_id, []))
        told.append(over)
        try:
            yield
        finally:
            told.remove(over)
            if not told:
                del self._told[session_id]

    async def look(self) -> None:
        """See which sessions have ended."""
        began = time.monotonic()
        rows = await fetch(_ENDED, now() - OVERLAP)
        blind = began - self._looked > BLIND
        if blind:
            self._live.clear()
        for row in rows:
            if row["id"] in self._live or row["id"] in self._told:
                self.saw_end(row["id"])
        if blind or began - self._asked >= LONGEST:
            await self._ask()
            self._asked = began
        self._looked = began

    async def _ask(self) -> None:
        """Find out the ends, among those that somebody is to be told of, that no look could see."""
        waited = list(self._told)
        if waited:
            live = {row["id"] for row in await fetch(_STILL_LIVE, waited)}
            for session_id in set(waited) - live:
                self.saw_end(session_id)

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Look again and again until the end of the block."""
        task = asyncio.create_task(self._watch())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self._looked = -BLIND

    async def _watch(self) -> None:
        blind = False
        while True:
            try:
                await self.look()
            except Exception as error:
                # Until it can look again, every request asks for itself. Said once: a database
                # may be away for long, and each process looks often.
                if not blind:
                    bug = None if isinstance(error, NetqlError) else error
                    why = error.__cause__ or error
                    log.error("ended sessions cannot be looked for: %s", why, exc_info=bug)
                blind = True
            else:
                if blind:
                    log.info("ended sessions can be looked for again")
                blind = False
            await asyncio.sleep(EVERY)


watch = Watch()
