"""What a text asks for is measured in one walk, whatever it looks like."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    get_introspection_query,
    parse,
)

from netql.api.answering import Schema
from netql.api.costs import CEILING, CostOf
from netql.api.explorer import example_texts
from netql.api.limits import Limits
from netql.api.measuring import Measure, Measuring
from netql.api.operations import Asked, Mistaken
from netql.api.schema import create_schema
from tests.limits.documents import COSTS, aliased, bomb, deep, directed, lexed, rooted

HERE = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def schema() -> Schema:
    return create_schema()


@pytest.fixture(scope="module")
def core(schema: Schema) -> GraphQLSchema:
    return schema._schema


def measured(core: GraphQLSchema, text: str) -> tuple[Measure, Measuring]:
    document = parse(text)
    measuring = Measuring(core, document)
    [first, *_] = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    return measuring.operation(first), measuring


@pytest.mark.parametrize("text", COSTS)
def test_the_cost_is_the_number_of_values_that_an_answer_can_hold(
    core: GraphQLSchema, text: str
) -> None:
    measure, _ = measured(core, text)
    assert CostOf(measure.cost).constant == COSTS[text]


VARIABLES = [
    ("query($n: Int) { viewer { connections(first: $n) { nodes { id } } } }", {"n": 7}, 3 + 7),
    ("query($n: Int) { viewer { connections(first: $n) { nodes { id } } } }", {}, 3 + 20),
    ("query($n: Int) { viewer { connections(first: $n) { nodes { id } } } }", {"n": None}, 3 + 20),
    ("query($n: Int) { viewer { connections(first: $n) { nodes { id } } } }", {"n": 900}, 3 + 100),
    ("query($n: Int) { viewer { connections(first: $n) { nodes { id } } } }", {"n": -5}, 3 + 1),
    (
        "query($n: Int, $m: Int) { viewer { connections(first: $n, last: $m) { nodes { id } } } }",
        {"m": 4},
        3 + 4,
    ),
    (
        """query($n: Int, $m: Int) { viewer { connections(first: $n) { nodes { member {
        connections(first: $m) { nodes { id } } } } } } }""",
        {"n": 3, "m": 5},
        3 + 3 * (1 + 1 + 1 + 5),
    ),
    (
        """query($n: Int) { viewer { ...F connections(first: 2) { nodes { member { ...F } } } } }
        fragment F on Member { mutualConnections(first: $n) { nodes { id } } }""",
        {"n": 6},
        1 + 8 + 2 + 2 * (1 + 8),
    ),
    ("query($i: [ID!]!) { nodes(ids: $i) { id } }", {"i": ["a", "b"]}, 1 + 2),
]


@pytest.mark.parametrize(("text", "variables", "cost"), VARIABLES)
def test_the_cost_is_that_of_the_pages_asked_for(
    core: GraphQLSchema, text: str, variables: dict[str, Any], cost: int
) -> None:
    measure, _ = measured(core, text)
    compiled = CostOf(measure.cost)
    assert compiled.constant is None
    assert compiled.of(variables) == cost
    # What is worked out for one request is nothing to the next.
    assert compiled.of(variables) == cost


def test_other_numbers_are_counted_with_fragments_expanded(core: GraphQLSchema) -> None:
    text = """query Q($a: ID! @x) @x { ...F a: viewer @x { ...on Member { id } } __typename }
      fragment F on Query @x { b: member(by: {id: $a}) { c: name ...G } ...G2 }
      fragment G on Member { connections { nodes { member { d: id } } } }
      fragment G2 on Query { viewer { id } }"""
    measure, _ = measured(core, text)
    assert (measure.depth, measure.aliases, measure.directives) == (5, 4, 4)
    assert (measure.fields, measure.sensitive) == (4, 0)


def test_a_fragment_is_looked_at_once_however_often_it_is_spread(core: GraphQLSchema) -> None:
    """300 levels of it would be 2 to the 300 fields."""
    counts = {}
    for levels in (100, 200, 300):
        measure, measuring = measured(core, bomb(levels))
        assert measure.aliases == CEILING
        assert CostOf(measure.cost).of({}) == CEILING
        counts[levels] = measuring.visited
    assert counts[300] - counts[200] == counts[200] - counts[100] <= 100 * 6


def test_operations_share_the_measures_of_fragments(core: GraphQLSchema) -> None:
    text = bomb(50).replace("{ ...F0 }", " ".join(f"query Q{n} {{ ...F0 }}" for n in range(50)), 1)
    document = parse(text)
    measuring = Measuring(core, document)
    for one in document.definitions:
        if isinstance(one, OperationDefinitionNode):
            assert measuring.operation(one).aliases == CEILING
    assert measuring.visited <= 50 * 6 + 50 * 2 + 2


def test_a_cost_of_many_variables_is_worked_out_once_for_each_fragment(
    core: GraphQLSchema,
) -> None:
    chain = "".join(
        f"""fragment F{n} on Member {{ connections(first: $n) {{ nodes {{ member {{ ...F{n + 1}
        }} other: member {{ ...F{n + 1} }} }} }} }} """
        for n in range(300)
    )
    text = f"query($n: Int) {{ viewer {{ ...F0 }} }} {chain} fragment F300 on Member {{ id }}"
    measure, _ = measured(core, text)
    compiled = CostOf(measure.cost)
    assert compiled.constant is None
    assert len(compiled._steps) <= 300 * 6
    assert compiled.of({"n": 1}) == compiled.of({"n": 50}) == CEILING


@pytest.mark.parametrize(
    "text",
    [
        "{ ...F } fragment F on Query { ...F }",
        "{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }",
        "{ ...Unknown viewer { unknown { unknown } } unknown(first: 5) { nodes { id } } }",
        "{ ...F } fragment F on Unknown { id } fragment F on Query { id }",
        "{ ... on SignInInput { handle } ... on Audience { x } ... on Node { id name } }",
        "mutation { viewer { id } } subscription { viewer }",
        '{ viewer { connections(first: "x", last: 1.5) { nodes { id } } } }',
        "{ viewer { connections(first: " + "9" * 5000 + ") { nodes { id } } } }",
        "{ nodes(ids: {a: 1}) { id } __schema __type { name } }",
    ],
)
def test_a_text_that_is_not_valid_is_measured_and_left_to_validation(
    schema: Schema, text: str
) -> None:
    with pytest.raises(Mistaken) as refused:
        schema.operations.find(Asked(text), frozenset(OperationType))
    assert all(not hasattr(error, "details") for error in refused.value.errors)


LIMITS = [
    ("TOKEN_LIMIT_EXCEEDED", "tokens", 100, lexed(100), lexed(101)),
    ("DEPTH_LIMIT_EXCEEDED", "depth", 5, deep(5), deep(8)),
    ("ALIAS_LIMIT_EXCEEDED", "aliases", 4, aliased(4), aliased(5)),
    ("DIRECTIVE_LIMIT_EXCEEDED", "directives", 4, directed(4), directed(5)),
    ("ROOT_FIELD_LIMIT_EXCEEDED", "root_fields", 4, rooted(4), rooted(5)),
    (
        "COST_LIMIT_EXCEEDED",
        "cost",
        103,
        "{ viewer { connections(first: 100) { nodes { id } } } }",
        "{ viewer { id connections(first: 100) { nodes { id } } } }",
    ),
]


@pytest.mark.parametrize(("code", "name", "limit", "within", "beyond"), LIMITS)
def test_a_text_at_the_limit_passes_and_one_beyond_is_refused(
    code: str, name: str, limit: int, within: str, beyond: str
) -> None:
    operations = create_schema(limits=Limits(**{name: limit})).operations
    assert operations.find(Asked(within), frozenset(OperationType))
    for _ in range(2):
        with pytest.raises(Mistaken) as refused:
            operations.find(Asked(beyond), frozenset(OperationType))
        [error] = refused.value.errors
        found = 8 if name == "depth" else limit + 1
        assert (error.code, error.details) == (code, {"limit": limit, "found": found})  # type: ignore[attr-defined]
    assert not operations.documents.knows(beyond)


def test_comments_are_counted_too(schema: Schema) -> None:
    def find(number: int) -> None:
        schema.operations.find(Asked("#\n" * number + "{ __typename }"), frozenset(OperationType))

    find(500)
    with pytest.raises(Mistaken) as refused:
        find(501)
    [error] = refused.value.errors
    assert error.details == {"limit": 500, "found": 501}  # type: ignore[attr-defined]


def test_what_tools_and_the_explorer_ask_is_within_the_limits(schema: Schema) -> None:
    introspection = [
        get_introspection_query(
            specified_by_url=True,
            directive_is_repeatable=True,
            schema_description=True,
            input_value_deprecation=True,
        ),
        get_introspection_query(descriptions=False),
    ]
    ours = re.findall(r"```graphql\n(.*?)```", (HERE / "README.md").read_text("utf-8"), re.DOTALL)
    raced = [file.read_text("utf-8") for file in (HERE / "benchmarks/race/queries/netql").iterdir()]
    assert ours
    assert raced
    for text in (*introspection, *example_texts(), *ours, *raced):
        assert schema.operations.find(Asked(text), frozenset(OperationType))


def test_describing_the_schema_many_times_over_is_not(schema: Schema) -> None:
    part = "__schema { types { fields { type { fields { name } } } } }"
    text = "{ " + " ".join(f"a{n}: {part}" for n in range(20)) + " }"
    with pytest.raises(Mistaken) as refused:
        schema.operations.find(Asked(text), frozenset(OperationType))
    assert refused.value.errors[0].code == "COST_LIMIT_EXCEEDED"  # type: ignore[attr-defined]


def test_few_mistakes_are_listed_of_many(schema: Schema) -> None:
    text = "{ viewer { " + " ".join(f"conections{n}" for n in range(500)) + " } }"
    with pytest.raises(Mistaken) as refused:
        schema.operations.find(Asked(text), frozenset(OperationType))
    assert len(refused.value.errors) == 21


INTRICATE = [
    "{ viewer { " + "currentPosition { title } " * 400 + "} }",
    "{ viewer { "
    + ("connections(first: 1) { nodes { " + "member { id } " * 15 + "} } ") * 20
    + "} }",
    "{ viewer { " + "name " * 1900 + "} }",
    "{ ...F0 } "
    + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} }}" for n in range(220))
    + " fragment F220 on Query { __typename }",
]


@pytest.mark.parametrize("text", INTRICATE, ids=range(len(INTRICATE)))
def test_validation_gives_up_on_a_text_that_repeats_itself(schema: Schema, text: str) -> None:
    with pytest.raises(Mistaken) as refused:
        schema.operations.find(Asked(text), frozenset(OperationType))
    [error] = refused.value.errors
    assert (error.code, error.details) == ("VALIDATION_LIMIT_EXCEEDED", {"limit": 50_000})  # type: ignore[attr-defined]


def test_many_components_may_ask_for_the_same(schema: Schema) -> None:
    """As Relay puts a page's text together: a fragment each."""
    spreads = " ".join(f"...F{n}" for n in range(40))
    fields = "id handle name currentPosition { title company } viewerRelationship { degree }"
    fragments = " ".join(
        f"fragment F{n} on Member {{ {fields} connections(first: 5) {{ nodes {{ id }} }} }}"
        for n in range(40)
    )
    assert schema.operations.find(
        Asked(f"{{ viewer {{ id {spreads} }} }} {fragments}"), frozenset(OperationType)
    )


def test_fields_that_cannot_be_merged_are_still_refused(schema: Schema) -> None:
    with pytest.raises(Mistaken, match="conflict because"):
        schema.operations.find(Asked("{ viewer { a: id a: name } }"), frozenset(OperationType))
