"""HTTP itself gone wrong: lengths, chunks, lines."""

from __future__ import annotations

from random import Random

from tests.fuzz import texts
from tests.fuzz.json_text import written
from tests.fuzz.requests import Headers, Request, raw

_SIZES = (b"-1", b"zz", b"1" * 40, b"ffffffffffffffff", b"0x10", b" 5", b"")
_LENGTHS = (b"-1", b"a", b"1e3", b"+5", b"9" * 30, b"0, 0", b"262145", b"99999999")
_ODD = (b"\x00", b"\r", b"\n", b"\xff", b": ", b"\r\n\r\n", b"\r\n \r\n", b"\x7f")
_FIRST = (
    b"", b"GET", b"GET /graphql", b"GET  HTTP/1.1", b"POST /graphql HTTP/3.0",
    b"POST /graphql HTTP/0.9", b"POST http://[ HTTP/1.1", b"POST * HTTP/1.1",
    b"CONNECT a:1 HTTP/1.1", b"PRI * HTTP/2.0\r\n\r\nSM", b"\x16\x03\x01\x02",
)  # fmt: skip


def broken(name: str, headers: Headers, dice: Random) -> Request:
    """A request that may not be one; most of them end with the line."""
    headers = [*headers, (b"Content-Type", b"application/json")]
    body = written({"query": texts.good(dice)})
    whole = raw(b"POST", b"/graphql", headers, body)
    chunked = raw(b"POST", b"/graphql", [*headers, (b"Transfer-Encoding", b"chunked")], None)
    kind = dice.randrange(8)
    if kind == 0:
        return Request(name, b"POST", whole[: dice.randrange(1, len(whole))], cut=True)
    if kind == 1:
        return Request(name, b"POST", chunked + dice.choice(_SIZES) + b"\r\n" + body, cut=True)
    if kind == 2:
        length = dice.choice(
            (b"-1", b"a", b"1e3", b"+5", b"9" * 30, b"0, 0", b"262145", b"99999999")
        )
        bad = raw(b"POST", b"/graphql", [*headers, (b"Content-Length", length)], None)
        return Request(name, b"POST", bad + body, cut=True)
    if kind == 3:
        place = dice.randrange(len(whole) - len(body))
        odd = dice.choice(
            (b"\x00", b"\r", b"\n", b"\xff", b": ", b"\r\n\r\n", b"\r\n \r\n", b"\x7f")
        )
        return Request(name, b"POST", whole[:place] + odd + whole[place:], cut=True)
    if kind == 4:
        first = dice.choice(_FIRST)
        return Request(name, b"POST", first + b"\r\n" + whole.partition(b"\r\n")[2], cut=True)
    if kind == 5:
        many = [(b"X%d" % n, b"a") for n in range(dice.choice((50, 150, 3000)))]
        return Request(name, b"POST", raw(b"POST", b"/graphql", headers + many, body), cut=True)
    if kind == 6:
        twice = [*headers, (b"Transfer-Encoding", b"chunked")]
        both = raw(b"POST", b"/graphql", twice, body)
        return Request(name, b"POST", both, cut=True)
    pieces = [body[n : n + 7] for n in range(0, len(body), 7)]
    sent = b"".join(b"%x;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return Request(name, b"POST", chunked + sent + b"0\r\nX: y\r\n\r\n")
