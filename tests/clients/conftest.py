"""A running demo, and programs in Node that tell its story."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DATABASE
from tests.live.server import Server, running
from tests.processes import command, environment

PACKAGE = Path(__file__).parent
SCHEMA = PACKAGE.parents[1] / "schema.graphql"
MISSING = "no Node: the clients are programs in JavaScript"
# Compilers take two seconds of a core that is free, and many times that of one that is not.
_SECONDS = 600

REMOVE = "mutation($id: ID!) { removeConnection(input: {memberId: $id}) { clientMutationId } }"
WITHDRAW = "mutation($id: ID!) { withdrawInvitation(input: {invitationId: $id}) { __typename } }"
SENT = "{ viewer { sentInvitations { nodes { id } } } }"


def may_do_without() -> bool:
    """Whether there is no Node and that is fine. Where CI is `true` it was to be there."""
    return shutil.which("node") is None and os.environ.get("CI") != "true"


def node(*words: str, directory: Path = PACKAGE, **env: str) -> str:
    """What a program of the package prints; it must succeed."""
    done = subprocess.run(
        ["node", *words],
        cwd=directory,
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def workplace(name: str, directory: Path) -> Path:
    """A copy of one of the package's projects, with the schema, for tools that write files."""
    place = directory / name
    shutil.copytree(PACKAGE / name, place)
    shutil.copy(SCHEMA, place)
    (place / "node_modules").symlink_to(PACKAGE / "node_modules")
    return place


@dataclass(frozen=True)
class World:
    """A running demo, and who is in it."""

    server: Server
    tokens: Mapping[str, str]

    @property
    def told(self) -> dict[str, str]:
        """The environment of a program that is to know it."""
        return {"NETQL_WORLD": json.dumps({"url": self.server.url, "tokens": self.tokens})}

    def ask(self, handle: str, query: str, **variables: Any) -> Any:
        return self.server.ask(query, self.tokens[handle], **variables)

    def key(self, handle: str) -> str:
        found: str = self.ask(handle, "{ viewer { id } }")["viewer"]["id"]
        return found

    def as_it_was(self) -> None:
        """Eve is a stranger again, and nobody waits for an answer."""
        self.ask("eve", REMOVE, id=self.key("ben"))
        for handle in ("dan", "eve"):
            for one in self.ask(handle, SENT)["viewer"]["sentInvitations"]["nodes"]:
                self.ask(handle, WITHDRAW, id=one["id"])


@contextmanager
def demo(url: str, directory: Path, **settings: str) -> Iterator[World]:
    """`netql demo` with the cast alone."""
    env = environment(
        url,
        directory,
        access_token_seconds="3600",
        cooldown_days="0",
        invitations_per_pair_and_year="100",
        **settings,
    )
    if DATABASE != "sqlite":
        command(env, directory, "migrate")
    with running(env, directory, "demo", "--size", "0") as server:
        members = server.get("/demo/cast").json()["members"]
        yield World(server, {one["handle"]: one["token"] for one in members})
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="session", autouse=True)
def installed() -> None:
    """The package's clients, which scripts/test has installed already."""
    if shutil.which("node") is not None:
        words = ". scripts/_node.sh && ensure_package tests/clients"
        subprocess.run(["bash", "-c", words], cwd=PACKAGE.parents[1], check=True)


@pytest.fixture(scope="session")
def played(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    with demo(new_database(), tmp_path_factory.mktemp("clients")) as world:
        yield world


@pytest.fixture
def world(played: World) -> Iterator[World]:
    """The demo at the story's beginning."""
    try:
        yield played
    finally:
        played.as_it_was()
