"""Inviters: they write all the time, and ask again, by the same key, what was not answered."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx

from netql.torture.people import Member

INVITE = """mutation Invite($id: ID!, $key: String, $note: String) {
  sendInvitation(input: {memberId: $id, idempotencyKey: $key, note: $note}) {
    invitation { id } userErrors { code } } }"""
PATIENCE = 10.0
LONGEST_WAIT = 0.25


@dataclass(slots=True)
class Sent:
    """An invitation that was acknowledged. Times are of the monotonic clock."""

    inviter: Member
    invitee: Member
    invitation_id: str
    began: float
    answered: float
    tries: int


@dataclass
class Inviting:
    """So many lanes write one pair after the other, at `rate` a second all together.

    `address` is asked before each try. What is no acknowledgement and no failure to be tried again
    is noted in `strange`.
    """

    address: Callable[[], str]
    pairs: Iterable[tuple[Member, Member]]
    rate: float
    lanes: int = 8
    note: str | None = None
    sent: list[Sent] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    tries: int = 0
    _ending: bool = False

    async def run(self) -> None:
        """Until the pairs are used up or `finish` is called; what was begun is seen through."""
        self._left = iter(self.pairs)
        self._next = time.monotonic()
        limits = httpx.Limits(max_connections=self.lanes * 2)
        async with (
            httpx.AsyncClient(
                verify=False, trust_env=False, timeout=PATIENCE, limits=limits
            ) as client,
            asyncio.TaskGroup() as lanes,
        ):
            for _ in range(self.lanes):
                lanes.create_task(self._lane(client))

    def finish(self) -> None:
        """Begin nothing more."""
        self._ending = True

    async def _lane(self, client: httpx.AsyncClient) -> None:
        while not self._ending:
            turn = self._next = max(self._next + 1 / self.rate, time.monotonic())
            await asyncio.sleep(turn - time.monotonic())
            pair = next(self._left, None)
            if pair is None or self._ending:
                return
            await self._invite(client, *pair)

    async def _invite(self, client: httpx.AsyncClient, inviter: Member, invitee: Member) -> None:
        key, began, tries = uuid4().hex, time.monotonic(), 0
        while True:
            tries += 1
            self.tries += 1
            try:
                answer = await ask(
                    client,
                    self.address(),
                    inviter.token,
                    INVITE,
                    **{"id": invitee.id, "key": key, "note": self.note},
                )
            except httpx.TransportError:
                answer = None
            if answer is not None and (done := self._acknowledged(answer)) is not None:
                if done:
                    now = time.monotonic()
                    self.sent.append(Sent(inviter, invitee, done, began, now, tries))
                return
            await asyncio.sleep(random.uniform(0, LONGEST_WAIT))

    def _acknowledged(self, answer: dict[str, Any]) -> str | None:
        """The invitation's id, '' for a refusal, or None: to be tried again."""
        if errors := answer.get("errors"):
            codes = {error.get("extensions", {}).get("code") for error in errors}
            if codes != {"RETRYABLE"}:
                self.strange.append(f"a mutation was answered with {sorted(map(str, codes))}")
            return None
        payload = answer["data"]["sendInvitation"]
        if payload["userErrors"]:
            self.strange.append(f"a mutation was refused: {payload['userErrors']}")
            return ""
        found: str = payload["invitation"]["id"]
        return found


async def ask(
    client: httpx.AsyncClient, address: str, token: str, query: str, **variables: Any
) -> dict[str, Any]:
    """The answer of one request. Raises TransportError; so does an answer that is no JSON."""
    response = await client.post(
        f"{address}/graphql",
        json={"query": query, "variables": variables},
        headers={"authorization": f"Bearer {token}"},
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
    async with httpx.AsyncClient(verify=False, trust_env=False, timeout=PATIENCE) as client:
        answer = await ask(client, address, member.token, mutation, **variables)
    if "errors" in answer:
        raise RuntimeError(f"a mutation failed: {answer['errors']}")
    [payload] = answer["data"].values()
    if payload.get("userErrors"):
        raise RuntimeError(f"a mutation was refused: {payload['userErrors']}")
    return payload
