"""The acts of one member, with any ids: their own, others', unknown ones, and garbage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from netql import ids
from netql.infra.database import fetch
from tests.api import Api
from tests.privacy.consent_world import World
from tests.privacy.sight import BRIEF, asked_of, text_of

_GARBAGE = ("", "x", "TWVtYmVyOg", "TWVtYmVyOmFhYWFhYWFhYWFhYWFhYWE=", "\u00e4")


def _field(name: str, field: str, more: str = "", selected: str = "") -> str:
    return (
        f"{name}(input: {{{field}: $id{more}}}) {{"
        f" userErrors {{ code field message }} viewer {{ ...Brief }} {selected} }}"
    )


def _mutation(name: str, field: str, more: str = "", selected: str = "") -> str:
    return f"{BRIEF} mutation Act($id: ID!) {{ {_field(name, field, more, selected)} }}"


_MEMBER = "member { ...Brief connections { nodes { member { ...Brief } } } }"
_INVITATION = f"invitation {{ id status note inviter {{ ...Brief }} }} {_MEMBER}"
_CONNECTION = f"{_INVITATION} connection {{ member {{ ...Brief }} }}"
_ENTRY = "networkEntry { id note tags isConnection person { ...Brief } }"
# Each act: which ids it may be given, and what is sent.
_ON_MEMBERS = {
    "sendInvitation": ("memberId", ', note: "hello"', _CONNECTION),
    "addToNetwork": ("memberId", ', tags: ["lead"], note: "mine"', f"{_ENTRY} {_MEMBER}"),
    "blockMember": ("memberId", "", "block { id handle name }"),
    "removeConnection": ("memberId", "", _MEMBER),
}
MEMBER_MUTATIONS = tuple(_ON_MEMBERS)
_OTHERWISE = {
    "acceptInvitation": (
        "invitation",
        _mutation("acceptInvitation", "invitationId", "", _CONNECTION),
    ),
    "declineInvitation": (
        "invitation",
        _mutation("declineInvitation", "invitationId", "", _INVITATION),
    ),
    "withdrawInvitation": (
        "invitation",
        _mutation("withdrawInvitation", "invitationId", "", _INVITATION),
    ),
    "updateNetworkEntry": (
        "entry",
        _mutation("updateNetworkEntry", "networkEntryId", ', tags: ["cold"]', _ENTRY),
    ),
    "removeFromNetwork": ("entry", _mutation("removeFromNetwork", "networkEntryId")),
    "unblockMember": ("block", _mutation("unblockMember", "blockId", "", _MEMBER)),
    "viewAs": (
        "member",
        "query Act($id: ID!) { viewAs(as: {memberId: $id}) { headline about phone email"
        " positions { title } skills { name } } }",
    ),
    "node": (
        "anything",
        f"{BRIEF} query Act($id: ID!) {{ node(id: $id) {{ __typename id ...Brief"
        " ... on Connection { connectedAt member { ...Brief } }"
        " ... on Invitation { note status inviter { ...Brief } invitee { ...Brief } }"
        " ... on NetworkEntry { note tags person { ...Brief } }"
        " ... on Block { handle name } } }",
    ),
    "setFieldAudience": ("audience", ""),
    "updateProfile": (
        "text",
        f"{BRIEF} mutation Act($id: String!) {{ updateProfile(input: {{headline: $id}}) {{"
        " userErrors { code } viewer { ...Brief } } }",
    ),
    "searchMembers": (
        "text",
        f"{BRIEF} query Act($id: String!) {{ searchMembers(query: $id) {{"
        " totalCount nodes { ...Brief } } }",
    ),
}
_ALL = {
    name: ("member", _mutation(name, *parts)) for name, parts in _ON_MEMBERS.items()
} | _OTHERWISE
# What changes relations is drawn more often than what only reads or writes about v himself.
_KINDS = (
    *_ALL,
    *MEMBER_MUTATIONS,
    "acceptInvitation",
    "acceptInvitation",
    "declineInvitation",
    "removeFromNetwork",
    "withdrawInvitation",
    "unblockMember",
)

MUTATIONS = tuple(name for name in _ALL if name not in ("viewAs", "node", "searchMembers"))


@dataclass(frozen=True)
class Done:
    """An act that was done: what, on what, and what was answered."""

    kind: str
    given: str
    answer: str

    @property
    def succeeded(self) -> bool:
        return '"userErrors":[]' in self.answer


async def act(api: Api, world: World, dice: Random) -> Done:
    """Do something as v: mostly with an id that fits the act, else with any at all."""
    kind = dice.choice(_KINDS)
    wanted, text = _ALL[kind]
    if wanted == "audience":
        field, audience = dice.choice(_FIELDS), dice.choice(_AUDIENCES)
        answer = await text_of(api, world.v, _CHOOSE, field=field, audience=audience)
        return Done(kind, f"{field} {audience}", answer)
    fitting = await _fitting(world, kind)
    fits = bool(fitting) and dice.random() < 0.7
    given = dice.choice(fitting if fits else await _pool(world, wanted))
    return Done(kind, given, await text_of(api, world.v, text, id=given))


_FIELDS = ("CONNECTIONS", "EMAIL", "ABOUT", "HEADLINE")
_AUDIENCES = ("ONLY_ME", "CONNECTIONS", "EXTENDED", "MEMBERS", "PUBLIC")
_CHOOSE = (
    f"{BRIEF} mutation Act($field: ProfileField!, $audience: Audience!) {{"
    " setFieldAudience(input: {field: $field, audience: $audience}) {"
    " userErrors { code } viewer { ...Brief } } }"
)
_TABLES = {
    "invitation": ("Invitation", "invitations", "inviter_id", "invitee_id"),
    "entry": ("NetworkEntry", "network_entries", "owner_id", "member_id"),
    "block": ("Block", "blocks", "blocker_id", "blocked_id"),
    "connection": ("Connection", "connections", "member_id", "other_id"),
}
# Which rows an act is meant for: of what kind, with v in which column.
_FITTING = {
    "acceptInvitation": ("invitation", "invitee_id"),
    "declineInvitation": ("invitation", "invitee_id"),
    "withdrawInvitation": ("invitation", "inviter_id"),
    "updateNetworkEntry": ("entry", "owner_id"),
    "removeFromNetwork": ("entry", "owner_id"),
    "unblockMember": ("block", "blocker_id"),
}


async def _fitting(world: World, kind: str) -> list[str]:
    if kind in _FITTING:
        rows, column = _FITTING[kind]
        return await _rows(rows, column, [world.v.key])
    return [other.id for other in world.others] if _ALL[kind][0] == "member" else []


async def _pool(world: World, wanted: str) -> Sequence[str]:
    """Everything that an act of this kind could be given, v's to see or not."""
    if wanted == "text":
        return ["qz", world.token, "zyx", "Somebody Else", *_prefixes(world)]
    nobody = ids.encode("Member", world.unknown)
    if wanted == "member":
        others = (other.id for other in world.others)
        strange = (*_GARBAGE[:2], ids.encode("Block", world.unknown))
        return [*others, world.v.id, world.closed.id, nobody, *strange]
    everybody: list[Any] = [world.v.key, *(other.person.key for other in world.others)]
    kinds = tuple(_TABLES) if wanted == "anything" else (wanted,)
    rows = [key for kind in kinds for key in await _rows(kind, _TABLES[kind][2], everybody)]
    return [*rows, *_GARBAGE, ids.encode("Invitation", world.unknown), world.others[0].id, nobody]


async def _rows(kind: str, column: str, keys: Sequence[Any]) -> list[str]:
    """The ids of the rows with one of the keys in that column, oldest people's first."""
    name, table, maker, about = _TABLES[kind]
    rows = await fetch(
        f"SELECT id FROM {table} WHERE {column} = ANY($1) ORDER BY {maker}, {about}", list(keys)
    )
    return [ids.encode(name, row["id"]) for row in rows]


async def tried_on(api: Api, world: World, mutation: str, keys: Sequence[str]) -> list[bytes]:
    """What v is answered to a mutation on each of those ids, one after the other."""
    field = _field(mutation, *_ON_MEMBERS[mutation])
    return (await asked_of(api, world.v, "mutation", [field], [(key, "") for key in keys]))[0]


def _prefixes(world: World) -> list[str]:
    """The beginnings of what others keep for themselves: a search must find nobody by them."""
    return [text[:9] for other in world.others for text in other.markers]
