"""On a socket the same limits hold and the same errors are told as over HTTP, at any moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import pytest

from netql.api import crowds, following, invitations
from netql.api.gathering import Gathering
from netql.app import create_app
from netql.members import search
from netql.settings import Settings
from tests.limits.asking import USUAL
from tests.limits.documents import bomb, signing_up
from tests.live.inside import INVITATIONS, Live, served, waiting
from tests.people import People

SECRET = "the secret cause"
MASKED = {"message": "internal error", "code": "INTERNAL_SERVER_ERROR"}


@asynccontextmanager
async def limited(settings: Settings, **changes: Any) -> AsyncIterator[Live]:
    app = create_app(settings.model_copy(update={**USUAL, **changes}))
    async with served(app) as served_app:
        yield served_app


def told(error: Any) -> dict[str, Any]:
    extensions = dict(error["extensions"])
    assert extensions.pop("requestId")
    return extensions


async def boom(*_: object, **__: object) -> Any:
    raise RuntimeError(SECRET)


async def test_limits_end_their_own_operation_and_no_other(
    settings: Settings, people: People
) -> None:
    ann = await people.member()
    async with limited(settings) as live, live.invitations(ann) as (socket, stream):
        for text, code in (
            (bomb(100), "ALIAS_LIMIT_EXCEEDED"),
            (bomb(300), "TOKEN_LIMIT_EXCEEDED"),
            (signing_up("socket-one", "socket-two"), "SENSITIVE_LIMIT_EXCEEDED"),
            (INVITATIONS.replace("kind", "kind " * 2000), "TOKEN_LIMIT_EXCEEDED"),
        ):
            frame = await (await socket.start(text)).frame()
            assert frame["type"] == "error"
            found = told(frame["payload"][0])
            assert found["code"] == code
            assert found["found"] > found["limit"]
        await people.invite(await people.member(), ann)
        assert (await stream.event())["kind"] == "RECEIVED"


async def test_what_is_spent_on_a_socket_is_spent(settings: Settings, people: People) -> None:
    ann, ben = [await people.member() for _ in range(2)]
    changes = {"limit_cost": 100, "member_points_per_minute": 1000}
    async with limited(settings, **changes) as live, live.socket(ann) as socket:
        for _ in range(400):
            frame = await (await socket.start("{ viewer { handle name } }")).frame()
            if frame["type"] == "error":
                break
            # Its `complete` comes with the next frames.
        assert told(frame["payload"][0])["code"] == "RATE_LIMITED"
        # A subscription is paid for like the rest.
        refused = await socket.start(INVITATIONS)
        assert await refused.refusal() == "RATE_LIMITED"
        async with live.invitations(ben) as (_, stream):
            await people.invite(ann, ben)
            assert (await stream.event())["kind"] == "RECEIVED"


async def test_an_answer_that_is_too_large_is_not_sent(settings: Settings, people: People) -> None:
    ann = await people.member(about="Long. " * 300)
    async with limited(settings, limit_response_bytes=1024) as live, live.socket(ann) as socket:
        stream = await socket.start("{ viewer { about } }")
        frame = await stream.frame()
        assert frame["type"] == "next"
        assert frame["payload"]["data"] is None
        [error] = frame["payload"]["errors"]
        assert told(error)["code"] == "RESPONSE_TOO_LARGE"
        assert await socket.run("{ viewer { handle } }") == {"viewer": {"handle": ann.handle}}


async def test_a_bug_in_a_query_is_masked_and_logged(
    live: Live, people: People, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ann = await people.member()
    monkeypatch.setattr(search, "count", boom)
    async with live.socket(ann) as socket:
        stream = await socket.start('{ searchMembers(query: "abc") { totalCount } }')
        frame = await stream.frame()
        assert SECRET not in str(frame)
        [error] = frame["payload"]["errors"]
        assert {"message": error["message"], **told(error)} == MASKED
        assert await socket.alive()
    assert error["extensions"]["requestId"] in caplog.records[-1].getMessage()


async def test_a_value_that_its_type_cannot_tell_is_masked_in_an_event(
    live: Live, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = await people.member()

    async def secret(members: list[UUID]) -> Any:
        return [SECRET for _ in members]

    async with live.invitations(ann) as (_, stream):
        monkeypatch.setattr(crowds, "counts", Gathering(secret))
        await people.invite(await people.member(), ann)
        frame = await stream.frame()
    assert SECRET not in str(frame)
    [error] = frame["payload"]["errors"]
    assert {"message": error["message"], **told(error)} == MASKED
    assert error["path"] == ["invitationReceived", "pendingCount"]


async def test_a_bug_in_the_middle_of_a_stream_is_masked_and_ends_it(
    live: Live,
    people: People,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ann, ben, cat = [await people.member() for _ in range(3)]
    async with live.invitations(ann) as (socket, stream):
        await people.invite(ben, ann)
        await stream.event()
        with monkeypatch.context() as patch:
            patch.setattr(following, "told", boom)
            await people.invite(cat, ann)
            frame = await stream.frame()
        assert SECRET not in str(frame)
        [error] = frame["payload"]["errors"]
        assert {"message": error["message"], **told(error)} == MASKED
        assert (await stream.frame())["type"] == "complete"
        assert await socket.alive()
    bugs = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert error["extensions"]["requestId"] in bugs[-1].getMessage()


@pytest.mark.parametrize("part", ["counting", "showing"])
async def test_a_bug_in_one_event_is_masked_and_the_next_one_comes(
    live: Live, people: People, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    ann, ben, cat = [await people.member() for _ in range(3)]
    async with live.invitations(ann) as (_, stream):
        with monkeypatch.context() as patch:
            if part == "counting":
                patch.setattr(crowds, "counts", Gathering(boom))
            else:
                patch.setattr(invitations, "_ends", lambda *_: boom())
            await people.invite(ben, ann)
            frame = await stream.frame()
        [error] = frame["payload"]["errors"]
        assert {"message": error["message"], **told(error)} == MASKED
        assert SECRET not in str(frame)
        await people.invite(cat, ann)
        assert (await stream.event())["invitation"]["inviter"]["handle"] == cat.handle


async def test_an_event_takes_no_longer_than_a_query_may(
    settings: Settings, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann, ben, cat = [await people.member() for _ in range(3)]

    async def sleep() -> Any:
        await asyncio.sleep(60)

    app = create_app(settings.model_copy(update=USUAL))
    deadline = app._view._schema.operations.deadline  # type: ignore[attr-defined]
    async with served(app) as live, live.socket(ann) as socket:
        stream = await socket.start(INVITATIONS)
        await waiting(ann)
        # The waiting itself is no part of it.
        assert not deadline._running
        with monkeypatch.context() as patch:
            # For this event alone, or a busy machine would be late with the others.
            patch.setattr(deadline, "seconds", 0.4)
            patch.setattr(invitations, "_ends", lambda *_: sleep())
            await people.invite(ben, ann)
            frame = await stream.frame()
        assert frame["payload"]["data"] is None
        assert told(frame["payload"]["errors"][0]) == {"code": "TIMEOUT", "limit": 0.4}
        await people.invite(cat, ann)
        assert (await stream.event())["invitation"]["inviter"]["handle"] == cat.handle
