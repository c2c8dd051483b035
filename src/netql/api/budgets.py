"""What a caller may spend in a while: points of cost by the minute, and tries of a password.

The counts are kept by the `limits` library in fixed windows, in this process's memory or where
processes share them. A caller's points are drawn from there some at a time and spent from what was
drawn, so that nearly every request is one look in a dictionary, and a storage that processes share
is not asked about each.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from hashlib import blake2b
from math import ceil
from weakref import WeakValueDictionary

from limits.aio.strategies import FixedWindowRateLimiter

from limits import RateLimitItemPerMinute
from netql.api.counting import Counts
from netql.errors import RateLimited
from netql.settings import Settings
from netql.viewer import Viewer

# The part of a budget that is drawn at a time.
_DRAWS = 50
# So often is drawn for one request, if what was drawn is gone at once.
_TRIES = 10
# Passwords are counted over so many minutes.
ATTEMPT_MINUTES = 15
# With more callers than this, those whose minute is over are forgotten.
_MOST_HELD = 10_000


@dataclass(slots=True)
class Held:
    """Points that were drawn and are not spent; good until that time, in seconds of `time()`.
    Until then there are at most `left` more to be drawn, for a count only grows."""

    points: int
    until: float
    left: int


@dataclass(frozen=True, slots=True)
class Standing:
    """How much of a budget is left, and until when it counts, in seconds of `time()`."""

    limit: int
    remaining: int
    until: float


class Budget:
    """Points per minute, for each of many callers.

    However many processes share the storage, what they draw in a minute is never more than the
    limit. It may be less that a caller can spend: what one process has drawn, another cannot have.
    That is up to a fiftieth of the limit in each process that a caller used; or what was left, in
    the one that was asked for an operation dearer than that.
    """

    def __init__(self, storage: Counts, name: str, limit: int) -> None:
        self.limit = limit
        self._item = RateLimitItemPerMinute(limit, namespace=f"netql-{name}")
        self._storage = storage
        self._limiter = FixedWindowRateLimiter(storage)
        self._draw = max(1, limit // _DRAWS)
        self._held: dict[object, Held] = {}
        self._sweep_at = _MOST_HELD
        # Whose draw is under way; others of the same caller wait for what it brings.
        self._turns: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    def spent(self, caller: object, points: int) -> bool:
        """Spend what was drawn; False if that is not enough, and `draw` must see for more."""
        held = self._held.get(caller)
        if held is None or held.points < points or held.until <= time.time():
            return False
        held.points -= points
        return True

    async def draw(self, caller: object, points: int) -> None:
        """Draw some and spend them. Raises RateLimited, having spent nothing."""
        async with self._turns.setdefault(caller, asyncio.Lock()):
            # Others may have drawn before, and spend meanwhile; the minute may end meanwhile.
            for _ in range(_TRIES):
                if self.spent(caller, points):
                    return
                held = self._good(caller)
                wanted = points if held is None else points - held.points
                if wanted > (self.limit if held is None else held.left):
                    break
                await self._drawn(caller, max(wanted, self._draw))
            if not self.spent(caller, points):
                raise self._refusal(self._good(caller))

    async def _drawn(self, caller: object, wanted: int) -> None:
        """Hold up to that many points more: what is left of the minute."""
        key = self._item.key_for(str(caller))
        held = self._good(caller)
        minute = self._item.get_expiry()
        if held is None:
            count, until = await self._storage.take(key, minute, wanted)
        else:
            # The minute that was known is the same one for everybody.
            count, until = await self._storage.incr(key, minute, wanted), held.until
        # Each draw is a part of the count of its own, and good as far as it is within the limit.
        drawn = min(wanted, max(0, self.limit - (count - wanted)))
        left = max(0, self.limit - count)
        kept = self._good(caller)
        self._held[caller] = Held(drawn + (kept.points if kept is not None else 0), until, left)
        if len(self._held) > self._sweep_at:
            self._sweep()

    async def standing(self, caller: object) -> Standing:
        """What is left of the caller's minute; what other processes have drawn counts as used."""
        now = time.time()
        stats = await self._limiter.get_window_stats(self._item, str(caller))
        until = stats.reset_time if stats.reset_time > now else now + 60
        held = self._good(caller)
        kept = 0 if held is None else held.points
        remaining = min(self.limit, stats.remaining + kept)
        return Standing(self.limit, remaining, until)

    def _good(self, caller: object) -> Held | None:
        """What the caller holds, if its minute is not over."""
        held = self._held.get(caller)
        return held if held is not None and held.until > time.time() else None

    def _refusal(self, held: Held | None) -> RateLimited:
        until = time.time() + self._item.get_expiry() if held is None else held.until
        wait = max(1, ceil(until - time.time()))
        return RateLimited(
            f"This spends more than {self.limit} points in a minute. Try again in {wait} s.",
            self.limit,
            wait,
        )

    def _sweep(self) -> None:
        now = time.time()
        self._held = {key: held for key, held in self._held.items() if held.until > now}
        self._sweep_at = max(_MOST_HELD, 2 * len(self._held))


