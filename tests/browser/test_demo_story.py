"""The story that the demo is for, told in GraphiQL in a real browser.

Ann sees Ben's phone number because they are connected, Eve does not. Eve invites Ben, it arrives
in Ben's open subscription, he accepts, and now Eve sees the phone.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.browser.graphiql import (
    MISSING,
    PATIENCE,
    Explorer,
    may_do_without,
    window,
)
from tests.browser.standing import PATIENT, stands
from tests.live.server import Server, running
from tests.processes import environment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(may_do_without(), reason=MISSING),
]

NOTE = "Hello Ben, we met at the meetup"


@pytest.fixture(scope="module")
def demo(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """`netql demo` in an empty directory."""
    directory = tmp_path_factory.mktemp("demo")
    env = environment(new_database(), directory, **PATIENT)
    with running(env, directory, "demo") as server:
        yield server
    assert "Traceback" not in server.log.read_text()


async def bens_profile(page: Explorer, viewer: str) -> Any:
    await page.view_as(viewer)
    await page.tab("BensProfile")
    return (await page.run())["member"]


async def test_the_story_of_ann_ben_and_eve(demo: Server, chrome: Browser, tmp_path: Path) -> None:
    async with window(chrome, demo.url) as page, window(chrome, demo.url) as bens:
        seen_by_ann = await bens_profile(page, "ann")
        phone = seen_by_ann["phone"]
        assert phone.startswith("+")
        assert seen_by_ann["viewerRelationship"]["degree"] == 1
        seen_by_eve = await bens_profile(page, "eve")
        assert seen_by_eve["phone"] is None
        assert "PHONE" in seen_by_eve["hiddenFields"]
        assert seen_by_eve["viewerCanConnect"] is True

        await bens.view_as("ben")
        await bens.tab("Invites")
        await bens.press_run()
        cast = await asyncio.to_thread(demo.get, "/demo/cast")
        tokens = {one["handle"]: one["token"] for one in cast.json()["members"]}
        await stands(bens, demo, tokens["dan"], seen_by_ann["id"])

        await page.tab("Invite")
        await page.variables(memberId=seen_by_ann["id"])
        sent = (await page.run())["sendInvitation"]
        assert sent["userErrors"] == []
        assert sent["invitation"]["status"] == "PENDING"

        arrived = (await bens.shown(sent["invitation"]["id"]))["data"]["invitationReceived"]
        assert arrived["kind"] == "RECEIVED"
        assert arrived["invitation"]["id"] == sent["invitation"]["id"]
        assert arrived["invitation"]["note"] == NOTE
        assert arrived["invitation"]["inviter"]["handle"] == "eve"
        assert arrived["invitation"]["inviter"]["phone"] is None
        assert arrived["pendingCount"] == 1
        picture = os.environ.get("NETQL_SCREENSHOT") or str(tmp_path / "demo.png")
        await bens.page.screenshot(path=picture)

        await bens.tab("Accept")
        await bens.variables(id=arrived["invitation"]["id"])
        accepted = (await bens.run())["acceptInvitation"]
        assert accepted["userErrors"] == []
        assert accepted["connection"]["member"]["handle"] == "eve"

        assert (await bens_profile(page, "eve"))["phone"] == phone

        for one in (page, bens):
            assert one.faults == []
            kept = await one.stored()
            assert "eyJ" not in kept
            assert "earer" not in kept


async def test_a_running_subscription_ends_with_the_viewer_who_opened_it(
    demo: Server, chrome: Browser
) -> None:
    async with window(chrome, demo.url) as page:
        await page.view_as("cat")
        await page.tab("Invites")
        async with page.page.expect_websocket() as opened:
            await page.press_run()
        await page.subscribed()
        socket = await opened.value
        assert not socket.is_closed()
        await page.view_as("dan")
        if not socket.is_closed():
            await socket.wait_for_event("close", timeout=PATIENCE * 1000)
        assert page.faults == []


async def test_a_guest_is_told_what_is_closed(demo: Server, chrome: Browser) -> None:
    async with window(chrome, demo.url) as page:
        seen = await bens_profile(page, "guest")
        assert seen["handle"] == "ben"
        assert seen["phone"] is seen["email"] is seen["headline"] is None
        assert seen["viewerCanConnect"] is False
        await page.tab("MyNetwork")
        assert (await page.run())["viewer"] is None
        assert page.faults == []
