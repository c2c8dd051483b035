"""Two netql processes on one PostgreSQL and one Valkey: a member has one budget, whichever process
is asked, and whatever becomes of Valkey."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest

from netql.torture.valkey import Valkey, valkey_server
from tests.conftest import DATABASE
from tests.live.server import Member, Server, request, running
from tests.live.test_bus_processes import said
from tests.processes import netql

pytestmark = pytest.mark.skipif(DATABASE == "sqlite", reason="a SQLite database is one process's")

READY = "ready\n"
ALONE = (
    "ready\nthe bus does not answer: events come by polling\n"
    "budgets are not shared: each process counts for itself\n"
)
LEFT = "{ rateLimit { limit used remaining resetAt } }"
# Costs 100 points and a few.
DEAR = "{ viewer { connections(first: 100) { nodes { id } } } }"
CHANGE = 'mutation { updateProfile(input: {name: "Changed"}) { userErrors { code } } }'
SIGN_IN = """mutation($h: String!, $p: String!) {
  signIn(input: {handle: $h, password: $p}) { userErrors { code } accessToken } }"""


class Pair(NamedTuple):
    here: Server
    there: Server
    valkey: Valkey
    env: dict[str, str]


@pytest.fixture(scope="module")
def pair(serving_environment: dict[str, str], serving_directory: Path) -> Iterator[Pair]:
    with valkey_server() as valkey:
        env = {
            **serving_environment,
            "NETQL_BUS_URL": valkey.url,
            "NETQL_LIMIT_COST": "1000",
            "NETQL_MEMBER_POINTS_PER_MINUTE": "2000",
            "NETQL_ACCOUNT_ATTEMPTS": "2",
        }
        with (
            running(env, serving_directory, "serve") as here,
            running(env, serving_directory, "serve") as there,
        ):
            yield Pair(here, there, valkey, env)
        for server in (here, there):
            assert "Traceback" not in server.log.read_text()


def ask(server: Server, member: Member, text: str) -> httpx.Response:
    headers = {
        "authorization": f"Bearer {member.token}",
        "accept": "application/graphql-response+json",
    }
    return request("POST", f"{server.url}/graphql", json={"query": text}, headers=headers)


def spend(server: Server, member: Member, text: str = DEAR) -> int:
    """Ask until it is refused, which is as it should be; how often it was not."""
    for answered in range(50):
        response = ask(server, member, text)
        if response.status_code == 200:
            continue
        assert response.status_code == 429
        assert 1 <= int(response.headers["retry-after"]) <= 60
        assert response.json()["errors"][0]["extensions"]["code"] == "RATE_LIMITED"
        return answered
    raise AssertionError("it is never refused")


def tried(server: Server, handle: str, password: str) -> Any:
    """The code of what came of it; None if it was right."""
    body = {"query": SIGN_IN, "variables": {"h": handle, "p": password}}
    answer = request("POST", f"{server.url}/graphql", json=body).json()
    if "errors" in answer:
        return answer["errors"][0]["extensions"]["code"]
    errors = answer["data"]["signIn"]["userErrors"]
    return errors[0]["code"] if errors else None


async def shared_all_along(pair: Pair, story: Callable[[int], None]) -> None:
    """Run the story, and again, with the next number, where it did not hold because a process lost
    sight of Valkey meanwhile: on a busy machine an answer may take the quarter of a second after
    which nobody waits for it."""
    for number in range(5):
        for server in pair[:2]:
            await said(server, READY)
        before = lost(pair)
        try:
            return await asyncio.to_thread(story, number)
        except AssertionError:
            for server in pair[:2]:
                await said(server, READY)
            if lost(pair) == before:
                raise
    raise AssertionError("Valkey was never there long enough")


def lost(pair: Pair) -> int:
    """How often a process has lost sight of Valkey, or found it again."""
    told = "".join(server.log.read_text() for server in pair[:2])
    return told.count("Valkey cannot count") + told.count("Valkey can count again")


async def test_what_is_spent_here_is_not_left_there(pair: Pair) -> None:
    await shared_all_along(pair, lambda number: spend_here_and_there(pair, number))


def spend_here_and_there(pair: Pair, number: int) -> None:
    ann, ben = [pair.here.member(f"{name}.spends.{number}") for name in ("ann", "ben")]
    name = f'{{ member(by: {{handle: "{ann.handle}"}}) {{ name }} }}'
    for server in (pair.here, pair.there, pair.here, pair.there):
        assert ask(server, ann, DEAR).status_code == 200
    here, there = [ask(server, ann, LEFT).json()["data"]["rateLimit"] for server in pair[:2]]
    # One minute for both; to the whole second, so that two looks may fall on either side of one.
    ends = [datetime.fromisoformat(one["resetAt"]) for one in (here, there)]
    assert abs(ends[0] - ends[1]) <= timedelta(seconds=1)
    assert here["used"] > 400
    # Between the two looks nothing was spent but the looks, and what one has drawn for later.
    assert abs(there["used"] - here["used"]) <= 2 * (len(LEFT) + 40)
    before = spend(pair.here, ann)
    # In the other something may be left that was drawn there: a fiftieth, less than a query.
    assert 4 + before + spend(pair.there, ann) < 2000 / 100
    for server in (pair.here, pair.there):
        spend(server, ann, LEFT)
        assert ask(server, ann, CHANGE).status_code == 429
        assert ask(server, ben, name).json()["data"]["member"]["name"] == ann.handle.title()


async def test_passwords_that_are_tried_count_together(pair: Pair) -> None:
    await shared_all_along(pair, lambda number: try_here_and_there(pair, number))


def try_here_and_there(pair: Pair, number: int) -> None:
    wrong, right = "wrong wrong", "long enough"
    both = (pair.here, pair.there)
    ann = pair.here.member(f"ann.guessed.{number}").handle
    assert tried(pair.here, ann, wrong) == "CREDENTIALS_WRONG"
    # Who knows the password ends the count for both.
    assert tried(pair.there, ann, right) is None
    for name in (ann, f"nobody.at.all.{number}"):
        told = [tried(server, name, wrong) for server in (*both, *both)]
        assert told == ["CREDENTIALS_WRONG"] * 2 + ["RATE_LIMITED"] * 2
    assert tried(pair.there, ann, right) == "RATE_LIMITED"


def test_the_doctor_counts_there(pair: Pair, serving_directory: Path) -> None:
    def told(**more: str) -> str:
        done = netql({**pair.env, **more}, serving_directory, "doctor")
        assert done.returncode == 0, done.stdout + done.stderr
        return next(line for line in done.stdout.splitlines() if " budgets: " in line)

    assert told().startswith(f"ok   budgets: shared by {pair.valkey.url}, which counts in ")
    assert told(NETQL_BUS_URL="") == "ok   budgets: counted in this process"
    several = told(NETQL_BUS_URL="", NETQL_WORKERS="2")
    assert several == "WARN budgets: each process counts for itself"
    dead = told(NETQL_BUS_URL="valkey://127.0.0.1:1")
    assert dead.startswith("WARN budgets: Valkey cannot count: ")
    assert dead.endswith("; each process counts for itself")


async def test_while_it_is_gone_each_counts_for_itself_and_then_they_share_again(
    pair: Pair,
) -> None:
    ann = pair.here.member("ann.outage")
    await said(pair.here, READY)
    assert ask(pair.here, ann, DEAR).status_code == 200
    pair.valkey.kill()
    took = []
    for server in pair[:2]:
        began = time.monotonic()
        assert ask(server, ann, DEAR).status_code == 200
        took.append(time.monotonic() - began)
        assert 10 < spend(server, ann) < 20
        codes = [tried(server, "ann.outage", "wrong wrong") for _ in range(3)]
        assert codes == ["CREDENTIALS_WRONG"] * 2 + ["RATE_LIMITED"]
    # Whoever waits does so in both, and no machine is that busy each time.
    assert min(took) < 1
    await said(pair.here, ALONE)
    await said(pair.there, ALONE)
    pair.valkey.start()
    await said(pair.here, READY)
    await said(pair.there, READY)

    def spend_all(number: int) -> None:
        ben = pair.here.member(f"ben.outage.{number}")
        spend(pair.here, ben)
        assert spend(pair.there, ben) <= 1

    await shared_all_along(pair, spend_all)
