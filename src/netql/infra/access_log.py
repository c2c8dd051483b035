"""The server's lines about requests, without what was asked.

A GET has its text and variables in its address, and a client may put a token there: none of them
is for a log.
"""

from __future__ import annotations

import logging
from copy import deepcopy
from typing import Any

from uvicorn.config import LOGGING_CONFIG


class WithoutQuery(logging.Filter):
    """Cuts each address in a line about a request or a socket off at its question mark."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple) and '"' in str(record.msg):
            record.args = tuple(
                part.partition("?")[0] if isinstance(part, str) else part for part in record.args
            )
        return True


def log_config() -> dict[str, Any]:
    """uvicorn's own way of logging, in this process and in workers, without queries."""
    config: dict[str, Any] = deepcopy(LOGGING_CONFIG)
    config["filters"] = {"without_query": {"()": WithoutQuery}}
    # Requests are told of by the one, sockets by the other.
    for name in ("uvicorn.access", "uvicorn.error"):
        config["loggers"][name]["filters"] = ["without_query"]
    return config
