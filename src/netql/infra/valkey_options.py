"""How netql connects to Valkey."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from valkey.asyncio.retry import Retry
from valkey.backoff import NoBackoff


def connecting(url: str, patience: float) -> dict[str, Any]:
    """Options of valkey-py's for a connection that fails after `patience` seconds of silence."""
    options: dict[str, Any] = {
        "socket_timeout": patience,
        "socket_connect_timeout": patience,
        "socket_keepalive": True,
        # Whoever uses it comes back by itself, and knows that it did.
        "retry": Retry(NoBackoff(), 0),
        "client_name": "netql",
    }
    if urlsplit(url).scheme in ("rediss", "valkeys"):
        # Off unless one asks for it.
        options["ssl_check_hostname"] = True
    return options
