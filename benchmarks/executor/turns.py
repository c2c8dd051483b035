"""Measuring two ways of doing the same, turn and turn about.

Nothing here waits for anything, so it is CPU time that counts: what others do on the machine
disturbs it less.
"""

from __future__ import annotations

import gc
import json
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any, NamedTuple

from graphql import DocumentNode, execute, parse
from shapes import Shape

from netql.execution import BreadthFirstExecutor, left_to_graphql_core

CORE, OURS = "graphql-core", "netql"
_CLASSES: dict[str, Any] = {CORE: None, OURS: BreadthFirstExecutor}


class Spread(NamedTuple):
    """A median, and the least and the most that went into it."""

    mid: float
    low: float
    high: float


def spread(values: list[float]) -> Spread:
    return Spread(median(values), min(values), max(values))


def run(shape: Shape, which: str, document: DocumentNode | None = None) -> Any:
    """Execute the shape; its result, or an awaitable of it."""
    return execute(
        shape.schema,
        document or shape.document,
        shape.root,
        shape.context(),
        shape.variables,
        executor_class=_CLASSES[which],
    )


async def check(shape: Shape) -> None:
    """Exit unless both give the same answer, errors and their order too, and netql by its own
    executor."""
    left_to_graphql_core.clear()
    answers = []
    for which in (CORE, OURS):
        result = run(shape, which)
        answers.append(json.dumps((await result if shape.awaited else result).formatted))
    if answers[0] != answers[1]:
        raise SystemExit(f"{shape.name}: the answers differ")
    if left_to_graphql_core:
        raise SystemExit(f"{shape.name}: left to graphql-core: {dict(left_to_graphql_core)}")


async def sample(shape: Shape, which: str, documents: list[DocumentNode]) -> float:
    """Microseconds of CPU for one execution, of one for each document."""
    gc.collect()
    if shape.awaited:
        began = time.process_time()
        for document in documents:
            await run(shape, which, document)
    else:
        began = time.process_time()
        for document in documents:
            run(shape, which, document)
    return (time.process_time() - began) / len(documents) * 1e6


async def compared(shape: Shape, seconds: float, rounds: int) -> dict[str, Any]:
    """Each one's microseconds and their ratio, for a document that comes again and again."""
    await check(shape)
    once = min([await sample(shape, CORE, [shape.document]) for _ in range(3)])
    number = max(1, int(seconds * 1e6 / once))
    repeated = await _rounds(shape, rounds, lambda: [shape.document] * number)
    # Copies of few are enough here, and parsing them takes its time.
    copies = min(number, 50)
    first = await _rounds(shape, rounds, lambda: [parse(shape.text) for _ in range(copies)])
    return {"shape": shape.name, "what": shape.what, **repeated, "first": first}


async def _rounds(
    shape: Shape, rounds: int, documents: Callable[[], list[DocumentNode]]
) -> dict[str, Any]:
    """One pair of samples a round, in an order by lot."""
    lots = random.Random(shape.name)
    times: dict[str, list[float]] = {CORE: [], OURS: []}
    for _ in range(rounds):
        for which in lots.sample([CORE, OURS], 2):
            times[which].append(await sample(shape, which, documents()))
    ratios = [core / ours for core, ours in zip(times[CORE], times[OURS], strict=True)]
    return {
        "us": {which: spread(values)._asdict() for which, values in times.items()},
        "ratio": spread(ratios)._asdict(),
    }
