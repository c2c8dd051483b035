"""What tests of inviting say to the graph, and how they read and age what is stored.

Mutations give their payload back whole; `codes` tells how it was refused.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from netql import ids
from netql.infra.database import Row, execute, fetch, fetch_one
from tests.api import Api
from tests.people import Person

_ERRORS = "userErrors { code field message }"
_INVITATION = "invitation { id status note inviter { handle } invitee { handle } }"
_MEMBER = "member { handle phone viewerRelationship { degree } }"
_CONNECTION = "connection { id connectedAt member { handle } }"


def _mutation(name: str, *parts: str) -> str:
    kind = name[0].upper() + name[1:]
    body = " ".join((_ERRORS, "viewer { handle }", *parts))
    return f"mutation ($input: {kind}Input!) {{ {name}(input: $input) {{ {body} }} }}"


MUTATIONS = {
    "sendInvitation": _mutation("sendInvitation", _INVITATION, _MEMBER, _CONNECTION),
    "acceptInvitation": _mutation("acceptInvitation", _INVITATION, _MEMBER, _CONNECTION),
    "declineInvitation": _mutation("declineInvitation", _INVITATION, _MEMBER),
    "withdrawInvitation": _mutation("withdrawInvitation", _INVITATION, _MEMBER),
    "removeConnection": _mutation("removeConnection", "removedConnectionId", _MEMBER),
}


async def act(api: Api, name: str, as_: Person, **given: Any) -> Any:
    """The payload of a mutation."""
    return (await api.run(MUTATIONS[name], as_=as_, input=given))[name]


async def send(api: Api, inviter: Person, invitee: Person, **given: Any) -> Any:
    return await act(api, "sendInvitation", inviter, memberId=invitee.id, **given)


async def sent(api: Api, inviter: Person, invitee: Person, **given: Any) -> str:
    """The id of an invitation that had to succeed."""
    payload = await send(api, inviter, invitee, **given)
    assert payload["userErrors"] == []
    found: str = payload["invitation"]["id"]
    return found


async def accept(api: Api, who: Person, invitation: str) -> Any:
    return await act(api, "acceptInvitation", who, invitationId=invitation)


async def decline(api: Api, who: Person, invitation: str) -> Any:
    return await act(api, "declineInvitation", who, invitationId=invitation)


async def withdraw(api: Api, who: Person, invitation: str) -> Any:
    return await act(api, "withdrawInvitation", who, invitationId=invitation)


async def remove(api: Api, who: Person, other: Person) -> Any:
    return await act(api, "removeConnection", who, memberId=other.id)


def codes(payload: Any) -> list[str]:
    """The codes of a payload's refusals; none means that it was done."""
    return [error["code"] for error in payload["userErrors"]]


_STANDING = """query ($id: ID!) { member(by: {id: $id}) { viewerRelationship { degree
  connection { connectedAt } sentInvitation { id status } receivedInvitation { id status } } } }"""


async def standing(api: Api, viewer: Person, other: Person) -> Any:
    """How the viewer stands to the other, as the graph tells the viewer."""
    found = (await api.run(_STANDING, as_=viewer, id=other.id))["member"]
    return found["viewerRelationship"]


async def connected(api: Api, one: Person, other: Person) -> bool:
    """Whether the two are connected. Both have to be told the same."""
    told = {(await standing(api, *pair))["degree"] == 1 for pair in ((one, other), (other, one))}
    assert len(told) == 1, "the two sides disagree"
    return told.pop()


_STATUS = "query ($id: ID!) { node(id: $id) { ... on Invitation { status } } }"


async def status(api: Api, reader: Person | None, invitation: str) -> str | None:
    """The invitation's status for a reader; None if it is not there for them."""
    node = (await api.run(_STATUS, as_=reader, id=invitation))["node"]
    return None if node is None else str(node["status"])


def key(invitation: str) -> UUID:
    found = ids.key_of("Invitation", invitation)
    assert found is not None
    return found


async def stored(one: Person, other: Person) -> dict[str, list[Row]]:
    """Every row that the two of them have between them: unchanged means that nothing was done."""
    pair = (one.key, other.key)
    either = "({0} = $1 AND {1} = $2) OR ({0} = $2 AND {1} = $1)"
    ends = {
        "connections": ("member_id", "other_id"),
        "ended_connections": ("member_id", "other_id"),
        "invitations": ("inviter_id", "invitee_id"),
        "blocks": ("blocker_id", "blocked_id"),
        "network_entries": ("owner_id", "member_id"),
    }
    rows = {
        table: await fetch(
            f"SELECT * FROM {table} WHERE {either.format(*columns)} ORDER BY id", *pair
        )
        for table, columns in ends.items()
    }
    for table in ("events", "idempotency_keys"):
        rows[table] = await fetch(
            f"SELECT * FROM {table} WHERE member_id = $1 OR member_id = $2 ORDER BY id", *pair
        )
    return {table: [dict(row) for row in found] for table, found in rows.items()}


_TIMES = {
    "invitations": ("sent_at", "expires_at", "answered_at", "withdrawn_at", "cancelled_at"),
    "ended_connections": ("ended_at",),
}


async def age(one: Person, other: Person, by: timedelta) -> None:
    """Let time pass between the two: all that they did to each other was that much earlier."""
    for table, columns in _TIMES.items():
        ends = ("inviter_id", "invitee_id") if table == "invitations" else ("member_id", "other_id")
        for row in await fetch(
            f"SELECT * FROM {table} WHERE ({ends[0]} = $1 AND {ends[1]} = $2)"
            f" OR ({ends[0]} = $2 AND {ends[1]} = $1)",
            one.key,
            other.key,
        ):
            moved: list[datetime | None] = [row[name] and row[name] - by for name in columns]
            settings = ", ".join(f"{name} = ${at}" for at, name in enumerate(columns, start=2))
            await execute(f"UPDATE {table} SET {settings} WHERE id = $1", row["id"], *moved)


async def told(person: Person) -> int:
    """How many entries the member's log of events holds."""
    row = await fetch_one("SELECT count(*) AS held FROM events WHERE member_id = $1", person.key)
    assert row is not None
    return int(row["held"])
