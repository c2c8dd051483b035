"""A request that asks for too much is told so, by HTTP and by socket, and nothing is done."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator

import pytest

from netql.api.validating import MOST_MISTAKES
from netql.settings import Settings
from tests import rows
from tests.api import Api
from tests.limits.asking import limited, refusal
from tests.limits.documents import aliased, bomb, deep, directed, lexed, rooted, signing_up
from tests.people import People


@pytest.fixture
async def api(settings: Settings, people: People) -> AsyncIterator[Api]:
    async with limited(settings) as usual:
        yield usual


REFUSED = [
    (lexed(2001), "TOKEN_LIMIT_EXCEEDED", 2000, 2001),
    (deep(14), "DEPTH_LIMIT_EXCEEDED", 12, 14),
    (aliased(31), "ALIAS_LIMIT_EXCEEDED", 30, 31),
    (directed(51), "DIRECTIVE_LIMIT_EXCEEDED", 50, 51),
    (rooted(21), "ROOT_FIELD_LIMIT_EXCEEDED", 20, 21),
    (bomb(100), "ALIAS_LIMIT_EXCEEDED", 30, 10**9),
    (bomb(300), "TOKEN_LIMIT_EXCEEDED", 2000, 2001),
    ("{ " + "a" * 63_997 + " }", "TOKEN_LIMIT_EXCEEDED", 64_000, 64_001),
    ("{" + "\n" * 4000 + "viewer { id } }", "TOKEN_LIMIT_EXCEEDED", 4000, 4001),
    ("{" + "\r" * 3000 + "\r\n" * 3000 + "viewer { id } }", "TOKEN_LIMIT_EXCEEDED", 4000, 6001),
]


@pytest.mark.parametrize(("text", "code", "limit", "found"), REFUSED)
async def test_the_refusal_says_what_was_found_and_what_may_be(
    api: Api, text: str, code: str, limit: int, found: int
) -> None:
    for _ in range(2):
        answer = await api.answer(text)
        assert refusal(answer) == {"code": code, "limit": limit, "found": found}


async def test_a_text_at_the_longest_is_read(api: Api) -> None:
    text = '{ node(id: "' + "a" * 63_977 + '") { id } }'
    assert len(text) == 64_000
    assert await api.run(text) == {"node": None}


async def test_a_text_of_as_many_lines_as_may_be_is_read(api: Api) -> None:
    assert "errors" not in await api.answer("{" + "\r\n" * 3999 + "viewer { id } }")


async def test_placing_mistakes_keeps_nobody_waiting(api: Api) -> None:
    """A text of nothing but cycles, each as long as may be, and as many lines in between."""
    cycles = ("\n" * 30).join(
        f"fragment f{number} on Member {{ ...f{(number + 1) % 130} ...f0 }}"
        for number in range(130)
    )
    spent = []
    # A full pass of the garbage collector may fall into one of them.
    for _ in range(3):
        began = time.process_time()
        answer = await api.answer("{ viewer { ...f0 } } " + cycles)
        spent.append(time.process_time() - began)
        assert len(answer["errors"]) == MOST_MISTAKES + 1
    assert min(spent) < 0.25


async def test_a_cost_is_judged_by_the_variables_of_each_request(api: Api, people: People) -> None:
    ann = await people.member()
    text = """query($n: Int) { viewer { connections(first: $n) { nodes { member {
      connections(first: $n) { nodes { member { handle } } } } } } } }"""
    for _ in range(2):
        assert "errors" not in await api.answer(text, as_=ann, n=50)
        answer = await api.answer(text, as_=ann, n=100)
        found = 3 + 100 * (3 + 100 * 2)
        assert refusal(answer) == {"code": "COST_LIMIT_EXCEEDED", "limit": 10_000, "found": found}


async def test_one_account_may_be_made_in_one_request_and_not_two(api: Api) -> None:
    before = await rows.sizes()
    two = signing_up("limits-one", "limits-two")
    found = {"code": "SENSITIVE_LIMIT_EXCEEDED", "limit": 1, "found": 2}
    assert refusal(await api.answer(two)) == found
    hidden = two.replace("mutation {", "mutation { ...F } fragment F on Mutation {")
    assert refusal(await api.answer(hidden)) == found
    assert await rows.sizes() == before
    done = await api.run(signing_up("limits-one"))
    assert done == {"a0": {"userErrors": []}}
    assert await rows.sizes() != before


async def test_what_an_operation_costs_is_told_to_who_asks(api: Api) -> None:
    body = {"query": "{ viewer { id connections(first: 9) { nodes { id } } } }"}
    told = await api.http.post("/graphql", json={**body, "extensions": {"cost": True}})
    assert told.json() == {"data": {"viewer": None}, "extensions": {"cost": 2 + 2 + 9}}
    for extensions in ({}, {"cost": False}, {"cost": 1}, None):
        quiet = await api.http.post("/graphql", json={**body, "extensions": extensions})
        assert quiet.json() == {"data": {"viewer": None}}


async def test_an_answer_that_is_too_large_is_not_sent(settings: Settings, people: People) -> None:
    ann = await people.member(about="Long. " * 300)
    async with limited(settings, limit_response_bytes=1024) as api:
        small = await api.answer("{ viewer { handle } }", as_=ann)
        assert small == {"data": {"viewer": {"handle": ann.handle}}}
        answer = await api.answer("{ viewer { about } }", as_=ann)
        told = refusal(answer)
        assert (told["code"], told["limit"]) == ("RESPONSE_TOO_LARGE", 1024)
        assert told["found"] > 1800