class Attempts:
    """Tries within a quarter of an hour, for each of many names; every one is counted at once."""

    def __init__(self, storage: Counts, name: str, limit: int) -> None:
        self._item = RateLimitItemPerMinute(limit, ATTEMPT_MINUTES, namespace=f"netql-{name}")
        self._storage = storage
        self._limiter = FixedWindowRateLimiter(storage)

    async def count(self, name: str) -> None:
        """Count one. Raises RateLimited for one too many, whether or not the name is known."""
        key = _digest(name)
        if not await self._limiter.hit(self._item, key):
            until = await self._storage.get_expiry(self._item.key_for(key))
            wait = max(1, ceil(until - time.time()))
            raise RateLimited(f"Too many attempts. Try again in {wait} s.", self._item.amount, wait)

    async def give_back(self, name: str) -> None:
        """Count one less: it came to nothing."""
        key = self._item.key_for(_digest(name))
        await self._storage.incr(key, self._item.get_expiry(), -1)

    async def forget(self, name: str) -> None:
        """The name was right: whoever knows the password did not guess."""
        await self._limiter.clear(self._item, _digest(name))


def _digest(name: str) -> str:
    return blake2b(name.lower().encode("utf-8", "replace"), digest_size=16).hexdigest()


class Budgets:
    """All that is counted in one process, or in all that share a storage."""

    def __init__(self, settings: Settings, storage: Counts | None = None) -> None:
        """`storage` is any asynchronous one of the `limits` library; memory if left out."""
        storage = storage or Counts()
        self._members = _budget(storage, "member", settings.member_points_per_minute)
        self._addresses = _budget(storage, "address", settings.address_points_per_minute)
        self._accounts = _attempts(storage, "account", settings.account_attempts)
        self._origins = _attempts(storage, "origin", settings.address_attempts)

    async def spend(self, viewer: Viewer, address: str, points: int) -> None:
        """Spend points of the member's, or of the address's for a guest. Raises RateLimited."""
        budget, caller = self._of(viewer, address)
        if budget is not None and not budget.spent(caller, points):
            await budget.draw(caller, points)

    def spent(self, viewer: Viewer, address: str, points: int) -> bool:
        """As `spend`, where nothing has to be waited for; False if something has."""
        budget, caller = self._of(viewer, address)
        return budget is None or budget.spent(caller, points)

    async def standing(self, viewer: Viewer, address: str) -> Standing | None:
        """What the caller has left; None where nothing is counted."""
        budget, caller = self._of(viewer, address)
        return None if budget is None else await budget.standing(caller)

    def _of(self, viewer: Viewer, address: str) -> tuple[Budget | None, object]:
        if viewer.member_id is not None:
            return self._members, viewer.member_id
        return (self._addresses, address) if address else (None, None)

    async def count_origin(self, address: str) -> None:
        """A sign-in or sign-up from there. Raises RateLimited."""
        if self._origins is not None and address:
            await self._origins.count(address)

    async def give_back_origin(self, address: str) -> None:
        if self._origins is not None and address:
            await self._origins.give_back(address)

    async def count_guess(self, name: str) -> None:
        """A password tried on that handle or member. Raises RateLimited."""
        if self._accounts is not None:
            await self._accounts.count(name)

    async def give_back_guess(self, name: str) -> None:
        if self._accounts is not None:
            await self._accounts.give_back(name)

    async def forget_guesses(self, name: str) -> None:
        if self._accounts is not None:
            await self._accounts.forget(name)


def _budget(storage: Counts, name: str, limit: int) -> Budget | None:
    return Budget(storage, name, limit) if limit else None


def _attempts(storage: Counts, name: str, limit: int) -> Attempts | None:
    return Attempts(storage, name, limit) if limit else None
