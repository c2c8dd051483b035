"""Joining: what makes a member, and what is refused with nothing stored."""

from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher, Type

from netql.accounts.actions import Accounts
from netql.errors import Refused
from netql.infra.tokens import Signer
from netql.settings import Settings, SignUp
from tests import rows
from tests.accounts.queries import PASSWORD, WHO, codes, sign_in, sign_up
from tests.api import Api
from tests.asking import ask, new_handle, respond


async def test_whoever_signs_up_is_signed_in_and_can_sign_in_again(
    api: Api, settings: Settings
) -> None:
    done = await sign_up(api, name="  Nia   Newcomb ")
    assert codes(done) == []
    assert done["expiresIn"] == settings.access_token_seconds
    expected = {"viewer": {"handle": done["handle"], "name": "Nia   Newcomb"}}
    assert await ask(api, WHO, token=done["accessToken"]) == expected
    again = await sign_in(api, done["handle"])
    assert await ask(api, WHO, token=again["accessToken"]) == expected


def test_a_hash_costs_what_it_should(real_hasher: PasswordHasher) -> None:
    """The second recommended option of RFC 9106, where memory is short."""
    cost = (real_hasher.time_cost, real_hasher.memory_cost, real_hasher.parallelism)
    assert cost == (3, 64 * 1024, 4)
    assert (real_hasher.type, real_hasher.hash_len, real_hasher.salt_len) == (Type.ID, 32, 16)


async def test_the_password_is_kept_as_an_argon2_hash_only(api: Api) -> None:
    done = await sign_up(api, password="a-Password-like-no-other")
    assert await rows.places_of("a-Password-like-no-other") == set()
    kept = await rows.one(
        "SELECT a.password_hash FROM accounts a JOIN members m ON m.id = a.member_id"
        " WHERE m.handle = $1",
        done["handle"],
    )
    assert kept["password_hash"].startswith("$argon2id$")


async def test_a_taken_handle_is_refused_whatever_its_case(api: Api) -> None:
    first = await sign_up(api, name="First Comer")
    before = await rows.sizes()
    second = await sign_up(api, handle=first["handle"].upper(), name="Second Comer")
    assert codes(second) == [("HANDLE_TAKEN", ["handle"])]
    assert await rows.sizes() == before
    assert (await ask(api, WHO, token=first["accessToken"]))["viewer"]["name"] == "First Comer"


async def test_of_several_who_want_one_handle_at_once_one_gets_it(api: Api) -> None:
    handle, before = new_handle(), await rows.sizes()
    outcomes = await asyncio.gather(*(sign_up(api, handle=handle) for _ in range(6)))
    assert sorted(map(codes, outcomes)) == [[]] + [[("HANDLE_TAKEN", ["handle"])]] * 5
    after = await rows.sizes()
    for table in ("members", "accounts", "sessions", "refresh_tokens"):
        assert after[table] == before[table] + 1


REFUSED = [
    ("handle", "admin", "HANDLE_RESERVED"),
    ("handle", "Support", "HANDLE_RESERVED"),
    ("handle", "", "HANDLE_INVALID"),
    ("handle", "ab", "HANDLE_INVALID"),
    ("handle", "a" * 31, "HANDLE_INVALID"),
    ("handle", "-abc", "HANDLE_INVALID"),
    ("handle", "abc.", "HANDLE_INVALID"),
    ("handle", "a..b", "HANDLE_INVALID"),
    ("handle", "a b c", "HANDLE_INVALID"),
    ("handle", "abc\n", "HANDLE_INVALID"),
    ("handle", "abc\0", "HANDLE_INVALID"),
    ("handle", "jürgen", "HANDLE_INVALID"),
    ("handle", "\u212aelvin", "HANDLE_INVALID"),
    ("name", "", "TEXT_MISSING"),
    ("name", " \t\u3000", "TEXT_MISSING"),
    ("name", "N\0a", "TEXT_INVALID"),
    ("name", "n" * 101, "TEXT_TOO_LONG"),
    ("password", "1234567", "PASSWORD_TOO_SHORT"),
    ("password", "p" * 201, "PASSWORD_TOO_LONG"),
    ("password", "pass\0word", "TEXT_INVALID"),
]


@pytest.mark.parametrize(("field", "value", "code"), REFUSED)
async def test_what_does_not_fit_is_refused_and_nothing_is_stored(
    api: Api, field: str, value: str, code: str
) -> None:
    before = await rows.sizes()
    assert codes(await sign_up(api, **{field: value})) == [(code, [field])]
    assert await rows.sizes() == before


ACCEPTED = [
    ("handle", "a" * 25 + "-{}"),
    ("handle", "x.{}"),
    ("name", "n" * 100),
    ("name", "👩🏽‍🚀" * 100),
    ("password", "12345678"),
    ("password", "p" * 200),
    ("password", "пароль-密码"),
]


@pytest.mark.parametrize(("field", "value"), ACCEPTED)
async def test_what_just_fits_is_taken(api: Api, field: str, value: str) -> None:
    given = {field: value.replace("{}", new_handle().removeprefix("new-"))}
    assert codes(await sign_up(api, **given)) == []


@pytest.mark.parametrize("handle", ["abc", "a1b", "a.b-c_d", "a" * 30])
async def test_handles_of_every_allowed_shape_pass_the_rule(handle: str) -> None:
    from netql.members.rules import handle as checked

    assert checked(handle) == checked(handle.upper()) == handle


@pytest.mark.parametrize("field", ["handle", "name", "password"])
async def test_lone_surrogates_never_reach_the_tables(
    api: Api, settings: Settings, signer: Signer, field: str
) -> None:
    given = {"handle": new_handle(), "name": "Nia", "password": PASSWORD}
    before = await rows.sizes()
    with pytest.raises(Refused) as refused:
        await Accounts(settings, signer).sign_up(**(given | {field: "abc\ud800defgh"}))
    assert refused.value.field == (field,)
    # The same from outside: JSON that escapes one is no JSON to us, GraphQL no GraphQL.
    escaped = await api.http.post(
        "/graphql",
        content=b'{"query": "query($x: String) { __typename }", "variables": {"x": "\\ud800"}}',
        headers={"content-type": "application/json"},
    )
    assert escaped.status_code == 400
    inline = f'mutation {{ signUp(input: {{{field}: "\\uD800"}}) {{ expiresIn }} }}'
    answer = (await respond(api, inline)).json()
    assert answer["errors"][0]["extensions"]["code"] == "GRAPHQL_PARSE_FAILED"
    assert await rows.sizes() == before


async def test_a_closed_network_takes_no_sign_ups(settings: Settings, signer: Signer) -> None:
    closed = settings.model_copy(update={"sign_up": SignUp.CLOSED})
    given = {"handle": new_handle(), "name": "Nia Newcomb", "password": PASSWORD}
    before = await rows.sizes()
    with pytest.raises(Refused) as refused:
        await Accounts(closed, signer).sign_up(**given)
    assert refused.value.code == "SIGN_UP_CLOSED"
    assert await rows.sizes() == before
    assert (await Accounts(settings, signer).sign_up(**given)).viewer.member_id is not None
