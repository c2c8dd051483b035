"""A worker that starts while the database is away: it waits, for the others still stand.

Ended by its start, it would take them along: uvicorn's supervisor takes a worker that cannot start
for a sign that none ever could.
"""

from __future__ import annotations

import asyncio
import logging
import random
import signal
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from netql.errors import ConfigurationError

log = logging.getLogger("netql.database")

# The longest time between two tries, in seconds; each is drawn by lot, down to half of it.
AGAIN = 1.0


async def until_it_answers(answers: Callable[[], Awaitable[None]]) -> None:
    """Call it until it raises no ConfigurationError. Says so once, and once it does."""
    try:
        return await answers()
    except ConfigurationError as error:
        log.warning("a worker waits for its start: %s", error.message)
    with _ended_by_sigterm():
        while True:
            await asyncio.sleep(AGAIN * random.uniform(0.5, 1.0))
            try:
                await answers()
            except ConfigurationError:
                continue
            log.info("the database answers, and the worker starts")
            return


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Within the block SIGTERM ends the process at once: the server would only heed it after the
    start, and nothing is served yet that could be cut off."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
