"""Invitations past their date, in twin worlds: what was done in silence stays silent afterwards."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from netql.clock import now
from netql.connections import actions as inviting
from netql.infra.database import execute
from netql.safety.actions import unblock_member
from tests.api import Api
from tests.people import People
from tests.privacy.twins import ON_OLGA, Cast, differences, interviews


async def _expire(invitation: UUID) -> None:
    await execute(
        "UPDATE invitations SET sent_at = $2, expires_at = $3 WHERE id = $1",
        invitation,
        now() - timedelta(days=190),
        now() - timedelta(days=10),
    )


async def _block_and_lift(cast: Cast) -> None:
    block = await cast.people.block(cast["Olga"], cast["Vera"])
    await unblock_member(cast["Olga"].viewer, block)


async def _of_the_viewer(cast: Cast, choice: str) -> None:
    """v invited Olga, who never said yes, and the date has passed before or after what she did."""
    await cast.enter("Olga")
    sent = await cast.people.invite(cast["Vera"], cast["Olga"], "a note")
    cast.note("the invitation", "Invitation", sent)
    if "declined" in choice:
        await inviting.decline_invitation(cast["Olga"].viewer, sent)
    if "then blocked" in choice:
        await _block_and_lift(cast)
    await _expire(sent)
    if "blocked afterwards" in choice:
        await _block_and_lift(cast)


async def test_to_its_inviter_an_expired_invitation_tells_nothing(api: Api, people: People) -> None:
    choices = (
        "ignored",
        "declined",
        "then blocked and lifted",
        "declined, then blocked and lifted",
        "ignored, blocked afterwards and lifted",
        "declined, blocked afterwards and lifted",
    )
    probes = (
        ("withdrawInvitation", "invitationId", "the invitation"),
        ("acceptInvitation", "invitationId", "the invitation"),
        *ON_OLGA,
    )
    worlds = await interviews(api, people, _of_the_viewer, choices, probes)
    assert differences(worlds) == []


async def _of_olga(cast: Cast, choice: str) -> None:
    """Olga invited v, the date has passed, and then she blocked v for a while, or did not."""
    await cast.enter("Olga")
    sent = await cast.people.invite(cast["Olga"], cast["Vera"], "a note")
    cast.note("the invitation", "Invitation", sent)
    if "declined" in choice:
        await inviting.decline_invitation(cast["Vera"].viewer, sent)
    await _expire(sent)
    if "blocked" in choice:
        await _block_and_lift(cast)


@pytest.mark.parametrize("before", ["ignored", "declined"])
async def test_to_its_invitee_an_expired_invitation_does_not_tell_of_a_lifted_block(
    api: Api, people: People, before: str
) -> None:
    choices = (before, f"{before}, blocked and lifted")
    probes = (("acceptInvitation", "invitationId", "the invitation"), *ON_OLGA)
    assert differences(await interviews(api, people, _of_olga, choices, probes)) == []
