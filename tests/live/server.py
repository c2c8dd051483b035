"""netql as its operator runs it: a process of its own, spoken to over sockets."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

_START_SECONDS = 30.0


@dataclass(frozen=True)
class Member:
    """Somebody who signed up over HTTP or was made on the command line."""

    handle: str
    token: str
    id: str


@dataclass(frozen=True)
class Server:
    """A running netql."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def ask(self, query: str, token: str | None = None, **variables: Any) -> Any:
        """The data of an answer that must hold no errors."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        body = {"query": query, "variables": variables}
        response = httpx.post(f"{self.url}/graphql", json=body, headers=headers, timeout=20)
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=20)

    def member(self, handle: str, name: str | None = None) -> Member:
        """Somebody new, signed up as anybody would."""
        made = self.ask(
            "mutation Up($input: SignUpInput!)"
            " { signUp(input: $input) { accessToken userErrors { code } } }",
            input={"handle": handle, "name": name or handle.title(), "password": "long enough"},
        )["signUp"]
        assert made["userErrors"] == [], made
        return self.known(handle, made["accessToken"])

    def known(self, handle: str, token: str) -> Member:
        """Somebody who is there already."""
        viewer = self.ask("{ viewer { id handle } }", token)["viewer"]
        assert viewer["handle"] == handle
        return Member(handle, token, viewer["id"])

    def stop(self) -> float:
        """Ask it to end, as an operator does; how many seconds it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(_START_SECONDS)
        return time.monotonic() - began


@contextmanager
def running(
    env: Mapping[str, str], directory: Path, *arguments: str, at: int | None = None
) -> Iterator[Server]:
    """A netql process that answers; it is stopped with the block.

    Told its port by NETQL_PORT, unless the arguments name the port `at`.
    """
    port = at or free_port()
    told = {} if at else {"NETQL_PORT": str(port)}
    log = directory / f"netql-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "netql", *arguments],
            cwd=directory,
            env={**env, **told},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://{env.get('NETQL_HOST', '127.0.0.1')}:{port}", process, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        if process.poll() is None:
            try:
                server.stop()
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            if httpx.get(f"{server.url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"netql did not start:\n{server.log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
