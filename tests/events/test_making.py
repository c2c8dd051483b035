"""What makes an event true may be written together with the log; an act inside another one's
transaction writes it at once, for the other may want to read it."""

from __future__ import annotations

import pytest

from netql.connections import actions
from netql.infra.database import IntegrityError, fetch, transaction
from netql.settings import Settings
from tests.people import People, Person

pytestmark = pytest.mark.usefixtures("database")


async def made(ben: Person) -> tuple[int, list[tuple[int, str]]]:
    """How many invitations there are to somebody, and what their log holds."""
    invitations = await fetch("SELECT id FROM invitations WHERE invitee_id = $1", ben.key)
    log = await fetch("SELECT number, kind FROM events WHERE member_id = $1 ORDER BY 1", ben.key)
    return len(invitations), [(row["number"], row["kind"]) for row in log]


async def test_an_act_inside_another_is_read_by_it(people: People) -> None:
    ann, ben, cat = await people.several(3)
    async with transaction():
        sent = await people.invite(ann, ben)
        assert await made(ben) == (1, [])
        await actions.withdraw_invitation(ann.viewer, sent)
        await people.invite(cat, ben)
        assert await made(ben) == (2, [])
    kinds = ["INVITATION_RECEIVED", "INVITATION_WITHDRAWN", "INVITATION_RECEIVED"]
    assert await made(ben) == (2, list(enumerate(kinds, start=1)))


async def test_both_are_written_or_neither(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    ann, ben, cat = await people.several(3)
    sent = await people.invite(ann, ben)
    before = await made(ben)
    # The key is taken, which only the writing itself can tell.
    monkeypatch.setattr(actions, "new_id", lambda: sent)
    with pytest.raises(IntegrityError):
        await actions.send_invitation(cat.viewer, ben.key, None, Settings())
    assert await made(ben) == before
    monkeypatch.undo()
    await actions.send_invitation(cat.viewer, ben.key, None, Settings())
    assert await made(ben) == (2, [(1, "INVITATION_RECEIVED"), (2, "INVITATION_RECEIVED")])
