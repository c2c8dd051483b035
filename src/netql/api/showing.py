"""What a subscription answers with: each event, and what of it the client asked to see.

Where that cannot be read, because the database fails in passing, the event was not told. Nor may a
later one be: its cursor would leave the untold one behind for good. So the source is asked to tell
it again, and judges it anew.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing
from inspect import isawaitable
from typing import Any

from graphql import ExecutionResult

from netql.api.context import FreshPerEvent
from netql.api.limits import TooLong
from netql.errors import Interrupted, Overloaded, TimedOut

# How often an event is begun that takes too long each time, the last time by itself: then its
# client, who may ask for too much, is told so, and the next one follows. Other failures are not the
# client's.
TRIES = 3
_PASSING = (Interrupted, Overloaded)
_SLOW = (TimedOut, TooLong)


class Unshown(Exception):
    """Thrown into a source where it told an event that could not be shown: tell it again."""


async def shown(
    executor: FreshPerEvent, source: AsyncGenerator[Any, None]
) -> AsyncGenerator[ExecutionResult, None]:
    """The answer to each event of the source, in order."""
    slow = 0
    async with aclosing(source):
        event = await anext(source, None)
        while event is not None:
            showing = executor.build_per_event_executor(event)
            if slow == TRIES - 1:
                # What is read for others along with it may be what takes so long.
                showing.context_value.of_event = False
            result = showing.execute_operation(False)
            if isawaitable(result):
                result = await result
            slow = slow + 1 if _failed(result, _SLOW) else 0
            if _failed(result, _PASSING) or 0 < slow < TRIES:
                event = await source.athrow(Unshown())
                continue
            slow = 0
            yield result
            event = await anext(source, None)


def _failed(result: ExecutionResult, by: tuple[type[Exception], ...]) -> bool:
    return any(isinstance(error.original_error, by) for error in result.errors or ())
