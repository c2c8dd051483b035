"""An entry is silent: its target sees nothing of it, its owner sees nothing more by it."""

from __future__ import annotations

import pytest

from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.api import Api
from tests.connections.graph import told
from tests.network.graph import added, codes, remove, update
from tests.people import People, Person

_LOOK = """fragment All on Member {
  id handle name isViewer headline industry location avatarUrl about pronouns email phone birthday
  address currentPosition { title } websites { url } positions { title } education { school }
  skills { name } languages { name } hiddenFields viewerCanConnect viewerCannotConnectReasons
  connections { totalCount edges { cursor node { id connectedAt member { handle } } } }
  mutualConnections { totalCount nodes { handle } }
  viewerRelationship { degree connection { id } sentInvitation { id status }
    receivedInvitation { id status note } ENTRY } }
query ($id: ID!, $handle: String!) {
  viewer { ...All privacy { fields { field audience } }
    networkEntries { totalCount edges { cursor node { id tags note } } }
    receivedInvitations { totalCount edges { cursor node { id } } }
    sentInvitations { totalCount edges { cursor node { id } } } }
  member(by: {id: $id}) { ...All } byHandle: member(by: {handle: $handle}) { ...All }
  node(id: $id) { ...All } nodes(ids: [$id]) { ...All }
  searchMembers(query: $handle) { totalCount edges { cursor node { ...All } } }
  viewAs(as: {memberId: $id}) { about phone email headline }
  blockedMembers { totalCount } }"""
LOOK = _LOOK.replace("ENTRY", "networkEntry { id }")
# What the owner sees but for the entry itself, which is of course the owner's to see.
LOOK_PAST_THE_ENTRY = _LOOK.replace("ENTRY", "").replace(
    "networkEntries { totalCount edges { cursor node { id tags note } } }", ""
)


async def _everything(api: Api, people: People, tie: str) -> tuple[Person, Person]:
    """The owner and the target, who stand to each other in one of several ways."""
    extended = {
        ProfileField.ABOUT: Audience.EXTENDED,
        ProfileField.SKILLS: Audience.PUBLIC,
        ProfileField.CONNECTIONS: Audience.MEMBERS,
    }
    owner = await people.member("Ann Ash", audiences=extended, phone="+4930901821", about="Me")
    target = await people.member("Ben Birch", audiences=extended, phone="+4930901820", about="You")
    match tie:
        case "connected":
            await people.connect(owner, target)
        case "invited":
            await people.invite(owner, target, "Hello")
        case "invited by":
            await people.invite(target, owner, "Hello")
        case "second degree":
            between = await people.member("Cat Cedar", audiences=extended)
            await people.connect(owner, between)
            await people.connect(target, between)
    return owner, target


@pytest.mark.parametrize(
    "tie", ["strangers", "connected", "invited", "invited by", "second degree"]
)
async def test_nothing_that_anybody_sees_changes(api: Api, people: People, tie: str) -> None:
    owner, target = await _everything(api, people, tie)
    bystander = await people.member("Eve Elm")

    async def seen() -> list[str]:
        looks = [
            (LOOK, target, owner),
            (LOOK, bystander, target),
            (LOOK, bystander, owner),
            (LOOK, None, target),
            (LOOK_PAST_THE_ENTRY, owner, target),
        ]
        return [
            await api.text(query, as_=viewer, id=about.id, handle=about.handle)
            for query, viewer, about in looks
        ]

    before, logged = await seen(), await told(target)
    assert all('"errors"' not in text for text in before)
    entry = await added(api, owner, target, tags=["tag"], note="Note")
    assert await seen() == before
    assert codes(await update(api, owner, entry, tags=["other"], note=None)) == []
    assert await seen() == before
    assert codes(await remove(api, owner, entry)) == []
    assert await seen() == before
    assert await told(target) == logged
    # The comparison can fail: what does concern the target is seen at once.
    await people.invite(bystander, target)
    assert await seen() != before
