"""An answer that is too large is not made first: its texts are counted, not written out."""

from __future__ import annotations

import resource
from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest

from netql.execution.run import FEW_TEXTS
from netql.settings import Settings
from tests.api import Api
from tests.limits.asking import limited, refusal
from tests.people import People

LIMIT = 100_000
# A letter of two bytes in UTF-8.
LONG = "\u00e9" * 2600
NODES = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Member { %s } } }"


@pytest.fixture
async def api(settings: Settings, people: People) -> AsyncIterator[Api]:
    async with limited(settings, limit_response_bytes=LIMIT, member_points_per_minute=0) as usual:
        yield usual


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many bytes each piece of JSON had that was made."""
    sizes: list[int] = []
    dumps = orjson.dumps

    def noted(value: Any) -> bytes:
        made = dumps(value)
        sizes.append(len(made))
        return made

    monkeypatch.setattr(orjson, "dumps", noted)
    return sizes


def aliased(field: str, number: int) -> str:
    return " ".join(f"a{index}: {field}" for index in range(number))


@pytest.mark.parametrize("failing", ["", "connections(first: 101) { totalCount }"])
async def test_what_is_too_large_is_not_written(
    api: Api, people: People, written: list[int], failing: str
) -> None:
    ann = await people.member(about=LONG)
    text = NODES % f"{failing} headline {aliased('about', 30)}"
    answer = await api.answer(text, as_=ann, ids=[ann.id] * 100)
    # All of them but the headlines, which are null; the items are all of one level.
    assert refusal(answer) == {
        "code": "RESPONSE_TOO_LARGE",
        "limit": LIMIT,
        "found": 100 * 30 * len(LONG),
    }
    assert max(written) < 1000


async def test_lists_in_lists_are_counted(api: Api, people: People, written: list[int]) -> None:
    """A list of a profile is taken to have ten items, and may have a hundred."""
    ann = await people.member()
    add = (
        "mutation($input: AddPositionInput!) { addPosition(input: $input) { userErrors { code } } }"
    )
    for number in range(3):
        given = {"title": f"T{number}", "company": "C", "description": LONG}
        await api.run(add, as_=ann, input=given)
    text = NODES % "positions { description title }"
    written.clear()
    found = refusal(await api.answer(text, as_=ann, ids=[ann.id] * 100))
    assert found["code"] == "RESPONSE_TOO_LARGE"
    assert found["found"] == 100 * 3 * (len(LONG) + 2)
    assert max(written) < 1000


async def test_what_fits_is_answered(api: Api, people: People) -> None:
    """Also where the texts alone would have as many letters as may be, but not more."""
    ann = await people.member(name="Ann", about="x" * 900)
    answer = await api.run(NODES % "about", as_=ann, ids=[ann.id] * 100)
    assert answer["nodes"] == [{"about": "x" * 900}] * 100
    many = await api.run(NODES % aliased("name", 10), as_=ann, ids=[ann.id] * 40)
    assert len(many["nodes"]) * 10 > FEW_TEXTS


async def test_the_server_holds_no_more_for_it(api: Api, people: People) -> None:
    """A quarter of a gigabyte of JSON."""
    ann = await people.member(about=("e" + "\u0323\u0301" * 7) * 2600)
    text = NODES % aliased("about", 30)
    await api.answer(text, as_=ann, ids=[ann.id])
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    found = refusal(await api.answer(text, as_=ann, ids=[ann.id] * 100))["found"]
    assert found > 60_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
