"""What the wall does not keep from a viewer, written down so that a change of it is noticed."""

from __future__ import annotations

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
