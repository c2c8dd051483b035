"""Devices: they hear what happens to their member, and come back with their cursor."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from netql.torture.fields import RECEIVING, Field, Heard, read
from netql.torture.people import Member

LONGEST_WAIT = 0.3
# What a client of a server that stops or is cut off may see: netql's table of close codes.
FAIR_CLOSES = frozenset((1001, 1006, 1012, 1013))
CUT_OFF = 1006


@dataclass
class Device:
    """One of a member's. It goes to wherever `address` says, again and again.

    `sockets` counts how often it connected; `closes` holds how that ended, CUT_OFF for a line that
    broke.
    """

    address: Callable[[], str]
    member: Member
    hears: Field = RECEIVING
    heard: list[Heard] = field(default_factory=list)
    closes: Counter[int] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    sockets: int = 0
    listening: bool = False

    @property
    def cursor(self) -> str:
        return self.heard[-1].cursor if self.heard else self.member.cursor

    async def run(self) -> None:
        """Until it is cancelled."""
        while True:
            try:
                await self.listen_once()
            finally:
                self.listening = False
            await asyncio.sleep(random.uniform(0, LONGEST_WAIT))

    async def listen_once(self) -> None:
        """Connect once and hear what comes, to its end, whatever that is."""
        raise NotImplementedError

    def take(self, event: dict[str, Any]) -> None:
        """Keep an event, or note what is strange about it."""
        found = read(event)
        if isinstance(found, Heard):
            self.heard.append(found)
        else:
            self.strange.append(found)

    def refuse(self, errors: Iterable[dict[str, Any]]) -> None:
        """Note why it was not told, unless it is to try again."""
        codes = {error.get("extensions", {}).get("code") for error in errors}
        if codes != {"RETRYABLE"}:
            self.strange.append(f"{self.hears.name} ended with {sorted(map(str, codes))}")

    def unfair_closes(self) -> list[str]:
        """The close codes that no failure here explains."""
        return [
            f"a socket was closed with {code}, {times} times"
            for code, times in self.closes.items()
            if code not in FAIR_CLOSES
        ]
