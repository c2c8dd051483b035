"""Plans: made once for an operation, kept for a while, and never for what they do not run."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLDeferDirective,
    GraphQLSchema,
    build_schema,
    execute,
    experimental_execute_incrementally,
    parse,
    specified_directives,
)
from graphql.execution.collect_fields import FragmentDetails

from netql.execution import BreadthFirstExecutor, left_to_graphql_core
from netql.execution.plan import MOST_PLANS, MOST_VARIANTS, plan_of
from netql.execution.rows import row_builder
from tests.execution import ONCE

pytestmark = ONCE

_SDL = "type Query { a: Int b: Int c: Query }"


def _plan(schema: GraphQLSchema, document: Any) -> Any:
    operation, *fragments = document.definitions
    return plan_of(schema, operation, {one.name.value: FragmentDetails(one) for one in fragments})


def test_a_plan_is_kept_for_its_nodes_and_no_others() -> None:
    schema, document = build_schema(_SDL), parse("{ a ...P } fragment P on Query { b }")
    assert _plan(schema, document) is _plan(schema, document)
    again = parse("{ a ...P } fragment P on Query { b }")
    assert _plan(schema, again) is not _plan(schema, document)
    assert _plan(build_schema(_SDL), document) is not _plan(schema, document)
    operation: Any = document.definitions[0]
    other: Any = parse("fragment P on Query { a }").definitions[0]
    assert plan_of(schema, operation, {"P": FragmentDetails(other)}) is not _plan(schema, document)


def test_plans_are_bounded_and_the_oldest_goes_first() -> None:
    schema = build_schema(_SDL)
    documents = [parse("{ a }") for _ in range(MOST_PLANS + 1)]
    plans = [_plan(schema, document) for document in documents]
    assert all(_plan(schema, documents[n]) is plans[n] for n in range(1, MOST_PLANS + 1))
    assert _plan(schema, documents[0]) is not plans[0]


def test_a_plan_has_a_variant_for_each_decision_and_not_too_many() -> None:
    schema = build_schema(_SDL)
    names = [f"v{number}" for number in range(5)]
    declared = ", ".join(f"${name}: Boolean!" for name in names)
    fields = " ".join(f"k{name}: a @include(if: ${name})" for name in names)
    document = parse(f"query({declared}, $other: Int) {{ b {fields} }}")
    variants = _plan(schema, document)._variants
    for number in range(32):
        chosen = {name: bool(number >> place & 1) for place, name in enumerate(names)}
        for other in (1, 2):
            result = execute(
                schema,
                document,
                {"a": 1, "b": 2},
                variable_values={**chosen, "other": other},
                executor_class=BreadthFirstExecutor,
            )
            assert isinstance(result, ExecutionResult)
            wanted = {"b": 2} | {f"k{name}": 1 for name in names if chosen[name]}
            assert result.data == wanted
        assert len(variants) == min(number + 1, MOST_VARIANTS)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("{ a ... @defer { b } }", "incremental delivery"),
        ("{ a ...P } fragment P on Query { b ... @defer { b } }", "incremental delivery"),
        ("{ a ... { b } }", None),
    ],
)
def test_what_is_left_to_graphql_core_is_counted(query: str, reason: str | None) -> None:
    plain = build_schema(_SDL)
    schema = GraphQLSchema(
        plain.query_type, directives=(*specified_directives, GraphQLDeferDirective)
    )
    before = left_to_graphql_core.copy()
    experimental_execute_incrementally(
        schema, parse(query), {"a": 1, "b": 2}, executor_class=BreadthFirstExecutor
    )
    counted = left_to_graphql_core - before
    assert counted == ({reason: 1} if reason else {})


def test_builders_are_kept_for_short_keys_alone() -> None:
    """What is kept of clients' texts is weighed by their documents, and this is no part of one."""
    short, long = ("id", "name"), ("a" * 300, "b" * 300)
    assert row_builder(short) is row_builder(short)
    assert row_builder(long) is not row_builder(long)
    columns = [[1, 2], [3, 4]]
    assert row_builder(long)(columns, 2) == [
        dict(zip(long, row, strict=True)) for row in ((1, 3), (2, 4))
    ]
