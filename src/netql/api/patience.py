"""Sending to clients that may not read: they are waited for, but not for ever."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Send


class NotReading(Exception):
    """The client took nothing for as long as it is waited for."""


class HungUp(Exception):
    """The client is gone."""


async def taken(send: Send, message: Message, seconds: float) -> None:
    """Send it, in so many seconds at most. Raises NotReading and HungUp."""
    try:
        async with asyncio.timeout(seconds):
            await send(message)
    except TimeoutError:
        raise NotReading from None
    except OSError:
        raise HungUp from None
