"""Access tokens: one constant answer for every one that is not good."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from netql.infra.tokens import Signer
from tests import rows
from tests.accounts.queries import CLOSE, PASSWORD, SIGN_OUT, WHO, sign_up
from tests.api import Api
from tests.asking import ask, respond
from tests.people import People, Person

CONSTANT = re.compile(
    rb'\{"errors":\[\{"message":"Sign in to do this.",'
    rb'"extensions":\{"code":"UNAUTHENTICATED","requestId":"[0-9a-f]{16}"\}\}\]\}'
)
NOW = int(time.time())
# Far more than from here, where the tests are collected, to the last of them.
LONG = 7 * 86_400


def encoded(part: dict[str, Any] | bytes) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(body: dict[str, Any], key: bytes, algorithm: str = "HS256") -> str:
    """A token made by hand, so that it can be as wrong as wanted."""
    said = f"{encoded({'alg': algorithm, 'typ': 'JWT'})}.{encoded(body)}"
    if algorithm.lower() == "none":
        return said + "."
    digest = getattr(hashlib, f"sha{algorithm[2:]}")
    return f"{said}.{encoded(hmac.new(key, said.encode(), digest).digest())}"


def claims(person: Person, **changes: Any) -> dict[str, Any]:
    """The claims of a good token, changed; None takes one out."""
    good = {
        "iss": "netql",
        "aud": "netql-api",
        "sub": str(person.key),
        "sid": str(person.session),
        "iat": NOW,
        "exp": NOW + LONG,
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


WRONG_CLAIMS: dict[str, dict[str, Any]] = {
    "expired": {"iat": NOW - 700, "exp": NOW - 100},
    "issued in the future": {"iat": NOW + LONG, "exp": NOW + LONG + 600},
    "another issuer": {"iss": "somebody"},
    "another audience": {"aud": "other-api"},
    "other audiences": {"aud": ["other", "api"]},
    "no issuer": {"iss": None},
    "no audience": {"aud": None},
    "no subject": {"sub": None},
    "no session": {"sid": None},
    "no issue time": {"iat": None},
    "no expiry": {"exp": None},
    "an expiry that is no number": {"exp": "later"},
    "an endless expiry": {"exp": float("inf")},
    "an issue time that is no number": {"iat": [1]},
    "a subject that is no uuid": {"sub": "ann"},
    "a subject that is no text": {"sub": 7},
    "a subject with NUL": {"sub": "nul\0"},
    "a session that is no uuid": {"sid": "here"},
    "a session that is no text": {"sid": [1]},
    "an unknown session": {"sid": str(uuid4())},
    "an unknown member": {"sub": str(uuid4())},
    "an oversized claim": {"more": "x" * 3000},
}
FORGED = {
    "a foreign key": lambda body, key: signed(body, b"f" * 32),
    "an empty key": lambda body, key: signed(body, b""),
    "HS384": lambda body, key: signed(body, key, "HS384"),
    "HS512": lambda body, key: signed(body, key, "HS512"),
    "none": lambda body, key: signed(body, key, "none"),
    "None": lambda body, key: signed(body, key, "None"),
    "none with a signature": lambda body, key: signed(body, key, "none") + encoded(key),
    "a signature cut off": lambda body, key: signed(body, key).rpartition(".")[0] + ".",
    "a signature cut short": lambda body, key: signed(body, key)[:-4],
    "a part too many": lambda body, key: signed(body, key) + ".x",
}
MALFORMED = ["", " ", "x", "a.b.c", "..", "null", "e30.e30.e30", "x" * 100_000]


def signing_key(signer: Signer) -> bytes:
    return signer._key


async def answer_to(api: Api, authorization: str, query: str = WHO) -> httpx.Response:
    return await respond(api, query, headers={"authorization": authorization})


def refused(response: httpx.Response) -> bool:
    """Whether this is the one answer that every bad token gets, to the byte but for its id."""
    return (
        response.status_code == 401
        and response.headers["www-authenticate"] == "Bearer"
        and CONSTANT.fullmatch(response.content) is not None
    )


async def test_a_token_made_by_hand_is_good_if_everything_is_right(
    api: Api, people: People, signer: Signer
) -> None:
    ann = await people.member()
    token = signed(claims(ann), signing_key(signer))
    for authorization in (f"Bearer {token}", f"bearer  {token}", f"BEARER {token} "):
        answer = (await answer_to(api, authorization)).json()
        assert answer == {"data": {"viewer": {"handle": ann.handle, "name": ann.name}}}


@pytest.mark.parametrize("wrong", WRONG_CLAIMS)
async def test_a_wrong_claim_is_refused(
    api: Api, people: People, signer: Signer, wrong: str
) -> None:
    body = claims(await people.member(), **WRONG_CLAIMS[wrong])
    token = signed(body, signing_key(signer))
    assert refused(await answer_to(api, f"Bearer {token}"))


@pytest.mark.parametrize("how", FORGED)
async def test_a_forged_token_is_refused(
    api: Api, people: People, signer: Signer, how: str
) -> None:
    token = FORGED[how](claims(await people.member()), signing_key(signer))
    assert refused(await answer_to(api, f"Bearer {token}"))


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: text[:12])
async def test_a_malformed_token_is_refused(api: Api, text: str) -> None:
    assert refused(await answer_to(api, f"Bearer {text}"))


async def test_other_schemes_are_refused(api: Api, people: People) -> None:
    token = (await people.member()).token
    for authorization in ("", "Bearer", token, f"Basic {token}", f"Bearer{token}", "Digest a=b"):
        assert refused(await answer_to(api, authorization))


async def test_bytes_beyond_ascii_are_refused(api: Api) -> None:
    headers = {b"authorization": "Bearer ü.ü.ü".encode(), b"content-type": b"application/json"}
    response = await api.http.post(
        "/graphql", content=b'{"query": "{__typename}"}', headers=headers
    )
    assert refused(response)


async def test_a_session_of_somebody_else_is_refused(
    api: Api, people: People, signer: Signer
) -> None:
    ann, ben = await people.member("Ann"), await people.member("Ben")
    token = signer.sign(ann.key, ben.session)
    assert refused(await answer_to(api, f"Bearer {token}"))


async def test_tokens_of_the_signed_out_and_the_closed_get_the_same_answer(api: Api) -> None:
    out, closed = await sign_up(api), await sign_up(api)
    await ask(api, SIGN_OUT, token=out["accessToken"])
    await ask(api, CLOSE, token=closed["accessToken"], password=PASSWORD)
    for gone in (out, closed):
        assert refused(await answer_to(api, f"Bearer {gone['accessToken']}"))


async def test_a_bad_token_makes_no_guest_of_its_bearer(api: Api, people: People) -> None:
    """Neither reading nor writing falls back to what a guest may do."""
    ann = await people.member()
    before = await rows.sizes()
    public = f'{{ member(by: {{handle: "{ann.handle}"}}) {{ name }} }}'
    joining = 'mutation { signUp(input: {handle: "bad-token", name: "B", password: "12345678"})'
    for query in (public, joining + " { expiresIn } }", "{ __typename }", "not graphql"):
        assert refused(await answer_to(api, "Bearer x", query))
    assert await rows.sizes() == before
    assert (await ask(api, public))["member"]["name"] == ann.name


async def test_the_lifetime_is_the_configured_one(people: People, signer: Signer) -> None:
    ann = await people.member()
    short = Signer(signing_key(signer), timedelta(seconds=30))
    before = time.time()
    read = signer.read(short.sign(ann.key, ann.session))
    # Tokens count in whole seconds.
    assert int(before) + 30 <= read.expires_at <= time.time() + 30
    assert (read.member_id, read.session_id) == (ann.key, ann.session)


async def test_two_tokens_are_refused_whichever_is_good(api: Api, people: People) -> None:
    """What stands before the server may have judged by either."""
    ann = await people.member("Ann Arden")
    good, bad = ("authorization", f"Bearer {ann.token}"), ("authorization", "Bearer x")
    for tokens in ([good, bad], [bad, good], [good, good]):
        headers = [("content-type", "application/json"), *tokens]
        response = await api.http.post(
            "/graphql", content=json.dumps({"query": WHO}), headers=headers
        )
        assert response.status_code == 400
        [error] = response.json()["errors"]
        assert error["message"] == "There are two headers authorization."
        assert ann.handle not in response.text
