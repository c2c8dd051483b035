"""node and nodes: an id gives its object to whom it is for, and null to everybody else."""

from __future__ import annotations

import base64
from uuid import uuid4

import pytest

from netql import ids
from netql.network import actions as network
from tests.api import Api
from tests.people import People, Person

NODE = "query($id: ID!) { node(id: $id) { __typename id } }"
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
NOTHING = '{"data":{"node":null}}'


async def objects(api: Api, people: People) -> tuple[Person, dict[str, str]]:
    """Ann, and the id of an object of every type that she may read."""
    ann, ben, cat, dan = [await people.member(name) for name in ("Ann", "Ben", "Cat", "Dan")]
    await people.connect(ann, ben)
    invitation = await people.invite(cat, ann)
    block = await people.block(ann, dan)
    entry = await network.add_to_network(ann.viewer, ben.key, [], None)
    tie = await api.run("{ viewer { connections { nodes { id } } } }", as_=ann)
    return ann, {
        "Member": cat.id,
        "Connection": tie["viewer"]["connections"]["nodes"][0]["id"],
        "Invitation": ids.encode("Invitation", invitation),
        "NetworkEntry": ids.encode("NetworkEntry", entry),
        "Block": ids.encode("Block", block),
    }


async def test_every_type_of_node_is_read_by_its_id(api: Api, people: People) -> None:
    ann, known = await objects(api, people)
    for type_name, global_id in known.items():
        found = await api.run(NODE, as_=ann, id=global_id)
        assert found["node"] == {"__typename": type_name, "id": global_id}


async def test_what_is_not_the_viewers_is_like_nothing(api: Api, people: People) -> None:
    ann, known = await objects(api, people)
    del known["Member"]
    for viewer in (await people.member("Eve"), None):
        for global_id in known.values():
            assert await api.text(NODE, as_=viewer, id=global_id) == NOTHING
    # Not even a type of its own says that there is something of another.
    key = ids.key_of("Block", known["Block"])
    assert key is not None
    for type_name in ("Member", "Connection", "Invitation", "NetworkEntry"):
        assert await api.text(NODE, as_=ann, id=ids.encode(type_name, key)) == NOTHING


def spare_bits(global_id: str) -> str:
    """Another text of the same bytes: base64 leaves bits of its last letter unused."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = global_id[:-1] + letters[letters.index(global_id[-1]) + 1]
    padding = "=" * (-len(other) % 4)
    assert base64.urlsafe_b64decode(other + padding) == base64.urlsafe_b64decode(
        global_id + padding
    )
    return other


def foreign_ids(member_id: str, key_bytes: bytes) -> list[str]:
    """Texts that are no id of ours, some of them nearly one."""
    encoded = base64.urlsafe_b64encode
    return [
        "",
        " ",
        "garbage",
        "\0",
        "ümlaut",
        "x" * 5000,
        "5",
        spare_bits(member_id),
        member_id + "=",
        member_id + " ",
        "\n" + member_id,
        member_id[:-1],
        member_id + "AAAA",
        member_id.swapcase(),
        encoded(b"Member:" + key_bytes[:-1]).decode().rstrip("="),
        encoded(b"Member:" + key_bytes + b"x").decode().rstrip("="),
        encoded(b"member:" + key_bytes).decode().rstrip("="),
        encoded(b"Query:" + key_bytes).decode().rstrip("="),
        encoded(b"Position:" + key_bytes).decode().rstrip("="),
        encoded(b":" + key_bytes).decode().rstrip("="),
        encoded("Mémber:".encode() + key_bytes).decode().rstrip("="),
        encoded(b"Member").decode().rstrip("="),
        ids.encode("Member", uuid4()),
    ]


async def test_texts_that_are_no_ids_are_like_nothing(api: Api, people: People) -> None:
    ann = await people.member()
    wrong = foreign_ids(ann.id, ann.key.bytes)
    for viewer in (ann, None):
        assert await api.text(NODE, as_=viewer, id=ann.id) != NOTHING
        for text in wrong:
            assert await api.text(NODE, as_=viewer, id=text) == NOTHING
        found = await api.run(NODES, as_=viewer, ids=[*wrong, ann.id])
        assert found["nodes"] == [None] * len(wrong) + [{"id": ann.id}]
        member = "query($id: ID!) { member(by: {id: $id}) { id } }"
        for text in wrong:
            assert await api.run(member, as_=viewer, id=text) == {"member": None}


async def test_the_other_alphabet_of_base64_is_none_of_ours(api: Api, people: People) -> None:
    """An id with - or _ has a twin with + or / of the same bytes."""
    for _ in range(50):
        ann = await people.member()
        if "-" in ann.id or "_" in ann.id:
            break
    twin = ann.id.replace("-", "+").replace("_", "/")
    assert twin != ann.id
    assert await api.text(NODE, as_=ann, id=twin) == NOTHING


async def test_nodes_come_in_the_order_asked_twice_if_asked_twice(api: Api, people: People) -> None:
    ann, ben, dan = [await people.member(name) for name in ("Ann", "Ben", "Dan")]
    await people.block(dan, ann)
    asked = [ben.id, "none", ann.id, dan.id, ben.id]
    found = (await api.run(NODES, as_=ann, ids=asked))["nodes"]
    assert found == [{"id": ben.id}, None, {"id": ann.id}, None, {"id": ben.id}]
    assert (await api.run(NODES, as_=ann, ids=[]))["nodes"] == []


@pytest.mark.parametrize(("number", "fits"), [(100, True), (101, False)])
async def test_a_hundred_ids_are_enough(api: Api, people: People, number: int, fits: bool) -> None:
    ann = await people.member()
    answer = await api.answer(NODES, as_=ann, ids=[ann.id] * number)
    if fits:
        assert answer["data"]["nodes"] == [{"id": ann.id}] * number
    else:
        assert answer["data"] is None
        assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_an_interface_object_is_read_by_its_own_fields(api: Api, people: People) -> None:
    ann = await people.member("Ann", headline="Smith")
    query = "query($id: ID!) { node(id: $id) { id ... on Member { handle headline } } }"
    expected = {"id": ann.id, "handle": ann.handle, "headline": "Smith"}
    assert await api.run(query, as_=ann, id=ann.id) == {"node": expected}
