"""Asking a small schema, on either executor."""

from __future__ import annotations

from collections.abc import Callable
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult, GraphQLSchema, build_schema, execute, parse

from netql.execution import BreadthFirstExecutor
from netql.execution.declared import COLUMN


def schema_of(text: str, **fields: Callable[..., Any] | dict[str, Any]) -> GraphQLSchema:
    """A schema with resolvers: `Type__field=resolver`, or `=column(...)` for a field of columns."""
    schema = build_schema(text)
    for where, given in fields.items():
        type_name, name = where.split("__")
        type_: Any = schema.type_map[type_name]
        if isinstance(given, dict):
            type_.fields[name].extensions = given
        else:
            type_.fields[name].resolve = given
    return schema


def column(compute: Callable[..., Any]) -> dict[str, Any]:
    """What makes a field compute its own column."""
    return {COLUMN: compute}


async def ask(
    schema: GraphQLSchema, query: str, *, ours: bool = True, **options: Any
) -> ExecutionResult:
    """The answer of our executor, or of graphql-core's."""
    found = execute(
        schema, parse(query), executor_class=BreadthFirstExecutor if ours else None, **options
    )
    return await found if isawaitable(found) else found


def told(result: ExecutionResult) -> list[tuple[str, list[str | int]]]:
    """The errors of an answer: what, and where."""
    return [(error.message, list(error.path or ())) for error in result.errors or ()]
