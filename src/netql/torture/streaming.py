"""Streamers: devices that hear over server-sent events, a request for each stream."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx

from netql.torture.acting import body_of, client_for, headers_of
from netql.torture.devices import CUT_OFF, Device

# The server gives a sign of life every twelve seconds.
PATIENCE = 30.0


@dataclass
class Streamer(Device):
    """Comes back by a new request with its cursor."""

    async def listen_once(self) -> None:
        try:
            async with (
                client_for(PATIENCE) as client,
                client.stream(
                    "POST",
                    f"{self.address()}/graphql",
                    json=body_of(self.hears.text, after=self.cursor),
                    headers={**headers_of(self.member.token), "accept": "text/event-stream"},
                ) as response,
            ):
                if response.status_code != 200:
                    await self._refused(response)
                    return
                self.sockets += 1
                self.listening = True
                await self._hear(response)
        except httpx.TransportError:
            if self.listening:
                self.closes[CUT_OFF] += 1

    async def _hear(self, response: httpx.Response) -> None:
        async for name, data in _events(response):
            if name == "complete":
                return
            answer = json.loads(data)
            if answer.get("errors"):
                self.refuse(answer["errors"])
            else:
                self.take(answer["data"][self.hears.name])

    async def _refused(self, response: httpx.Response) -> None:
        try:
            self.refuse(json.loads(await response.aread())["errors"])
        except ValueError:
            self.strange.append(f"a stream was answered with status {response.status_code}")


async def _events(response: httpx.Response) -> AsyncIterator[tuple[str, str]]:
    """Name and data of each event, a line each. Raises TransportError if the line breaks."""
    name = ""
    async for line in response.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data:"):
            yield name, line.removeprefix("data:")
