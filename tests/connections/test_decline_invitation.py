"""Declining: without a sound, and so that the inviter cannot tell."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from netql.clock import now
from netql.infra.database import execute
from netql.safety import actions as safety
from tests.api import Api
from tests.connections.graph import (
    MUTATIONS,
    accept,
    age,
    codes,
    connected,
    decline,
    key,
    send,
    sent,
    standing,
    status,
    stored,
    told,
    withdraw,
)
from tests.people import People, Person


@pytest.fixture
async def pair(people: People) -> tuple[Person, Person]:
    """The inviter and the invitee."""
    return await people.member("Ann Ash"), await people.member("Ben Birch")


async def test_only_the_invitee_reads_that_it_was_declined(
    api: Api, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    payload = await decline(api, ben, invitation)
    assert codes(payload) == []
    assert payload["invitation"]["status"] == "DECLINED"
    assert await status(api, ben, invitation) == "DECLINED"
    assert await status(api, ann, invitation) == "PENDING"
    assert (await standing(api, ben, ann))["receivedInvitation"] is None
    assert (await standing(api, ann, ben))["sentInvitation"]["status"] == "PENDING"
    assert not await connected(api, ann, ben)
    assert await told(ann) == 0


async def test_twice_is_once(api: Api, pair: tuple[Person, Person]) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    first = await decline(api, ben, invitation)
    before = await stored(ann, ben)
    assert await decline(api, ben, invitation) == first
    assert await stored(ann, ben) == before


async def test_its_inviter_and_everybody_else_find_nothing_to_decline(
    api: Api, people: People, pair: tuple[Person, Person]
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    before = await stored(ann, ben)
    for who in (ann, await people.member("Eve Elm")):
        refused = await decline(api, who, invitation)
        assert codes(refused) == ["NOT_FOUND"]
        assert refused["invitation"] is None
    assert await stored(ann, ben) == before
    assert codes(await decline(api, ben, invitation)) == []


@pytest.mark.parametrize("ended", ["accepted", "withdrawn", "expired"])
async def test_what_has_ended_cannot_be_declined(
    api: Api, pair: tuple[Person, Person], ended: str
) -> None:
    ann, ben = pair
    invitation = await sent(api, ann, ben)
    if ended == "accepted":
        await accept(api, ben, invitation)
    elif ended == "withdrawn":
        await withdraw(api, ann, invitation)
    else:
        await age(ann, ben, timedelta(days=181))
    before = await stored(ann, ben)
    expected = "NOT_FOUND" if ended == "withdrawn" else "INVITATION_NOT_PENDING"
    assert codes(await decline(api, ben, invitation)) == [expected]
    assert await stored(ann, ben) == before


_EVERYTHING = """fragment All on Member {
  id handle name isViewer headline industry location avatarUrl about pronouns email phone birthday
  address currentPosition { title } websites { url } positions { title } education { school }
  skills { name } languages { name } hiddenFields viewerCanConnect viewerCannotConnectReasons
  connections { totalCount nodes { member { handle } } } mutualConnections { totalCount }
  viewerRelationship { degree connection { id } sentInvitation { ...Sent }
    receivedInvitation { ...Sent } networkEntry { id tags note isConnection } }
  receivedInvitations { totalCount } }
fragment Sent on Invitation { id status note sentAt expiresAt inviter { handle phone }
  invitee { handle phone hiddenFields } }
