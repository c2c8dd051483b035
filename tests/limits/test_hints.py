"""Hints for mistaken names are few, and made of the schema's names alone."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from graphql import GraphQLError
from graphql.pyutils import suggestion_list
from graphql.validation.rules import known_argument_names, known_type_names

from netql.api.answering import ANY, Schema
from netql.api.operations import Asked, Mistaken
from netql.api.schema import create_schema
from netql.api.validating import MOST_HINTS, MOST_MISTAKES, MOST_OF_VALUE


@pytest.fixture(scope="module")
def schema() -> Schema:
    return create_schema()


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that mistaken ones were compared with, each as often as it was."""
    names: list[str] = []

    def noted(name: str, options: Collection[str]) -> list[str]:
        names.extend(options)
        return suggestion_list(name, options)

    for rule in (known_argument_names, known_type_names):
        monkeypatch.setattr(rule, "suggestion_list", noted)
    return names


def mistakes(schema: Schema, text: str, name: str | None = None) -> list[str]:
    with pytest.raises(Mistaken) as mistaken:
        schema.operations.find(Asked(text, None, name), ANY)
    errors = mistaken.value.errors
    assert all(isinstance(error, GraphQLError) for error in errors)
    return [error.message for error in errors if isinstance(error, GraphQLError)]


def test_the_first_mistaken_types_get_a_hint(schema: Schema, compared: list[str]) -> None:
    """Twenty took a quarter of a second, in which nobody else was answered."""
    spreads = " ".join(f"... on ConnectionEdg{n:02} {{ id }}" for n in range(MOST_MISTAKES))
    text = f"{{ viewer {{ {spreads} id }} }}"
    told = mistakes(schema, text)
    assert told[0].startswith("Unknown type 'ConnectionEdg00'. Did you mean 'ConnectionEdge'")
    assert ["Did you mean" in one for one in told] == [True] * MOST_HINTS + [False] * (
        MOST_MISTAKES - MOST_HINTS
    )
    assert told[-1] == f"Unknown type 'ConnectionEdg{MOST_MISTAKES - 1}'."
    assert len(compared) == MOST_HINTS * len(schema._schema.type_map)


TYPES = " ".join(f"type {'A' * 200}{n} {{ a: Int }}" for n in range(4))
ARGUMENTS = " ".join(f"{'b' * 40}{n}: Int" for n in range(500))


@pytest.mark.parametrize(
    "text",
    [
        f"query Q {{ viewer {{ ... on {'A' * 200} {{ id }} }} }} {TYPES}",
        f"query Q {{ viewer {{ id @d({'b' * 40}: 1) }} }} directive @d({ARGUMENTS}) on FIELD",
        f"directive @d({ARGUMENTS}) on FIELD query Q {{ viewer {{ id @d({'b' * 40}: 1) }} }}",
        "query Q { viewer { id } } extend type Query { a: Int }",
    ],
)
def test_nothing_is_compared_with_what_the_text_defines(
    schema: Schema, compared: list[str], text: str
) -> None:
    """25 kB of it took eight seconds. It is told that it must not define anything."""
    told = mistakes(schema, text, "Q")
    assert all(one.endswith("definition is not executable.") for one in told)
    assert len(told) == (4 if TYPES in text else 1)
    assert compared == []


def test_a_value_is_repeated_for_its_first_mistakes_only(schema: Schema) -> None:
    """Each tells the whole value: twenty of one of 35 kB made 820 kB in a sixth of a second."""
    wrong = " ".join(f"x{n}: 1" for n in range(300))
    told = mistakes(schema, f"{{ member(by: {{{wrong}}}) {{ id }} }}")
    # And what Strawberry's own rule has to say.
    assert len(told) == MOST_OF_VALUE + 1
    assert [f"unknown field 'x{n}'" in one for n, one in enumerate(told)] == [
        True
    ] * MOST_OF_VALUE + [False]
    each = " ".join(f"m{n}: searchMembers(query: [{n}]) {{ totalCount }}" for n in range(9))
    assert len(mistakes(schema, f"{{ {each} }}")) == 9
