"""Every event of a stream over HTTP is judged as it is sent, as those of a socket are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from tests.api import Api
from tests.live.inside import INVITATIONS, Live, waiting
from tests.live.streams import EVENTS, PARTS, Response, listening
from tests.live.test_judging import EVENT_WITH_TIES, _audience, _block, _removal, _ties
from tests.people import People, Person


async def _answer(response: Response, accept: str) -> dict[str, object]:
    told = await response.part() if accept == PARTS else {"payload": await response.answer()}
    assert "errors" not in told["payload"]
    data: dict[str, object] = told["payload"]["data"]
    return data


@pytest.mark.parametrize("accept", [EVENTS, PARTS], ids=["events", "parts"])
@pytest.mark.parametrize(
    ("change", "stays"), [(_audience, True), (_removal, False), (_block, False)]
)
async def test_the_next_event_of_an_open_stream_knows_of_a_change(
    live: Live,
    people: People,
    change: Callable[[Person, Person], Awaitable[None]],
    stays: bool,
    accept: str,
) -> None:
    eve, first, second = [await people.member() for _ in range(3)]
    ben = await people.member("Ben Brook", phone="+4930901851")
    await people.connect(ben, eve)
    async with listening(live.url, EVENT_WITH_TIES, eve, accept) as response:
        await waiting(eve)
        seen = []
        for inviter in (first, second):
            await people.invite(inviter, eve)
            event = (await _answer(response, accept))["invitationReceived"]
            seen.append(_ties(event["invitation"]["invitee"]["connections"]))
            await change(ben, eve)
    assert seen == [[(ben.handle, "+4930901851")], [(ben.handle, None)] if stays else []]


async def test_an_invitation_that_may_not_be_seen_any_more_is_not_sent(
    live: Live, people: People, api: Api
) -> None:
    ben, herald, blocked, eve = [await people.member() for _ in range(4)]
    async with listening(live.url, INVITATIONS, ben) as response:
        await waiting(ben)
        await people.invite(herald, ben)
        cursor = (await response.answer())["data"]["invitationReceived"]["cursor"]
    await people.invite(blocked, ben, "Before the block")
    await people.block(ben, blocked)
    await people.invite(eve, ben, "Afterwards")
    async with listening(live.url, INVITATIONS, ben, after=cursor) as response:
        event = (await response.answer())["data"]["invitationReceived"]
        assert event["invitation"]["note"] == "Afterwards"
        assert event["pendingCount"] == 2
