"""The tabs that the explorer opens with ask for what the schema has."""

from __future__ import annotations

import re

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate

from netql.api.explorer.page import STATIC
from netql.api.schema import printed

SOURCE = (STATIC / "examples.js").read_text()
# `const name = <text>;` for the demo's, `query: <text>,` for the plain one.
TEXTS = dict(re.findall(r"(?:const (\w+) =|query:) `(.*?)`[;,]", SOURCE, re.DOTALL))
TABS = re.findall(r"\{ query: (\w+)(?:, variables: variables\(\{ (\w+): .*? \}\))? \}", SOURCE)


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(printed())


def operation(text: str) -> OperationDefinitionNode:
    (definition,) = parse(text).definitions
    assert isinstance(definition, OperationDefinitionNode)
    return definition


@pytest.mark.parametrize("text", TEXTS.values(), ids=[name or "plain" for name in TEXTS])
def test_an_example_fits_the_schema(schema: GraphQLSchema, text: str) -> None:
    assert validate(schema, parse(text)) == []


def test_the_demos_tabs_tell_the_story_in_order() -> None:
    titles = [operation(TEXTS[name]).name for name, _ in TABS]
    assert [title and title.value for title in titles] == [
        "BensProfile",
        "MyNetwork",
        "Invites",
        "Invite",
        "Accept",
    ]
    assert len(TEXTS) == len(TABS) + 1


def test_each_tab_brings_the_variables_that_its_operation_has() -> None:
    for name, variable in TABS:
        declared = [
            one.variable.name.value for one in operation(TEXTS[name]).variable_definitions or ()
        ]
        assert declared == ([variable] if variable else [])


def test_no_comment_is_taken_for_the_title_of_its_tab() -> None:
    # GraphiQL's own rule: the first line outside of a comment that names an operation.
    rule = r"^(?!#).*(query|subscription|mutation)\s+([a-zA-Z0-9_]+)"
    assert f"/{rule}/m" in (STATIC / "vendor" / "graphiql.min.js").read_text()
    title = re.compile(rule, re.MULTILINE)
    for text in TEXTS.values():
        named = operation(text).name
        found = title.search(text)
        assert named is not None
        assert found is not None
        assert found[2] == named.value
