"""Chance that falls the same way on every machine, and keys drawn from it.

Python promises only `random()` and `getrandbits()` of a seeded generator to stay as they are, so
everything here is built from those two, with whole numbers where rounding could differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")

_UNIX = datetime(1970, 1, 1, tzinfo=UTC)
# The years in which a seeded network happens. Fixed, so that a seed means the same on any day.
OPENED = datetime(2020, 1, 1, tzinfo=UTC)
TODAY = datetime(2026, 1, 1, tzinfo=UTC)


class Dice:
    """A stream of chance; the same text gives the same stream."""

    def __init__(self, text: str) -> None:
        self._random = Random(text)
        self.roll = self._random.random

    def below(self, limit: int) -> int:
        """A whole number from 0 up to, not including, `limit`."""
        return int(self.roll() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.roll() * (high - low + 1))

    def chance(self, share: float) -> bool:
        return self.roll() < share

    def pick(self, options: Sequence[T]) -> T:
        return options[int(self.roll() * len(options))]

    def favour_first(self, limit: int) -> int:
        """As `below`, with small numbers far more often than large ones."""
        return int(self.roll() * self.roll() * limit)

    def several(self, options: Sequence[T], count: int) -> list[T]:
        """Up to `count` different options, in the order they were drawn."""
        drawn = [self.pick(options) for _ in range(count)]
        return list(dict.fromkeys(drawn))

    def moment(self, earliest: datetime, latest: datetime) -> datetime:
        """A whole second between the two."""
        seconds = int((latest - earliest).total_seconds())
        return earliest + timedelta(seconds=self.below(max(seconds, 1)))

    def blind_id(self) -> UUID:
        """A key of version 4: nothing can be told from it."""
        bits = self._random.getrandbits(128)
        bits = bits & ~(0xF << 76) | 4 << 76
        return UUID(int=bits & ~(3 << 62) | 2 << 62)

    def timed_id(self, at: datetime, step: int = 0) -> UUID:
        """A key of version 7 that sorts by its moment; `step` milliseconds put it later."""
        milliseconds = (at - _UNIX) // timedelta(milliseconds=1) + step
        bits = self._random.getrandbits(74)
        high, low = bits >> 62, bits & ((1 << 62) - 1)
        return UUID(int=milliseconds << 80 | 7 << 76 | high << 64 | 2 << 62 | low)
