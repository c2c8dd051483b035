"""Which bus a process takes part in."""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from netql.ids import new_id
from netql.infra.bus import Bus, LocalBus
from netql.infra.shared_bus import SILENT, Line, SharedBus
from netql.settings import Settings

# By the address's scheme. Imported when it is wanted: the client for Valkey takes a while.
_LINES = {
    "postgres": ("netql.infra.postgres_line", "PostgresLine"),
    "postgresql": ("netql.infra.postgres_line", "PostgresLine"),
    "valkey": ("netql.infra.valkey_line", "ValkeyLine"),
    "valkeys": ("netql.infra.valkey_line", "ValkeyLine"),
    "redis": ("netql.infra.valkey_line", "ValkeyLine"),
    "rediss": ("netql.infra.valkey_line", "ValkeyLine"),
}


def line_of(settings: Settings) -> Line | None:
    """The configured way to other processes, or None for `local`. Raises ConfigurationError for
    an address that cannot be used; nothing is connected yet."""
    scheme = settings.bus.partition("://")[0]
    if scheme == "local":
        return None
    module, name = _LINES[scheme]
    line: Line = getattr(importlib.import_module(module), name)(settings.bus)
    return line


@asynccontextmanager
async def open_bus(settings: Settings) -> AsyncIterator[Bus]:
    """The configured bus until the end of the block. Raises ConfigurationError.

    One that does not answer is no error: events come by polling until it does.
    """
    line = line_of(settings)
    if line is None:
        yield LocalBus()
        return
    async with SharedBus(line).running() as bus:
        yield bus


async def delay(settings: Settings) -> float:
    """Seconds that a wake-up takes from one process to another, by the configured bus.

    Raises ConfigurationError, and ConnectionError where none comes through.
    """
    async with open_bus(settings) as here, open_bus(settings) as there:
        trouble = here.trouble or there.trouble
        if trouble is not None:
            raise ConnectionError(trouble)
        topic = new_id()
        with there.listening(topic) as woken:
            began = time.monotonic()
            here.publish([topic])
            try:
                async with asyncio.timeout(SILENT):
                    await woken.wait()
            except TimeoutError:
                raise ConnectionError("the bus answers, but no wake-up comes through") from None
            return time.monotonic() - began
