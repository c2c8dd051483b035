"""From resolved values to what the answer holds, a column at a time.

Every function gives the completed column, or an awaitable of it if something in it has to be
awaited. A value that failed is null, or NULLED where null may not stand: then whatever is around
it takes the null. The slow ways are for the columns that need them: with nothing missing and
nothing wrong, no place of a column is looked at one by one.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from contextlib import suppress
from itertools import chain
from types import NoneType
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, Undefined
from graphql.pyutils import UndefinedType, is_iterable

from netql.execution import objects
from netql.execution.failures import NULLED, Nulled
from netql.execution.missing import is_missing, missing, settled
from netql.execution.places import Spot
from netql.execution.shapes import Kind
from netql.execution.together import gathered, given_up

if TYPE_CHECKING:
    from netql.execution.run import MaybeRows, Rows, Run

_ABSENT: frozenset[type] = frozenset((NoneType, UndefinedType))
_LISTS_AND_NULLS = {list, NoneType}


def complete(run: Run, spot: Spot, values: list[Any], *, awaited: bool = False) -> MaybeRows:
    """A column of resolved values, completed."""
    shape = spot.field.shape
    classes = set(map(type, values))
    innermost = spot.depth == shape.depth
    if innermost and classes <= shape.plain:
        return values
    if not awaited:
        waiting = run.awaitables(values, classes)
        if waiting:
            waiting = _leave_doomed(run, spot, values, waiting)
            classes = set(map(type, values))
        if waiting:
            return _complete_later(run, spot, values, waiting)
    if not innermost:
        return _lists(run, spot, values, classes)
    if shape.kind is Kind.LEAF:
        return _leaves(run, spot, values, classes)
    return objects.complete_objects(run, spot, values, classes)


async def _complete_later(run: Run, spot: Spot, values: list[Any], waiting: list[int]) -> Rows:
    values = list(values)
    if len(waiting) == 1:
        values[waiting[0]] = await settled(spot, values[waiting[0]])
    elif spot.up is None or spot.field.shape.nullable[spot.depth]:
        done = await gathered([settled(spot, values[index]) for index in waiting])
        for index, value in zip(waiting, done, strict=True):
            values[index] = value
    else:
        await _settle_items(spot, values, waiting)
    completed = complete(run, spot, values, awaited=True)
    return completed if isinstance(completed, list) else await completed


async def _settle_items(spot: Spot, values: list[Any], waiting: list[int]) -> None:
    """Wait for items that may not be null; the first that fails ends the wait for its list."""
    owners = spot.owners()
    lists: dict[int, list[asyncio.Task[Any]]] = {}
    soon = asyncio.get_running_loop().call_soon

    async def settle(place: int) -> Any:
        value = await settled(spot, values[place])
        if is_missing(value):
            for other in lists[owners[place]]:
                if other is not asyncio.current_task():
                    # Soon, when all have begun: one that never did would leave its coroutine over.
                    soon(other.cancel)
        return value

    tasks = []
    for place in waiting:
        task = asyncio.ensure_future(settle(place))
        tasks.append(task)
        lists.setdefault(owners[place], []).append(task)
    try:
        await asyncio.wait(tasks)
    except BaseException:
        await given_up(tasks)
        raise
    for place, task in zip(waiting, tasks, strict=True):
        values[place] = NULLED if task.cancelled() else task.result()


def _leave_doomed(run: Run, spot: Spot, values: list[Any], waiting: list[int]) -> list[int]:
    """The places still worth waiting for, once what is missing already has taken its list away."""
    if spot.up is None or spot.field.shape.nullable[spot.depth] or not run.failures.propagating:
        return waiting
    owners = spot.owners()
    doomed = {owners[place] for place, value in enumerate(values) if is_missing(value)}
    if not doomed:
        return waiting
    left = [place for place in waiting if owners[place] in doomed]
    run.executor.settle_in_background([values[place] for place in left])
    for place in left:
        values[place] = NULLED
    return [place for place in waiting if owners[place] not in doomed]


def _leaves(run: Run, spot: Spot, values: list[Any], classes: set[type]) -> Rows:
    coerce = spot.field.shape.named.coerce_output_value
    gaps = NoneType in classes
    if not (gaps and not spot.field.shape.nullable[spot.depth]) and not _lost(classes):
        try:
            if gaps:
                done = [None if value is None else coerce(value) for value in values]
            else:
                done = list(map(coerce, values))
        except Exception:
            done = [Undefined]
        # A coercion may also say null or undefined for a value that is neither.
        absent = _ABSENT.intersection(map(type, done))
        if not absent or (gaps and _as_absent(values, done)):
            return done
    return [_leaf(run, spot, place, value) for place, value in enumerate(values)]


def _lost(classes: set[type]) -> bool:
    return any(
        class_ is Nulled or class_ is UndefinedType or issubclass(class_, Exception)
        for class_ in classes
    )


def _as_absent(values: list[Any], done: list[Any]) -> bool:
    return all(
        (value is None) == (made is None) and made is not Undefined
        for value, made in zip(values, done, strict=False)
    )


def _leaf(run: Run, spot: Spot, place: int, value: Any) -> Any:
    if is_missing(value):
        return missing(run, spot, place, value)
    try:
        return run.executor.complete_leaf_value(spot.field.shape.named, value)
    except Exception as error:
        return run.failures.add(spot, place, error)


def _lists(run: Run, spot: Spot, values: list[Any], classes: set[type]) -> MaybeRows:
    if classes == {list}:
        flat = list(chain.from_iterable(values))
        inside = spot.inside(None, list(map(len, values)))
        return _regrouped(run, inside, [None] * len(values), complete(run, inside, flat))
    if classes == _LISTS_AND_NULLS and spot.field.shape.nullable[spot.depth]:
        live = [place for place, value in enumerate(values) if value is not None]
        lists = [values[place] for place in live]
        inside = spot.inside(live, list(map(len, lists)))
        flat = list(chain.from_iterable(lists))
        return _regrouped(run, inside, [None] * len(values), complete(run, inside, flat))
    # Before any iterator is read: it can be read once.
    draining = [
        place
        for place, value in enumerate(values)
        if not is_missing(value) and run.executor.is_async_iterable(value)
    ]
    if draining:
        return _lists_later(run, spot, values, draining)
    completed: list[Any] = [None] * len(values)
    live = []
    lists = []
    for place, value in enumerate(values):
        if is_missing(value):
            completed[place] = missing(run, spot, place, value)
        else:
            items = _items(run, spot, value)
            if isinstance(items, Exception):
                completed[place] = run.failures.add(spot, place, items)
            else:
                live.append(place)
                lists.append(items)
    inside = spot.inside(live, list(map(len, lists)))
    flat = list(chain.from_iterable(lists))
    return _regrouped(run, inside, completed, complete(run, inside, flat))


def _items(run: Run, spot: Spot, value: Any) -> list[Any] | Exception:
    if not is_iterable(value):
        field = spot.field
        return GraphQLError(
            f"Expected Iterable, but did not find one for field '{field.parent_type}.{field.name}'."
        )
    items: list[Any] = []
    iterator = iter(value)
    try:
        items.extend(iterator)
    except Exception as error:
        with suppress(Exception):
            items.extend(iterator)
        _let_go(run, items)
        return error
    return items


def _let_go(run: Run, items: list[Any]) -> None:
    """Await, in the background, what a list gave before it failed: nobody else would ever."""
    for item in items:
        if isinstance(item, list | tuple):
            _let_go(run, list(item))
    run.executor.track_async_work(items)


async def _lists_later(run: Run, spot: Spot, values: list[Any], draining: list[int]) -> Rows:
    """Async iterables are lists once they have been read to their end."""
    drained = list(values)
    whole = spot.field.shape.nullable[spot.depth + 1]
    done = await gathered([_drained(run, values[place], whole) for place in draining])
    for place, items in zip(draining, done, strict=True):
        drained[place] = items
    completed = _lists(run, spot, drained, set(map(type, drained)))
    return completed if isinstance(completed, list) else await completed


async def _drained(run: Run, iterable: Any, whole: bool) -> list[Any] | Exception:
    """The items of an async iterable; unless `whole`, up to the first that takes the list away."""
    iterator = aiter(iterable)
    items = []
    try:
        async for item in iterator:
            items.append(item)
            if not whole and is_missing(item):
                break
    except Exception as error:
        _let_go(run, items)
        return error
    finally:
        close = getattr(iterator, "aclose", None)
        if close is not None:
            with suppress(Exception):
                await close()
    return items


def _regrouped(run: Run, inside: Spot, completed: list[Any], done: MaybeRows) -> MaybeRows:
    """The lists of a column, cut from the completed items of all of them."""
    if not isinstance(done, list):
        return _regrouped_later(run, inside, completed, done)
    around = inside.up
    assert around is not None
    live = range(len(completed)) if inside.live is None else inside.live
    nullable = around.field.shape.nullable[around.depth]
    begin = 0
    for place, length in zip(live, inside.lengths, strict=True):
        part = done[begin : begin + length]
        begin += length
        if run.failures and any(item is NULLED for item in part):
            completed[place] = None if nullable else NULLED
        else:
            completed[place] = part
    return completed


async def _regrouped_later(
    run: Run, inside: Spot, completed: list[Any], done: Awaitable[Rows]
) -> Rows:
    regrouped = _regrouped(run, inside, completed, await done)
    assert isinstance(regrouped, list)
    return regrouped
