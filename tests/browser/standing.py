"""A subscription in the explorer that stands: what happens from now on is shown."""

from __future__ import annotations

import asyncio

from tests.browser.graphiql import PATIENCE, Explorer
from tests.live.server import Server

# Whoever invites again and again may do so.
PATIENT = {"cooldown_days": "0", "invitations_per_pair_and_year": "100"}

_INVITE = """mutation($id: ID!) { sendInvitation(input: {memberId: $id}) {
  invitation { id } userErrors { code } } }"""
_WITHDRAW = "mutation($id: ID!) { withdrawInvitation(input: {invitationId: $id}) { __typename } }"


async def stands(page: Explorer, server: Server, token: str, invitee: str) -> None:
    """Until the page shows invitations to the member of that id: whose token it is invites them
    again and again, and takes it back. The last is shown when this ends, so none comes behind it.

    The server has to be PATIENT.
    """
    shown = False
    async with asyncio.timeout(PATIENCE):
        while not shown:
            asked = await asyncio.to_thread(server.ask, _INVITE, token, id=invitee)
            sent = asked["sendInvitation"]
            assert sent["userErrors"] == []
            shown = await page.shows(sent["invitation"]["id"])
            await asyncio.to_thread(server.ask, _WITHDRAW, token, id=sent["invitation"]["id"])
