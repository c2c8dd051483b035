"""HTTP from the client's side, byte by byte: what is sent is whatever a test wants to."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

# Far beyond the server's own deadline for a request to arrive in.
PATIENCE = 90.0
# How long an answer that goes on is listened to.
_STREAM_SECONDS = 0.3


class Unanswered(AssertionError):
    """The line ended, or nothing came, before there was an answer."""


@dataclass(frozen=True)
class Answered:
    """A response; `streamed` if it was still going on."""

    status: int
    headers: dict[str, str]
    body: bytes
    streamed: bool = False

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


class Line:
    """A connection to a server, made anew whenever it has ended."""

    def __init__(self, url: str) -> None:
        split = urlsplit(url)
        assert split.hostname
        assert split.port
        self._address = (split.hostname, split.port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def say(self, raw: bytes, *, head: bool = False, cut: bool = False) -> Answered | None:
        """Send a request and read its answer; if it is cut, hang up the sending side after it, and
        there may be none. Raises Unanswered."""
        fresh = self._streams is None or self._streams[0].at_eof() or cut
        if fresh:
            await self.end()
            self._streams = await asyncio.open_connection(*self._address, limit=2**24)
        assert self._streams is not None
        reader, writer = self._streams
        try:
            writer.write(raw)
            if cut:
                writer.write_eof()
            async with asyncio.timeout(PATIENCE):
                answered, closes = await _read(reader, head=head)
        except (asyncio.IncompleteReadError, ConnectionError) as error:
            await self.end()
            if not fresh:
                # The server may have ended the line before it heard of this.
                return await self.say(raw, head=head, cut=cut)
            if cut:
                return None
            raise Unanswered(f"the line broke: {error!r}") from error
        except TimeoutError:
            await self.end()
            raise Unanswered(f"no answer within {PATIENCE} seconds") from None
        if closes or cut or answered.streamed:
            await self.end()
        return answered

    async def end(self) -> None:
        if self._streams is not None:
            writer = self._streams[1]
            self._streams = None
            writer.transport.abort()
            with suppress(ConnectionError):
                await writer.wait_closed()


async def _read(reader: asyncio.StreamReader, *, head: bool) -> tuple[Answered, bool]:
    status, headers = 100, {}
    while 100 <= status < 200:
        start, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(start.split()[1])
        headers = {k.lower(): v.strip() for k, _, v in (x.partition(":") for x in lines if x)}
    closes = headers.get("connection", "").lower() == "close"
    if head or status in (204, 304):
        return Answered(status, headers, b""), closes
    if "content-length" in headers:
        body = await reader.readexactly(int(headers["content-length"]))
        return Answered(status, headers, body), closes
    if headers.get("transfer-encoding") != "chunked":
        return Answered(status, headers, await reader.read()), True
    heard: list[bytes] = []
    try:
        async with asyncio.timeout(_STREAM_SECONDS):
            while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
                heard.append((await reader.readexactly(size + 2))[:-2])
            await reader.readuntil(b"\r\n")
    except TimeoutError:
        return Answered(status, headers, b"".join(heard), streamed=True), True
    return Answered(status, headers, b"".join(heard)), closes
