"""Nothing can be worked out that may not be seen: worlds that differ in a hidden fact look alike.

Each test tells of two or more worlds that are the same but for one fact, and asks everything in
each of them. The answers must be equal to the byte, and so must the numbers of statements they
took. The last tests prove that a fact which may be seen does make a difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from itertools import product

import pytest

from netql.clock import now
from netql.connections import actions as inviting
from netql.infra.database import execute
from netql.network.actions import add_to_network
from netql.privacy.audience import Audience
from netql.safety.actions import unblock_member
from netql.settings import Settings
from tests.api import Api
from tests.people import People
from tests.privacy.twins import ON_OLGA, Cast, Probe, Recipe, by_role, differences, interviews

LISTS = (Audience.ONLY_ME, Audience.CONNECTIONS, Audience.EXTENDED, Audience.MEMBERS)
# Near the other end is near the one end of the mirrored pair.
NEAR = ("neither", "one", "both")


async def _block_and_lift(cast: Cast, blocker: str, blocked: str) -> None:
    block = await cast.people.block(cast[blocker], cast[blocked])
    await unblock_member(cast[blocker].viewer, block)


# What v may not see of others.


def _admits(audience: Audience, near: bool) -> bool:
    return audience is Audience.MEMBERS or (near and audience is not Audience.ONLY_ME)


def _visible(one: Audience, other: Audience, near: str) -> bool:
    """The definition of a visible tie, for a viewer who is no end of it."""
    return _admits(one, near in ("one", "both")) and _admits(other, near == "both")


async def _pairs(cast: Cast, choice: str, *, visible: bool) -> None:
    """A pair of each kind whose tie v may (or may not) see; the choice says if it is there."""
    for number, (one, other, near) in enumerate(product(LISTS, LISTS, NEAR)):
        if _visible(one, other, near) is not visible:
            continue
        left, right = f"Mia{number:02}", f"Oda{number:02}"
        await cast.enter(left, one)
        await cast.enter(right, other)
        for end, which in ((left, "one"), (right, "other")):
            if near in (which, "both"):
                await cast.tie("Vera", end)
        if choice == "tied":
            await cast.tie(left, right)


async def _hidden_pairs(cast: Cast, choice: str) -> None:
    await _pairs(cast, choice, visible=False)


async def test_a_hidden_tie_makes_no_difference(api: Api, people: People) -> None:
    worlds = await interviews(
        api, people, _hidden_pairs, ("tied", "not tied"), guests=False, briefly=True
    )
    assert len(by_role(worlds[0])) == 1 + 2 * 35
    assert differences(worlds) == []


async def _others_part(cast: Cast, choice: str) -> None:
    """Two whose tie v saw; who ended it, and how, is their own affair."""
    for role in ("Mia", "Olga"):
        await cast.enter(role)
    await cast.tie("Vera", "Mia")
    await cast.tie("Mia", "Olga")
    if choice == "removed":
        await inviting.remove_connection(cast["Mia"].viewer, cast["Olga"].key)
    elif choice == "removed by the other":
        await inviting.remove_connection(cast["Olga"].viewer, cast["Mia"].key)
    elif choice == "blocked":
        await cast.people.block(cast["Mia"], cast["Olga"])
    else:
        await cast.people.block(cast["Olga"], cast["Mia"])


async def _others_act(cast: Cast, choice: str) -> None:
    """Two strangers, or two connections of v's, and everything they may do in silence."""
    for role in ("Mia", "Nora", "Olga", "Paul"):
        await cast.enter(role)
    await cast.tie("Vera", "Mia")
    await cast.tie("Vera", "Nora")
    for one, other in (("Mia", "Nora"), ("Olga", "Paul"), ("Paul", "Mia")):
        if choice == "block":
            await cast.people.block(cast[one], cast[other])
        elif choice == "block and lift":
            await _block_and_lift(cast, one, other)
        elif choice == "invite":
            await cast.people.invite(cast[one], cast[other], "hello")
        elif choice == "invite and decline":
            sent = await cast.people.invite(cast[one], cast[other])
            await inviting.decline_invitation(cast[other].viewer, sent)
        elif choice == "add":
            await add_to_network(cast[one].viewer, cast[other].key, ["lead"], "a note")


async def _order_of_ties(cast: Cast, choice: str) -> None:
    """When and in which order others connected, the list being for members."""
    roles = ("Mia", "Nora", "Olga", "Paul", "Rosa")
    for role in roles:
        await cast.enter(role)
    await cast.tie("Vera", "Mia")
    pairs = [(one, other) for one in roles for other in roles if one < other]
    for one, other in reversed(pairs) if choice == "backwards" else pairs:
        await cast.tie(one, other)
    if choice == "long ago":
        everybody = [cast[role].key for role in roles]
        await execute(
            "UPDATE connections SET connected_at = $2 WHERE member_id = ANY($1)"
            " AND other_id = ANY($3)",
            everybody,
            now() - timedelta(days=400),
            everybody,
        )


