"""Who has spent all that one may is told so by every way in, each as its protocol has it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from netql.app import create_app
from netql.settings import Settings
from tests import rows
from tests.limits.asking import USUAL
from tests.live.client import PATIENCE
from tests.live.inside import INVITATIONS, Live, served, waiting
from tests.live.streams import EVENTS, PARTS, asking, listening
from tests.people import People, Person

JSON = "application/json"
RESPONSE = "application/graphql-response+json"
# More than there is: a text that nobody sent yet costs two points a character.
DEAR = "{ viewer { handle } } #" + "x" * 200
CHANGE = 'mutation { updateProfile(input: {headline: "x"}) { userErrors { code } } }'
SPENT = {"limit_cost": 100, "member_points_per_minute": 100, "address_points_per_minute": 100}


@pytest.fixture
async def spent(settings: Settings, app: Starlette) -> AsyncIterator[Live]:
    """Served where every new text costs more than anybody may spend. `app` has the database."""
    narrow = create_app(settings.model_copy(update={**USUAL, **SPENT}))
    async with served(narrow) as live:
        yield live


async def send(
    live: Live, query: str, accept: str, person: Person | None = None, method: str = "POST"
) -> httpx.Response:
    headers = {"accept": accept}
    if person is not None:
        headers["authorization"] = f"Bearer {person.token}"
    asked: dict[str, Any] = {"json": {"query": query}}
    if method == "GET":
        asked = {"params": {"query": query}}
    async with httpx.AsyncClient(timeout=PATIENCE, verify=False) as client:
        return await client.request(method, f"{live.url}/graphql", headers=headers, **asked)


def refusal(answer: Any) -> int:
    """The answer's wait in seconds; there is nothing in it but the refusal."""
    assert list(answer) == ["errors"]
    [error] = answer["errors"]
    extensions = dict(error["extensions"])
    assert extensions.pop("requestId")
    wait: int = extensions.pop("retryAfter")
    assert extensions == {"code": "RATE_LIMITED", "limit": 100}
    assert 1 <= wait <= 60
    return wait


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_with_a_type_of_its_own_it_is_429_and_says_when_to_come_back(
    spent: Live, people: People, method: str
) -> None:
    for person in (await people.member(), None):
        response = await send(spent, DEAR, RESPONSE, person, method)
        assert response.status_code == 429
        assert response.headers["content-type"].startswith(RESPONSE)
        assert int(response.headers["retry-after"]) == refusal(response.json())


async def test_with_application_json_it_is_200_and_the_answer_says_when(
    spent: Live, people: People
) -> None:
    response = await send(spent, DEAR, JSON, await people.member())
    assert response.status_code == 200
    assert response.headers["content-type"].startswith(JSON)
    assert "retry-after" not in response.headers
    refusal(response.json())


async def test_a_mutation_that_is_refused_does_nothing(spent: Live, people: People) -> None:
    ann = await people.member()
    before = await rows.one("SELECT * FROM members WHERE id = $1", ann.key)
    for accept, status in ((RESPONSE, 429), (JSON, 200), (EVENTS, 200)):
        assert (await send(spent, CHANGE, accept, ann)).status_code == status
    assert await rows.one("SELECT * FROM members WHERE id = $1", ann.key) == before


async def test_no_other_refusal_says_when_to_come_back(live: Live) -> None:
    response = await send(live, "{ nope }", RESPONSE)
    assert response.status_code == 400
    assert "retry-after" not in response.headers


async def test_on_a_socket_it_is_the_error_of_one_operation(spent: Live, people: People) -> None:
    async with spent.socket(await people.member()) as socket:
        for query in (DEAR, CHANGE, INVITATIONS):
            frame = await (await socket.start(query)).frame()
            assert frame["type"] == "error"
            refusal({"errors": frame["payload"]})
        assert await socket.alive()


@pytest.mark.parametrize("query", [DEAR, INVITATIONS], ids=["query", "subscription"])
async def test_of_a_stream_it_is_the_only_answer(spent: Live, people: People, query: str) -> None:
    ann = await people.member()
    async with asking(spent.url, query, EVENTS, ann.token) as response:
        assert response.status == 200
        refusal(await response.answer())
        assert await response.event() == ("complete", None)
    async with asking(spent.url, query, PARTS, ann.token) as response:
        assert response.status == 200
        refusal((await response.part())["payload"])
        assert await response.part() is None


async def test_who_takes_a_stream_or_a_type_of_its_own_gets_429(
    spent: Live, people: People
) -> None:
    ann = await people.member()
    for query in (DEAR, INVITATIONS):
        response = await send(spent, query, f"{RESPONSE}, {EVENTS}", ann)
        assert response.status_code == 429
        assert int(response.headers["retry-after"]) == refusal(response.json())


async def test_the_text_of_a_stream_is_paid_for_once(
    settings: Settings, app: Starlette, people: People
) -> None:
    ann = await people.member()
    left = "{ rateLimit { used } }"
    async with served(create_app(settings.model_copy(update=USUAL))) as live:

        async def used() -> int:
            response = await send(live, left, JSON, ann)
            return int(response.json()["data"]["rateLimit"]["used"])

        # Known after this, and so 2 points each time.
        before = await used()
        async with listening(live.url, INVITATIONS, ann):
            await waiting(ann)
            first = await used() - before - 2
            async with listening(live.url, INVITATIONS, ann):
                await waiting(ann, 2)
                second = await used() - before - 2 - first - 2
        assert 0 < second < 20
        assert first == 2 * len(INVITATIONS) + second


async def test_a_stream_s_answer_that_is_too_large_is_not_sent(
    settings: Settings, app: Starlette, people: People
) -> None:
    ann, ben = await people.member(), await people.member()
    narrow = settings.model_copy(update={**USUAL, "limit_response_bytes": 1024})
    long = INVITATIONS.replace(
        " note ", " note " + " ".join(f"n{i}: note" for i in range(20)) + " "
    )
    async with served(create_app(narrow)) as live, listening(live.url, long, ann) as response:
        await waiting(ann)
        await people.invite(ben, ann, "Long. " * 20)
        answer = await response.answer()
        assert answer["data"] is None
        [error] = answer["errors"]
        assert error["extensions"]["code"] == "RESPONSE_TOO_LARGE"
        assert error["extensions"]["limit"] == 1024 < error["extensions"]["found"]
        assert len(json.dumps(answer)) < 1024
        # The stream goes on.
        await waiting(ann)
