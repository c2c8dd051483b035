"""What clients hear of a connection that is cut, wherever in an act that happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from netql import ids
from netql.connections import queries as invitations
from netql.infra.asyncpg_engine import _SafeContext
from netql.infra.database import execute, fetch, fetch_one, transaction
from netql.members import queries as members
from netql.network import actions as network
from tests.api import Api
from tests.conftest import DATABASE
from tests.infra.wholeness import is_whole
from tests.people import People, Person
from tests.rows import every_row

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.skipif(DATABASE == "sqlite", reason="SQLite has no connection to cut"),
]


@asynccontextmanager
async def cutting(what: str, times: int, *, at_commit: bool = False) -> AsyncIterator[None]:
    """Within the block the server cuts the connection in the midst of such statements, or of the
    COMMIT after them: `what` is as in "DELETE ON skills". A sequence counts, for it outlives what
    is rolled back."""
    await execute("CREATE SEQUENCE cuts")
    await execute(
        "CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$BEGIN IF nextval('cuts') <= {times} THEN"
        " PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1);"
        " END IF; RETURN NULL; END$$"
    )
    kind, when = ("CONSTRAINT ", "INITIALLY DEFERRED FOR EACH ROW") if at_commit else ("", "")
    await execute(f"CREATE {kind}TRIGGER cut AFTER {what} {when} EXECUTE FUNCTION cut()")
    try:
        yield
    finally:
        await execute(f"DROP TRIGGER cut ON {what.rpartition(' ')[2]}")
        await execute("DROP FUNCTION cut")
        await execute("DROP SEQUENCE cuts")


async def _skill(api: Api, ann: Person, _: Person) -> str:
    add = 'mutation { addSkill(input: {name: "Welding"}) { entryId } }'
    added: str = (await api.run(add, as_=ann))["addSkill"]["entryId"]
    return added


async def _contact(api: Api, ann: Person, ben: Person) -> str:
    return ids.encode("NetworkEntry", await network.add_to_network(ann.viewer, ben.key, [], None))


async def _nothing(api: Api, ann: Person, ben: Person) -> str:
    return ""


ACTS = pytest.mark.parametrize(
    ("made", "what", "text"),
    [
        (
            _skill,
            "DELETE ON skills",
            "mutation ($id: ID!) { done: removeSkill(input: {id: $id}) { userErrors { code } } }",
        ),
        (
            _contact,
            "DELETE ON network_entries",
            "mutation ($id: ID!) { done: removeFromNetwork(input: {networkEntryId: $id}) {"
            " userErrors { code } } }",
        ),
        (
            _nothing,
            "UPDATE ON members",
            "mutation { done: setFieldAudience(input: {field: PHONE, audience: ONLY_ME}) {"
            " userErrors { code } } }",
        ),
        (
            _nothing,
            "UPDATE ON members",
            "mutation { done: applyPrivacyPreset(input: {preset: CLOSED}) { clientMutationId } }",
        ),
        (
            _nothing,
            "UPDATE ON sessions",
            "mutation { done: signOut(input: {}) { clientMutationId } }",
        ),
    ],
    ids=["section", "contact", "audience", "preset", "sign-out"],
)
Made = Callable[[Api, Person, Person], Awaitable[str]]


@ACTS
async def test_a_small_act_is_tried_again(
    api: Api, people: People, made: Made, what: str, text: str
) -> None:
    ann, ben = await people.several(2)
    given = {"id": await made(api, ann, ben)} if "$id" in text else {}
    async with cutting(what, 1):
        done = (await api.run(text, as_=ann, **given))["done"]
    assert done in ({"userErrors": []}, {"clientMutationId": None})
    await is_whole()


@ACTS
async def test_a_small_act_that_is_cut_again_and_again_is_retryable(
    api: Api, people: People, made: Made, what: str, text: str
) -> None:
    ann, ben = await people.several(2)
    given = {"id": await made(api, ann, ben)} if "$id" in text else {}
    before = await every_row()
    async with cutting(what, 1_000):
        [error] = (await api.answer(text, as_=ann, **given))["errors"]
    assert error["extensions"]["code"] == "RETRYABLE"
    assert "nothing was changed" in error["message"]
    assert await every_row() == before
    await is_whole()


async def test_who_is_cancelled_is_cancelled_although_the_rollback_fails(
    people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a failure it would be tried again, for nobody."""
    ann, usual, begun = await people.member(), _SafeContext.end, asyncio.Event()

    async def end(scope: Any, *, failed: bool) -> None:
        server = scope.client._connection.get_server_pid()
        await execute("SELECT pg_terminate_backend($1)", server)
        await usual(scope, failed=failed)

    async def act() -> None:
        async with transaction():
            await execute("UPDATE members SET headline = 'lost' WHERE id = $1", ann.key)
            begun.set()
            await asyncio.sleep(60)

    acting = asyncio.create_task(act())
    await begun.wait()
    monkeypatch.setattr(_SafeContext, "end", end)
    acting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await acting
    monkeypatch.undo()
    row = await fetch_one("SELECT headline FROM members WHERE id = $1", ann.key)
    assert row is not None
    assert row["headline"] != "lost"
    await is_whole()


JOIN = """mutation ($input: SignUpInput!) { signUp(input: $input) {
  accessToken userErrors { code } } }"""


async def test_who_has_joined_is_signed_in_however_often_that_is_tried(
    api: Api, people: People
) -> None:
    """The name is taken by then: by the very one who asks."""
    handle = (await people.member()).handle + "x"
    given = {"handle": handle, "name": "Jo", "password": "long enough"}
    async with cutting("INSERT ON sessions", 1):
        joined = (await api.run(JOIN, input=given))["signUp"]
    assert joined["userErrors"] == []
    assert joined["accessToken"]


async def test_who_has_joined_but_is_not_signed_in_is_told_that_something_changed(
    api: Api, people: People
) -> None:
    handle = (await people.member()).handle + "x"
    given = {"handle": handle, "name": "Jo", "password": "long enough"}
    async with cutting("INSERT ON sessions", 1_000):
        [error] = (await api.answer(JOIN, input=given))["errors"]
    assert error["extensions"]["code"] == "RETRYABLE"
    assert "may have been changed" in error["message"]
    assert await fetch_one("SELECT id FROM members WHERE handle = $1", handle)


INVITE = """mutation ($to: ID!) { sendInvitation(input: {memberId: $to}) {
  member { name } invitation { status inviter { handle } } userErrors { code } } }"""


@pytest.mark.parametrize("of", [invitations, members], ids=["node", "field"])
async def test_an_answer_that_cannot_be_read_says_not_that_nothing_was_changed(
    api: Api, people: People, monkeypatch: pytest.MonkeyPatch, of: Any
) -> None:
    ann, ben = await people.several(2)
    door = "invitations_for" if of is invitations else "members_for"

    async def cut(*_: Any) -> Any:
        return await fetch("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(of, door, cut)
    errors = (await api.answer(INVITE, as_=ann, to=ben.id))["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"RETRYABLE"}
    assert not any("nothing was changed" in error["message"] for error in errors)
    assert await fetch_one("SELECT id FROM invitations WHERE inviter_id = $1", ann.key)
    await is_whole()
