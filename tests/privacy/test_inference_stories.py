"""Stories by lot, told twice: in one of them Olga does something in silence now and then, or she
blocks v in the one and leaves in the other.

What v is answered, act by act, must be the same to the byte, and so must the statements it takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest

from netql.connections import actions as inviting
from netql.errors import Refused
from netql.infra.database import execute, fetch, fetch_one, transaction
from netql.network.actions import add_to_network
from netql.safety.actions import unblock_member
from tests.api import Api
from tests.people import People
from tests.privacy.twins import Asked, Cast, Interview, differences

_PAYLOAD = "userErrors { code field message } viewer { id }"
_INVITATION = "invitation { id note status inviter { id } invitee { id about } }"
# What v does, by whose id: Olga's, or that of the newest invitation of the one or the other.
ACTS = {
    "sendInvitation": ("memberId", "Olga", f"{_INVITATION} connection {{ id }} member {{ id }}"),
    "withdrawInvitation": ("invitationId", "Vera", f"{_INVITATION} member {{ id }}"),
    "acceptInvitation": ("invitationId", "Olga's", f"{_INVITATION} connection {{ id }}"),
    "declineInvitation": ("invitationId", "Olga's", _INVITATION),
    "removeConnection": ("memberId", "Olga", "member { id about }"),
    "addToNetwork": ("memberId", "Olga", "networkEntry { id isConnection }"),
    "blockMember": ("memberId", "Olga", "block { id name }"),
}
PAST = """{ events(first: 100) { pageInfo { hasNextPage } nodes { kind
  ... on InvitationEvent { pendingCount invitationId
    invitation { status inviter { id } invitee { id } } }
  ... on ConnectionEvent { connection { id } } } } }"""
# What Olga does so that v may notice; v's own invitation she accepts by sending into it.
OPENLY = ("sends", "withdraws", "removes", "is away for long", "nothing")


def story(dice: Random, length: int, gone_after: int | None = None) -> list[tuple[str, str]]:
    """Who does what, in turn. Whom v has blocked cannot block: where she does, v blocks nobody."""
    turns = []
    acts = [*ACTS, *["sendInvitation"] * 4, "sendInvitation once", "unblock"]
    for turn in range(length):
        if gone_after is not None and turn >= gone_after:
            turns.append(("Olga", "is gone" if turn == gone_after else "nothing"))
            turns += [("Vera", act) for act in (*ACTS, "sendInvitation once")]
            continue
        turns.append(("Olga", dice.choice(OPENLY)))
        chosen = dice.choice(acts)
        blocks = gone_after is not None and chosen in ("blockMember", "unblock")
        turns.append(("Vera", "sendInvitation once" if blocks else chosen))
    return turns


async def _newest(cast: Cast, role: str) -> UUID | None:
    row = await fetch_one(
        "SELECT id FROM invitations WHERE inviter_id = $1 ORDER BY id DESC LIMIT 1", cast[role].key
    )
    return None if row is None else row["id"]


async def _openly(cast: Cast, what: str) -> None:
    olga, vera = cast["Olga"], cast["Vera"]
    with suppress(Refused):
        if what == "sends":
            await cast.people.invite(olga, vera, "from Olga")
        elif what == "withdraws":
            if sent := await _newest(cast, "Olga"):
                await inviting.withdraw_invitation(olga.viewer, sent)
        elif what == "removes":
            await inviting.remove_connection(olga.viewer, vera.key)
        elif what == "is away for long":
            await _pass(cast, timedelta(days=200))


async def _pass(cast: Cast, time: timedelta) -> None:
    """Everything that the two did is so much longer ago."""
    ends = [cast["Olga"].key, cast["Vera"].key]
    tables = {
        "invitations": ("sent_at", "expires_at", "withdrawn_at", "answered_at", "cancelled_at"),
        "ended_connections": ("ended_at",),
    }
    for table, columns in tables.items():
        whose = "inviter_id" if table == "invitations" else "member_id"
        names = ", ".join(columns)
        for row in await fetch(f"SELECT id, {names} FROM {table} WHERE {whose} = ANY($1)", ends):
            for column in columns:
                if row[column] is not None:
                    await execute(
                        f"UPDATE {table} SET {column} = $2 WHERE id = $1",
                        row["id"],
                        row[column] - time,
                    )


async def _in_silence(cast: Cast, dice: Random) -> None:
    """Something that v may not notice as things are, if there is anything."""
    olga, vera = cast["Olga"], cast["Vera"]
    pair = (olga.key, vera.key)
    tie = await fetch_one(
        "SELECT id FROM connections WHERE member_id = $1 AND other_id = $2", *pair
    )
    waits = await fetch_one(
        "SELECT id FROM invitations WHERE inviter_id = $1 AND invitee_id = $2 AND open", *pair
    )
    choices = ["add", "decline"]
    if tie is None and waits is None:
        choices.append("block and lift")
    for what in dice.sample(choices, dice.randint(1, len(choices))):
        with suppress(Refused):
            await _silently(cast, what)


async def _silently(cast: Cast, what: str) -> None:
    olga, vera = cast["Olga"], cast["Vera"]
    if what == "add":
        await add_to_network(olga.viewer, vera.key, ["lead"], "about v")
    elif what == "block and lift":
        block = await cast.people.block(olga, vera)
        await unblock_member(olga.viewer, block)
    elif sent := await _newest(cast, "Vera"):
        await inviting.decline_invitation(olga.viewer, sent)


async def _go(cast: Cast, how: str) -> None:
    if "block" in how:
        await cast.people.block(cast["Olga"], cast["Vera"])
    if "leave" in how:
        await cast.leave("Olga")


async def _asks(cast: Cast, interview: Interview, what: str) -> None:
    more = ""
    if what == "unblock":
        row = await fetch_one("SELECT id FROM blocks WHERE blocker_id = $1", cast["Vera"].key)
        if row is None:
            return
        cast.note("block", "Block", row["id"])
        field, of, shown = "blockId", "block", "member { id about }"
        what = "unblockMember"
    else:
        what, _, key_of_retry = what.partition(" ")
        field, of, shown = ACTS[what]
        more = f', idempotencyKey: "{key_of_retry}"' if key_of_retry else ""
    if field == "invitationId":
        sent = await _newest(cast, "Vera" if of == "Vera" else "Olga")
        if sent is None:
            return
        cast.note(of, "Invitation", sent)
    key = cast.notes.get(of) or cast[of].id
    given = f"{{{field}: $id{more}}}"
    query = f"mutation A($id: ID!) {{ {what}(input: {given}) {{ {_PAYLOAD} {shown} }} }}"
    await interview.ask(what, query, id=key)
    await interview.ask("the past", PAST)
    await interview.everything(briefly=True)


async def told(
    api: Api,
    people: People,
    turns: Sequence[tuple[str, str]],
    silent: Random | None = None,
    gone: str = "",
) -> list[Asked]:
    cast = Cast(people)
    async with transaction():
        await cast.enter("Vera")
        await cast.enter("Olga")
    interview = Interview(api, cast, cast["Vera"])
    for who, what in turns:
        if what == "is gone":
            await _go(cast, gone)
        elif who == "Olga":
            await _openly(cast, what)
        else:
            await _asks(cast, interview, what)
        if silent is not None:
            await _in_silence(cast, silent)
    await interview.everything()
    return interview.asked


async def _twice(api: Api, people: People, seed: int, length: int) -> None:
    turns = story(Random(seed), length)
    plain = await told(api, people, turns, None)
    assert differences([plain, await told(api, people, turns, Random(seed))]) == [], turns


@pytest.mark.parametrize("seed", range(8))
async def test_a_story_reads_the_same_with_what_was_done_in_silence(
    api: Api, people: People, seed: int
) -> None:
    await _twice(api, people, seed, 6)


async def _gone(api: Api, people: People, seed: int, length: int) -> None:
    turns = story(Random(seed), length + 1, length)
    worlds = [await told(api, people, turns, gone=how) for how in ("block", "leave")]
    assert differences(worlds) == [], turns


@pytest.mark.parametrize("seed", range(8))
async def test_a_story_does_not_tell_why_somebody_is_gone(
    api: Api, people: People, seed: int
) -> None:
    await _gone(api, people, seed, 4)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 200))
async def test_a_hundred_longer_stories_read_the_same(api: Api, people: People, seed: int) -> None:
    await _twice(api, people, seed, 9)
    await _gone(api, people, seed, 7)
