"""Numbers out of a results file, for the tables and the plot."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass
from pathlib import Path

from lab import RESULTS

FLOORS = ("floor", "floor-raw")


def load(name: str) -> dict:
    """A results file, by its path or by its name in the lab."""
    path = Path(name)
    return json.loads((path if path.suffix else RESULTS / f"{name}.json").read_text())


@dataclass(frozen=True, slots=True)
class Spread:
    """A median with the least and the most."""

    mid: float
    low: float
    high: float

    def __str__(self) -> str:
        digits = 2 if self.high < 10 else 0
        return f"{self.mid:.{digits}f} ({self.low:.{digits}f}-{self.high:.{digits}f})"


def spread(values: list[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


@dataclass(frozen=True, slots=True)
class Level:
    """A result at one number of connections."""

    result: dict
    c: int

    def samples(self, peer: str, query: str) -> list[dict]:
        """A peer's samples, one for each round."""
        wanted = (peer, query, self.c)
        return [s for s in self.result["samples"] if (s["peer"], s["query"], s["c"]) == wanted]

    def values(self, peer: str, query: str, key: str) -> list[float]:
        return [sample[key] for sample in self.samples(peer, query)]

    def mid(self, peer: str, query: str, key: str) -> float:
        return statistics.median(self.values(peer, query, key))

    def rates(self, query: str) -> dict[str, Spread]:
        """Requests a second of every peer that was measured, fastest first."""
        rates = {
            name: spread(values)
            for name in self.result["peers"]
            if (values := self.values(name, query, "rps"))
        }
        return dict(sorted(rates.items(), key=lambda item: -item[1].mid))

    def top(self, query: str) -> float:
        """The highest rate there is."""
        return next(iter(self.rates(query).values())).mid

    def fastest(self, query: str, other_than: tuple[str, ...] = ()) -> str | None:
        """The fastest server of those that speak GraphQL and are not left out."""
        left = (name for name in self.rates(query) if name not in (*FLOORS, *other_than))
        return next(left, None)

    def ratio(self, peer: str, query: str, to: str | None) -> Spread | None:
        """A peer's rate in terms of another's.

        Samples of one round lie within a minute or two: divided inside the round.
        """
        other = self.values(to, query, "rps") if to else []
        pairs = list(zip(self.values(peer, query, "rps"), other, strict=False))
        return spread([mine / theirs for mine, theirs in pairs]) if pairs else None


def levels(result: dict) -> list[Level]:
    """The result at each number of connections, fewest first."""
    return [Level(result, c) for c in sorted({s["c"] for s in result["samples"]})]