"""
_SEEN = (
    _EVERYTHING
    + """query ($id: ID!, $handle: String!, $invitation: ID!) {
  viewer { ...All networkEntries { totalCount nodes { id person { ... on Member { ...All } } } }
    sentInvitations { totalCount edges { cursor node { ...Sent invitee { ...All } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
  byId: member(by: {id: $id}) { ...All } byHandle: member(by: {handle: $handle}) { ...All }
  node(id: $invitation) { ...Sent } nodes(ids: [$invitation, $id]) { id ...Sent ...All }
  searchMembers(query: $handle) { totalCount nodes { ...All } }
  viewAs(as: {memberId: $id}) { about phone } blockedMembers { totalCount } }"""
)
# By when the tests were collected: midnight may pass between two stories.
TWO_DAYS_AGO = now().replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=2)
_AS_ONE = re.compile(r'"(cursor|startCursor|endCursor|requestId)":"[^"]*"')
_TIDY = re.compile(r'"sentAt":"[^"]*","expiresAt":"[^"]*"')


class Inviter:
    """Somebody who invited somebody, and writes down every word that netql says to them."""

    def __init__(self, api: Api, ann: Person, ben: Person, invitation: str) -> None:
        self._api = api
        self._names = [
            (ann.id, "ANN-ID"),
            (ben.id, "BEN-ID"),
            (invitation, "INVITATION-ID"),
            (f'"{ann.handle}"', '"ann"'),
            (f'"{ben.handle}"', '"ben"'),
        ]
        self.ann, self.ben, self.invitation = ann, ben, invitation
        self.words: list[str] = []

    async def look(self) -> None:
        """Everything that can be read."""
        await self._ask(_SEEN, id=self.ben.id, handle=self.ben.handle, invitation=self.invitation)

    async def try_(self, name: str) -> None:
        """Anything that can be done with the invitation or the invitee."""
        about = name.removesuffix("Invitation") in ("accept", "decline", "withdraw")
        given = {"invitationId": self.invitation} if about else {"memberId": self.ben.id}
        await self._ask(MUTATIONS[name], input=given)

    async def _ask(self, query: str, **variables: object) -> None:
        text = await self._api.text(query, as_=self.ann, **variables)
        for word, instead in self._names:
            text = text.replace(word, instead)
        self.words.append(_AS_ONE.sub(r'"\1":"*"', text))


async def what_the_inviter_is_told(
    api: Api, people: People, what_ben_does: str, then: str
) -> list[str]:
    """The inviter's whole story when the invitee does that, and the inviter does this."""
    ann = await people.member("Ann Ash", phone="+4930901821")
    ben = await people.member("Ben Birch", phone="+4930901820", headline="Carpenter")
    invitation = await sent(api, ann, ben, note="Hello")
    if what_ben_does == "decline":
        await decline(api, ben, invitation)
    elif what_ben_does == "block and lift it":
        await safety.unblock_member(ben.viewer, await people.block(ben, ann))
    elif what_ben_does == "decline, block and lift it":
        await decline(api, ben, invitation)
        await safety.unblock_member(ben.viewer, await people.block(ben, ann))
    elif what_ben_does == "accept":
        await accept(api, ben, invitation)
    # The same moment for all, so that not even the times need be left out of the comparison.
    await execute(
        "UPDATE invitations SET sent_at = $2, expires_at = $3 WHERE id = $1",
        key(invitation),
        TWO_DAYS_AGO,
        TWO_DAYS_AGO + timedelta(days=180),
    )
    story = Inviter(api, ann, ben, invitation)
    await story.look()
    for name in ("sendInvitation", "acceptInvitation", "declineInvitation", "removeConnection"):
        await story.try_(name)
    if then == "withdraws":
        await story.try_("withdrawInvitation")
        await story.look()
        await story.try_("withdrawInvitation")
        await story.try_("sendInvitation")
        await age(ann, ben, timedelta(days=22))
    elif then == "lets it expire":
        await age(ann, ben, timedelta(days=181))
        await story.look()
        await story.try_("withdrawInvitation")
    elif then == "is met by an invitation":
        await send(api, ben, ann)
        await story.look()
    await story.try_("sendInvitation")
    story.words.append(f"{await told(ann)} events")
    # Only what happened after everything was compared may differ: times of new things.
    return [re.sub(r'"(connectedAt)":"[^"]*"', r'"\1":"*"', word) for word in story.words]


_OPAQUE = re.compile(r'"id":"[^"]*"')


@pytest.mark.parametrize("then", ["withdraws", "lets it expire", "is met by an invitation"])
async def test_the_inviter_cannot_tell_what_became_of_it(
    api: Api, people: People, then: str
) -> None:
    """Ignored, declined, and blocked and unblocked: the same answers, letter by letter."""
    stories = {
        what: [
            _OPAQUE.sub('"id":"*"', _TIDY.sub("", word) if index > 5 else word)
            for index, word in enumerate(await what_the_inviter_is_told(api, people, what, then))
        ]
        for what in ("ignore", "decline", "block and lift it", "decline, block and lift it")
    }
    ignored = stories.pop("ignore")
    assert '"status":"PENDING"' in ignored[0]
    for what, story in stories.items():
        assert story == ignored, what
    accepted = await what_the_inviter_is_told(api, people, "accept", "looks")
    assert '"status":"ACCEPTED"' in accepted[0]
