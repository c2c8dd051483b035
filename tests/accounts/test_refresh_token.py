"""Carrying a sign-in on: rotation, its grace, and what a stolen token comes to."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from netql.accounts.actions import Accounts
from netql.clock import now
from netql.errors import Refused
from netql.infra.database import execute
from netql.infra.tokens import Signer, token_hash
from netql.settings import Settings
from tests import rows
from tests.accounts.queries import WHO, codes, refresh, sign_in, sign_up
from tests.api import Api
from tests.asking import ask, is_dead

INVALID = [("REFRESH_TOKEN_INVALID", ["refreshToken"])]


async def used_long_ago(token: str, settings: Settings) -> None:
    """Let the grace of a used token pass."""
    past = now() - timedelta(seconds=settings.refresh_grace_seconds + 1)
    assert await execute(
        "UPDATE refresh_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NOT NULL",
        token_hash(token),
        past,
    )


async def test_each_refresh_hands_out_a_new_pair(api: Api, settings: Settings) -> None:
    first = await sign_up(api)
    second = await refresh(api, first["refreshToken"])
    third = await refresh(api, second["refreshToken"])
    assert codes(second) == codes(third) == []
    assert len({pair["refreshToken"] for pair in (first, second, third)}) == 3
    assert third["expiresIn"] == settings.access_token_seconds
    who = await ask(api, WHO, token=third["accessToken"])
    assert who["viewer"]["handle"] == first["handle"]


async def test_a_refresh_token_is_kept_as_a_hash_only(api: Api) -> None:
    first = await sign_up(api)
    second = await refresh(api, first["refreshToken"])
    for token in (first["refreshToken"], second["refreshToken"]):
        assert len(token) >= 43
        assert await rows.places_of(token) == set()


async def test_a_used_token_is_good_again_within_its_grace(api: Api) -> None:
    first = await sign_up(api)
    lost = await refresh(api, first["refreshToken"])
    again = await refresh(api, first["refreshToken"])
    assert codes(lost) == codes(again) == []
    for pair in (lost, again):
        assert not await is_dead(api, pair["accessToken"])
        assert codes(await refresh(api, pair["refreshToken"])) == []


async def test_two_refreshes_at_once_both_succeed(api: Api) -> None:
    first = await sign_up(api)
    pairs = await asyncio.gather(*(refresh(api, first["refreshToken"]) for _ in range(5)))
    assert [codes(pair) for pair in pairs] == [[]] * 5


async def stolen(api: Api, settings: Settings) -> tuple[dict[str, Any], dict[str, Any]]:
    """A sign-in whose first token was used long ago, and its newest pair."""
    first = await sign_up(api)
    second = await refresh(api, first["refreshToken"])
    await used_long_ago(first["refreshToken"], settings)
    return first, second


async def test_reuse_after_the_grace_ends_the_whole_family(api: Api, settings: Settings) -> None:
    first, second = await stolen(api, settings)
    elsewhere = await sign_in(api, first["handle"])
    assert not await is_dead(api, second["accessToken"])
    assert codes(await refresh(api, first["refreshToken"])) == INVALID
    assert codes(await refresh(api, second["refreshToken"])) == INVALID
    assert await is_dead(api, first["accessToken"])
    assert await is_dead(api, second["accessToken"])
    assert not await is_dead(api, elsewhere["accessToken"])
    assert codes(await refresh(api, elsewhere["refreshToken"])) == []


async def test_the_newest_token_goes_on_while_nobody_uses_an_old_one(
    api: Api, settings: Settings
) -> None:
    _, second = await stolen(api, settings)
    assert codes(await refresh(api, second["refreshToken"])) == []


async def test_without_grace_a_token_is_good_once(
    api: Api, settings: Settings, signer: Signer
) -> None:
    strict = Accounts(settings.model_copy(update={"refresh_grace_seconds": 0}), signer)
    first = await sign_up(api)
    await strict.refresh(first["refreshToken"])
    with pytest.raises(Refused):
        await strict.refresh(first["refreshToken"])
    assert await is_dead(api, first["accessToken"])


async def test_an_expired_token_is_refused_and_changes_nothing(api: Api) -> None:
    first = await sign_up(api)
    hashed = token_hash(first["refreshToken"])
    await execute(
        "UPDATE refresh_tokens SET issued_at = $2, expires_at = $3 WHERE token_hash = $1",
        hashed,
        now() - timedelta(days=31),
        now() - timedelta(seconds=1),
    )
    before = await rows.sizes()
    assert codes(await refresh(api, first["refreshToken"])) == INVALID
    assert await rows.sizes() == before
    kept = await rows.one("SELECT used_at FROM refresh_tokens WHERE token_hash = $1", hashed)
    assert kept["used_at"] is None
    assert not await is_dead(api, first["accessToken"])


@pytest.mark.parametrize("garbage", ["", "x", "nul\0", "ümlaut", "x" * 50_000])
async def test_garbage_is_refused_and_changes_nothing(api: Api, garbage: str) -> None:
    first = await sign_up(api)
    before = await rows.sizes()
    for token in (garbage, first["accessToken"], token_hash(first["refreshToken"])):
        assert codes(await refresh(api, token)) == INVALID
    assert await rows.sizes() == before
    assert codes(await refresh(api, first["refreshToken"])) == []


async def test_a_lone_surrogate_is_garbage_at_the_door_too(
    settings: Settings, signer: Signer
) -> None:
    with pytest.raises(Refused):
        await Accounts(settings, signer).refresh("\ud800")
