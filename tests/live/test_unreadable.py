"""Sockets whose bytes cannot be read on: each is told why, however much was still coming."""

from __future__ import annotations

import pytest

from tests.fuzz.sockets import BINARY, TEXT, Socket, frame, message
from tests.live.server import Server

_PING = message({"type": "ping"})
_TOO_LARGE = frame(TEXT, b" " * 300_000)
UNREADABLE = {
    "too large": (_TOO_LARGE, 1009),
    "too large, and more": (_TOO_LARGE * 3, 1009),
    "not UTF-8, after a ping": (_PING + frame(TEXT, b"\xff"), 1007),
    "not UTF-8, and more": (frame(TEXT, b"\xff") + _TOO_LARGE, (1007, 1009)),
    "not masked, after a ping": (_PING + frame(TEXT, b"{}", masked=False), 1002),
    "binary, and then unreadable": (frame(BINARY, b"{}") + frame(TEXT, b"\xff"), (1007, 4400)),
}


@pytest.mark.parametrize(("raw", "code"), UNREADABLE.values(), ids=UNREADABLE.keys())
async def test_it_is_told_why(server: Server, raw: bytes, code: int | tuple[int, ...]) -> None:
    for _ in range(10):
        socket = await Socket.open(server.url)
        socket.send(message({"type": "connection_init"}))
        assert await socket.until("connection_ack")
        socket.send(raw)
        assert not await socket.until("nothing more")
        await socket.end()
        assert socket.heard.code in (code if isinstance(code, tuple) else (code,))
    assert " ERROR " not in server.log.read_text()


async def test_it_is_let_go_of_however_long_it_talks(server: Server) -> None:
    socket = await Socket.open(server.url)
    socket.send(frame(TEXT, b"\xff"))
    assert not await socket.until("nothing more")
    assert socket.heard.code == 1007
    for _ in range(40):
        socket.send(_TOO_LARGE)
    assert await socket.cut_off()
