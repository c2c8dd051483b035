"""What is said of a value that does not fit, in a text or in variables: what is wrong, in words of
GraphQL; and nothing changes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api import Api
from tests.people import People

CHANGE = "mutation(%s) { updateProfile(input: {%s}) { userErrors { code } } }"
NO_DATE = 'Value cannot represent a Date: "%s".'
NO_NULL = "may be left out, but not be null."
WRONG: list[tuple[str, str, dict[str, Any], str]] = [
    ("$d: Date", "birthday: $d", {"d": "soon"}, NO_DATE % "soon"),
    ("$d: Date", "birthday: $d", {"d": 20}, NO_DATE % "20"),
    ("$d: Date = null", 'birthday: "soon", name: "New"', {}, NO_DATE % "soon"),
    ("$n: String", "name: $n", {"n": None}, NO_NULL),
    ("$n: String", "name: null, about: $n", {}, f"Field 'name' {NO_NULL}"),
]


@pytest.mark.parametrize(("declared", "changes", "variables", "said"), WRONG)
async def test_a_value_that_does_not_fit_is_told_as_what_it_is(
    api: Api, people: People, declared: str, changes: str, variables: dict[str, Any], said: str
) -> None:
    ann = await people.member()
    before = await api.answer("{ viewer { name birthday } }", as_=ann)
    answer = await api.answer(CHANGE % (declared, changes), as_=ann, **variables)
    messages = [error["message"] for error in answer["errors"]]
    assert any(said in message for message in messages), messages
    codes = {error["extensions"]["code"] for error in answer["errors"]}
    assert codes <= {"GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"}
    for word in ("Maybe", "str'", "found null"):
        assert not any(word in message for message in messages), messages
    assert (NO_NULL in said) == any(NO_NULL in message for message in messages), messages
    assert await api.answer("{ viewer { name birthday } }", as_=ann) == before


async def test_a_wrong_choice_of_one_is_told_as_such(api: Api, people: People) -> None:
    ann = await people.member()
    query = "query($by: MemberBy!) { member(by: $by) { id } }"
    for by in ({}, {"id": "x", "handle": "y"}, {"id": None}):
        answer = await api.answer(query, as_=ann, by=by)
        [error] = answer["errors"]
        assert "OneOf" in error["message"] or "non-null" in error["message"], error
        assert error["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
