"""What a plan costs: the time to make it, and the memory that it keeps."""

from __future__ import annotations

import gc
import random
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_abstract_type,
    is_object_type,
    parse,
    validate,
)
from turns import spread

from documents import DOCUMENTS
from netql.execution import BreadthFirstExecutor
from netql.execution.plan import FieldPlan, OperationPlan

_VARIABLES = {"first": 50}


def compiled(schema: GraphQLSchema, document: DocumentNode) -> tuple[OperationPlan, int]:
    """The whole plan of a document, every selection of it too, and how many fields it has.

    A server makes selections when something is found to select from; here all are made.
    """
    executor: Any = BreadthFirstExecutor.build(schema, document, raw_variable_values=_VARIABLES)
    plan = OperationPlan(schema, executor.operation, executor.fragments)
    waiting, fields = [plan.variant(executor.variable_values).root], 0
    while waiting:
        selection = waiting.pop()
        fields += len(selection.fields)
        for field in selection.fields:
            waiting += [field.below(type_) for type_ in _types_of(schema, field)]
    return plan, fields


def _types_of(schema: GraphQLSchema, field: FieldPlan) -> list[Any]:
    named = get_named_type(field.definition.type)
    if is_abstract_type(named):
        return list(schema.get_possible_types(named))
    return [named] if is_object_type(named) else []


def timed(work: Callable[[], Any], number: int) -> float:
    """Microseconds of CPU for one call, of so many."""
    gc.collect()
    began = time.process_time()
    for _ in range(number):
        work()
    return (time.process_time() - began) / number * 1e6


def kept(work: Callable[[], Any]) -> int:
    """Bytes that the result of the work holds on to."""
    work()  # What it leaves in caches of others is not its own.
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    result = work()
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del result
    return after - before


def costs(published: str, seconds: float, rounds: int) -> list[dict[str, Any]]:
    """For each document the cost of its plan beside parsing and validating it, in turns."""
    schema = build_schema(published)
    lots = random.Random(1)
    found = []
    for name, text in DOCUMENTS.items():
        document = parse(text)
        if errors := validate(schema, document):
            raise SystemExit(f"{name}: {errors[0]}")
        works: dict[str, Callable[[], Any]] = {
            "plan": lambda document=document: compiled(schema, document),
            "parse": lambda text=text: parse(text),
            "validate": lambda document=document: validate(schema, document),
        }
        numbers = {
            what: max(1, int(seconds * 1e6 / timed(work, 1))) for what, work in works.items()
        }
        times: dict[str, list[float]] = {what: [] for what in works}
        for _ in range(rounds):
            for what in lots.sample(list(works), len(works)):
                times[what].append(timed(works[what], numbers[what]))
        both = zip(times["plan"], times["parse"], times["validate"], strict=True)
        found.append(
            {
                "document": name,
                "characters": len(text),
                "fields": compiled(schema, document)[1],
                "us": {what: spread(values)._asdict() for what, values in times.items()},
                "ratio": spread([plan / (read + judged) for plan, read, judged in both])._asdict(),
                "plan_bytes": kept(works["plan"]),
                "document_bytes": kept(works["parse"]),
            }
        )
    return found
