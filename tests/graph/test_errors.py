"""What clients are told when something goes wrong: a code, the request's id, and no secrets."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest

from netql.app import create_app
from netql.members import search
from netql.members.views import MemberView
from netql.settings import Settings
from tests import rows
from tests.api import Api
from tests.people import People

SECRET = "the secret cause"


def told(answer: Any) -> tuple[str, str]:
    """The code of the only error; every error carries the id of its request."""
    [error] = answer["errors"]
    extensions = error["extensions"]
    assert set(extensions) == {"code", "requestId"}
    assert re.fullmatch("[0-9a-f]{16}", extensions["requestId"])
    return extensions["code"], error["message"]


MISTAKES: list[tuple[str, dict[str, Any], str]] = [
    ("{", {}, "GRAPHQL_PARSE_FAILED"),
    ("not graphql", {}, "GRAPHQL_PARSE_FAILED"),
    ('{ node(id: "\\uD800") { id } }', {}, "GRAPHQL_PARSE_FAILED"),
    # Python reads no number of so many digits.
    ("{ nodes(ids: [%s]) { id } }" % ("9" * 5000), {}, "GRAPHQL_PARSE_FAILED"),
    (
        "{ viewer { connections(first: %s) { totalCount } } }" % ("9" * 5000),
        {},
        "GRAPHQL_PARSE_FAILED",
    ),
    ("query($n: Int = -%s) { viewer { id } }" % ("9" * 5000), {}, "GRAPHQL_PARSE_FAILED"),
    ("{ nope(n: %s) }" % ("9" * 1000), {}, "GRAPHQL_VALIDATION_FAILED"),
    (
        "{ viewer { connections(first: %s) { totalCount } } }" % ("9" * 1000),
        {},
        "GRAPHQL_VALIDATION_FAILED",
    ),
    ("{ %s: __typename }" % ("a" * 257), {}, "GRAPHQL_PARSE_FAILED"),
    ("{ %s: nope }" % ("a" * 256), {}, "GRAPHQL_VALIDATION_FAILED"),
    ("query %s { nope }" % ("a" * 257), {}, "GRAPHQL_PARSE_FAILED"),
    ("{ nope }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("{ viewer }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("{ node { id } }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("query($id: ID!) { node(id: $id) { id } }", {}, "GRAPHQL_VALIDATION_FAILED"),
    ("query($id: ID!) { node(id: $id) { id } }", {"id": {}}, "GRAPHQL_VALIDATION_FAILED"),
    ('{ searchMembers(query: "a") { totalCount } }', {}, "BAD_USER_INPUT"),
    ('{ searchMembers(query: "abc", after: "x") { totalCount } }', {}, "BAD_CURSOR"),
    # Valid as a text, since it has a default, and wrong by its value: found when it is run.
    (
        'query($q: String = "abc") { searchMembers(query: $q) { totalCount } }',
        {"q": None},
        "BAD_USER_INPUT",
    ),
    (
        'query($if: Boolean = true) { searchMembers(query: "abc") { totalCount @skip(if: $if) } }',
        {"if": None},
        "BAD_USER_INPUT",
    ),
    ("mutation { signOut(input: {}) { clientMutationId } }", {}, "UNAUTHENTICATED"),
]


@pytest.mark.parametrize(("query", "variables", "code"), MISTAKES)
async def test_a_mistake_is_told_with_its_code_and_the_request(
    api: Api, query: str, variables: dict[str, Any], code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    answer = await api.answer(query, **variables)
    assert answer.get("data") is None
    # What was not run has no data at all, not even null.
    assert ("data" in answer) == (not code.startswith("GRAPHQL_"))
    assert told(answer)[0] == code
    assert caplog.records == []


async def test_a_mistake_is_logged_by_its_code_and_no_word_of_it(
    api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    said = "something private"
    texts = [
        (f'{{ node(id: "{said}") {{ nope }} }}', {}),
        (f'{{ searchMembers(query: "abc", after: "{said}") {{ totalCount }} }}', {}),
        ("query($a: ID!) { node(id: $a) { id } }", {"a": [said]}),
        (f'{{ node(id: "{said}"', {}),
    ]
    for text, variables in texts:
        caplog.clear()
        answer = await api.answer(text, **variables)
        extensions = answer["errors"][0]["extensions"]
        [record] = [one for one in caplog.records if one.name.startswith("netql")]
        assert record.levelno == logging.INFO
        assert extensions["requestId"] in record.getMessage()
        assert extensions["code"] in record.getMessage()
        assert said not in caplog.text.replace("HTTP Request", "")


async def test_each_request_has_an_id_of_its_own(api: Api) -> None:
    answers = [await api.answer("{ nope }") for _ in range(5)]
    assert len({answer["errors"][0]["extensions"]["requestId"] for answer in answers}) == 5


async def boom(*_: object) -> None:
    raise RuntimeError(SECRET)


async def test_a_bug_is_masked_and_logged_with_the_request(
    api: Api,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ann = await people.member()
    query = '{ viewer { handle } searchMembers(query: "abc") { totalCount } }'
    assert "errors" not in await api.answer(query, as_=ann)
    monkeypatch.setattr(search, "search", boom)
    text = await api.text(query, as_=ann)
    assert SECRET not in text
    assert "RuntimeError" not in text
    assert "Traceback" not in text
    answer = await api.answer(query, as_=ann)
    assert told(answer) == ("INTERNAL_SERVER_ERROR", "internal error")
    record = caplog.records[-1]
    assert answer["errors"][0]["extensions"]["requestId"] in record.getMessage()
    assert record.levelno == logging.ERROR
    assert record.exc_info is not None
    assert str(record.exc_info[1]) == SECRET


async def test_a_bug_beside_a_field_leaves_the_field(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A list's count fails: the items are there all the same."""
    ann = await people.member()
    monkeypatch.setattr(search, "count", boom)
    query = "query($h: String!) { member(by: {handle: $h}) { handle } viewer { handle } }"
    assert await api.run(query, as_=ann, h=ann.handle)
    answer = await api.answer(
        "query($h: String!) { viewer { handle } searchMembers(query: $h) { totalCount } }",
        as_=ann,
        h=ann.handle,
    )
    assert told(answer) == ("INTERNAL_SERVER_ERROR", "internal error")
    assert answer["errors"][0]["path"] == ["searchMembers", "totalCount"]


