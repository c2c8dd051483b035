"""Numbers out of a result, for the tables and the picture."""

from __future__ import annotations

import statistics
from typing import Any, NamedTuple


class Spread(NamedTuple):
    """A median with the least and the most."""

    mid: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mid:.2f} ({self.low:.2f}-{self.high:.2f})"


def spread(values: list[float]) -> Spread:
    return Spread(statistics.median(values), min(values), max(values))


def values(result: dict[str, Any], network: str, query: str, key: str) -> list[float]:
    """A figure of a network's samples, one for each round; `cpu` is netql's and PostgreSQL's."""
    keys = ("server_us", "pg_us") if key == "cpu" else (key,)
    return [
        sum(sample[one] for one in keys)
        for sample in result["samples"]
        if (sample["network"], sample["query"]) == (network, query)
    ]


def networks(result: dict[str, Any], engine: str) -> list[dict[str, Any]]:
    """Those on one database, smallest first."""
    return [one for one in result["networks"] if one["engine"] == engine]


def engines(result: dict[str, Any]) -> list[str]:
    return sorted({one["engine"] for one in result["networks"]})


def ratio(result: dict[str, Any], network: dict[str, Any], query: str, key: str) -> Spread:
    """A figure in terms of the smallest network's, divided inside each round."""
    smallest = networks(result, network["engine"])[0]
    here, there = (values(result, one["name"], query, key) for one in (network, smallest))
    return spread([mine / theirs for mine, theirs in zip(here, there, strict=True) if theirs])
