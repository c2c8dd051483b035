"""Leaving for good: absent everywhere, nothing personal kept, the handle never free again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from netql import ids
from netql.accounts.actions import create_account
from netql.accounts.sessions import start
from netql.infra.database import fetch
from netql.infra.tokens import Signer
from netql.members import actions as members
from netql.members import sections
from netql.members.actions import update_profile
from netql.network import actions as network
from netql.viewer import Viewer
from tests import rows
from tests.accounts.queries import CLOSE, PASSWORD, codes, sign_in, sign_up
from tests.api import Api
from tests.asking import ask, is_dead, new_handle
from tests.people import People, Person

MARK = "leaver-mark"
SECTIONS = ("positions", "education", "skills", "languages", "websites", "search_keys")


async def leaver(signer: Signer) -> Person:
    """A member with a password and something in every column and section of the profile."""
    handle = new_handle()
    key = await create_account(handle, f"Lea {MARK}", PASSWORD)
    session = await start(key)
    person = Person(key, handle, f"Lea {MARK}", signer.sign(key, session), session)
    texts = ("headline", "industry", "location", "about", "pronouns", "address")
    profile: dict[str, Any] = {name: f"{name} {MARK}" for name in texts} | {
        "avatar_url": f"https://example.org/{MARK}",
        "email": f"{MARK}@example.org",
        "phone": "+49 30 901820",
        "birthday": date(1990, 1, 2),
    }
    await members.update_profile(person.viewer, profile)
    for section, values in (
        (sections.POSITIONS, {"title": MARK, "company": MARK, "description": MARK}),
        (sections.EDUCATION, {"school": MARK, "degree": MARK}),
        (sections.SKILLS, {"name": MARK}),
        (sections.LANGUAGES, {"name": MARK, "proficiency": MARK}),
        (sections.WEBSITES, {"url": f"https://example.org/{MARK}", "label": MARK}),
    ):
        await sections.add(person.viewer, section, values)
    return person


async def close(api: Api, person: Person, password: str = PASSWORD) -> list[Any]:
    return codes((await ask(api, CLOSE, token=person.token, password=password))["done"])


async def test_a_wrong_password_closes_nothing(api: Api, signer: Signer) -> None:
    lea = await leaver(signer)
    before, marked = await rows.sizes(), await rows.places_of(MARK)
    for wrong in ("wrong horse", "", PASSWORD + "\0", PASSWORD + " " * 300):
        assert await close(api, lea, wrong) == [("CREDENTIALS_WRONG", ["password"])]
    assert (await rows.sizes(), await rows.places_of(MARK)) == (before, marked)
    assert not await is_dead(api, lea.token)
    assert await close(api, lea) == []


async def test_nothing_personal_is_left_in_any_table(
    api: Api, people: People, signer: Signer
) -> None:
    lea, ben, cat = await leaver(signer), await people.member("Ben"), await people.member("Cat")
    await people.connect(lea, await people.member())
    await people.invite(lea, ben, f"a note of {MARK}")
    await people.block(lea, await people.member("Dan"))
    await people.block(cat, lea)
    await network.add_to_network(lea.viewer, ben.key, [f"tag-{MARK}"], f"note {MARK}", "a-key")
    await people.invite(await people.member("Ina"), lea)
    assert len(await rows.places_of(MARK)) > 20
    assert await close(api, lea) == []
    # A block stays with its maker, with the name as it was then: it is theirs to lift.
    assert await rows.places_of(MARK) == {"blocks.name"}
    for table in ("accounts", "idempotency_keys", "events", *SECTIONS):
        assert await fetch(f"SELECT id FROM {table} WHERE member_id = $1", lea.key) == []
    kept = await rows.one("SELECT * FROM members WHERE id = $1", lea.key)
    told = {name for name, value in kept.items() if value not in (None, "")}
    audiences = {name for name in kept if name.endswith("_audience")}
    assert told - audiences == {"id", "handle", "created_at", "closed_at"}


LOOK = """query($id: ID!, $handle: String!, $name: String!) {
  byId: member(by: {id: $id}) { handle }
  byHandle: member(by: {handle: $handle}) { handle }
  node(id: $id) { id }
  nodes(ids: [$id]) { id }
  viewAs(as: {memberId: $id}) { headline }
  searchMembers(query: $name) { totalCount nodes { handle } }
  byHandleToo: searchMembers(query: $handle) { totalCount nodes { handle } }
  viewer {
    connections { totalCount nodes { member { handle } } }
    receivedInvitations { totalCount nodes { id } }
    sentInvitations { totalCount nodes { id } }
  } }"""

NOBODY = {"totalCount": 0, "nodes": []}
ABSENT = {"byId": None, "byHandle": None, "node": None, "nodes": [None], "viewAs": None}


async def test_the_member_is_absent_everywhere_and_ties_and_invitations_end(
    api: Api, people: People, signer: Signer
) -> None:
    lea = await leaver(signer)
    tied, inviter, invited = [await people.member(name) for name in ("Tia", "Ina", "Ivo")]
    await people.connect(tied, lea)
    sent, received = await people.invite(lea, invited), await people.invite(inviter, lea)
    seen = {"id": lea.id, "handle": lea.handle, "name": f"lea {MARK}"}
    for person in (tied, inviter, invited, None):
        found = await api.run(LOOK, as_=person, **seen)
        assert found["byId"] == found["byHandle"] == {"handle": lea.handle}
        assert found["searchMembers"]["totalCount"] == 1
    assert found["byHandleToo"]["totalCount"] == 1
    assert await close(api, lea) == []
    for person in (tied, inviter, invited, None):
        found = await api.run(LOOK, as_=person, **seen)
        own = found.pop("viewer")
        assert found == ABSENT | {"searchMembers": NOBODY, "byHandleToo": NOBODY}
        if person is not None:
            assert own["connections"] == own["receivedInvitations"] == NOBODY
            assert own["sentInvitations"] == NOBODY
    for invitation in (sent, received):
        kept = await rows.one("SELECT open, answer FROM invitations WHERE id = $1", invitation)
        assert (bool(kept["open"]), kept["answer"]) == (False, None)
        node = await api.run(
            "query($id: ID!) { node(id: $id) { id } }",
            as_=inviter,
            id=ids.encode("Invitation", invitation),
        )
        assert node == {"node": None}
    tie = "SELECT id FROM connections WHERE member_id = $1 OR other_id = $1"
    assert await fetch(tie, lea.key) == []


async def test_every_token_dies_and_no_password_comes_back_in(api: Api, signer: Signer) -> None:
    lea = await leaver(signer)
    elsewhere = await sign_in(api, lea.handle)
    assert codes(elsewhere) == []
    assert await close(api, lea) == []
    assert await is_dead(api, lea.token)
    assert await is_dead(api, elsewhere["accessToken"])
    assert codes(await sign_in(api, lea.handle)) == [("CREDENTIALS_WRONG", None)]
    left = "SELECT t.id FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id"
    assert await fetch(f"{left} WHERE s.member_id = $1", lea.key) == []


async def test_the_handle_stays_taken(api: Api, signer: Signer) -> None:
    lea = await leaver(signer)
    await close(api, lea)
    assert codes(await sign_up(api, handle=lea.handle)) == [("HANDLE_TAKEN", ["handle"])]


async def test_a_change_that_comes_too_late_leaves_no_trace(api: Api, signer: Signer) -> None:
    """A request checked before the closing and carried out after it."""
    lea = await leaver(signer)
    await close(api, lea)
    with pytest.raises(Exception, match="Sign in"):
        await update_profile(Viewer(lea.key), {"name": "Late Comer", "headline": "late comer"})
    assert await rows.places_of("late comer") == set()
