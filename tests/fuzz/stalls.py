"""Whether one request keeps all others waiting: /healthz is asked all the while.

A machine with other work to do is late now and then, with nobody to blame. So a late answer counts
by the time that the server's loop was computing while it was waited for, which Linux tells of every
thread; elsewhere all of the time counts. And a machine that computes slowly is given more of it:
as many times more as a sum takes longer there. What waits without computing is left to
`netql.execution.blocking`.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Awaitable
from pathlib import Path
from urllib.parse import urlsplit

from tests.live.server import Server

PATIENCE = 0.25
# What the sum takes of a core that the patience was made for, in seconds.
_SUM = 0.025
_PAUSE = 0.01
_ASK = b"GET /healthz HTTP/1.1\r\nHost: netql.test\r\n\r\n"


def _patience() -> float:
    """How many seconds of computing are too many on this machine."""
    began = time.thread_time()
    sum(number * number for number in range(300_000))
    return PATIENCE * max(1.0, (time.thread_time() - began) / _SUM)


class Watch:
    """Asks /healthz from a thread of its own while it is entered, and notes what went on then."""

    def __init__(self, server: Server) -> None:
        split = urlsplit(server.url)
        self._address = (split.hostname, split.port)
        pid = server.process.pid
        self._clock = Path(f"/proc/{pid}/task/{pid}/schedstat")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)
        self._failure: Exception | None = None
        self._late: list[tuple[float, float, float]] = []
        self._done: list[tuple[float, float, object]] = []
        self._patience = PATIENCE
        self.answers = 0

    def __enter__(self) -> Watch:
        self._patience = _patience()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._patience = max(self._patience, _patience())
        if self._failure is not None:
            raise self._failure

    async def during(self, what: object, act: Awaitable[object]) -> None:
        """Await the act, known by what it is about."""
        began = time.monotonic()
        try:
            await act
        finally:
            self._done.append((began, time.monotonic(), what))

    def stalls(self) -> list[str]:
        """For how long each stall was, and what was being done meanwhile."""
        return [
            f"{computing:.2f} s of {until - since:.2f} s: "
            + "; or ".join(str(what) for b, e, what in self._done if b < until and since < e)
            for since, until, computing in self._late
            if computing > self._patience
        ]

    def _ask(self) -> None:
        try:
            with socket.create_connection(self._address, timeout=60) as line:
                while not self._ended.wait(_PAUSE):
                    since, before = time.monotonic(), self._computed()
                    line.sendall(_ASK)
                    told = b""
                    while not told.endswith(b"ok\n"):
                        more = line.recv(4096)
                        assert more, told
                        told += more
                    until = time.monotonic()
                    self.answers += 1
                    if until - since > PATIENCE:
                        self._late.append((since, until, self._computed() - before))
        except Exception as failure:
            self._failure = failure

    def _computed(self) -> float:
        """Seconds that the server's loop has been computing."""
        if not self._clock.exists():
            return time.monotonic()
        return int(self._clock.read_text().split()[0]) / 1e9
