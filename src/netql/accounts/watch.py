"""Which sign-ins are known to be good, without asking at every request.

A session that was found live is good until it is seen to have ended. Every process watches for
ended sessions twice a second; its own it sees end at once. Sight of the watch lasts one second: if
it could not look for longer, every request asks the database again. Where nobody watches, as in a
command or a test, nothing is ever taken as known. And nothing is known for longer than a minute:
an end that no look can see, by a clock that is far behind or by hand, is found out then.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from uuid import UUID

from netql.clock import now
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


class Watch:
    """The sessions that this process knows to be live."""

    def __init__(self) -> None:
        # Whose each session is, and when the database said so.
        self._live: OrderedDict[UUID, tuple[UUID, float]] = OrderedDict()
        self._looked = -BLIND
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

    def saw_end_of_all(self, member_id: UUID) -> None:
        self.ends += 1
        for session_id in [one for one, (owner, _) in self._live.items() if owner == member_id]:
            del self._live[session_id]

    async def look(self) -> None:
        """See which sessions have ended."""
        began = time.monotonic()
        rows = await fetch(_ENDED, now() - OVERLAP)
        if began - self._looked > BLIND:
            self._live.clear()
        for row in rows:
            if row["id"] in self._live:
                self.saw_end(row["id"])
        self._looked = began

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
        while True:
            try:
                await self.look()
            except Exception:
                # Until it can look again, every request asks for itself.
                log.exception("ended sessions could not be looked for")
            await asyncio.sleep(EVERY)


watch = Watch()
