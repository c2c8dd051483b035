"""Requests as clients make them."""

from __future__ import annotations

import ssl
from typing import Any

import httpx

from netql.torture.people import Member

INVITE = """mutation Invite($id: ID!, $key: String, $note: String) {
  sendInvitation(input: {memberId: $id, idempotencyKey: $key, note: $note}) {
    invitation { id } userErrors { code } } }"""
PATIENCE = 10.0
# Nothing is encrypted here; to make one of these for each client takes longer than all the rest.
_UNUSED = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def client_for(patience: float = PATIENCE, **options: Any) -> httpx.AsyncClient:
    """A client of this machine's servers alone, which waits so many seconds for each step."""
    return httpx.AsyncClient(verify=_UNUSED, trust_env=False, timeout=patience, **options)


def headers_of(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def body_of(text: str, **variables: Any) -> dict[str, Any]:
    return {"query": text, "variables": variables}


async def ask(
    client: httpx.AsyncClient, address: str, token: str, text: str, **variables: Any
) -> dict[str, Any]:
    """The answer of one request. Raises TransportError; so does an answer that is no JSON."""
    response = await client.post(
        f"{address}/graphql", json=body_of(text, **variables), headers=headers_of(token)
    )
    try:
        found: dict[str, Any] = response.json()
    except ValueError:
        raise httpx.RemoteProtocolError(f"an answer of status {response.status_code}") from None
    return found


async def invite(address: str, inviter: Member, invitee: Member) -> str:
    """Invite once; the invitation's id."""
    sent = await command(address, inviter, INVITE, id=invitee.id)
    found: str = sent["invitation"]["id"]
    return found


async def command(address: str, member: Member, mutation: str, **variables: Any) -> Any:
    """The payload of a mutation that must succeed, over a connection of its own."""
    async with client_for() as client:
        answer = await ask(client, address, member.token, mutation, **variables)
    if "errors" in answer:
        raise RuntimeError(f"a mutation failed: {answer['errors']}")
    [payload] = answer["data"].values()
    if payload.get("userErrors"):
        raise RuntimeError(f"a mutation was refused: {payload['userErrors']}")
    return payload
