"""curl tells the demo's story; events come to it as server-sent ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, Queue
from threading import Thread
from typing import Any

import pytest

from tests.clients.conftest import World

pytestmark = pytest.mark.skipif(
    shutil.which("curl") is None and os.environ.get("CI") != "true", reason="no curl"
)

PHONE = '{ member(by: {handle: "ben"}) { id phone } }'
INVITES = "subscription { invitationReceived { invitation { id note inviter { handle phone } } } }"


def words(world: World, handle: str | None, query: str) -> list[str]:
    """curl, asking as somebody; it fails for a status that is no success."""
    given = ["Content-Type: application/json"]
    if handle is not None:
        given.append(f"Authorization: Bearer {world.tokens[handle]}")
    headers = [word for header in given for word in ("-H", header)]
    url = f"{world.server.url}/graphql"
    body = json.dumps({"query": query})
    return ["curl", "--silent", "--show-error", "--fail", url, *headers, "-d", body]


def curl(world: World, handle: str | None, query: str) -> Any:
    """The data of what curl gets."""
    done = subprocess.run(words(world, handle, query), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    answer = json.loads(done.stdout)
    assert "errors" not in answer, answer
    return answer["data"]


@contextmanager
def listening(world: World) -> Iterator[Callable[[float], Any]]:
    """Ben's curl with a subscription; it gives the next invitation, or None after some seconds."""
    asked = [*words(world, "ben", INVITES), "--no-buffer", "-H", "Accept: text/event-stream"]
    with subprocess.Popen(asked, stdout=subprocess.PIPE) as process:
        assert process.stdout
        lines: Queue[bytes] = Queue()
        reader = Thread(
            target=lambda pipe: [lines.put(line) for line in pipe], args=[process.stdout]
        )
        reader.start()

        def following(seconds: float) -> Any:
            try:
                while not (line := lines.get(timeout=seconds)).startswith(b"data: {"):
                    pass
            except Empty:
                return None
            return json.loads(line[6:])["data"]["invitationReceived"]["invitation"]

        try:
            yield following
        finally:
            process.terminate()
            reader.join()


def test_curl_tells_the_story(world: World) -> None:
    ben = curl(world, "ann", PHONE)["member"]
    assert ben["phone"].startswith("+")
    for stranger in ("eve", None):
        assert curl(world, stranger, PHONE)["member"]["phone"] is None
    invite = f'mutation {{ sendInvitation(input: {{memberId: "{ben["id"]}", note: "Hello"}})'
    invite += " { invitation { id } userErrors { code } } }"
    with listening(world) as following:
        # Dan invites Ben until it is heard. What was sent before may be heard late: the last then
        # comes behind it.
        heard = None
        while heard is None:
            world.as_it_was()
            dans = curl(world, "dan", invite)["sendInvitation"]["invitation"]["id"]
            heard = following(0.5)
            while heard is not None and heard["id"] != dans:
                heard = following(60)
        sent = curl(world, "eve", invite)["sendInvitation"]
        assert sent["userErrors"] == []
        arrived = following(60)
        assert arrived["id"] == sent["invitation"]["id"]
        assert arrived["note"] == "Hello"
        assert arrived["inviter"] == {"handle": "eve", "phone": None}
    accept = f'mutation {{ acceptInvitation(input: {{invitationId: "{arrived["id"]}"}})'
    curl(world, "ben", accept + " { userErrors { code } } }")
    assert curl(world, "eve", PHONE)["member"]["phone"] == ben["phone"]
