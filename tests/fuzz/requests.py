"""One HTTP request as the bytes that are sent."""

from __future__ import annotations

from dataclasses import dataclass

Headers = list[tuple[bytes, bytes]]
_SHOWN = 3000


@dataclass
class Request:
    """One request; `name` tells whom it is from, "" being a guest."""

    name: str
    method: bytes
    raw: bytes
    # What is said is less than was promised: the line is hung up after it, and needs no answer.
    cut: bool = False

    def __str__(self) -> str:
        shown = self.raw if len(self.raw) < _SHOWN else self.raw[:_SHOWN] + b"... and so on"
        return f"from {self.name or 'a guest'}, {len(self.raw)} bytes: {shown!r}"


def raw(method: bytes, address: bytes, headers: Headers, body: bytes | None) -> bytes:
    """The request as it should be written, of any length if it has no body."""
    lines = [b"%s %s HTTP/1.1" % (method, address), b"Host: netql.test"]
    lines += [b"%s: %s" % header for header in headers]
    if body is not None and (body or method != b"GET"):
        lines.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join([*lines, b"", body or b""])
