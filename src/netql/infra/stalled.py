"""Clients that do not take what they are sent.

What waits for such a client waits in memory, and a connection cannot be closed in good order
before it was sent: so one that takes nothing, or next to nothing, is cut off.
"""

from __future__ import annotations

import asyncio


class Outgoing:
    """Watches what a connection still has to send."""

    # Seconds between two looks, and bytes that must have gone in between. Both are far below what
    # a phone on a bad line does.
    PATIENCE = 10.0
    LEAST = 16 * 1024

    __slots__ = ("_loop", "_timer", "_transport", "_waiting", "patience")

    def __init__(
        self, loop: asyncio.AbstractEventLoop, transport: asyncio.Transport, patience: float
    ) -> None:
        self._loop = loop
        self._transport = transport
        self._timer: asyncio.TimerHandle | None = None
        self._waiting = 0
        self.patience = patience

    def watch(self) -> None:
        """From now on the client has to take something within each stretch of patience."""
        if self._timer is None:
            self._waiting = self._transport.get_write_buffer_size()
            self._timer = self._loop.call_later(self.patience, self._look)

    def hurry(self, patience: float) -> None:
        """Have less patience from now on, with what waits already and with what will."""
        self.patience = patience
        if self._timer is not None or self._transport.get_write_buffer_size():
            self.rest()
            self.watch()

    def rest(self) -> None:
        """The client took what there was, or is gone."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self) -> None:
        self._timer = None
        waiting = self._transport.get_write_buffer_size()
        # A connection that is being closed is still there for what it has to send, or for the
        # other end's goodbye; neither may take for ever.
        if waiting > self._waiting - self.LEAST:
            self._transport.abort()
        else:
            self.watch()
