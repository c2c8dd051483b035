"""The end of a serving process: told to balancers first, begun a little later, over in time."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

log = logging.getLogger("netql.draining")


class Draining:
    """Whether the process was asked to end."""

    def __init__(self) -> None:
        self.begun = False

    @contextmanager
    def on_sigterm(self, drain: float, grace: float, *, once: bool = False) -> Iterator[None]:
        """Within the block, the first SIGTERM begins the end and reaches the server `drain`
        seconds later; a second one at once, unless `once`: a worker is asked by its supervisor
        and, where systemd asks every process of a service, by that as well. `grace` seconds after
        the first the process is cut off if it is still there: something hung that nothing else
        could end.

        Only where a server listens to the signal already, in the main thread; elsewhere the
        process is somebody else's to end.
        """
        server = signal.getsignal(signal.SIGTERM)
        if threading.current_thread() is not threading.main_thread() or not callable(server):
            yield
            return
        stop = server
        loop = asyncio.get_running_loop()

        def asked(number: int, frame: FrameType | None) -> None:
            if self.begun:
                if not once:
                    stop(number, frame)
                return
            self.begun = True
            watchdog = threading.Timer(grace, _cut_off, (grace,))
            watchdog.daemon = True
            watchdog.start()
            loop.call_soon_threadsafe(loop.call_later, drain, stop, number, None)

        signal.signal(signal.SIGTERM, asked)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, server)


def _cut_off(grace: float) -> None:
    log.error("the process did not end within %g seconds, and is cut off", grace)
    os._exit(1)
