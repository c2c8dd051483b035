"""The shortest story: a phone number that only connections see."""

from __future__ import annotations

from tests.api import Api
from tests.people import People

MEMBER = """query Look($handle: String!) { member(by: {handle: $handle}) {
  handle phone hiddenFields viewerCanConnect viewerCannotConnectReasons
  viewerRelationship { degree connection { connectedAt member { handle } } } } }"""


async def test_a_phone_number_is_seen_by_connections_only(api: Api, people: People) -> None:
    ann, ben, eve = [await people.member() for _ in range(3)]
    ben = await people.member("Ben Brook", phone="+4930901820")
    await people.connect(ann, ben)
    seen = (await api.run(MEMBER, as_=ann, handle=ben.handle))["member"]
    assert seen["phone"] == "+4930901820"
    assert seen["viewerRelationship"]["degree"] == 1
    assert seen["viewerRelationship"]["connection"]["member"] == {"handle": ben.handle}
    for stranger in (eve, None):
        hidden = (await api.run(MEMBER, as_=stranger, handle=ben.handle))["member"]
        assert hidden["phone"] is None
        assert "PHONE" in hidden["hiddenFields"]
