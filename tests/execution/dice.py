"""Choices of hypothesis's, made small by it when something fails."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st

T = TypeVar("T")

# How the generated tests run; each adds its number of cases.
SETTINGS: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "suppress_health_check": list(HealthCheck),
    # Explaining traces every line: it takes minutes.
    "phases": [Phase.generate, Phase.shrink],
}
# The ordinary run is the same each time; the long one is another each time, and says how to repeat.
ORDINARY: dict[str, Any] = {**SETTINGS, "derandomize": True}
LONG: dict[str, Any] = {**SETTINGS, "print_blob": True}


@cache
def _integers(most: int) -> st.SearchStrategy[int]:
    return st.integers(0, most)


class Dice:
    """Draws, towards the first of what is offered."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def upto(self, most: int) -> int:
        """0 to `most`, that included."""
        return self._draw(_integers(most)) if most else 0

    def choose(self, offered: Sequence[T]) -> T:
        return offered[self.upto(len(offered) - 1)]

    def chance(self, one_in: int) -> bool:
        """True once in so many times."""
        return self.upto(one_in - 1) == one_in - 1
