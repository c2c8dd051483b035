"""The doors of events ask by themselves, even about rows that no action leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pytest

from netql.clock import now
from netql.connections import events
from netql.connections.facts import invitation
from netql.connections.queries import RECEIVED as LIST
from netql.connections.queries import pending_count, pending_counts
from netql.connections.telling import OF_CONNECTIONS, OF_INVITATIONS, Asked, may_tell, told
from netql.connections.ties import connections_with
from netql.events.entries import LogEntry
from netql.ids import new_id
from netql.infra.database import fetch, transaction
from netql.members.columns import EVERYTHING, NO_MORE, Need
from netql.members.queries import members_for, members_for_each
from netql.relations import edges
from tests.people import People, Person
from tests.privacy.scene import Scene


async def told_kinds(person: Person, subject: UUID, kinds: Sequence[str]) -> list[str]:
    """Of which of these kinds somebody may be told about a row, if their log held such entries."""
    entries = [LogEntry(1, kind, kind, subject, new_id()) for kind in kinds]
    found = await told([Asked(person.key, None, entry) for entry in entries])
    return [one.entry.kind for one in found if one is not None]


_BETWEEN = """SELECT id, FALSE AS tie FROM invitations WHERE inviter_id = $2 AND invitee_id = $1
UNION ALL SELECT id, TRUE FROM connections WHERE member_id = $1 AND other_id = $2"""
ALL = (*sorted(OF_INVITATIONS), *OF_CONNECTIONS, "SOMETHING_ELSE")


async def test_an_invitation_is_told_for_what_it_is_to_its_two_ends_only(people: People) -> None:
    ann, ben, eve = await people.several(3)
    sent = await people.invite(ann, ben)
    assert await told_kinds(ann, sent, ALL) == []
    assert await told_kinds(ben, sent, ALL) == [events.INVITATION_RECEIVED]
    assert await told_kinds(eve, sent, ALL) == []
    await people.invite(ben, ann)
    assert await told_kinds(ann, sent, ALL) == [events.INVITATION_ACCEPTED]
    assert await told_kinds(ben, sent, ALL) == [events.INVITATION_CONCLUDED]
    assert await told_kinds(eve, sent, ALL) == []
    # Not even to the rule itself, where no statement has looked before.
    found = await invitation(sent)
    assert found is not None
    assert not any(may_tell(kind, eve.key, found, now()) for kind in ALL)


@pytest.mark.parametrize("blocker", ["reader", "other"])
async def test_the_absent_are_not_told_of_even_where_a_row_is_left(
    people: People, blocker: str
) -> None:
    """A block by itself, without all that comes with it."""
    ann, ben, cat = await people.several(3)
    sent = await people.invite(ann, ben)
    await people.connect(cat, ben)
    [tie] = await connections_with(ben.viewer, [cat.key])
    assert tie is not None
    assert await told_kinds(ben, tie.id, ALL) == [events.CONNECTED]
    assert await told_kinds(ben, sent, ALL) == [events.INVITATION_RECEIVED]
    assert await pending_counts([ann.key, ben.key, ben.key]) == [0, 1, 1]
    async with transaction():
        for other in (ann, cat):
            ends = (ben.key, other.key) if blocker == "reader" else (other.key, ben.key)
            await edges.block(*ends, now())
    assert await told_kinds(ben, tie.id, ALL) == []
    assert await told_kinds(ben, sent, ALL) == []
    assert await pending_counts([ben.key]) == [await pending_count(ben.viewer, LIST)] == [0]


async def test_a_tie_is_told_of_to_whose_side_it_is(people: People) -> None:
    ann, ben, eve = await people.several(3)
    await people.connect(ann, ben)
    [tie] = await connections_with(ben.viewer, [ann.key])
    assert tie is not None
    for other in (ann, eve):
        assert await told_kinds(other, tie.id, ALL) == []


@pytest.mark.parametrize("need", [NO_MORE, EVERYTHING], ids=["little", "all"])
async def test_the_other_end_is_what_its_own_door_shows(scene: Scene, need: Need) -> None:
    """For every relation in which there is something to tell."""
    viewer, shown = scene.viewer, 0
    for subject in scene.subjects.values():
        rows = await fetch(_BETWEEN, viewer.key, subject.key)
        for row in rows:
            kind = events.CONNECTED if row["tie"] else events.INVITATION_RECEIVED
            entry = LogEntry(1, kind, kind, row["id"], new_id())
            [found] = await told([Asked(viewer.key, None, entry)], need=need)
            [alone] = await members_for(viewer.person.viewer, [subject.key], need)
            about = None if found is None else found.invitation or found.connection
            if about is None:
                continue
            assert about.other is not None
            assert alone is not None
            assert (about.other.id, about.other.standing) == (alone.id, alone.standing)
            assert about.other.closed == alone.closed
            names = list(dict(alone.row))
            assert [about.other.row[name] for name in names] == [alone.row[name] for name in names]
            shown += 1
    assert shown > 1


async def test_members_for_many_viewers_are_what_they_are_for_each(scene: Scene) -> None:
    """For every relation there is, each way."""
    viewer = scene.viewer
    subjects = list(scene.subjects.values())
    ways = [(viewer, subject) for subject in subjects] + [(one, viewer) for one in subjects]
    together = await members_for_each([(one.key, other.key) for one, other in ways], NO_MORE)
    absent = 0
    for (one, other), found in zip(ways, together, strict=True):
        [alone] = await members_for(one.person.viewer, [other.key], NO_MORE)
        assert (found is None) == (alone is None), (one, other)
        absent += alone is None
        if found is not None and alone is not None:
            assert (found.id, found.standing) == (alone.id, alone.standing)
            assert found.closed == alone.closed
    assert 0 < absent < len(ways)