@pytest.mark.parametrize(
    ("recipe", "choices"),
    [
        (_others_part, ("removed", "removed by the other", "blocked", "blocked by the other")),
        (
            _others_act,
            ("nothing", "block", "block and lift", "invite", "invite and decline", "add"),
        ),
        (_order_of_ties, ("in order", "backwards", "long ago")),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
async def test_what_others_keep_between_them_makes_no_difference(
    api: Api, people: People, recipe: Recipe, choices: Sequence[str]
) -> None:
    assert differences(await interviews(api, people, recipe, choices)) == []


# What others did about v.


async def _silent_acts(cast: Cast, choice: str) -> None:
    await cast.enter("Olga")
    if choice == "added v":
        await add_to_network(cast["Olga"].viewer, cast["Vera"].key, ["lead"], "about v")
    elif choice == "blocked v, lifted":
        await _block_and_lift(cast, "Olga", "Vera")
    elif choice == "invited v, withdrew":
        sent = await cast.people.invite(cast["Olga"], cast["Vera"], "a note")
        await inviting.withdraw_invitation(cast["Olga"].viewer, sent)
    elif choice == "invited v, blocked, lifted":
        await cast.people.invite(cast["Olga"], cast["Vera"], "a note")
        await _block_and_lift(cast, "Olga", "Vera")


async def _unanswered(cast: Cast, choice: str) -> None:
    await cast.enter("Olga")
    sent = await cast.people.invite(cast["Vera"], cast["Olga"], "a note")
    cast.note("the invitation", "Invitation", sent)
    if choice == "declined":
        await inviting.decline_invitation(cast["Olga"].viewer, sent)
    elif choice == "blocked v, lifted":
        await _block_and_lift(cast, "Olga", "Vera")
    elif choice == "declined, blocked v, lifted":
        await inviting.decline_invitation(cast["Olga"].viewer, sent)
        await _block_and_lift(cast, "Olga", "Vera")
    elif choice == "added v":
        await add_to_network(cast["Olga"].viewer, cast["Vera"].key, (), None)


async def _dropped(cast: Cast, choice: str) -> None:
    await cast.enter("Olga")
    await cast.people.connect(cast["Vera"], cast["Olga"])
    if choice == "removed v":
        await inviting.remove_connection(cast["Olga"].viewer, cast["Vera"].key)
    else:
        await _block_and_lift(cast, "Olga", "Vera")


@pytest.mark.parametrize(
    ("recipe", "choices", "probes"),
    [
        (
            _silent_acts,
            (
                "nothing",
                "added v",
                "blocked v, lifted",
                "invited v, withdrew",
                "invited v, blocked, lifted",
            ),
            ON_OLGA,
        ),
        (
            _unanswered,
            ("ignored", "declined", "blocked v, lifted", "declined, blocked v, lifted", "added v"),
            (
                ("sendInvitation", "memberId", "Olga"),
                ("removeConnection", "memberId", "Olga"),
                ("acceptInvitation", "invitationId", "the invitation"),
                ("withdrawInvitation", "invitationId", "the invitation"),
                ("withdrawInvitation", "invitationId", "the invitation"),
                *ON_OLGA,
            ),
        ),
        (_dropped, ("removed v", "blocked v, lifted"), ON_OLGA),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
async def test_what_others_did_about_the_viewer_in_silence_makes_no_difference(
    api: Api, people: People, recipe: Recipe, choices: Sequence[str], probes: Sequence[Probe]
) -> None:
    assert differences(await interviews(api, people, recipe, choices, probes)) == []


# The proof that these tests can tell worlds apart.


async def _visible_pairs(cast: Cast, choice: str) -> None:
    await _pairs(cast, choice, visible=True)


async def test_each_tie_that_may_be_seen_does_make_a_difference(api: Api, people: People) -> None:
    worlds = await interviews(
        api, people, _visible_pairs, ("tied", "not tied"), guests=False, briefly=True
    )
    tied, untied = map(by_role, worlds)
    pairs = [role for role in tied if role.startswith("Mia")]
    kinds = [kind for kind in product(LISTS, LISTS, NEAR) if _visible(*kind)]
    assert len(pairs) == len(kinds) == 13
    for left in pairs:
        right = left.replace("Mia", "Oda")
        assert tied[left] != untied[left], left
        assert tied[right] != untied[right], right


async def _accepted(cast: Cast, choice: str) -> None:
    await cast.enter("Olga")
    sent = await cast.people.invite(cast["Vera"], cast["Olga"])
    if choice == "accepted":
        await inviting.accept_invitation(cast["Olga"].viewer, sent, Settings())


async def test_an_invitation_that_was_accepted_does_make_a_difference(
    api: Api, people: People
) -> None:
    worlds = await interviews(api, people, _accepted, ("accepted", "ignored"), guests=False)
    assert any("degree" in told for told in differences(worlds))
