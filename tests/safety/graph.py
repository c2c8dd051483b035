"""What tests of blocking say to the graph."""

from __future__ import annotations

from typing import Any

from tests.api import Api
from tests.people import Person

_ERRORS = "userErrors { code field message }"
BLOCK = f"""mutation ($input: BlockMemberInput!) {{ blockMember(input: $input) {{ {_ERRORS}
  block {{ id handle name blockedAt }} viewer {{ handle }} }} }}"""
UNBLOCK = f"""mutation ($input: UnblockMemberInput!) {{ unblockMember(input: $input) {{ {_ERRORS}
  removedBlockId member {{ handle phone viewerRelationship {{ degree }} }}
  viewer {{ handle }} }} }}"""
LIST = """query ($first: Int, $after: String) { blockedMembers(first: $first, after: $after) {
  totalCount nodes { id handle name blockedAt } edges { cursor node { id } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""


async def block(api: Api, blocker: Person, blocked: Person) -> Any:
    """The payload of a block."""
    answer = await api.run(BLOCK, as_=blocker, input={"memberId": blocked.id})
    return answer["blockMember"]


async def unblock(api: Api, blocker: Person, block_id: str) -> Any:
    answer = await api.run(UNBLOCK, as_=blocker, input={"blockId": block_id})
    return answer["unblockMember"]


async def blocks(api: Api, who: Person, **arguments: Any) -> Any:
    """A page of the viewer's own blocks."""
    return (await api.run(LIST, as_=who, **arguments))["blockedMembers"]


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]


_THERE = """query ($id: ID!, $handle: String!) { node(id: $id) { id } nodes(ids: [$id]) { id }
  byId: member(by: {id: $id}) { id } byHandle: member(by: {handle: $handle}) { id }
  searchMembers(query: $handle) { totalCount nodes { id } }
  viewAs(as: {memberId: $id}) { headline } }"""


async def there(api: Api, viewer: Person, other: Person) -> bool:
    """Whether the other is there for the viewer, by every way of asking alike."""
    found = await api.run(_THERE, as_=viewer, id=other.id, handle=other.handle)
    asked = [
        found["node"],
        found["nodes"][0],
        found["byId"],
        found["byHandle"],
        found["viewAs"],
        *found["searchMembers"]["nodes"][:1],
    ]
    if len(found["searchMembers"]["nodes"]) == 0:
        assert asked == [None] * 5
        assert found["searchMembers"]["totalCount"] == 0
        return False
    assert None not in asked
    assert found["searchMembers"]["totalCount"] == 1
    return True
