"""Names stand for texts over graphql-transport-ws, too, and the modes hold there."""

from __future__ import annotations

from typing import Any

import pytest

from netql.api.manifests import hash_of
from tests.documents.conftest import INVITES, ME, STRANGE, Netql, apollo
from tests.live.client import bare_socket, socket_of
from tests.live.inside import served, waiting
from tests.people import People


def subscribe(key: str, **payload: Any) -> dict[str, Any]:
    return {"id": key, "type": "subscribe", "payload": payload}


@pytest.mark.parametrize(
    "named", [{"documentId": hash_of(ME)}, {"doc_id": "apollo-me"}, apollo(hash_of(ME))]
)
async def test_a_query_runs_by_its_id(any_mode: Netql, named: dict[str, Any]) -> None:
    async with served(any_mode.app) as live, socket_of(live.url, None) as socket:
        for number, payload in enumerate((named, {**named, "query": None}, {**named, "query": ""})):
            await socket.send(subscribe(str(number), **payload))
            frame = await socket.frame_of(str(number))
            assert frame["payload"] == {"data": {"viewer": None}}


async def test_a_subscription_runs_by_its_id(strict: Netql, people: People) -> None:
    ann, ben = await people.member(), await people.member()
    async with served(strict.app) as live, socket_of(live.url, ben.token) as socket:
        await socket.send(subscribe("1", documentId=f"sha256:{hash_of(INVITES)}"))
        await waiting(ben)
        await people.invite(ann, ben, note="hello")
        frame = await socket.frame_of("1")
        invitation = frame["payload"]["data"]["invitationReceived"]["invitation"]
        assert invitation == {"note": "hello", "inviter": {"handle": ann.handle}}


async def test_a_text_is_registered_there(lenient: Netql) -> None:
    text = f"{{ ws_{lenient.mode}: __typename }}"
    async with served(lenient.app) as live, socket_of(live.url, None) as socket:
        await socket.send(subscribe("1", **apollo(hash_of(text))))
        frame = await socket.frame_of("1")
        assert frame["type"] == "error"
        assert frame["payload"][0]["message"] == "PersistedQueryNotFound"
        for key, payload in (("2", {"query": text}), ("3", {})):
            await socket.send(subscribe(key, **payload, **apollo(hash_of(text))))
            frame = await socket.frame_of(key)
            assert frame["payload"] == {"data": {f"ws_{lenient.mode}": "Query"}}


async def test_nothing_else_runs_there_and_the_socket_lives(strict: Netql) -> None:
    refused = {
        "text": ({"query": STRANGE}, "QUERY_NOT_IN_SAFELIST"),
        "stream": ({"query": INVITES + " "}, "QUERY_NOT_IN_SAFELIST"),
        "both": ({"query": STRANGE, **apollo(hash_of(STRANGE))}, "QUERY_NOT_IN_SAFELIST"),
        "hash": (apollo(hash_of(STRANGE)), "PERSISTED_QUERY_NOT_SUPPORTED"),
        "id": ({"documentId": "nope"}, "PERSISTED_QUERY_NOT_IN_LIST"),
        "other": ({"query": STRANGE, **apollo(hash_of(ME))}, "BAD_REQUEST"),
    }
    async with served(strict.app) as live, socket_of(live.url, None) as socket:
        for key, (payload, code) in refused.items():
            await socket.send(subscribe(key, **payload))
            frame = await socket.frame_of(key)
            assert frame["type"] == "error"
            assert frame["payload"][0]["extensions"]["code"] == code
            assert "strange" not in str(frame)
        assert await socket.run(ME) == {"viewer": None}


@pytest.mark.parametrize(
    "payload",
    [
        {"documentId": 1},
        {"doc_id": ["1c3a"]},
        {"extensions": {"persistedQuery": 1}},
        {"query": ME, "extensions": {"persistedQuery": 1}},
        {"extensions": {}, "query": ""},
    ],
)
async def test_what_names_nothing_is_that_operations_mistake(
    any_mode: Netql, payload: dict[str, Any]
) -> None:
    async with served(any_mode.app) as live, socket_of(live.url, None) as socket:
        await socket.send(subscribe("1", **payload))
        frame = await socket.frame_of("1")
        assert frame["type"] == "error"
        assert frame["payload"][0]["extensions"]["code"] == "BAD_REQUEST"
        assert await socket.run(ME) == {"viewer": None}


@pytest.mark.parametrize("payload", [{"documentId": ""}, {"variables": {}}, {"query": None}])
async def test_a_frame_without_any_name_or_text_is_malformed(
    any_mode: Netql, payload: dict[str, Any]
) -> None:
    async with served(any_mode.app) as live, bare_socket(live.url) as socket:
        await socket.init()
        await socket.send(subscribe("1", **payload))
        assert await socket.close_code() == 4400
