"""Devices without a socket, which catch up by the query of past events every so often."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from typing import Any

import httpx

from netql.torture.acting import ask, client_for
from netql.torture.devices import Device
from netql.torture.fields import PAST, Field

LONGEST_PAUSE = 1.0


@dataclass
class Asker(Device):
    """Asks page by page, each after the last event of the one before."""

    hears: Field = PAST

    async def listen_once(self) -> None:
        try:
            async with client_for() as client:
                while True:
                    answer = await ask(
                        client,
                        self.address(),
                        self.member.token,
                        self.hears.text,
                        after=self.cursor,
                    )
                    self.sockets += not self.listening
                    self.listening = True
                    if answer.get("errors"):
                        self.refuse(answer["errors"])
                        return
                    if not self._take(answer["data"][self.hears.name]):
                        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))
        except httpx.TransportError:
            # There was nobody; it asks the same again.
            pass

    def _take(self, page: dict[str, Any]) -> bool:
        """Keep a page. Whether there is another one at once."""
        if page["isReset"]:
            self.strange.append("a query of events was told to begin anew")
        for event in page["nodes"]:
            self.take(event)
        info = page["pageInfo"]
        if page["nodes"] and info["endCursor"] != page["nodes"][-1]["cursor"]:
            self.strange.append("a page of events did not end at its last one")
        return bool(info["hasNextPage"])
