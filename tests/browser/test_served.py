"""The explorer of `netql serve`, where members type their own tokens."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.browser.graphiql import MISSING, may_do_without, window
from tests.browser.standing import PATIENT, stands
from tests.conftest import DATABASE
from tests.live.server import Server, running
from tests.processes import command, environment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(may_do_without(), reason=MISSING),
]

INVITES = "subscription Invites { invitationReceived { invitation { id note } } }"
TO_BEN = """mutation($id: ID!) { sendInvitation(input: {memberId: $id, note: "typed"}) {
  userErrors { code } } }"""


def serving(url: str, directory: Path, **settings: str) -> Iterator[Server]:
    env = environment(url, directory, sign_up="open", **PATIENT, **settings)
    if DATABASE != "sqlite":
        command(env, directory, "migrate")
    with running(env, directory, "serve") as server:
        yield server
    assert "Traceback" not in server.log.read_text()


@pytest.fixture(scope="module")
def for_members(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A netql whose schema is for members alone."""
    yield from serving(new_database(), tmp_path_factory.mktemp("served"), schema_for="members")


@pytest.fixture(scope="module")
def for_trusted(
    new_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A netql that runs trusted documents alone, and of these there is one."""
    directory = tmp_path_factory.mktemp("trusted")
    manifest = directory / "manifest.json"
    manifest.write_text(json.dumps({"me": "{ viewer { handle } }"}))
    yield from serving(
        new_database(), directory, trusted_documents=str(manifest), trusted_mode="only"
    )


async def test_a_typed_token_opens_the_schema_and_is_not_kept(
    for_members: Server, chrome: Browser
) -> None:
    ann = await asyncio.to_thread(for_members.member, "ann")
    ben = await asyncio.to_thread(for_members.member, "ben")
    async with window(chrome, for_members.url, demo=False) as page:
        assert "UNAUTHENTICATED" in json.dumps(await page.read_schema_again())
        await page.headers(Authorization=f"Bearer {ben.token}")
        assert (await page.read_schema_with_headers())["data"]["__schema"]["types"]
        await page.write("query Me { viewer { handle } }")
        assert await page.run() == {"viewer": {"handle": "ben"}}

        await page.write(INVITES)
        await page.press_run()
        await stands(page, for_members, ann.token, ben.id)
        await asyncio.to_thread(for_members.ask, TO_BEN, ann.token, id=ben.id)
        assert (await page.shown("typed"))["data"]["invitationReceived"]

        assert page.faults == []
        kept = await page.stored()
        assert ben.token not in kept
        assert "earer" not in kept
        await page.page.reload()
        await page.page.wait_for_selector(".graphiql-execute-button")
        assert ben.token not in await page.page.content()


async def test_where_only_trusted_documents_run_its_own_texts_do_too(
    for_trusted: Server, chrome: Browser
) -> None:
    async with window(chrome, for_trusted.url, demo=False) as page:
        assert (await page.read_schema_again())["data"]["__schema"]["types"]
        assert "viewer" in await page.run()
        await page.write("query Other { viewer { id name } }")
        await page.press_run()
        assert await page.shown("QUERY_NOT_IN_SAFELIST")
        assert page.faults == []
