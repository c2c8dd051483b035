"""What the wall does not keep from a viewer, written down so that a change of it is noticed."""

from __future__ import annotations

from netql import ids
from netql.connections import actions as inviting
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField
from tests.api import Api
from tests.people import People

NODE = "query Q($id: ID!) { node(id: $id) { ... on Member { handle name } } }"


async def test_who_signs_out_sees_the_name_of_whoever_blocked_them(
    api: Api, people: People
) -> None:
    """Handle and name are for everybody, so guests tell a block from a closed account."""
    blocker, closed, v = await people.several(3)
    await people.block(blocker, v)
    await people.close(closed)
    for gone in (blocker, closed):
        assert (await api.run(NODE, as_=v, id=gone.id))["node"] is None
    assert (await api.run(NODE, id=blocker.id))["node"]["handle"] == blocker.handle
    assert (await api.run(NODE, id=closed.id))["node"] is None


async def test_an_inviter_who_is_blocked_cannot_take_their_invitation_back(
    api: Api, people: People
) -> None:
    """To them the blocker is absent, and so is the invitation; yet it stands. Whoever lifts the
    block and sends into it in one request is connected before the inviter can do anything."""
    inviter = await people.member("Olga Owner", phone="+4930901877")
    v = await people.member("Vera Vesper")
    sent = ids.encode("Invitation", await people.invite(inviter, v))
    block = await people.block(v, inviter)
    tried = await api.run(
        "mutation T($sent: ID!, $v: ID!) {"
        " withdrawInvitation(input: {invitationId: $sent}) { userErrors { code } }"
        " blockMember(input: {memberId: $v}) { userErrors { code } } }",
        as_=inviter,
        sent=sent,
        v=v.id,
    )
    assert [done["userErrors"][0]["code"] for done in tried.values()] == ["NOT_FOUND"] * 2
    done = await api.run(
        "mutation T($block: ID!, $id: ID!) {"
        " unblockMember(input: {blockId: $block}) { member { phone } }"
        " sendInvitation(input: {memberId: $id}) { member { phone } } }",
        as_=v,
        block=ids.encode("Block", block),
        id=inviter.id,
    )
    assert done["unblockMember"]["member"] == {"phone": None}
    assert done["sendInvitation"]["member"] == {"phone": "+4930901877"}


TIE = """query Q($id: ID!) { node(id: $id) { ... on Member {
  connections { nodes { id member { handle } } } } } }"""


async def test_a_tie_that_was_ended_and_made_again_has_another_id(api: Api, people: People) -> None:
    """Third parties who kept the old id can tell, though not when."""
    open_list = {ProfileField.CONNECTIONS: Audience.MEMBERS}
    one, other = [await people.member(audiences=open_list) for _ in range(2)]
    eve = await people.member()
    await people.connect(one, other)
    before = (await api.run(TIE, as_=eve, id=one.id))["node"]["connections"]["nodes"]
    await inviting.remove_connection(one.viewer, other.key)
    await people.connect(one, other)
    after = (await api.run(TIE, as_=eve, id=one.id))["node"]["connections"]["nodes"]
    assert [tie["member"] for tie in before] == [tie["member"] for tie in after]
    assert [tie["id"] for tie in before] != [tie["id"] for tie in after]
