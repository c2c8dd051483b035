"""Whatever comes over a socket closes it with a code of its own; nothing is a bug, and nobody else
notices."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

import pytest
from websockets.frames import Frame, Opcode

from tests.live.client import GraphQLSocket, bare_socket, socket_of
from tests.live.server import Server

SEED = 20
FRAMES = 300
QUERY = "{ __typename }"
LARGEST = 256 * 1024


class Nonsense:
    """Makes messages that break graphql-transport-ws, and no others."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def frame(self) -> str | bytes:
        kinds: list[Callable[[], str | bytes]] = [
            self._binary,
            self._broken_json,
            self._deep,
            self._too_large,
            lambda: json.dumps(self._no_object()),
            lambda: json.dumps(self._wrong_type()),
            lambda: json.dumps(self._wrong_id()),
            lambda: json.dumps(self._wrong_payload()),
            lambda: json.dumps(self._wrong_part()),
        ]
        return self._random.choice(kinds)()

    def _value(self, *but: type) -> Any:
        """Any JSON but of those types."""
        values: list[Any] = [
            *(None, True, False, 0, -1.5, 10**30, "", "x", "connection_init", "\x00", "\U0001f600"),
            *([], [[]], ["id"], {}, {"a": {"b": [1]}}, {"type": "ping"}),
        ]
        fitting = [one for one in values if not any(type(one) is kind for kind in but)]
        return self._random.choice(fitting)

    def _binary(self) -> bytes:
        return self._random.randbytes(self._random.randrange(200)) or b"\x00"

    def _broken_json(self) -> str:
        whole = json.dumps({"id": "1", "type": "subscribe", "payload": {"query": QUERY}})
        cut = self._random.randrange(len(whole))
        junk = self._random.choice(["", "}", "\x00", "NaN", "\\ud800", "'", '"', "[", "\ufeff"])
        broken = whole[:cut] + junk + whole[cut + 1 :]
        try:
            json.loads(broken)
        except ValueError:
            return broken
        return whole[:-1]

    def _deep(self) -> str:
        depth = self._random.randrange(2_000, 50_000)
        opening, closing = self._random.choice([("[", "]"), ('{"a":', "}")])
        inside = opening * depth + "1" + closing * depth * self._random.randrange(2)
        return self._random.choice([inside, f'{{"type":"ping","payload":{inside}}}'])[:LARGEST]

    def _too_large(self) -> str:
        letter = self._random.choice(["x", "\u00e9", "\U0001f600"])
        return json.dumps({"type": "ping", "payload": {"x": letter * LARGEST}}, ensure_ascii=False)

    def _no_object(self) -> Any:
        return self._value(dict)

    def _wrong_type(self) -> Any:
        wrong = self._random.choice(
            [
                "next",
                "error",
                "connection_ack",
                "start",
                "stop",
                "Subscribe",
                "ping ",
                self._value(),
            ]
        )
        return {"id": "1", "type": wrong, "payload": {"query": QUERY}}

    def _wrong_id(self) -> Any:
        wrong = self._random.choice(["", "x" * 257, self._value(str)])
        kind = self._random.choice(["subscribe", "complete"])
        message = {"id": wrong, "type": kind, "payload": {"query": QUERY}}
        if self._random.random() < 0.2:
            del message["id"]
        return message

    def _wrong_payload(self) -> Any:
        kind = self._random.choice(["subscribe", "ping", "pong", "connection_init"])
        wrong = self._value(dict) if kind == "subscribe" else self._value(dict, type(None))
        return {"id": "1", "type": kind, "payload": wrong}

    def _wrong_part(self) -> Any:
        payload: dict[str, Any] = {"query": QUERY}
        part = self._random.choice(["query", "variables", "operationName", "extensions"])
        fitting = {"query": str, "operationName": str}.get(part, dict)
        nothing = () if part == "query" else (type(None),)
        payload[part] = self._value(fitting, *nothing)
        return {"id": "1", "type": "subscribe", "payload": payload}


async def healthy(server: Server, known: GraphQLSocket) -> None:
    """Others are none the worse for it, neither those that were there nor those that come."""
    assert await known.run(QUERY) == {"__typename": "Query"}
    async with socket_of(server.url, None) as socket:
        assert await socket.run(QUERY) == {"__typename": "Query"}


