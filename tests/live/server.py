"""netql as its operator runs it: a process of its own, spoken to over sockets."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from tests.processes import Started, command_line

_START_SECONDS = 60.0
_numbers = count(1)


def request(method: str, url: str, **options: Any) -> httpx.Response:
    """One request over a connection of its own."""
    # Nothing here is encrypted, and reading all certificates costs more than the request.
    return httpx.request(method, url, timeout=_START_SECONDS, verify=False, **options)


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
    process: Started
    log: Path

    def ask(self, query: str, token: str | None = None, **variables: Any) -> Any:
        """The data of an answer that must hold no errors."""
        headers = {} if token is None else {"authorization": f"Bearer {token}"}
        body = {"query": query, "variables": variables}
        response = request("POST", f"{self.url}/graphql", json=body, headers=headers)
        answer = response.json()
        assert "errors" not in answer, answer
        return answer["data"]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return request("GET", f"{self.url}{path}", headers=headers)

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
        self.process.stop(_START_SECONDS)
        return time.monotonic() - began


@contextmanager
def running(
    env: Mapping[str, str], directory: Path, *arguments: str, at: int | None = None
) -> Iterator[Server]:
    """A netql process that answers; it is stopped with the block.

    It takes any port, and is found where it says that it is: a port that was free a moment ago may
    be somebody else's by now. Unless the arguments name the port `at`, which may be 0 as well.
    """
    port = at or 0
    told = {"NETQL_PORT": "0"} if at is None else {}
    log = directory / f"netql-{next(_numbers)}.log"
    log.touch()
    process = Started({**env, **told}, directory, command_line, *arguments, log=log)
    url = f"http://{env.get('NETQL_HOST', '127.0.0.1')}:{port}"
    server = Server(url, process, log)
    try:
        if port == 0:
            server = Server(_said_address(server), process, log)
        _wait_until_ready(server)
        yield server
    finally:
        try:
            if process.alive:
                server.stop()
        finally:
            process.end()


def _said_address(server: Server) -> str:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and server.process.alive:
        if said := re.search(r"http://[\w.]+:\d+", server.log.read_text()):
            return said[0]
        time.sleep(0.05)
    raise RuntimeError(f"netql did not say where it is:\n{server.log.read_text()}")


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if not server.process.alive:
            break
        try:
            if server.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"netql did not start:\n{server.log.read_text()}")
