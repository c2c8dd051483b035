"""Frames with something wrong in them: in the message, in its JSON, or in the frame itself."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any

from tests.fuzz import json_text, texts
from tests.fuzz.sockets import BINARY, CLOSE, PING, PONG, TEXT, frame


@dataclass
class Case:
    """Frames of one client: from whom, whether it is introduced first, and what it sends then."""

    name: str
    greeted: bool
    raw: bytes
    # Bytes are missing at its end: the server can only wait for them.
    cut: bool = False

    def __str__(self) -> str:
        shown = self.raw if len(self.raw) < 3000 else self.raw[:3000] + b"... and so on"
        greeted = "after" if self.greeted else "without"
        return f"from {self.name or 'a guest'} {greeted} connection_init: {shown!r}"


def case(dice: Random, people: list[str]) -> Case:
    """Malformed frames of one of the people or of a guest ("")."""
    name = dice.choice(["", *people])
    greeted = dice.random() < 0.8
    if dice.random() < 0.3:
        raw, cut = _broken(dice)
        return Case(name, greeted, raw, cut)
    raw = b"".join(_message(dice) for _ in range(dice.choice((1, 1, 2, 5))))
    return Case(name, greeted, raw)


def _message(dice: Random) -> bytes:
    text = texts.good(dice) if dice.random() < 0.6 else texts.spoiled(dice)
    asked = {"query": text, "variables": {"first": 1}, "operationName": dice.choice((None, "A"))}
    other = dice.choice(("next", "error", "connection_ack", "start", "data", "ka"))
    told: Any = dice.choice((
        {"type": "subscribe", "id": dice.choice("ab"), "payload": asked},
        {"type": "subscribe", "id": "a", "payload": asked | {"extensions": {}}},
        {"type": "complete", "id": dice.choice("abz")},
        {"type": "ping", "payload": {"a": 1}},
        {"type": "pong"},
        {"type": "connection_init", "payload": {"authorization": "Bearer a.b.c"}},
        {"type": other, "id": "a"},
    ))  # fmt: skip
    for _ in range(dice.randrange(3)):
        if isinstance(told, dict | list):
            told = json_text.changed(told, dice)
    content = json_text.written(told)
    if dice.random() < 0.3:
        content = json_text.bent(content, dice)
    return frame(TEXT if dice.random() < 0.9 else BINARY, content)


def _broken(dice: Random) -> tuple[bytes, bool]:
    good = b'{"type":"ping"}'
    kind = dice.randrange(11)
    if kind == 0:
        return frame(TEXT, good, masked=False), False
    if kind == 1:
        return frame(TEXT, good, first=0x80 | dice.choice((0x10, 0x20, 0x40, 0x70)) | TEXT), False
    if kind == 2:
        return frame(dice.choice((3, 4, 7, 11, 15)), good), False
    if kind == 3:
        return frame(0, good), False
    if kind == 4:
        return frame(TEXT, good[:5], first=TEXT) + frame(TEXT, good), False
    if kind == 5:
        return frame(PING, b"a" * 126), False
    if kind == 6:
        return frame(PING, b"a", first=PING), False
    if kind == 7:
        codes = (
            b"",
            b"\x03",
            b"\x03\xe8",
            b"\x03\xed",
            b"\x00\x00",
            b"\xff\xff",
            b"\x03\xe8\xff",
            b"\x0f\xa0a",
        )
        return frame(CLOSE, dice.choice(codes)), False
    if kind == 8:
        odd = dice.choice((b"\xff", b'"\xed\xa0\x80"', b'{"type":"\xc3"}', b"\xf8\x88\x80\x80\x80"))
        half = len(odd) // 2
        return dice.choice((
            frame(TEXT, odd), frame(TEXT, odd[:half], first=TEXT) + frame(0, odd[half:]),
        )), False  # fmt: skip
    if kind == 9:
        size = dice.choice((300_000, 2**31, 2**62, 2**63))
        whole = frame(TEXT, b" " * 300_000)
        return dice.choice((bytes([0x81, 0xFF]) + size.to_bytes(8, "big") + b"abcd", whole)), False
    pieces = (
        [frame(TEXT, good[:1], first=TEXT)] + [frame(0, b"", first=0)] * 500 + [frame(PONG, b"x")]
    )
    whole = b"".join(pieces) + frame(0, good[1:])
    return (whole, False) if dice.random() < 0.5 else (whole[: dice.randrange(len(whole))], True)
