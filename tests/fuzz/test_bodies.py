"""A thousand malformed requests over HTTP."""

from __future__ import annotations

import asyncio
from collections import Counter
from random import Random

import pytest

from tests.fuzz import answers
from tests.fuzz.bodies import request
from tests.fuzz.conftest import Fuzzed
from tests.fuzz.requests import Request
from tests.fuzz.stalls import Watch
from tests.fuzz.wire import Line

SEED = 14
NUMBER = 1000
_LANES = 2


async def test_malformed_requests(fuzzed: Fuzzed) -> None:
    server, _, sessions = fuzzed
    sessions.sign_in_all()
    dice = Random(SEED)
    requests = list(enumerate(request(dice, sessions.tokens) for _ in range(NUMBER)))
    statuses: Counter[int] = Counter()

    async def run(one: Request) -> None:
        line = Line(server.url)
        try:
            answered = await line.say(one.raw, head=one.method == b"HEAD", cut=one.cut)
        finally:
            await line.end()
        if answered is not None:
            statuses[answered.status] += 1
            answers.judge(answered, sessions.hidden(one.name, one.raw.decode("latin-1")))

    async def lane() -> None:
        while requests:
            place, one = requests.pop(0)
            try:
                await watch.during(one, run(one))
            except AssertionError as failure:
                pytest.fail(f"number {place} of seed {SEED}, {one}\n{failure}")

    with Watch(server) as watch:
        await asyncio.gather(*(lane() for _ in range(_LANES)))
    # Each way to be wrong was there.
    assert {200, 400, 401, 405, 406, 413, 415, 431} <= statuses.keys()
    stalls = watch.stalls()
    assert not stalls, "\n".join(stalls)
