"""Texts that no database can keep: every argument of the graph takes them for what they are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_introspection_type,
    is_required_input_field,
)

from netql import ids, paging
from netql.connections import queries as invitations
from netql.connections import ties
from netql.connections.ties import ConnectionOrder
from netql.members import search
from netql.network import queries as network
from netql.network.queries import EntryOrder
from netql.safety import queries as safety
from tests import rows
from tests.api import Api
from tests.graph.walk import published
from tests.network.graph import added, entries
from tests.people import PASSWORD, People, Person

SCHEMA = published()
TEXTS = {"String", "ID", "URL", "EmailAddress", "PhoneNumber"}
NUL = ["\0", "a\0b", "abc\0"]


def _texts(coordinate: str, given: GraphQLInputType) -> Iterator[str]:
    """The coordinates at which a text can be given, at or below an argument."""
    kind = get_named_type(given)
    if isinstance(kind, GraphQLInputObjectType):
        for name, field in kind.fields.items():
            yield from _texts(f"{kind.name}.{name}", field.type)
    elif isinstance(kind, GraphQLScalarType) and kind.name in TEXTS:
        yield coordinate


def _asked() -> set[str]:
    """Where a question takes a text."""
    return {
        text
        for name, kind in SCHEMA.type_map.items()
        if isinstance(kind, GraphQLObjectType) and not is_introspection_type(kind)
        if kind is not SCHEMA.mutation_type
        for key, field in kind.fields.items()
        for word, argument in field.args.items()
        for text in _texts(f"{name}.{key}({word}:)", argument.type)
    }


def _page(of: str) -> str:
    return f"query ($text: String) {{ viewer {{ {of} {{ totalCount nodes {{ __typename }} }} }} }}"


# How to ask with a text at each place.
QUESTIONS = {
    "Query.node(id:)": "query ($text: ID!) { node(id: $text) { id } }",
    "Query.nodes(ids:)": "query ($text: ID!) { nodes(ids: [$text]) { id } }",
    "MemberBy.id": "query ($text: ID!) { member(by: {id: $text}) { handle } }",
    "MemberBy.handle": "query ($text: String!) { member(by: {handle: $text}) { handle } }",
    "Query.searchMembers(query:)": "query ($text: String!) {"
    " searchMembers(query: $text) { totalCount nodes { handle } } }",
    "Query.searchMembers(after:)": "query ($text: String!) {"
    ' searchMembers(query: "abc", after: $text) { totalCount nodes { handle } } }',
    "ViewAsInput.memberId": "query ($text: ID!) { viewAs(as: {memberId: $text}) { phone } }",
    "Query.events(after:)": "query ($text: String) { events(after: $text) { isReset } }",
    "Query.blockedMembers(after:)": "query ($text: String) {"
    " blockedMembers(after: $text) { totalCount nodes { handle } } }",
    "Member.connections(after:)": _page("connections(after: $text)"),
    "Member.connections(before:)": _page("connections(last: 5, before: $text)"),
    "Member.mutualConnections(after:)": "query ($text: String, $other: ID!) {"
    " member(by: {id: $other}) { mutualConnections(after: $text) { totalCount } } }",
    "NetworkEntryFilter.tag": _page("networkEntries(filterBy: {tag: $text})"),
    "Member.networkEntries(after:)": _page("networkEntries(after: $text)"),
    "Member.receivedInvitations(after:)": _page("receivedInvitations(after: $text)"),
    "Member.sentInvitations(after:)": _page("sentInvitations(after: $text)"),
}
# Asked over a socket, in tests/live/test_cursors.py.
HEARD = {
    f"Subscription.{name}(after:)"
    for name in ("invitationReceived", "invitationEvents", "connectionEvents")
}
# Lists whose cursors hold a text, and how to ask for them in that order.
BY_NAME = {
    search.LIST: QUESTIONS["Query.searchMembers(after:)"],
    ties.list_name(ConnectionOrder.NAME, False): _page(
        "connections(after: $text, orderBy: {field: NAME, direction: ASC})"
    ),
    ties.MUTUAL: QUESTIONS["Member.mutualConnections(after:)"],
    network.list_name(EntryOrder.NAME, False): _page(
        "networkEntries(after: $text, orderBy: {field: NAME, direction: ASC})"
    ),
    invitations.RECEIVED: QUESTIONS["Member.receivedInvitations(after:)"],
    safety.LIST: QUESTIONS["Query.blockedMembers(after:)"],
}


@pytest.fixture(scope="module")
async def ann(people: People) -> Person:
    return await people.member("Ann Ash")


@pytest.fixture(scope="module")
async def ben(people: People, ann: Person) -> Person:
    """Connected with Ann."""
    ben = await people.member("Ben Birch")
    await people.connect(ann, ben)
    return ben


def told(answer: Any) -> set[str]:
    return {error["extensions"]["code"] for error in answer.get("errors", ())}


def test_every_question_that_takes_a_text_is_asked() -> None:
    assert _asked() == {*QUESTIONS, *HEARD}


@pytest.mark.parametrize("text", NUL, ids=repr)
@pytest.mark.parametrize("place", QUESTIONS)
async def test_a_question_with_such_a_text_is_answered(
    api: Api, ann: Person, ben: Person, place: str, text: str
) -> None:
    answer = await api.answer(QUESTIONS[place], as_=ann, text=text, other=ben.id)
    # `query` says what it takes, and a cursor was handed out; whatever else finds nothing.
    fixed = {"Query.searchMembers(query:)": {"BAD_USER_INPUT"}}
    wanted = {"BAD_CURSOR"} if place.endswith(("(after:)", "(before:)")) else fixed.get(place)
    assert told(answer) == (wanted or set())


@pytest.mark.parametrize("list_name", BY_NAME)
async def test_a_cursor_around_such_a_text_is_refused(
    api: Api, ann: Person, ben: Person, list_name: str
) -> None:
    for text in NUL:
        forged = paging.cursor(list_name, text, str(ann.key))
        answer = await api.answer(BY_NAME[list_name], as_=ann, text=forged, other=ben.id)
        assert told(answer) == {"BAD_CURSOR"}


async def test_a_tag_that_cannot_be_finds_nothing(api: Api, people: People, ann: Person) -> None:
    await added(api, ann, await people.member(), tags=["ab"])
    for text in NUL:
        found = await entries(api, ann, filterBy={"tag": text})
        assert (found["totalCount"], found["nodes"]) == (0, [])
    assert (await entries(api, ann, filterBy={"tag": "ab"}))["totalCount"] == 1


async def test_half_a_letter_is_no_text_at_all(api: Api, ann: Person) -> None:
    """Half of a surrogate pair reaches nothing: neither JSON nor a document may hold one."""
    query = QUESTIONS["NetworkEntryFilter.tag"]
    for half in ("\ud800", "a\udfffb"):
        body = json.dumps({"query": query, "variables": {"text": half}}).encode("ascii")
        sent = await api.http.post(
            "/graphql",
            content=body,
            headers={"content-type": "application/json", "authorization": f"Bearer {ann.token}"},
        )
        assert sent.status_code == 400
        inline = query.replace("$text: String", "$t: Int").replace("$text", json.dumps(half))
        assert told(await api.answer(inline, as_=ann)) == {"GRAPHQL_PARSE_FAILED"}


def _fields(mutation: str) -> GraphQLInputObjectType:
    assert SCHEMA.mutation_type is not None
    kind = get_named_type(SCHEMA.mutation_type.fields[mutation].args["input"].type)
    assert isinstance(kind, GraphQLInputObjectType)
    return kind


def _acts() -> list[str]:
    assert SCHEMA.mutation_type is not None
    return list(SCHEMA.mutation_type.fields)


async def _fitting(api: Api, people: People, mutation: str) -> tuple[Person, dict[str, Any]]:
    """Somebody, and an input with which the mutation would be done, but for its texts."""
    actor, other = await people.member("Ann Ash"), await people.member("Ben Birch")
    await people.give_account(actor)
    if mutation == "removeConnection":
        await people.connect(actor, other)
    given: dict[str, Any] = {}
    for name, field in _fields(mutation).fields.items():
        if not is_required_input_field(field):
            continue
        match str(get_named_type(field.type)), name:
            case "ID", "memberId":
                given[name] = other.id
            case "ID", "invitationId":
                ends = (actor, other) if mutation == "withdrawInvitation" else (other, actor)
                given[name] = ids.encode("Invitation", await people.invite(*ends))
            case "ID", "networkEntryId":
                given[name] = await added(api, actor, other)
            case "ID", "blockId":
                given[name] = ids.encode("Block", await people.block(actor, other))
            case "ID", _:
                section = mutation.removeprefix("update").removeprefix("remove")
                given[name] = ids.encode(section, await _row_of(api, actor, section))
            case "URL", _:
                given[name] = "https://example.org"
            case _, "password":
                given[name] = PASSWORD
            case _, "handle":
                given[name] = actor.handle if mutation == "signIn" else f"new.{actor.handle}"
            case kind, _:
                values = SCHEMA.type_map[kind]
                given[name] = next(iter(getattr(values, "values", ["fine"])))
    return actor, given


async def _row_of(api: Api, actor: Person, section: str) -> Any:
    mutation = f"add{section}"
    given = {
        name: "https://example.org" if name == "url" else "fine"
        for name, field in _fields(mutation).fields.items()
        if is_required_input_field(field)
    }
    await api.run(_doing(mutation), as_=actor, input=given)
    table = {"Education": "education"}.get(section, f"{section.lower()}s")
    row = await rows.one(f"SELECT id FROM {table} WHERE member_id = $1", actor.key)
    return row["id"]


def _doing(mutation: str) -> str:
    kind = SCHEMA.mutation_type.fields[mutation].type if SCHEMA.mutation_type else None
    payload = get_named_type(kind)
    assert isinstance(payload, GraphQLObjectType)
    shown = "userErrors { code }" if "userErrors" in payload.fields else "clientMutationId"
    return (
        f"mutation ($input: {_fields(mutation).name}!)"
        f" {{ done: {mutation}(input: $input) {{ {shown} }} }}"
    )


# Comes back in the payload and goes nowhere else. Signing out says nothing more.
ECHO = "clientMutationId"
ACTS = [name for name in _acts() if len(_fields(name).fields) > 1]


@pytest.mark.parametrize("mutation", ACTS)
async def test_an_act_with_such_a_text_is_refused_or_done(
    api: Api, people: People, mutation: str
) -> None:
    actor, given = await _fitting(api, people, mutation)
    for coordinate in _texts("", _fields(mutation)):
        name = coordinate.partition(".")[2]
        listed = "[" in str(_fields(mutation).fields[name].type)
        for text in NUL if name != ECHO else ():
            wrong = given | {name: [text] if listed else text}
            assert told(await api.answer(_doing(mutation), as_=actor, input=wrong)) == set()
    # What was refused was refused for its text; a token that can be traded nobody has here.
    done = (await api.run(_doing(mutation), as_=actor, input=given))["done"]
    assert bool(done.get("userErrors")) is (mutation == "refreshToken")
