"""`netql serve` as a process of its own, which may be killed, stalled and watched."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx
import psutil

from netql.torture.ports import HOST, free_port

START_SECONDS = 30.0
STOP_SECONDS = 20.0


class Netql:
    """One `netql serve`. It keeps its port, and goes on in the same log, when it comes back."""

    def __init__(self, env: Mapping[str, str], home: Path, log: Path, *words: str) -> None:
        self.port = free_port()
        self.url = f"http://{HOST}:{self.port}"
        self.log = log
        self._env = {**env, "NETQL_PORT": str(self.port)}
        self._home = home
        self._words = words
        self._process: subprocess.Popen[bytes] | None = None
        self._orphans: list[psutil.Process] = []

    def launch(self) -> None:
        """Start the process; see `ready`."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "netql", "serve", *self._words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._home,
                env=self._env,
                # So that the whole of it can be killed, and Ctrl-C ends the case first.
                start_new_session=True,
            )

    async def start(self) -> None:
        """Launch it and wait until it is ready."""
        self.launch()
        await self.ready()

    async def ready(self) -> None:
        """Wait until it says so. Raises RuntimeError if it ended or needs half a minute."""
        deadline = time.monotonic() + START_SECONDS
        async with httpx.AsyncClient(verify=False, trust_env=False) as client:
            while self.alive and time.monotonic() < deadline:
                try:
                    if (await client.get(f"{self.url}/readyz")).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
                await asyncio.sleep(0.05)
        raise RuntimeError(f"netql did not start:\n{self.said()[-4000:]}")

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """With SIGKILL, as a crash would."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def kill_supervisor(self) -> None:
        """As `kill`, of one that has workers; see `orphans`."""
        self._orphans = self.workers()
        self.kill()

    def orphans(self) -> list[psutil.Process]:
        """The workers that have outlived their supervisor, so far."""
        return [one for one in self._orphans if one.is_running() and _works(one)]

    async def stop(self) -> tuple[float, int]:
        """Ask it to end, as an operator does: after how many seconds it did, and its exit code.
        Raises TimeoutExpired, the process killed, after STOP_SECONDS."""
        assert self._process is not None
        began = time.monotonic()
        self._process.terminate()
        try:
            code = await asyncio.to_thread(self._process.wait, STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return time.monotonic() - began, code

    def stall(self) -> None:
        """Let it stand still."""
        self._send(signal.SIGSTOP)

    def go_on(self) -> None:
        self._send(signal.SIGCONT)

    def _send(self, what: int) -> None:
        assert self._process is not None
        self._process.send_signal(what)

    def workers(self) -> list[psutil.Process]:
        """The processes that answer, where there are several."""
        return [one for one in psutil.Process(self.pid).children() if _works(one)]

    def memory(self) -> int:
        """Bytes of memory that it holds."""
        return int(psutil.Process(self.pid).memory_info().rss)

    def work(self) -> float:
        """Seconds of a core that it has used."""
        used = psutil.Process(self.pid).cpu_times()
        return float(used.user + used.system)

    def sockets(self) -> set[int]:
        """The ports of the clients whose connections it holds."""
        held = psutil.Process(self.pid).net_connections("tcp")
        return {one.raddr.port for one in held if one.raddr and one.laddr.port == self.port}

    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def end(self) -> None:
        """Kill it, with its workers, if it is there."""
        process = self._process
        if process is None:
            return
        family = psutil.Process(process.pid).children() if process.poll() is None else []
        for one in (*family, *self.orphans()):
            one.kill()
        process.kill()
        process.wait()


def _works(process: psutil.Process) -> bool:
    """Whether it is one of multiprocessing's that lives, and not the one that tidies up."""
    try:
        return "spawn_main" in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        # It has just ended, or waits for its parent to take note.
        return False
