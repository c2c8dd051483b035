"""Coming back: a wrong password and an unknown handle cannot be told apart."""

from __future__ import annotations

from typing import Any

import argon2
import pytest

from netql.infra import passwords
from tests import rows
from tests.accounts.queries import CLOSE, PASSWORD, SIGN_IN, WHO, codes, sign_in, sign_up
from tests.api import Api
from tests.asking import ask, new_handle, respond


async def test_the_right_password_signs_in_whatever_the_case_of_the_handle(api: Api) -> None:
    member = await sign_up(api)
    done = await sign_in(api, member["handle"].upper())
    assert codes(done) == []
    who = await ask(api, WHO, token=done["accessToken"])
    assert who["viewer"]["handle"] == member["handle"]


async def closed_member(api: Api) -> str:
    member = await sign_up(api)
    await ask(api, CLOSE, token=member["accessToken"], password=PASSWORD)
    handle: str = member["handle"]
    return handle


async def test_wrong_and_unknown_and_closed_answer_byte_for_byte_alike(api: Api) -> None:
    member, closed = await sign_up(api), await closed_member(api)
    long = await sign_up(api, password="p" * 200)
    before = await rows.sizes()
    attempts = [
        (member["handle"], "wrong horse"),
        (member["handle"], ""),
        (member["handle"], PASSWORD + "\0"),
        (member["handle"], PASSWORD + " " * 300),
        (long["handle"], "p" * 201),
        (new_handle(), PASSWORD),
        (closed, PASSWORD),
        ("jürgen", PASSWORD),
        ("nul\0", PASSWORD),
        ("x" * 5000, PASSWORD),
    ]
    answers = [
        await respond(api, SIGN_IN, handle=handle, password=password)
        for handle, password in attempts
    ]
    assert codes(answers[0].json()["data"]["done"]) == [("CREDENTIALS_WRONG", None)]
    assert {answer.content for answer in answers} == {answers[0].content}
    assert {str(answer.headers) for answer in answers} == {str(answers[0].headers)}
    assert {answer.status_code for answer in answers} == {200}
    assert await rows.sizes() == before


class CountingHasher:
    """The real hasher, with a list of the hashes that it was asked to verify."""

    def __init__(self, real: argon2.PasswordHasher) -> None:
        self.real = real
        self.verified: list[str] = []

    def verify(self, password_hash: str, password: str) -> bool:
        self.verified.append(password_hash)
        return self.real.verify(password_hash, password)

    def hash(self, password: str) -> str:
        return self.real.hash(password)


async def test_every_attempt_costs_one_argon2_verification_of_equal_work(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    member, closed = await sign_up(api), await closed_member(api)
    hasher = CountingHasher(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", hasher)
    work: list[Any] = []
    for handle, password in (
        (member["handle"], PASSWORD),
        (member["handle"], "wrong horse"),
        (new_handle(), PASSWORD),
        (closed, PASSWORD),
        ("jürgen\0", PASSWORD),
        (member["handle"], "p" * 100_000),
    ):
        await sign_in(api, handle, password)
        assert len(hasher.verified) == 1
        work.append(argon2.extract_parameters(hasher.verified.pop()))
    assert all(parameters == work[0] for parameters in work)
    assert work[0].type is argon2.Type.ID


async def test_nobodys_password_signs_in_nobody(api: Api) -> None:
    assert codes(await sign_in(api, new_handle(), "nobody has this password")) == [
        ("CREDENTIALS_WRONG", None)
    ]
