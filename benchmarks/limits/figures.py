"""Medians with what went into them."""

from __future__ import annotations

from statistics import median
from typing import NamedTuple


class Spread(NamedTuple):
    """A median, and the least and the most that went into it."""

    mid: float
    low: float
    high: float

    def told(self, digits: int = 2) -> str:
        return f"{self.mid:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


def spread(values: list[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def percentile(values: list[float], share: float) -> float:
    """The value that this share of them does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
