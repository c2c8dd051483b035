"""Somebody who blocked, closed, or never was: one absence, in every answer and every count.

Worlds that differ in why somebody is not there are asked everything. The answers must be equal
to the byte, and so must the numbers of statements that they took.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from netql.accounts.actions import Accounts
from netql.api.context import Context, Services
from netql.api.events import reset_of_invitations
from netql.api.live import RECEIVED, stream
from netql.connections import actions as inviting
from netql.infra.tokens import Signer
from netql.network.actions import add_to_network
from netql.settings import Settings
from tests.api import Api
from tests.live.bare_streams import newest
from tests.people import People
from tests.privacy.twins import (
    ON_OLGA,
    Cast,
    Interview,
    Probe,
    Recipe,
    differences,
    interviews,
)


async def _absent(cast: Cast, choice: str) -> None:
    """Olga, whom v might have found among Mia's connections."""
    await cast.enter("Mia")
    await cast.enter("Nora")
    await cast.tie("Vera", "Mia")
    await cast.tie("Mia", "Nora")
    if choice == "never was":
        cast.never("Olga")
        return
    await cast.enter("Olga", headline="An unknown headline")
    await cast.tie("Mia", "Olga")
    await cast.tie("Nora", "Olga")
    await _vanish(cast, choice)


async def _absent_acquaintance(cast: Cast, choice: str) -> None:
    """Olga, whom v knew: there was a tie and there is an entry, and Paul's, and an invitation."""
    for role in ("Mia", "Olga", "Paul"):
        await cast.enter(role)
    await cast.tie("Mia", "Olga")
    for role in ("Paul", "Olga", "Mia"):
        entry = await add_to_network(cast["Vera"].viewer, cast[role].key, ["kept"], "a note")
        cast.note(f"entry about {role}", "NetworkEntry", entry)
    await cast.people.connect(cast["Olga"], cast["Vera"])
    await inviting.remove_connection(cast["Vera"].viewer, cast["Olga"].key)
    sent = await cast.people.invite(cast["Vera"], cast["Olga"], "again?")
    cast.note("the invitation", "Invitation", sent)
    await _vanish(cast, choice)


async def _vanish(cast: Cast, choice: str) -> None:
    if choice == "closed":
        await cast.leave("Olga")
    elif choice == "blocked v":
        await cast.people.block(cast["Olga"], cast["Vera"])
    else:
        await cast.people.block(cast["Olga"], cast["Vera"])
        await cast.leave("Olga")


@pytest.mark.parametrize(
    ("recipe", "choices", "probes"),
    [
        (_absent, ("never was", "closed", "blocked v", "blocked v, closed"), ON_OLGA),
        (
            _absent_acquaintance,
            ("closed", "blocked v", "blocked v, closed"),
            (
                *ON_OLGA,
                ("withdrawInvitation", "invitationId", "the invitation"),
                ("acceptInvitation", "invitationId", "the invitation"),
                ("declineInvitation", "invitationId", "the invitation"),
                ("updateNetworkEntry", "networkEntryId", "entry about Olga"),
                ("removeFromNetwork", "networkEntryId", "entry about Olga"),
            ),
        ),
    ],
    ids=lambda value: value.__name__.strip("_") if callable(value) else "",
)
async def test_blocked_and_closed_and_unknown_are_one_absence(
    api: Api, people: People, recipe: Recipe, choices: Sequence[str], probes: Sequence[Probe]
) -> None:
    worlds = await interviews(api, people, recipe, choices, probes, guests=False)
    assert differences(worlds) == []


async def _middle_gone(cast: Cast, choice: str) -> None:
    """Mia, through whom v saw what Olga shows to EXTENDED, is not there for v any more."""
    await cast.enter("Mia")
    await cast.enter("Olga")
    await cast.tie("Vera", "Mia")
    if choice != "never tied to Olga":
        await cast.tie("Mia", "Olga")
    if choice == "closed":
        await cast.leave("Mia")
    else:
        await cast.people.block(cast["Mia"], cast["Vera"])


async def test_a_tie_through_somebody_absent_counts_for_nothing(api: Api, people: People) -> None:
    choices = ("closed", "blocked v", "never tied to Olga")
    worlds = await interviews(api, people, _middle_gone, choices, guests=False)
    assert differences(worlds) == []


REPLAYS = """mutation Again($id: ID!) {
  sendInvitation(input: {memberId: $id, idempotencyKey: "once"}) {
    userErrors { code field message } invitation { id } connection { id } member { id name }
    viewer { id } }
  addToNetwork(input: {memberId: $id, idempotencyKey: "once"}) {
    userErrors { code field message } networkEntry { id person { __typename } }
    member { id name } viewer { id } } }"""


async def _done_once(cast: Cast, choice: str) -> None:
    """v invited Olga and added her, by a key; then she was gone."""
    await cast.enter("Olga")
    v, olga = cast["Vera"].viewer, cast["Olga"].key
    await inviting.send_invitation(v, olga, None, Settings(), "once")
    await add_to_network(v, olga, (), None, "once")
    await _vanish(cast, choice)


async def test_a_replay_by_its_key_does_not_tell_why_somebody_is_gone(
    api: Api, people: People
) -> None:
    worlds = []
    for choice in ("closed", "blocked v", "blocked v, closed"):
        cast = Cast(people)
        await cast.enter("Vera")
        await _done_once(cast, choice)
        interview = Interview(api, cast, cast["Vera"])
        await interview.ask("again", REPLAYS, id=cast["Olga"].id)
        await interview.everything()
        worlds.append(interview.asked)
    assert differences(worlds) == []
    assert b"Olga" not in worlds[0][0].answer


async def _taken_back(cast: Cast, choice: str) -> None:
    await cast.enter("Olga")
    if choice == "nothing":
        return
    sent = await cast.people.invite(cast["Olga"], cast["Vera"], "a note")
    if choice == "withdrew":
        await inviting.withdraw_invitation(cast["Olga"].viewer, sent)
    elif choice == "closed":
        await cast.leave("Olga")
    elif choice == "blocked v":
        await cast.people.block(cast["Olga"], cast["Vera"])


async def test_a_stream_keeps_quiet_about_what_was_taken_back(
    people: People, settings: Settings, signer: Signer
) -> None:
    """What the subscription of v sends, from before Olga's invitation to after Paul's."""
    services = Services(settings, Accounts(settings, signer))
    sent = {}
    for choice in ("nothing", "withdrew", "blocked v", "closed", "standing"):
        cast = Cast(people)
        for role in ("Vera", "Mia", "Paul"):
            await cast.enter(role)
        await cast.people.invite(cast["Mia"], cast["Vera"])
        context = Context(services, cast["Vera"].viewer)
        events = await stream(context, RECEIVED, await newest(cast["Vera"]), reset_of_invitations)
        await _taken_back(cast, choice)
        await cast.people.invite(cast["Paul"], cast["Vera"])
        sent[choice] = []
        while not sent[choice] or sent[choice][-1][0] != cast["Paul"].key:
            event = await anext(events)
            assert event.invitation is not None
            count = await context.loaders.pending_count.load(cast["Vera"].key)
            context.renew()
            sent[choice].append((event.invitation.view.facts.inviter_id, count))
        await events.aclose()
        sent[choice] = [count for _, count in sent[choice]]
    assert sent.pop("standing") == [3, 3]
    assert set(map(tuple, sent.values())) == {(2,)}
