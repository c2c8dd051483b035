"""Signing out: this sign-in ends at once, others go on."""

from __future__ import annotations

from tests.accounts.queries import SIGN_OUT, codes, refresh, sign_in, sign_up
from tests.api import Api
from tests.asking import ask, is_dead, respond


async def test_signing_out_ends_this_sign_in_and_no_other(api: Api) -> None:
    here = await sign_up(api)
    there = await sign_in(api, here["handle"])
    newer = await refresh(api, here["refreshToken"])
    done = await ask(api, SIGN_OUT, token=here["accessToken"])
    assert done == {"done": {"clientMutationId": "bye"}}
    for pair in (here, newer):
        assert await is_dead(api, pair["accessToken"])
        assert codes(await refresh(api, pair["refreshToken"])) == [
            ("REFRESH_TOKEN_INVALID", ["refreshToken"])
        ]
    assert not await is_dead(api, there["accessToken"])
    assert codes(await refresh(api, there["refreshToken"])) == []


async def test_signing_out_twice_answers_like_any_dead_token(api: Api) -> None:
    here = await sign_up(api)
    await ask(api, SIGN_OUT, token=here["accessToken"])
    assert (await respond(api, SIGN_OUT, token=here["accessToken"])).status_code == 401
