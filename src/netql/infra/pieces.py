"""What one socket sends is read a piece at a time, and others have their turn in between.

The event loop hands over up to 256 KiB at once. Of the smallest frames those are forty thousand:
uvicorn reads them all, and queues a message of each, before anybody else is answered.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn._types import ASGIReceiveEvent

from netql.infra.messages import SoundMessages


class InPieces(SoundMessages):
    """One socket. While some of what it sent is not read, nothing more is taken from it."""

    # Bytes of one turn: frames of six bytes take some 20 microseconds each.
    PIECE = 4096

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._rest = bytearray()
        self._turn: asyncio.Handle | None = None

    def data_received(self, data: bytes) -> None:
        if self._unreadable or (not self._rest and len(data) <= self.PIECE):
            super().data_received(data)
            return
        self._rest += data
        self.transport.pause_reading()
        self._go_on()

    def connection_lost(self, exc: Exception | None) -> None:
        self._rest.clear()
        super().connection_lost(exc)

    async def receive(self) -> ASGIReceiveEvent:
        message = await super().receive()
        # What was read before has been taken, so uvicorn reads on: first comes what is left.
        self.hold()
        return message

    def hold(self) -> None:
        """Where uvicorn has just gone on to read: read what is left first."""
        if self._rest and not self._unreadable:
            self.transport.pause_reading()
            self._go_on()

    def _go_on(self) -> None:
        if self._turn is None:
            self._turn = self.loop.call_soon(self._read_piece)

    def _read_piece(self) -> None:
        self._turn = None
        if self.read_paused and not self._unreadable:
            # Whoever takes the messages that are queued has the rest read.
            return
        piece = bytes(self._rest[: self.PIECE])
        del self._rest[: self.PIECE]
        if piece:
            super().data_received(piece)
        if self._rest:
            self._go_on()
        elif not self.read_paused and not self.transport.is_closing():
            self.transport.resume_reading()
