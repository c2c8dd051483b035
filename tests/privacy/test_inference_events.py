"""What others do in silence leaves no trace in one's streams: no event, no other count, no other
cursor, and no statement more.

Worlds alike but for what was done. In each v listens by every subscription and asks for the past.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from netql import ids
from netql.connections import actions as inviting
from netql.infra.counting import counting_statements
from netql.infra.database import fetch, transaction
from netql.infra.tokens import Signer
from netql.network.actions import add_to_network
from netql.safety.actions import unblock_member
from netql.settings import Settings
from tests.api import Api
from tests.connections.graph import age, told
from tests.live.bare_streams import (
    CONNECTIONS,
    INVITATIONS,
    RECEIVED,
    Streams,
    event,
    newest,
    streams,
)
from tests.people import People
from tests.privacy.twins import Cast, Veil

PAST = """query Past($after: String) { events(after: $after) { isReset nodes { kind cursor
    ... on InvitationEvent { pendingCount invitationId invitation { status inviter { name } } }
    ... on ConnectionEvent { connection { id member { name } } } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


@pytest.fixture
async def opening(settings: Settings, signer: Signer) -> AsyncIterator[Streams]:
    async with streams(settings, signer) as found:
        yield found


async def world(people: People) -> Cast:
    """v, who has invited Nora; Olga has invited v, and Mia is a connection of v's."""
    cast = Cast(people)
    async with transaction():
        for role in ("Vera", "Mia", "Nora", "Olga", "Pia", "Quin"):
            await cast.enter(role)
        await people.connect(cast["Mia"], cast["Vera"])
        cast.note("sent", "Invitation", await people.invite(cast["Vera"], cast["Nora"], "Hello"))
        await people.invite(cast["Olga"], cast["Vera"], "Hello")
    return cast


Act = Callable[[Cast], Awaitable[Any]]


async def _nothing(cast: Cast) -> None:
    pass


async def _decline(cast: Cast) -> None:
    sent = ids.key_of("Invitation", cast.notes["sent"])
    assert sent is not None
    await inviting.decline_invitation(cast["Nora"].viewer, sent)


async def _block(cast: Cast) -> None:
    await cast.people.block(cast["Nora"], cast["Vera"])


async def _block_and_lift(cast: Cast, role: str = "Nora") -> None:
    block = await cast.people.block(cast[role], cast["Vera"])
    await unblock_member(cast[role].viewer, block)


async def _decline_block_and_lift(cast: Cast) -> None:
    await _decline(cast)
    await _block_and_lift(cast)


async def _expire(cast: Cast) -> None:
    await age(cast["Vera"], cast["Nora"], timedelta(days=181))


async def _add(cast: Cast) -> None:
    await add_to_network(cast["Nora"].viewer, cast["Vera"].key, ["lead"], "a note")


async def _connect_with_each_other(cast: Cast) -> None:
    await cast.people.connect(cast["Nora"], cast["Olga"])


async def _leave(cast: Cast) -> None:
    await cast.leave("Nora")


async def hears(api: Api, opening: Streams, cast: Cast, act: Act) -> tuple[list[Any], int]:
    """What v is told from before the act on, without its world, and how many statements it took."""
    people, vera = cast.people, cast["Vera"]
    begin = await newest(vera)
    await act(cast)
    async with transaction():
        await people.invite(cast["Pia"], vera)
        await people.connect(cast["Quin"], vera)
    found: list[Any] = []
    with counting_statements() as seen:
        for query, number in ((RECEIVED, 1), (INVITATIONS, 2), (CONNECTIONS, 1)):
            stream = await opening.open(vera, query, begin)
            found += [await event(stream) for _ in range(number)]
            await stream.aclose()
        for after in (None, begin):
            found.append((await api.run(PAST, as_=vera, after=after))["events"])
    cursors: dict[str, str] = {begin: "begin"}
    return Veil(cast).over([by_turn(one, cursors) for one in found]), len(seen)


def by_turn(value: Any, cursors: dict[str, str]) -> Any:
    """With each cursor by its turn: the same one has to be the same again."""
    if isinstance(value, list):
        return [by_turn(one, cursors) for one in value]
    if not isinstance(value, dict):
        return value
    placed = {}
    for key, held in value.items():
        if key.lower().endswith("cursor") and held is not None:
            placed["place of " + key] = cursors.setdefault(held, f"place {len(cursors)}")
        else:
            placed[key] = by_turn(held, cursors)
    return placed


async def compared(
    api: Api, people: People, opening: Streams, acts: Sequence[Act]
) -> list[tuple[list[Any], int, int]]:
    found = []
    for act in acts:
        cast = await world(people)
        answers, statements = await hears(api, opening, cast, act)
        found.append((answers, statements, await told(cast["Vera"])))
    return found


async def test_what_others_do_about_an_invitation_of_ones_own_leaves_no_trace(
    api: Api, people: People, opening: Streams
) -> None:
    """Not even in the log: there is nothing that a mistake could let out."""
    silent = (
        _nothing,
        _decline,
        _block,
        _block_and_lift,
        _decline_block_and_lift,
        _expire,
        _add,
        _connect_with_each_other,
        _leave,
    )
    nothing, *others = await compared(api, people, opening, silent)
    assert [one["kind"] for one in nothing[0][:4]] == [
        "RECEIVED",
        "RECEIVED",
        "CONCLUDED",
        "CONNECTED",
    ]
    for act, other in zip(silent[1:], others, strict=True):
        assert other == nothing, act.__name__


def _with_rose(then: Callable[[Cast], Awaitable[Any]]) -> Act:
    """Rose invites v; then she is gone, or what she sent is, before v looks."""

    async def act(cast: Cast) -> None:
        await cast.enter("Rose")
        if then is not _nothing:
            await cast.people.invite(cast["Rose"], cast["Vera"], "a note")
            await then(cast)

    return act


async def _rose_blocks(cast: Cast) -> None:
    await cast.people.block(cast["Rose"], cast["Vera"])


async def _rose_blocks_and_lifts(cast: Cast) -> None:
    await _block_and_lift(cast, "Rose")


async def _rose_leaves(cast: Cast) -> None:
    await cast.leave("Rose")


async def _rose_withdraws_and_blocks(cast: Cast) -> None:
    await _rose_withdraws(cast)
    await _rose_blocks(cast)


async def _rose_withdraws(cast: Cast) -> None:
    [waiting] = await invitations_of(cast, "Rose")
    await inviting.withdraw_invitation(cast["Rose"].viewer, waiting)


async def invitations_of(cast: Cast, role: str) -> list[UUID]:
    rows = await fetch("SELECT id FROM invitations WHERE inviter_id = $1", cast[role].key)
    return [row["id"] for row in rows]


async def test_what_was_recorded_and_may_not_be_known_leaves_no_trace(
    api: Api, people: People, opening: Streams
) -> None:
    gone = (_rose_blocks, _rose_blocks_and_lifts, _rose_leaves, _rose_withdraws_and_blocks)
    acts = [_with_rose(then) for then in (_nothing, *gone)]
    nothing, *others = await compared(api, people, opening, acts)
    for then, other in zip(gone, others, strict=True):
        # The log is longer; what v is told, and what it takes, is not.
        assert other[:2] == nothing[:2], then.__name__
        assert other[2] > nothing[2]


async def test_a_page_without_events_costs_the_same_whatever_was_recorded(
    api: Api, people: People
) -> None:
    """Where nothing may be told, there is nothing else either that takes its time."""
    gone = (_rose_blocks, _rose_blocks_and_lifts, _rose_leaves, _rose_withdraws_and_blocks)
    found = []
    for then in (_nothing, *gone):
        cast = await world(people)
        begin = await newest(cast["Vera"])
        await _with_rose(then)(cast)
        with counting_statements() as seen:
            page = (await api.run(PAST, as_=cast["Vera"], after=begin))["events"]
        assert page["nodes"] == []
        found.append((then.__name__, page, len(seen)))
    for name, page, statements in found[1:]:
        assert (page, statements) == found[0][1:], name


async def test_what_may_be_known_does_make_a_difference(
    api: Api, people: People, opening: Streams
) -> None:
    acts = [_with_rose(_nothing), _with_rose(_rose_withdraws)]
    nothing, withdrawn = await compared(api, people, opening, acts)
    assert nothing[0] != withdrawn[0]
