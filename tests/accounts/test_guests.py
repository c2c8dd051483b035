"""Guests may join and sign in; every other mutation asks who they are, and changes nothing.

The mutations are read from the schema, so a new one joins by itself.
"""

from __future__ import annotations

from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    build_schema,
    get_named_type,
)

from netql.api.schema import printed
from tests import rows
from tests.api import Api
from tests.people import People

FOR_GUESTS = {"signUp", "signIn", "refreshToken"}
SCHEMA = build_schema(printed())
MUTATIONS: dict[str, GraphQLField] = SCHEMA.mutation_type.fields if SCHEMA.mutation_type else {}


def value(field: GraphQLInputField, member_id: str) -> Any:
    """Something that fits an input field."""
    bare = field.type.of_type if isinstance(field.type, GraphQLNonNull) else field.type
    if isinstance(bare, GraphQLList):
        return []
    named = get_named_type(bare)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    return {"ID": member_id, "URL": "https://example.org"}.get(named.name, "some text")


@pytest.mark.parametrize("name", sorted(set(MUTATIONS) - FOR_GUESTS))
async def test_a_guest_is_asked_to_sign_in(api: Api, people: People, name: str) -> None:
    ann = await people.member()
    before = await rows.sizes()
    own = await rows.one("SELECT * FROM members WHERE id = $1", ann.key)
    field = MUTATIONS[name]
    input_type = get_named_type(field.args["input"].type)
    assert isinstance(input_type, GraphQLInputObjectType)
    given = {
        key: value(part, ann.id)
        for key, part in input_type.fields.items()
        if isinstance(part.type, GraphQLNonNull)
    }
    answer = await api.answer(
        f"mutation($input: {input_type.name}!) {{ {name}(input: $input) {{ __typename }} }}",
        input=given,
    )
    assert answer["data"] is None
    [error] = answer["errors"]
    assert error["extensions"]["code"] == "UNAUTHENTICATED"
    assert error["message"] == "Sign in to do this."
    assert error["path"] == [name]
    assert await rows.sizes() == before
    assert await rows.one("SELECT * FROM members WHERE id = $1", ann.key) == own


def test_the_mutations_for_guests_are_there() -> None:
    assert set(MUTATIONS) > FOR_GUESTS
    assert len(MUTATIONS) > 25
