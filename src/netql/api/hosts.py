"""By which names netql may be called, if it was told: NETQL_HOSTS.

Without the list a page of any site can have its own name point at this server and then is of the
same origin (DNS rebinding): of use to it where netql is not open to the world anyway.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from starlette.types import Receive, Scope, Send

from netql.api.accepting import JSON
from netql.api.responses import failure, send_json

# Probes call a process by its address, and learn nothing that is anybody's.
_PROBED = ("/healthz", "/readyz")


class Hosts:
    """The names, without ports; none stands for any."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(name.encode("latin-1") for name in names)

    def admit(self, scope: Scope) -> bool:
        """Whether the request calls netql by a name of its own."""
        if not self._names or scope["path"] in _PROBED:
            return True
        called = [value for name, value in scope["headers"] if name == b"host"]
        return len(called) == 1 and _name(called[0]) in self._names


async def refuse_host(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer a request, or a socket's first, that calls netql by no name of its own."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1008})
        return
    body = failure(
        "BAD_REQUEST",
        "That is no name of this netql: NETQL_HOSTS lists them.",
        secrets.token_hex(8),
    )
    await send_json(send, 421, JSON, body, b"host")


def _name(host: bytes) -> bytes:
    """A Host header without its port, in small letters."""
    name = host.partition(b"]")[0] + b"]" if host.startswith(b"[") else host.partition(b":")[0]
    return name.lower()
