"""Objects of a column: of which type each is, and the level below them."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from types import NoneType
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, GraphQLObjectType, Undefined
from graphql.execution.executor import invalid_return_type_error

from netql.execution import declared
from netql.execution.failures import NULLED, Nulled
from netql.execution.missing import is_missing, missing, settled
from netql.execution.places import Frame, Spot
from netql.execution.shapes import Kind
from netql.execution.together import gathered

if TYPE_CHECKING:
    from netql.execution.run import MaybeRows, Rows, Run

_ABSENT: frozenset[type] = frozenset((NoneType, type(Undefined), Nulled))


def complete_objects(run: Run, spot: Spot, values: list[Any], classes: set[type]) -> MaybeRows:
    """A column of objects: each one's row."""
    if classes & _ABSENT or any(issubclass(class_, Exception) for class_ in classes):
        completed: list[Any] = [None] * len(values)
        live: list[int] = []
        for place, value in enumerate(values):
            if is_missing(value):
                completed[place] = missing(run, spot, place, value)
            else:
                live.append(place)
        if not live:
            return completed
        found = _found(run, spot, [values[place] for place in live], live)
        return _scattered(spot, completed, live, found)
    if not values:
        return values
    return _scattered(spot, None, None, _found(run, spot, values, None))


def _found(run: Run, spot: Spot, sources: list[Any], live: Sequence[int] | None) -> MaybeRows:
    shape = spot.field.shape
    if shape.kind is Kind.OBJECT:
        return _of_type(run, spot, shape.named, sources, live)
    return _of_some_type(run, spot, sources, live)


def _scattered(
    spot: Spot, completed: list[Any] | None, live: list[int] | None, found: MaybeRows
) -> MaybeRows:
    """Rows of the objects that there are, put where they belong in their column."""
    if not isinstance(found, list):
        return _scattered_later(spot, completed, live, found)
    if spot.field.shape.nullable[spot.depth]:
        found = [None if row is NULLED else row for row in found]
    if completed is None or live is None:
        return found
    for place, row in zip(live, found, strict=True):
        completed[place] = row
    return completed


async def _scattered_later(
    spot: Spot, completed: list[Any] | None, live: list[int] | None, found: Awaitable[Rows]
) -> Rows:
    scattered = _scattered(spot, completed, live, await found)
    assert isinstance(scattered, list)
    return scattered


def _of_type(
    run: Run,
    spot: Spot,
    type_: GraphQLObjectType,
    sources: list[Any],
    live: Sequence[int] | None,
) -> MaybeRows:
    """Rows of objects that are said to be of this type."""
    is_type_of = type_.is_type_of
    if is_type_of is not None and not declared.are_plainly(type_, set(map(type, sources))):
        said: list[Any] = []
        for source, path in zip(sources, _paths(spot, live), strict=True):
            try:
                said.append(is_type_of(source, run.info(spot.field, path)))
            except Exception as error:
                said.append(error)
        waiting = run.awaitables(said, set(map(type, said)))
        if waiting:
            return _of_type_later(run, spot, type_, sources, live, said, waiting)
        return _of_type_checked(run, spot, type_, sources, live, said)
    return _selected(run, spot, type_, sources, live)


async def _of_type_later(
    run: Run,
    spot: Spot,
    type_: GraphQLObjectType,
    sources: list[Any],
    live: Sequence[int] | None,
    said: list[Any],
    waiting: list[int],
) -> Rows:
    done = await gathered([settled(spot, said[index]) for index in waiting])
    for index, answer in zip(waiting, done, strict=True):
        said[index] = answer
    rows = _of_type_checked(run, spot, type_, sources, live, said)
    return rows if isinstance(rows, list) else await rows


def _of_type_checked(
    run: Run,
    spot: Spot,
    type_: GraphQLObjectType,
    sources: list[Any],
    live: Sequence[int] | None,
    said: list[Any],
) -> MaybeRows:
    rows: list[Any] = [None] * len(sources)
    right: list[int] = []
    for index, answer in enumerate(said):
        if isinstance(answer, Exception) or not answer:
            error = (
                answer
                if isinstance(answer, Exception)
                else invalid_return_type_error(type_, sources[index], spot.field.details)
            )
            rows[index] = run.failures.add(spot, index if live is None else live[index], error)
        else:
            right.append(index)
    if not right:
        return rows
    places = right if live is None else [live[index] for index in right]
    found = _selected(run, spot, type_, [sources[index] for index in right], places)
    return _placed(rows, right, found)


