"""Streams over HTTP from the client's side, one event or part at a time.

Nothing here waits for ever. A stream of the run's own application is `heard`, as a socket is: see
tests/live/client.py.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from tests import canary
from tests.live.client import PATIENCE
from tests.people import Person

EVENTS = "text/event-stream"
PARTS = "multipart/mixed;boundary=graphql;subscriptionSpec=1.0"


class Response:
    """A response whose body is still coming."""

    def __init__(self, response: httpx.Response, authorization: str | None, *, heard: bool) -> None:
        self.response = response
        self.status = response.status_code
        self.kind = response.headers["content-type"]
        self._authorization = authorization
        self._heard = heard
        self._chunks = response.aiter_bytes()
        self._left = b""
        self.ended = False

    async def until(self, delimiter: bytes) -> bytes:
        """What comes up to the delimiter; what is left, if the body ends before."""
        async with asyncio.timeout(PATIENCE):
            while delimiter not in self._left and not self.ended:
                try:
                    self._left += await anext(self._chunks)
                except StopAsyncIteration:
                    self.ended = True
        found, _, self._left = self._left.partition(delimiter)
        if self._heard:
            await canary.overhear(self._authorization, found.decode())
        return found

    async def json(self) -> Any:
        """The whole body, as JSON."""
        return json.loads(await self.until(b"\0"))

    async def block(self) -> tuple[str, str] | None:
        """The next server-sent event, comments too: its name and its data; None at the end."""
        text = (await self.until(b"\n\n")).decode()
        if self.ended and not text:
            return None
        assert "\r" not in text
        fields = dict(line.split(":", 1) for line in text.split("\n"))
        if "" in fields:
            assert list(fields) == [""]
            return "comment", fields[""]
        assert list(fields) == ["event", "data"]
        return fields["event"].strip(), fields["data"].strip()

    async def event(self) -> tuple[str, Any] | None:
        """The next event that is not a comment, its data read: an answer, or None with complete."""
        while (block := await self.block()) is not None:
            name, data = block
            if name != "comment":
                return name, json.loads(data) if data else None
        return None

    async def answer(self) -> Any:
        """The next answer, which must be there."""
        found = await self.event()
        assert found is not None
        assert found[0] == "next"
        return found[1]

    async def part(self) -> Any:
        """The next part that is no heartbeat, read; None at the closing delimiter or the end."""
        while True:
            text = (await self.until(b"\r\n--graphql")).decode()
            if not text and not self.ended:
                # Before the first of them.
                continue
            if text in ("", "--\r\n"):
                return None
            head, _, body = text.partition("\r\n\r\n")
            assert head == "\r\nContent-Type: application/json"
            if (told := json.loads(body)) != {}:
                return told


@asynccontextmanager
async def asking(
    url: str,
    query: str,
    accept: str,
    token: str | None = None,
    *,
    heard: bool = False,
    method: str = "POST",
    **variables: Any,
) -> AsyncIterator[Response]:
    """The response to a request on a connection of its own; leaving the block hangs up."""
    headers = {"accept": accept}
    if token is not None:
        headers["authorization"] = f"Bearer {token}"
    asked: dict[str, Any] = {"query": query, "variables": variables}
    if method == "GET":
        asked = {"params": {"query": query, "variables": json.dumps(variables)}}
    else:
        asked = {"json": asked}
    async with (
        httpx.AsyncClient(timeout=PATIENCE, verify=False) as client,
        client.stream(method, f"{url}/graphql", headers=headers, **asked) as response,
    ):
        yield Response(response, headers.get("authorization"), heard=heard)


@asynccontextmanager
async def listening(
    url: str, query: str, person: Person, accept: str = EVENTS, **variables: Any
) -> AsyncIterator[Response]:
    """A stream of the run's own application, which must have begun."""
    async with asking(url, query, accept, person.token, heard=True, **variables) as response:
        assert response.status == 200
        yield response