UNTELLABLE: list[tuple[Any, str]] = [
    (SECRET, "Int cannot represent non-integer value"),
    (2**40, "Int cannot represent non 32-bit"),
]


@pytest.mark.parametrize(("value", "cause"), UNTELLABLE)
async def test_a_value_that_its_type_cannot_tell_is_a_bug_and_not_repeated(
    api: Api,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    value: Any,
    cause: str,
) -> None:
    ann = await people.member()

    async def count(*_: object) -> Any:
        return value

    monkeypatch.setattr(search, "count", count)
    # With an argument of the client's that is as it should be.
    query = "query($q: String!) { searchMembers(query: $q) { totalCount } }"
    text = await api.text(query, as_=ann, q="abc")
    assert str(value) not in text
    answer = json.loads(text)
    assert told(answer) == ("INTERNAL_SERVER_ERROR", "internal error")
    assert answer["errors"][0]["path"] == ["searchMembers", "totalCount"]
    [record] = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert answer["errors"][0]["extensions"]["requestId"] in record.getMessage()
    assert cause in caplog.text


@pytest.mark.parametrize("value", [[SECRET], 7], ids=["no member of its enum", "no list"])
async def test_what_is_not_of_its_type_is_a_bug_and_not_repeated(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, value: Any
) -> None:
    ann = await people.member()
    monkeypatch.setattr(MemberView, "hidden", lambda _: value)
    answer = await api.answer("{ viewer { hiddenFields } }", as_=ann)
    assert told(answer) == ("INTERNAL_SERVER_ERROR", "internal error")
    assert answer["errors"][0]["path"][:2] == ["viewer", "hiddenFields"]


async def test_a_bug_in_a_mutation_is_masked_and_changes_nothing(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await people.member("Ann Arden", headline="before")
    query = """mutation { updateProfile(input: {name: "After", headline: "after"}) {
      userErrors { code } viewer { name } } }"""
    before = await rows.one("SELECT * FROM members WHERE id = $1", ann.key)
    with monkeypatch.context() as patch:
        patch.setattr(search, "index", boom)
        answer = await api.answer(query, as_=ann)
        assert told(answer) == ("INTERNAL_SERVER_ERROR", "internal error")
    assert await rows.one("SELECT * FROM members WHERE id = $1", ann.key) == before
    done = (await api.run(query, as_=ann))["updateProfile"]
    assert done == {"userErrors": [], "viewer": {"name": "After"}}


TWO = "query One { __typename } query Two { viewer { handle } }"


async def send(api: Api, **body: Any) -> Any:
    return (await api.http.post("/graphql", json=body)).json()


async def test_of_several_operations_the_named_one_is_done(api: Api) -> None:
    assert await send(api, query=TWO, operationName="One") == {"data": {"__typename": "Query"}}
    assert await send(api, query=TWO, operationName="Two") == {"data": {"viewer": None}}
    assert await send(api, query="query One { __typename }", operationName="One") == {
        "data": {"__typename": "Query"}
    }


async def test_several_operations_need_a_name_that_is_there(api: Api) -> None:
    before = await rows.sizes()
    doing = """mutation One { signUp(input: {handle: "one-of-two", name: "X", password: "12345678"})
      { expiresIn } } query Two { __typename }"""
    for body in ({"query": doing}, {"query": doing, "operationName": "Three"}):
        answer = await send(api, **body)
        assert "data" not in answer
        assert told(answer)[0] == "OPERATION_RESOLUTION_FAILURE"
    assert await rows.sizes() == before
    unnamed = await send(api, query="{ __typename } { viewer { handle } }")
    assert "data" not in unnamed


async def test_a_subscription_without_a_stream_is_a_mistake_of_the_request(
    api: Api, people: People, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    query = "subscription { invitationReceived { cursor } }"
    for person in (await people.member(), None):
        answer = await api.answer(query, as_=person)
        assert told(answer) == (
            "NOT_ACCEPTABLE",
            "A subscription has no single answer: accept text/event-stream, or"
            " multipart/mixed;subscriptionSpec=1.0, or open a WebSocket.",
        )
    assert caplog.records == []


INTROSPECTION = [
    "{ __schema { queryType { name } } }",
    '{ __type(name: "Member") { name } }',
    "query { ...F } fragment F on Query { x: __schema { types { name } } }",
]


@asynccontextmanager
async def client_of(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://netql.test") as client:
        yield client


@pytest.mark.parametrize("query", INTROSPECTION)
async def test_introspection_can_be_switched_off(api: Api, settings: Settings, query: str) -> None:
    assert settings.introspection
    assert "errors" not in await api.answer(query)
    async with client_of(settings.model_copy(update={"introspection": False})) as client:
        answer = (await client.post("/graphql", json={"query": query})).json()
        assert "data" not in answer
        assert {error["extensions"]["code"] for error in answer["errors"]} == {
            "GRAPHQL_VALIDATION_FAILED"
        }
        plain = await client.post(
            "/graphql", json={"query": "{ __typename viewer { __typename } }"}
        )
        assert plain.json() == {"data": {"__typename": "Query", "viewer": None}}
