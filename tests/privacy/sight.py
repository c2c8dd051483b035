"""What a member can read of some others: everything the graph shows, boiled down to facts.

Values are found by their markers in the text of an answer, wherever in it they stand. Standing,
ties, mutual connections and hits of a search are read from where they belong.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from netql.privacy.fields import ProfileField
from tests.api import Api
from tests.people import Person
from tests.privacy.marked import Marked

Fact = tuple[Any, ...]
Sight = frozenset[Fact]

PROFILE = """
fragment Profile on Member { __typename id handle name headline industry location avatarUrl about
  pronouns email phone birthday address websites { url } currentPosition { title company }
  positions { title } education { school } skills { name } languages { name } hiddenFields
  viewerRelationship { degree receivedInvitation { id note } connection { member { id } } } }
"""
BRIEF = "fragment Brief on Member { __typename id headline about phone email }"
_LOOK = (
    PROFILE
    + BRIEF
    + """
query Look($ids: [ID!]!, $token: String!) {
  nodes(ids: $ids) { ...Profile ... on Member {
    connections(first: 100) { totalCount nodes { member { id about } } }
    mutualConnections(first: 100) { nodes { id email } } } }
  searchMembers(query: $token, first: 100) { nodes { ...Brief } }
  viewer {
    connections(first: 100) { nodes { member { ...Brief } } }
    networkEntries(first: 100) { nodes { note tags person { ...Brief } } }
    sentInvitations(first: 100) { nodes { invitee { ...Brief } } }
    receivedInvitations(first: 100) { nodes { note inviter { ...Brief } } } } }
"""
)


async def text_of(api: Api, as_: Person, query: str, **variables: Any) -> str:
    """An answer as it comes over the wire."""
    response = await api.http.post(
        "/graphql",
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {as_.token}"},
    )
    assert response.status_code == 200, response.text
    assert "GRAPHQL_VALIDATION_FAILED" not in response.text, response.text
    return response.text


async def asked_of(
    api: Api, as_: Person, operation: str, fields: Sequence[str], named: Sequence[tuple[str, str]]
) -> list[list[bytes]]:
    """The bytes that each field answers for each of several members, asked in one request.

    A member is named by an id and a handle; a field takes them as `$id` and `$handle`.
    """
    body = "\n".join(
        f"f{place}of{number}: "
        + field.replace("$id", f"$id{number}").replace("$handle", f"$handle{number}")
        for place, field in enumerate(fields)
        for number in range(len(named))
    )
    given = {f"id{number}": name[0] for number, name in enumerate(named)}
    kinds = ", ".join(f"${name}: ID!" for name in given)
    if "$handle" in body:
        given |= {f"handle{number}": name[1] for number, name in enumerate(named)}
        kinds += ", " + ", ".join(f"$handle{number}: String!" for number in range(len(named)))
    brief = BRIEF if "...Brief" in body else ""
    text = await text_of(api, as_, f"{brief} {operation} All({kinds}) {{ {body} }}", **given)
    answer = orjson.loads(text)
    assert "errors" not in answer, text
    return [
        [orjson.dumps(answer["data"][f"f{place}of{number}"]) for number in range(len(named))]
        for place in range(len(fields))
    ]


def values_in(text: str, others: Iterable[Marked]) -> set[Fact]:
    """Whose values stand in a text."""
    return {
        ("value", other.id, fields)
        for other in others
        for marker, fields in other.markers.items()
        if marker in text
    }


async def look(api: Api, viewer: Person, others: Sequence[Marked], token: str) -> Sight:
    """Every fact that the viewer can read of the others; `token` finds all of them by name."""
    ids = [other.id for other in others]
    text = await text_of(api, viewer, _LOOK, ids=ids, token=token)
    answer = orjson.loads(text)
    assert "errors" not in answer, answer
    data = answer["data"]
    facts = values_in(text, others)
    for member in data["nodes"]:
        if member is not None:
            facts |= _facts_of(member)
    found = [node["id"] for node in data["searchMembers"]["nodes"]]
    assert len(found) == len(set(found))
    facts |= {("found", key) for key in found if key != viewer.id}
    return frozenset(facts)


def _facts_of(member: dict[str, Any]) -> set[Fact]:
    key, own = member["id"], member["viewerRelationship"]
    facts: set[Fact] = {("present", key)}
    shut = set(member["hiddenFields"])
    facts |= {("open", key, of) for of in ProfileField if of.name not in shut}
    facts |= {("near", key, rung) for rung in (1, 2) if rung >= (own["degree"] or 9)}
    if own["receivedInvitation"] is not None:
        facts.add(("invites", key))
    if own["connection"] is not None:
        assert own["connection"]["member"] == {"id": key}
    if member["connections"] is not None:
        ends = [node["member"]["id"] for node in member["connections"]["nodes"]]
        assert member["connections"]["totalCount"] == len(ends) == len(set(ends))
        facts |= {("tie", frozenset((key, end))) for end in ends}
    if member["mutualConnections"] is not None:
        shared = [node["id"] for node in member["mutualConnections"]["nodes"]]
        assert len(shared) == len(set(shared))
        facts |= {("mutual", key, end) for end in shared}
    return facts
