"""JSON as it may be written, not only as it should be: keys twice, numbers of any form."""

from __future__ import annotations

import json
from random import Random
from typing import Any


class Raw(bytes):
    """Goes into the text as it is, whether it is JSON or not."""


class Pairs(list[tuple[str, Any]]):
    """An object whose keys may come more than once."""


_ATOMS: tuple[Any, ...] = (
    None, True, False, 0, -1, 1.5, 2**31, -(2**31) - 1, 2**53 + 1, 2**64, 10**400, "", " ", "0",
    "null", "a" * 3000, "\0", "a\0b", "\u202e", "\ufeff", "\U0001f469\u200d\U0001f469", "%00", "{",
    [], {}, [[]], [None], [1, "a"], {"": None}, {"a": {"a": {"a": {}}}}, {"__proto__": {"a": 1}},
    {"constructor": {"prototype": {}}}, Raw(b"NaN"), Raw(b"-Infinity"), Raw(b"1e999"),
    Raw(b"-0"), Raw(b"01"), Raw(b"1e-999"), Raw(b"9" * 5000), Raw(b'"\\ud800"'),
    Raw(b'"\\udc00\\ud800"'), Raw(b'"\\u0000"'), Raw(b'"\xff\xfe"'), Raw(b'"\xed\xa0\x80"'),
    Raw(b'"\x00"'), Raw(b'"\n"'), Raw(b'"\\x"'), Raw(b"'a'"), Raw(b"undefined"), Raw(b"// a\n1"),
    Raw(b""), Raw(b","), Raw(b"True"),
)  # fmt: skip


def atom(dice: Random) -> Any:
    """A value that most readers do not expect."""
    return dice.choice(_ATOMS)


def written(value: Any) -> bytes:
    """The value as text in UTF-8; lone surrogates as escapes."""
    if isinstance(value, Raw):
        return bytes(value)
    if isinstance(value, dict):
        value = Pairs(value.items())
    if isinstance(value, Pairs):
        inside = (json.dumps(key).encode() + b":" + written(item) for key, item in value)
        return b"{" + b",".join(inside) + b"}"
    if isinstance(value, list):
        return b"[" + b",".join(map(written, value)) + b"]"
    return json.dumps(value).encode()


def nested(dice: Random) -> Raw:
    """A value inside of others, up to fifty thousand times; now and then it never ends."""
    deep = dice.choice((3, 30, 250, 260, 1000, 1030, 20_000, 50_000))
    opening, closing = dice.choice(((b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")))
    closings = deep if dice.random() < 0.8 else dice.randrange(deep)
    return Raw(opening * deep + b"1" + closing * closings)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The ways to each value inside of a value, itself included; Pairs stay as they are."""
    found = [path]
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    elif isinstance(value, list) and not isinstance(value, Pairs):
        for place, item in enumerate(value):
            found += places(item, (*path, place))
    return found


def changed(value: Any, dice: Random) -> Any:
    """The value with one change to its structure, somewhere; the value itself stays as it is."""
    path = dice.choice(places(value))
    return _at(value, path, lambda old: _another(old, dice))


def _at(value: Any, path: tuple[Any, ...], change: Any) -> Any:
    if not path:
        return change(value)
    first, *rest = path
    if isinstance(value, dict):
        return {key: _at(v, tuple(rest), change) if key == first else v for key, v in value.items()}
    if isinstance(value, list):
        return [_at(v, tuple(rest), change) if i == first else v for i, v in enumerate(value)]
    return value


def _another(old: Any, dice: Random) -> Any:
    kind = dice.randrange(8)
    if kind == 0:
        return [old]
    if kind == 1:
        return {"a": old}
    if kind == 2:
        return nested(dice)
    if kind == 3 and isinstance(old, dict) and old:
        return _without(old, dice.choice(list(old)))
    if kind == 4 and isinstance(old, dict) and old:
        key = dice.choice(list(old))
        twice = [*old.items(), (key, dice.choice((atom(dice), old[key])))]
        return Pairs(dice.sample(twice, len(twice)))
    if kind == 5 and isinstance(old, dict):
        return old | {dice.choice(("", "a", "__typename", "\0", "id", "k" * 2000)): atom(dice)}
    if kind == 6 and isinstance(old, str):
        return json.dumps(old)
    return atom(dice)


def _without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: item for name, item in value.items() if name != key}


def bent(text: bytes, dice: Random) -> bytes:
    """The bytes with a change that knows nothing of JSON."""
    place = dice.randrange(len(text) + 1)
    kind = dice.randrange(9)
    if kind == 0:
        return text[:place]
    if kind == 1:
        odd = dice.choice(
            (b"\xff", b"\x00", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b'"', b"\\")
        )
        return text[:place] + odd + text[place:]
    if kind == 2:
        flipped = bytearray(text or b" ")
        flipped[place % len(flipped)] ^= 1 << dice.randrange(8)
        return bytes(flipped)
    if kind == 3:
        return text + dice.choice((text, b"}", b"\x00", b",", b"\n\n", b"garbage"))
    if kind == 4:
        return (
            dice.choice((b"\xef\xbb\xbf", b"\x00", b" " * 9000, b")]}',\n", b"\x1f\x8b\x08")) + text
        )
    if kind == 5:
        return text.decode("utf-8", "replace").encode(
            dice.choice(("utf-16", "utf-32", "utf-16-le"))
        )
    if kind == 6:
        return text[:place] + text[place + dice.randrange(1, 9) :]
    if kind == 7:
        return bytes(dice.randrange(256) for _ in range(dice.randrange(200)))
    return text.replace(b'"', b"'")
