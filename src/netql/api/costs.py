"""What an operation costs: how many values its answer can hold, by the sizes of its pages.

One field is one point, and what stands below a list counts once for each item that a page of that
size can hold. A cost without variables is a number. Where the size of a page is a variable, it is
a `Sum` of parts that are each worked out once per request, in the order in which they were made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from netql.paging import DEFAULT_PAGE, LARGEST_PAGE

# Counting stops here: no limit is higher, and doubling fragments reach any number soon.
CEILING = 10**9


class Size:
    """How many items a list can have: the largest of a number and some variables' values."""

    __slots__ = ("given", "names")

    def __init__(self, given: int | None, names: tuple[str, ...]) -> None:
        self.given = given
        self.names = names

    def of(self, variables: Mapping[str, Any]) -> int:
        largest = self.given
        for name in self.names:
            value = variables.get(name)
            if value is None:
                continue
            size = within_page(value if isinstance(value, int) else len(value))
            if largest is None or size > largest:
                largest = size
        return DEFAULT_PAGE if largest is None else largest


class Sum:
    """A cost that depends on variables: `number`, and each part as often as its size says."""

    __slots__ = ("least", "number", "parts")

    def __init__(self, number: int, parts: Sequence[tuple[Size | None, Cost]]) -> None:
        self.number = number
        self.parts = parts
        # What it is at least, whatever the variables are: a page asked for has one item or more.
        self.least = min(number + sum(least(cost) for _, cost in parts), CEILING)


Cost = int | Sum


def within_page(size: int) -> int:
    """The size of a page that is run at all: others are refused when they are."""
    return max(1, min(size, LARGEST_PAGE))


def least(cost: Cost) -> int:
    return cost if isinstance(cost, int) else cost.least


def added(costs: Sequence[Cost]) -> Cost:
    """All of them together."""
    number = 0
    parts: list[tuple[Size | None, Cost]] = []
    for cost in costs:
        if isinstance(cost, int):
            number += cost
        elif len(cost.parts) == 1:
            # Most have one: its part is taken over, and no list grows by that.
            number += cost.number
            parts += cost.parts
        else:
            parts.append((None, cost))
    number = min(number, CEILING)
    return Sum(number, parts) if parts else number


def times(size: int | Size, cost: Cost) -> Cost:
    """The cost, as often as the size says."""
    if isinstance(size, int):
        if isinstance(cost, int):
            return min(size * cost, CEILING)
        size = Size(size, ())
    return 0 if cost == 0 else Sum(0, [(size, cost)])


class CostOf:
    """A cost, ready to be worked out for the variables of each request."""

    __slots__ = ("_last", "_steps", "constant")

    def __init__(self, cost: Cost) -> None:
        self.constant = cost if isinstance(cost, int) else None
        self._steps: list[Sum] = [] if isinstance(cost, int) else _in_order(cost)
        self._last = cost

    def of(self, variables: Mapping[str, Any]) -> int:
        """The points, for coerced variables; at most CEILING."""
        if self.constant is not None:
            return self.constant
        worth: dict[int, int] = {}
        total = 0
        for step in self._steps:
            total = step.number
            for size, cost in step.parts:
                points = cost if isinstance(cost, int) else worth[id(cost)]
                total += points if size is None else points * size.of(variables)
            worth[id(step)] = total = min(total, CEILING)
        return total


def _in_order(cost: Sum) -> list[Sum]:
    """The sums that it is made of, each once, parts before wholes."""
    found: dict[int, Sum] = {}
    stack: list[tuple[Sum, bool]] = [(cost, False)]
    while stack:
        one, done = stack.pop()
        if id(one) in found:
            continue
        if done:
            found[id(one)] = one
            continue
        stack.append((one, True))
        stack += [(part, False) for _, part in one.parts if isinstance(part, Sum)]
    return list(found.values())