def _placed(rows: list[Any], places: Sequence[int], found: MaybeRows) -> MaybeRows:
    if not isinstance(found, list):
        return _placed_later(rows, places, found)
    for place, row in zip(places, found, strict=True):
        rows[place] = row
    return rows


async def _placed_later(rows: list[Any], places: Sequence[int], found: Awaitable[Rows]) -> Rows:
    placed = _placed(rows, places, await found)
    assert isinstance(placed, list)
    return placed


def _selected(
    run: Run,
    spot: Spot,
    type_: GraphQLObjectType,
    sources: list[Any],
    live: Sequence[int] | None,
) -> MaybeRows:
    try:
        plan = spot.field.below(type_)
    except (GraphQLError, RecursionError) as error:
        places = range(len(sources)) if live is None else live
        return [run.failures.add(spot, place, error) for place in places]
    return run.level(Frame(plan, sources, spot, live))


def _of_some_type(
    run: Run, spot: Spot, sources: list[Any], live: Sequence[int] | None
) -> MaybeRows:
    """Rows of objects of an interface or a union: each resolves to its type, and each type is a
    frame of its own."""
    abstract = spot.field.shape.named
    schema = run.executor.schema
    by_class: dict[type, GraphQLObjectType | None] = spot.field.memo.setdefault(_of_some_type, {})
    types: list[Any] = []
    for index, source in enumerate(sources):
        class_ = type(source)
        if class_ not in by_class and hasattr(class_, "__strawberry_definition__"):
            by_class[class_] = declared.type_of_class(schema, abstract, class_)
        known = by_class.get(class_)
        if known is None or declared.is_cast(source):
            known = _asked_type(run, spot, abstract, source, index if live is None else live[index])
        types.append(known)
    waiting = run.awaitables(types, set(map(type, types)))
    if waiting:
        return _of_some_type_later(run, spot, sources, live, types, waiting)
    return _of_types(run, spot, sources, live, types)


def _asked_type(run: Run, spot: Spot, abstract: Any, source: Any, place: int) -> Any:
    resolve_type = abstract.resolve_type or run.executor.type_resolver
    try:
        return resolve_type(source, run.info(spot.field, spot.paths()[place]), abstract)
    except Exception as error:
        return error


async def _of_some_type_later(
    run: Run,
    spot: Spot,
    sources: list[Any],
    live: Sequence[int] | None,
    types: list[Any],
    waiting: list[int],
) -> Rows:
    done = await gathered([settled(spot, types[index]) for index in waiting])
    for index, type_ in zip(waiting, done, strict=True):
        types[index] = type_
    rows = _of_types(run, spot, sources, live, types)
    return rows if isinstance(rows, list) else await rows


def _of_types(
    run: Run,
    spot: Spot,
    sources: list[Any],
    live: Sequence[int] | None,
    types: list[Any],
) -> MaybeRows:
    rows: list[Any] = [None] * len(sources)
    groups: dict[GraphQLObjectType, list[int]] = {}
    for index, named in enumerate(types):
        place = index if live is None else live[index]
        type_ = named
        if not isinstance(named, GraphQLObjectType):
            try:
                type_ = _valid_type(run, spot, sources[index], named, place)
            except Exception as error:
                rows[index] = run.failures.add(spot, place, error)
                continue
        groups.setdefault(type_, []).append(index)
    waiting: list[Awaitable[Rows]] = []
    for type_, indices in groups.items():
        places = indices if live is None else [live[index] for index in indices]
        found = _of_type(run, spot, type_, [sources[index] for index in indices], places)
        placed = _placed(rows, indices, found)
        if not isinstance(placed, list):
            waiting.append(placed)
    return _all_placed(rows, waiting) if waiting else rows


def _valid_type(run: Run, spot: Spot, source: Any, named: Any, place: int) -> GraphQLObjectType:
    if isinstance(named, Exception):
        raise named
    field = spot.field
    type_: GraphQLObjectType = run.executor.ensure_valid_runtime_type(
        named, field.shape.named, field.details, run.info(field, spot.paths()[place]), source
    )
    return type_


async def _all_placed(rows: list[Any], waiting: list[Awaitable[Rows]]) -> Rows:
    await gathered(waiting)
    return rows


def _paths(spot: Spot, live: Sequence[int] | None) -> list[Any]:
    paths = spot.paths()
    return list(paths) if live is None else [paths[place] for place in live]