def no_traceback(server: Server) -> None:
    log = server.log.read_text()
    assert "Traceback" not in log
    assert " ERROR " not in log


async def test_each_of_hundreds_of_malformed_frames_closes_its_socket_with_a_code(
    server: Server,
) -> None:
    nonsense = Nonsense(SEED)
    async with socket_of(server.url, None) as known:
        for number in range(FRAMES):
            frame = nonsense.frame()
            async with bare_socket(server.url) as socket:
                if number % 2:
                    await socket.init()
                await socket.connection.send(frame)
                code = await socket.close_code()
            large = len(frame.encode() if isinstance(frame, str) else frame) > LARGEST
            assert code == (1009 if large else 4400), (number, frame[:200])
            if number % 50 == 0:
                await healthy(server, known)
        await healthy(server, known)
    no_traceback(server)


def text(data: bytes, *, fin: bool = True) -> Frame:
    return Frame(Opcode.TEXT, data, fin)


def more(data: bytes, *, fin: bool) -> Frame:
    return Frame(Opcode.CONT, data, fin)


RAW: dict[str, tuple[list[Frame], set[int]]] = {
    "no UTF-8": ([text(b'{"type":"\xff"}')], {1007}),
    "half a character": ([text(b'{"type":"ping\xc3'), more(b'"}', fin=True)], {1007, 1002}),
    "no UTF-8 in fragments": (
        [text(b'{"type":', fin=False), more(b'"\xff', fin=False), more(b'"}', fin=True)],
        {1007},
    ),
    "fragments without end": (
        [text(b"", fin=False), *[more(b"", fin=False)] * 10_000],
        {1009},
    ),
    "a large message in small fragments": (
        [text(b"[", fin=False), *[more(b"1," * 512, fin=False)] * 300],
        {1009},
    ),
    "a continuation of nothing": ([more(b"{}", fin=True)], {1002}),
    "a message inside of a message": ([text(b"{", fin=False), text(b"}")], {1002}),
    "a reserved bit": ([Frame(Opcode.TEXT, b"{}", rsv1=True)], {1002}),
    "a ping in fragments": ([Frame(Opcode.PING, b"", fin=False)], {1002}),
    "a long ping": ([Frame(Opcode.PING, b"x" * 126)], {1002}),
    "a close code that there is not": ([Frame(Opcode.CLOSE, b"\x03\xe7")], {1002}),
    "half a close code": ([Frame(Opcode.CLOSE, b"\x03")], {1002}),
}


@pytest.mark.parametrize(("frames", "codes"), RAW.values(), ids=RAW.keys())
async def test_frames_that_break_websocket_itself_close_with_its_codes(
    server: Server, frames: list[Frame], codes: set[int]
) -> None:
    async with socket_of(server.url, None) as known:
        async with socket_of(server.url, None) as socket:
            raw = b"".join(_written(frame) for frame in frames)
            socket.connection.transport.write(raw)
            assert await socket.close_code() in codes
        await healthy(server, known)
    no_traceback(server)


async def test_a_message_in_a_few_fragments_is_one(server: Server) -> None:
    async with socket_of(server.url, None) as socket:
        whole = json.dumps({"type": "ping", "payload": {"x": "\u00e9" * 500}}, ensure_ascii=False)
        parts = [whole.encode()[at : at + 7] for at in range(0, len(whole.encode()), 7)]
        first, *others = parts
        frames = [text(first, fin=False), *[more(part, fin=False) for part in others]]
        raw = b"".join(_written(one) for one in [*frames, more(b"", fin=True)])
        socket.connection.transport.write(raw)
        assert (await socket.receive())["type"] == "pong"


def _written(frame: Frame) -> bytes:
    """The bytes of a frame as a client sends it, whether it may or not."""
    head = bytes([(0x80 if frame.fin else 0) | (0x40 if frame.rsv1 else 0) | frame.opcode])
    size = len(frame.data)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    # A mask of nothing leaves the data as it is.
    return head + length + b"\x00" * 4 + bytes(frame.data)
