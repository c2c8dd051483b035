"""What a caller may spend in a minute: one's own, shared with nobody, told and refused."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from netql.api.budgets import Budget, Budgets
from netql.api.counting import Counts
from netql.api.documents import MOST_DOCUMENTS
from netql.api.manifests import hash_of
from netql.errors import RateLimited
from netql.settings import Settings
from netql.viewer import GUEST, Viewer
from tests import rows
from tests.api import Api
from tests.limits.asking import limited, refusal
from tests.people import People, Person

ONE = "{ viewer { handle } }"
LEFT = "{ rateLimit { limit cost used remaining resetAt } }"


async def drained(api: Api, text: str, **given: Any) -> dict[str, Any]:
    """Ask until it is refused; the refusal."""
    for _ in range(1000):
        answer = await api.answer(text, **given)
        if "errors" in answer:
            return refusal(answer)
    raise AssertionError("it is never refused")


async def test_who_has_spent_all_is_refused_and_nobody_else_is(
    settings: Settings, people: People
) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    async with limited(settings, limit_cost=100, member_points_per_minute=200) as api:
        refused = await drained(api, ONE, as_=ann)
        assert refused["code"] == "RATE_LIMITED"
        assert refused["limit"] == 200
        assert 1 <= refused["retryAfter"] <= 60
        # Known texts, new texts and mistakes alike; and a mutation does nothing.
        before = await rows.one("SELECT * FROM members WHERE id = $1", ann.key)
        change = 'mutation { updateProfile(input: {headline: "x"}) { userErrors { code } } }'
        for text in (ONE, "{ viewer { id } }", "{ nope }", "{", change):
            assert refusal(await api.answer(text, as_=ann))["code"] == "RATE_LIMITED"
        assert await rows.one("SELECT * FROM members WHERE id = $1", ann.key) == before
        for other in (ben, None):
            assert "errors" not in await api.answer(ONE, as_=other)


async def test_guests_share_what_their_address_may_spend(
    settings: Settings, people: People
) -> None:
    changes = {"limit_cost": 100, "address_points_per_minute": 200}
    ann = await people.member()
    async with limited(settings, **changes) as api:
        assert (await drained(api, ONE))["code"] == "RATE_LIMITED"
        assert "errors" not in await api.answer(ONE, as_=ann)


async def test_the_graph_tells_what_is_left(settings: Settings, people: People) -> None:
    ann = await people.member()
    async with limited(settings, limit_cost=100, member_points_per_minute=1000) as api:
        # Its text is new, and paid for by its length; after that only what it costs.
        first = (await api.run(LEFT, as_=ann))["rateLimit"]
        assert (first["limit"], first["cost"]) == (1000, 6)
        assert first["used"] == 6 + 2 * len(LEFT)
        assert first["remaining"] == 1000 - first["used"]
        reset = datetime.fromisoformat(first["resetAt"])
        assert timedelta() < reset - datetime.now(UTC) <= timedelta(seconds=61)
        second = (await api.run(LEFT, as_=ann))["rateLimit"]
        assert second["used"] == first["used"] + 6
        await api.run(ONE, as_=ann)
        third = (await api.run(LEFT, as_=ann))["rateLimit"]
        assert third["used"] == second["used"] + 2 + 2 * len(ONE) + 6
    async with limited(settings, member_points_per_minute=0) as api:
        assert await api.run(LEFT, as_=ann) == {"rateLimit": None}


async def test_a_bomb_is_paid_for_by_who_sends_it(settings: Settings, people: People) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    async with limited(settings, limit_cost=100, member_points_per_minute=30_000) as api:
        wrong = "{ " + "nope " * 2500 + "}"
        assert refusal(await api.answer(wrong, as_=ann))["code"] == "TOKEN_LIMIT_EXCEEDED"
        assert refusal(await api.answer(wrong, as_=ann))["code"] == "RATE_LIMITED"
        assert refusal(await api.answer(wrong, as_=ben))["code"] == "TOKEN_LIMIT_EXCEEDED"


async def test_a_hash_is_paid_for_where_its_text_has_to_be_parsed_again(
    settings: Settings, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    # It takes hundreds of requests; the minute does not end meanwhile.
    moment = time.time()
    monkeypatch.setattr(time, "time", lambda: moment)
    text = "{ rateLimit { used } } #" + "x" * 200
    named = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash_of(text)}}}

    async def ask(api: Api, body: dict[str, Any], as_: Person = ann) -> Any:
        headers = {"authorization": f"Bearer {as_.token}"}
        return (await api.http.post("/graphql", json=body, headers=headers)).json()

    async def used(api: Api, body: dict[str, Any]) -> int:
        return int((await ask(api, body))["data"]["rateLimit"]["used"])

    async with limited(settings) as api:
        first = await used(api, {"query": text, **named})
        assert first == 2 * len(text) + 2
        assert await used(api, named) == first + 2
        # Names that mean nothing are refused by a look in a dictionary.
        assert "errors" in await ask(api, {"documentId": hash_of(text)})
        assert await used(api, named) == first + 4
        for number in range(MOST_DOCUMENTS):
            assert "data" in await ask(api, {"query": f"{{ a{number}: __typename }}"}, ben)
        assert await used(api, named) == 2 * first + 4
        assert await used(api, named) == 2 * first + 6


async def test_a_budget_is_spent_to_the_last_point_and_no_further(settings: Settings) -> None:
    budget = Budget(Counts(), "test", 1000)
    spent = 0
    while True:
        if not budget.spent("ann", 7):
            try:
                await budget.draw("ann", 7)
            except RateLimited:
                break
        spent += 7
    assert spent == 994
    assert (await budget.standing("ann")).remaining == 6
    await budget.draw("ann", 6)
    with pytest.raises(RateLimited):
        await budget.draw("ann", 1)
    assert (await budget.standing("ben")).remaining == 1000


async def test_requests_at_once_spend_no_more_than_there_is(settings: Settings) -> None:
    given = settings.model_copy(update={"member_points_per_minute": 1000, "limit_cost": 100})
    budgets, viewer = Budgets(given), Viewer(uuid4())

    async def spend() -> bool:
        try:
            await budgets.spend(viewer, "", 30)
        except RateLimited:
            return False
        return True

    done = await asyncio.gather(*(spend() for _ in range(100)))
    assert sum(done) == 33


async def test_processes_that_share_a_storage_share_the_budget(settings: Settings) -> None:
    given = settings.model_copy(update={"member_points_per_minute": 1000, "limit_cost": 100})
    storage, viewer = Counts(), Viewer(uuid4())
    both = [Budgets(given, storage) for _ in range(2)]
    spent = 0
    for turn in range(200):
        try:
            await both[turn % 2].spend(viewer, "", 10)
            spent += 10
        except RateLimited:
            pass
    assert 900 <= spent <= 1000


async def test_the_minute_ends(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(Counts(), "test", 100)
    await budget.draw("ann", 100)
    with pytest.raises(RateLimited) as refused:
        await budget.draw("ann", 1)
    wait = refused.value.details["retryAfter"]
    later = time.time() + wait
    monkeypatch.setattr(time, "time", lambda: later)
    assert not budget.spent("ann", 1)
    await budget.draw("ann", 100)


async def test_an_unknown_address_is_not_counted(settings: Settings) -> None:
    given = settings.model_copy(update={"address_points_per_minute": 10_000})
    for _ in range(3):
        await Budgets(given).spend(GUEST, "", 9_000)
    assert await Budgets(given).standing(GUEST, "") is None


async def test_what_is_held_for_callers_of_the_past_is_let_go(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = Budget(Counts(), "test", 100)
    budget._sweep_at = 50
    for number in range(51):
        await budget.draw(number, 1)
    assert len(budget._held) == 51
    budget._sweep_at = 51
    later = time.time() + 61
    monkeypatch.setattr(time, "time", lambda: later)
    await budget.draw("new", 1)
    assert len(budget._held) == 1
