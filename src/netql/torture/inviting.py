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

from netql.torture.acting import INVITE, ask, client_for
from netql.torture.answering import Answered, Sent, Way
from netql.torture.people import Member

LONGEST_WAIT = 0.25
# Seconds. Whatever was killed is back long before; what is not answered by then never will be.
GIVEN_UP = 120.0


@dataclass
class Inviting:
    """So many lanes write one pair after the other, at `rate` a second all together.

    `address` is asked before each try. `ways` says for each invitation how its invitee answers it,
    if at all. What is no acknowledgement and no failure to be tried again is noted in `strange`.
    """

    address: Callable[[], str]
    pairs: Iterable[tuple[Member, Member]]
    rate: float
    lanes: int = 8
    note: str | None = None
    ways: Callable[[Sent], Way | None] = lambda _: None
    sent: list[Sent] = field(default_factory=list)
    answered: list[Answered] = field(default_factory=list)
    strange: list[str] = field(default_factory=list)
    tries: int = 0
    _ending: bool = False

    async def run(self) -> None:
        """Until the pairs are used up or `finish` is called; what was begun is seen through."""
        self._left = iter(self.pairs)
        self._next = time.monotonic()
        limits = httpx.Limits(max_connections=self.lanes * 2)
        async with client_for(limits=limits) as client, asyncio.TaskGroup() as lanes:
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
        began = time.monotonic()
        variables = {"id": invitee.id, "key": uuid4().hex, "note": self.note}
        payload = await self._seen_through(client, inviter, INVITE, variables)
        if payload is None:
            return
        sent = Sent(inviter, invitee, payload["invitation"]["id"], began, time.monotonic())
        self.sent.append(sent)
        way = self.ways(sent)
        if way is None:
            return
        payload = await self._seen_through(client, invitee, way.text, way.variables(sent))
        if payload is None:
            return
        self.answered.append(Answered(sent, way))
        if payload["invitation"]["id"] != sent.invitation_id:
            self.strange.append("an invitation was answered, and another one came back")

    async def _seen_through(
        self, client: httpx.AsyncClient, member: Member, text: str, variables: dict[str, Any]
    ) -> dict[str, Any] | None:
        """The payload of a mutation, once it is acknowledged, or None: it was refused, or nobody
        answers any more."""
        until = time.monotonic() + GIVEN_UP
        while time.monotonic() < until:
            self.tries += 1
            try:
                answer = await ask(client, self.address(), member.token, text, **variables)
            except httpx.TransportError:
                answer = {"errors": ()}
            if "errors" not in answer:
                payload: dict[str, Any]
                [payload] = answer["data"].values()
                if not payload["userErrors"]:
                    return payload
                self.strange.append(f"a mutation was refused: {payload['userErrors']}")
                return None
            codes = {error.get("extensions", {}).get("code") for error in answer["errors"]}
            if codes - {"RETRYABLE"}:
                self.strange.append(f"a mutation was answered with {sorted(map(str, codes))}")
            await asyncio.sleep(random.uniform(0, LONGEST_WAIT))
        self.strange.append(f"a mutation was not acknowledged for {GIVEN_UP:g} s")
        self.finish()
        return None
