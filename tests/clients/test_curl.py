"""curl tells the demo's story, the event aside: what waits for Ben he reads in a list."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from typing import Any

import pytest

from tests.clients.conftest import World

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None and os.environ.get("CI") != "true", reason="no curl"
)

PHONE = '{ member(by: {handle: "ben"}) { id phone } }'
WAITING = "{ viewer { receivedInvitations(first: 1) { nodes { id note inviter { handle } } } } }"


def curl(world: World, handle: str | None, query: str) -> Any:
    """The data of what curl gets; it fails for a status that is no success."""
    words = [] if handle is None else ["-H", f"Authorization: Bearer {world.tokens[handle]}"]
    done = subprocess.run(
        ["curl", "--silent", "--show-error", "--fail", f"{world.server.url}/graphql"]
        + [*words, "-H", "Content-Type: application/json", "-d", json.dumps({"query": query})],
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert "errors" not in answer, answer
    return answer["data"]


def test_curl_tells_the_story(world: World) -> None:
    ben = curl(world, "ann", PHONE)["member"]
    assert ben["phone"].startswith("+")
    for stranger in ("eve", None):
        assert curl(world, stranger, PHONE)["member"]["phone"] is None
    invite = f'mutation {{ sendInvitation(input: {{memberId: "{ben["id"]}", note: "Hello"}})'
    sent = curl(world, "eve", invite + " { invitation { id } userErrors { code } } }")
    assert sent["sendInvitation"]["userErrors"] == []
    (waiting,) = curl(world, "ben", WAITING)["viewer"]["receivedInvitations"]["nodes"]
    assert waiting["note"] == "Hello"
    assert waiting["inviter"] == {"handle": "eve"}
    accept = f'mutation {{ acceptInvitation(input: {{invitationId: "{waiting["id"]}"}})'
    curl(world, "ben", accept + " { userErrors { code } } }")
    assert curl(world, "eve", PHONE)["member"]["phone"] == ben["phone"]
