"""Passwords cannot be guessed one after the other, and what is refused tells nothing."""

from __future__ import annotations

from typing import Any

import pytest

from netql import ids
from netql.accounts import sessions
from netql.api.addresses import address_of
from netql.api.budgets import Budgets
from netql.errors import Interrupted, RateLimited
from netql.settings import Settings
from tests import rows
from tests.api import Api
from tests.asking import new_handle
from tests.limits.asking import limited, refusal

pytestmark = pytest.mark.usefixtures("database")

SIGN_IN = """mutation($h: String!, $p: String!) { signIn(input: {handle: $h, password: $p}) {
  userErrors { code } accessToken } }"""
SIGN_UP = """mutation($h: String!) {
  signUp(input: {handle: $h, name: "X", password: "long enough"}) {
    userErrors { code } accessToken } }"""
CLOSE = """mutation($p: String!) { closeAccount(input: {password: $p}) { userErrors { code } } }"""


async def tried(api: Api, handle: str, password: str) -> Any:
    """The code of what came of it; None if it was right."""
    answer = await api.answer(SIGN_IN, h=handle, p=password)
    if "errors" in answer:
        told = refusal(answer)
        assert 1 <= told.pop("retryAfter") <= 15 * 60
        return told
    errors = answer["data"]["signIn"]["userErrors"]
    assert (answer["data"]["signIn"]["accessToken"] is None) == bool(errors)
    return errors[0]["code"] if errors else None


async def test_guesses_at_an_account_end_whether_there_is_one_or_not(settings: Settings) -> None:
    known, unknown = new_handle(), new_handle()
    async with limited(settings, account_attempts=3) as api:
        await api.run(SIGN_UP, h=known)
        told: dict[str, list[Any]] = {}
        for handle in (known, unknown):
            told[handle] = [await tried(api, handle, "wrong wrong") for _ in range(5)]
            # In capitals it is the same.
            told[handle].append(await tried(api, handle.upper(), "wrong wrong"))
        full = {"code": "RATE_LIMITED", "limit": 3}
        assert told[known] == told[unknown] == ["CREDENTIALS_WRONG"] * 3 + [full] * 3
        # Not even the right one is looked at, and no session is begun.
        before = await rows.sizes()
        assert await tried(api, known, "long enough") == full
        assert await rows.sizes() == before
        assert await tried(api, new_handle(), "wrong wrong") == "CREDENTIALS_WRONG"


async def test_who_knows_the_password_is_not_counted(settings: Settings) -> None:
    handle = new_handle()
    async with limited(settings, account_attempts=3) as api:
        await api.run(SIGN_UP, h=handle)
        for _ in range(3):
            assert await tried(api, handle, "wrong wrong") == "CREDENTIALS_WRONG"
            assert await tried(api, handle, "wrong wrong") == "CREDENTIALS_WRONG"
            assert await tried(api, handle, "long enough") is None


async def test_an_address_tries_so_many_names_and_no_more(settings: Settings) -> None:
    async with limited(settings, address_attempts=3) as api:
        handle = new_handle()
        await api.run(SIGN_UP, h=handle)
        assert await tried(api, handle, "long enough") is None
        assert await tried(api, new_handle(), "wrong wrong") == "CREDENTIALS_WRONG"
        full = {"code": "RATE_LIMITED", "limit": 3}
        before = await rows.sizes()
        assert await tried(api, new_handle(), "wrong wrong") == full
        assert await tried(api, handle, "long enough") == full
        assert refusal(await api.answer(SIGN_UP, h=new_handle()))["code"] == "RATE_LIMITED"
        assert await rows.sizes() == before


@pytest.mark.parametrize("given", ["account_attempts", "address_attempts"])
async def test_what_the_database_failed_is_no_attempt(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    """Or who asks again, as one is told to, is locked out when the database is back."""
    handle = new_handle()
    async with limited(settings, **{given: 3}) as api:
        await api.run(SIGN_UP, h=handle)

        async def failing(_: object) -> Any:
            raise Interrupted(undone=True)

        with monkeypatch.context() as patched:
            patched.setattr(sessions, "start", failing)
            for _ in range(3):
                [error] = (await api.answer(SIGN_IN, h=handle, p="long enough"))["errors"]
                assert error["extensions"]["code"] == "RETRYABLE"
        assert await tried(api, handle, "wrong wrong") == "CREDENTIALS_WRONG"
        assert await tried(api, handle, "long enough") is None


async def test_addresses_are_counted_apart_and_a_household_together(settings: Settings) -> None:
    budgets = Budgets(settings.model_copy(update={"address_attempts": 1}))

    async def refused(host: str | None) -> bool:
        client = None if host is None else (host, 1)
        try:
            await budgets.count_origin(address_of({"type": "http", "client": client}))
        except RateLimited:
            return True
        return False

    assert not await refused("192.0.2.1")
    assert await refused("192.0.2.1")
    assert await refused("::ffff:192.0.2.1")
    assert not await refused("192.0.2.2")
    assert not await refused("2001:db8:1:2:3::4")
    assert await refused("2001:db8:1:2:ffff::9%eth0")
    assert not await refused("2001:db8:1:3::4")
    assert not await refused(None)
    assert not await refused(None)


async def test_closing_an_account_is_no_way_to_guess(settings: Settings) -> None:
    handle = new_handle()
    async with limited(settings, account_attempts=2) as api:
        token = (await api.run(SIGN_UP, h=handle))["signUp"]["accessToken"]
        headers = {"authorization": f"Bearer {token}"}

        async def close(password: str) -> Any:
            body = {"query": CLOSE, "variables": {"p": password}}
            return (await api.http.post("/graphql", json=body, headers=headers)).json()

        for _ in range(2):
            codes = (await close("wrong wrong"))["data"]["closeAccount"]["userErrors"]
            assert codes == [{"code": "CREDENTIALS_WRONG"}]
        before = await rows.sizes()
        assert refusal(await close("long enough"))["code"] == "RATE_LIMITED"
        assert await rows.sizes() == before


async def test_nobody_else_counts_or_sees_the_tries_to_close_an_account(settings: Settings) -> None:
    """Members' keys are in their ids, so a handle that reads like one may be tried by anybody."""
    handle = new_handle()
    async with limited(settings, account_attempts=2) as api:
        token = (await api.run(SIGN_UP, h=handle))["signUp"]["accessToken"]
        headers = {"authorization": f"Bearer {token}"}
        asked = {"query": "{ viewer { id } }"}
        told = (await api.http.post("/graphql", json=asked, headers=headers)).json()
        decoded = ids.decode(told["data"]["viewer"]["id"])
        assert decoded is not None
        close = {"query": CLOSE, "variables": {"p": "wrong wrong"}}
        for _ in range(2):
            answer = (await api.http.post("/graphql", json=close, headers=headers)).json()
            assert answer["data"]["closeAccount"]["userErrors"] == [{"code": "CREDENTIALS_WRONG"}]
            # Neither is the stranger told of those tries, nor are the stranger's added to them.
            assert await tried(api, f"member {decoded[1]}", "wrong wrong") == "CREDENTIALS_WRONG"
