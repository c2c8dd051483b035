"""Documents made from the whole schema, and as many acts, by members and guests."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import orjson
import pytest

from tests.fuzz import answers
from tests.fuzz.acts import act, learn
from tests.fuzz.conftest import Fuzzed
from tests.fuzz.documents import filled, made
from tests.fuzz.json_text import written
from tests.fuzz.sessions import Sessions
from tests.fuzz.stalls import Watch
from tests.fuzz.wire import Line
from tests.fuzz.world import World
from tests.live.server import Server
from tests.people import PASSWORD

SEED = 13


_CLOSE = (
    f'mutation {{ closeAccount(input: {{ password: "{PASSWORD}" }}) {{ userErrors {{ code }} }} }}'
)


class Driver:
    """Runs documents one after the other, each as somebody, and judges the answers. Whom one of
    them signed out signs in again."""

    def __init__(self, server: Server, world: World, sessions: Sessions) -> None:
        self._line = Line(server.url)
        self._world = world
        self._sessions = sessions
        self._markers = sorted({value for hidden in world.hidden.values() for value in hidden})
        # How answers ended, by their codes; and how often what is hidden from some was shown to
        # others.
        self.ends: Counter[str] = Counter()
        self.shown = 0

    async def run(self, name: str, document: str) -> None:
        """Raises AssertionError for an answer as it must not be."""
        content = await self._ask(name, document)
        codes = {error["extensions"]["code"] for error in content.get("errors", ())}
        if name and "UNAUTHENTICATED" in codes:
            self._sessions.sign_in(name)
            content = await self._ask(name, document)
            codes = {error["extensions"]["code"] for error in content.get("errors", ())}
        self.ends.update(codes or {"fine"})

    async def end(self) -> None:
        await self._line.end()

    async def _ask(self, name: str, document: str) -> Any:
        headers = [b"Host: netql.test", b"Content-Type: application/json"]
        if name:
            headers.append(f"Authorization: Bearer {self._sessions.tokens[name]}".encode())
        body = written({"query": document})
        headers.append(b"Content-Length: %d" % len(body))
        raw = b"\r\n".join((b"POST /graphql HTTP/1.1", *headers, b"", body))
        answered = await self._line.say(raw)
        assert answered is not None
        answers.judge(answered, self._sessions.hidden(name, document))
        learn(self._world, answered.text)
        self.shown += sum(marker in answered.text for marker in self._markers)
        return orjson.loads(answered.body)


async def test_documents_over_the_whole_schema(fuzzed: Fuzzed) -> None:
    await _run(fuzzed, 200, SEED)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_ten_thousand_documents(fuzzed: Fuzzed) -> None:
    await _run(fuzzed, 10_000, SEED + 1)


async def _run(fuzzed: Fuzzed, number: int, seed: int) -> None:
    server, world, sessions = fuzzed
    dice = Random(seed)
    names = ["", *world.tokens]
    documents = made(number, seed)
    assert len(documents) >= number
    driver = Driver(server, world, sessions)
    with Watch(server) as watch:
        for place, document in enumerate(documents):
            texts = [filled(document, world, dice), act(world, dice)]
            if place == number // 2:
                texts.append(_CLOSE)
            for text in texts:
                name = names[-1] if text == _CLOSE else dice.choice(names)
                who = f"number {place} of seed {seed}, as {name or 'a guest'}: {text}"
                try:
                    await watch.during(who, driver.run(name, text))
                except AssertionError as failure:
                    pytest.fail(f"{who}\n{failure}")
    await driver.end()
    stalls = watch.stalls()
    assert not stalls, "\n".join(stalls)
    # Most documents found something to do, and somebody to see.
    assert driver.ends["fine"] > number // 3
    assert driver.shown > number // 20
