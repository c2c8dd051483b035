"""A trusted document runs by its id, however the id is sent."""

from __future__ import annotations

import httpx
import pytest
from graphql import OperationType

from netql.api.answering import ONE_ANSWER
from netql.api.manifests import hash_of
from netql.api.operations import Asked
from netql.api.schema import create_schema
from netql.api.trusting import prepare
from tests.documents.conftest import CALL, ENTER, ME, STRANGE, Netql, apollo
from tests.people import People

IDS = [
    {"documentId": f"sha256:{hash_of(ME)}"},
    {"documentId": hash_of(ME)},
    {"doc_id": "apollo-me"},
    apollo(hash_of(ME)),
    apollo("apollo-me"),
]


@pytest.mark.parametrize("named", IDS)
async def test_it_runs_in_every_mode(any_mode: Netql, named: dict[str, object]) -> None:
    for answer in (await any_mode.post(**named), await any_mode.get(**named)):
        assert answer.json() == {"data": {"viewer": None}}
        assert answer.status_code == 200


async def test_it_takes_variables_and_the_viewer(any_mode: Netql, people: People) -> None:
    ann, ben = await people.member(phone="+4930901820"), await people.member()
    await people.connect(ann, ben)
    seen = {}
    for viewer in (ben, None):
        answer = await any_mode.http.post(
            "/graphql",
            json={"documentId": hash_of(CALL), "variables": {"id": ann.id}},
            headers={} if viewer is None else {"authorization": f"Bearer {viewer.token}"},
        )
        seen[viewer] = answer.json()["data"]["member"]["phone"]
    assert seen == {ben: "+4930901820", None: None}


async def test_of_several_operations_one_is_named(any_mode: Netql) -> None:
    answer = await any_mode.post(documentId="5e7f", operationName="Two")
    assert answer.json() == {"data": {"two": "Query"}}
    assert await any_mode.code(documentId="5e7f") == "OPERATION_RESOLUTION_FAILURE"
    unknown = await any_mode.code(documentId="5e7f", operationName="Three")
    assert unknown == "OPERATION_RESOLUTION_FAILURE"


async def test_a_get_still_changes_nothing(any_mode: Netql) -> None:
    refused = await any_mode.get(documentId="1c3a")
    assert refused.status_code >= 400
    assert (await any_mode.post(documentId="1c3a")).json()["data"]["signIn"]
    assert hash_of(ENTER) in any_mode.app._view._schema.operations.trusted.by_id  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["nope", hash_of(STRANGE), f"sha256:{hash_of(STRANGE)}"])
async def test_an_unknown_id_is_told_from_an_unknown_hash(any_mode: Netql, name: str) -> None:
    for key in ("documentId", "doc_id"):
        assert await any_mode.code(**{key: name}) == "PERSISTED_QUERY_NOT_IN_LIST"
        assert name not in (await any_mode.post(**{key: name})).text


@pytest.mark.parametrize(
    "named",
    [
        {"documentId": ""},
        {"documentId": 1},
        {"doc_id": ["1c3a"]},
        {"extensions": {"persistedQuery": None}},
        {"extensions": {"persistedQuery": "1c3a"}},
        {"extensions": {"persistedQuery": {}}},
        {"extensions": {"persistedQuery": {"sha256Hash": 1}}},
        {"extensions": {"persistedQuery": {"sha256Hash": ""}}},
        {"extensions": {"persistedQuery": {"version": 2, "sha256Hash": hash_of(ME)}}},
    ],
)
async def test_what_names_nothing_is_a_bad_request(
    any_mode: Netql, named: dict[str, object]
) -> None:
    answer = await any_mode.post(**named)
    assert answer.status_code == 400
    assert await any_mode.code(**named) == "BAD_REQUEST"


async def test_who_asks_for_a_page_with_an_id_gets_an_answer(http: httpx.AsyncClient) -> None:
    page = {"accept": "text/html,*/*;q=0.8"}
    assert "<html" in (await http.get("/graphql", headers=page)).text
    for name in ("documentId", "doc_id"):
        answer = await http.get("/graphql", params={name: "nope"}, headers=page)
        assert "PERSISTED_QUERY_NOT_IN_LIST" in answer.text


def test_an_id_costs_one_look_and_no_reading_of_the_text() -> None:
    operations = create_schema().operations
    prepare(operations, {"me": ME})
    counts = operations.documents.counts
    before = (counts.hits, counts.misses)
    asked = Asked("", None, None, "me")
    first = operations.find(asked, ONE_ANSWER)
    assert operations.find(asked, ONE_ANSWER) is first
    assert first is operations.find(Asked(ME), frozenset((OperationType.QUERY,)))
    assert (counts.hits, counts.misses) == (before[0] + 1, before[1])
