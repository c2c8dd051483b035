"""Which pages may talk to netql from a browser: one list, for requests and for sockets.

A page of netql's own origin always may; one of another only if NETQL_ORIGINS lists its origin.
Programs send no Origin and are not meant: what they may is a matter of their token.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from strawberry.http.websocket_origin import is_same_origin

# A page cannot send any of these elsewhere before its browser has asked whether it may.
_ASKED_FIRST = (
    b"authorization",
    b"graphql-require-preflight",
    b"apollo-require-preflight",
    b"x-apollo-operation-name",
)
_NAMES = re.compile(rb"[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*\Z", re.ASCII)
# What answers may tell a page beyond the headers that every page may read (Fetch, 3.2.3).
_EXPOSED = b"retry-after"
# Two hours, the longest that any browser remembers what it was told.
_REMEMBERED = b"7200"

Headers = tuple[tuple[bytes, bytes], ...]


class Origins:
    """The origins whose pages may talk to netql."""

    def __init__(self, listed: Iterable[str]) -> None:
        """`listed` as browsers write them: scheme and host in small letters, no default port."""
        self._listed = frozenset(origin.encode("latin-1") for origin in listed)
        # What is said to one origin must not be kept for another.
        self.vary = b"accept, origin" if self._listed else b"accept"

    def admits(self, origin: bytes | None, host: bytes | None) -> bool:
        """Whether a request that names this Origin and this Host may be answered: sockets, which
        browsers open across origins without asking, and links."""
        if origin is None or origin in self._listed:
            return True
        return is_same_origin(origin.decode("latin-1"), host.decode("latin-1") if host else None)

    def admits_link(self, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a GET may be answered. A page can have any address fetched, by an image or a
        script, and time what comes of it; so a browser's GET is answered only if it asked first,
        if it comes from a page that may, or if its user typed it.

        Browsers tell where a request comes from, but not over plain HTTP, and old ones never: of
        those it is not known, and they have to ask first.
        """
        if any(headers.get(name) for name in _ASKED_FIRST):
            return True
        origin = headers.get(b"origin")
        if origin is not None:
            return self.admits(origin, headers.get(b"host"))
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site in (b"same-origin", b"none")
        return not headers.get(b"user-agent", b"").startswith(b"Mozilla/")

    def shared_with(self, origin: bytes) -> Headers:
        """The headers that let a page of that origin read an answer; none if it may not.

        Never with credentials: a token goes in a header of its own, and there are no cookies.
        """
        if origin not in self._listed:
            return ()
        return (
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _EXPOSED),
        )

    def preflight(self, headers: Mapping[bytes, bytes]) -> Headers | None:
        """What a browser is told that asks whether a page may send something; None if not."""
        origin = headers.get(b"origin")
        if origin is None or origin not in self._listed:
            return None
        told = [
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-methods", b"GET, POST"),
            (b"access-control-max-age", _REMEMBERED),
        ]
        wanted = headers.get(b"access-control-request-headers", b"").strip()
        # Clients add headers of their own to name themselves, and none of ours is dangerous.
        if _NAMES.match(wanted):
            told.append((b"access-control-allow-headers", wanted))
        return tuple(told)
