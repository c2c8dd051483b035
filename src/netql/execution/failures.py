"""The errors of one run, told as a walk into the depth would tell them.

Breadth first meets errors in another order than graphql-core, and meets some that graphql-core
never would, because it leaves an object at its first error that may not be null. So each error
is kept with its place, and the list is made at the end: in depth-first order, leaving out
whatever stands inside something that an earlier error has made null already.
"""

from __future__ import annotations

from typing import NamedTuple

from graphql import FieldNode, GraphQLError, located_error
from graphql.pyutils import Path

from netql.execution.places import Order, Spot


class Nulled:
    """Stands in a column for a value whose error the object around it must take."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "NULLED"


NULLED = Nulled()


class Failure(NamedTuple):
    """An error, the place where it happened, and the place that is null because of it."""

    error: Exception
    nodes: list[FieldNode]
    order: Order
    path: Path
    nulled: Path | None


class Failures:
    """Collects the errors of a run. `propagating` is off only where the operation turned it off
    with graphql-core's experimental directive: then null stands wherever an error happened."""

    __slots__ = ("_found", "propagating")

    def __init__(self, *, propagating: bool) -> None:
        self._found: list[tuple[Spot, int, Exception]] = []
        self.propagating = propagating

    def __bool__(self) -> bool:
        return bool(self._found)

    def add(self, spot: Spot, place: int, error: Exception) -> Nulled | None:
        """Keep an error; what stands in its place: null, or NULLED where null may not stand."""
        self._found.append((spot, place, error))
        if spot.field.shape.nullable[spot.depth] or not self.propagating:
            return None
        return NULLED

    def told(self) -> list[GraphQLError]:
        """The errors as the answer lists them."""
        nulled: set[Path | None] = set()
        told: list[GraphQLError] = []
        # The first error of each field, by its nodes.
        firsts: dict[int, GraphQLError] = {}
        for failure in sorted(map(self._located, self._found), key=lambda one: one.order):
            if _inside(nulled, failure.nulled):
                continue
            nulled.add(failure.nulled)
            told.append(_placed(failure, firsts))
        return told

    def _located(self, found: tuple[Spot, int, Exception]) -> Failure:
        spot, place, error = found
        path = spot.paths()[place]
        return Failure(
            error,
            spot.field.nodes,
            spot.orders()[place],
            path,
            spot.nearest_nullable(place) if self.propagating else path,
        )


def _placed(failure: Failure, firsts: dict[int, GraphQLError]) -> GraphQLError:
    """As graphql-core's `located_error`, but where a field stands in the text is looked up once for
    all of its errors: a field of a list can have thousands."""
    error, path = failure.error, failure.path.as_list()
    first = firsts.get(id(failure.nodes))
    if first is None or isinstance(error, GraphQLError):
        located = located_error(error, failure.nodes, path)
        if not isinstance(error, GraphQLError):
            firsts[id(failure.nodes)] = located
        return located
    placed = GraphQLError(str(getattr(error, "message", error)), path=path, original_error=error)
    placed.nodes, placed.source = first.nodes, first.source
    placed.positions, placed.locations = first.positions, first.locations
    return placed


def _inside(nulled: set[Path | None], path: Path | None) -> bool:
    while path is not None:
        if path in nulled:
            return True
        path = path.prev
    return None in nulled
