"""That a server is about to end, for responses that would otherwise go on for ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Where a response finds what tells it: a key of its ASGI scope, there with netql's own protocol.
IN_SCOPE = "netql.leaving"


class Leaving:
    """The server stays until `begin`."""

    def __init__(self) -> None:
        self._begun = False
        self._told: dict[object, Callable[[], None]] = {}

    def begin(self) -> None:
        """Tell everybody, once."""
        if not self._begun:
            self._begun = True
            for tell in tuple(self._told.values()):
                tell()

    @contextmanager
    def telling(self, leave: Callable[[], None]) -> Iterator[None]:
        """Within the block `leave` is called when the end begins; at once if it has. It must not
        raise."""
        mark = object()
        self._told[mark] = leave
        if self._begun:
            leave()
        try:
            yield
        finally:
            del self._told[mark]
