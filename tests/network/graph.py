"""What tests of contacts say to the graph."""

from __future__ import annotations

from typing import Any

from tests.api import Api
from tests.people import Person

ENTRY = """fragment Entry on NetworkEntry { id tags note isConnection createdAt person { __typename
  ... on Member { handle phone viewerRelationship { degree } }
  ... on UnavailableMember { message } } }
"""
_ERRORS = "userErrors { code field message }"
ADD = (
    ENTRY
    + f"""mutation ($input: AddToNetworkInput!) {{ addToNetwork(input: $input) {{ {_ERRORS}
  networkEntry {{ ...Entry }} member {{ handle }} viewer {{ handle }} }} }}"""
)
UPDATE = (
    ENTRY
    + f"""mutation ($input: UpdateNetworkEntryInput!) {{ updateNetworkEntry(input: $input) {{
  {_ERRORS} networkEntry {{ ...Entry }} viewer {{ handle }} }} }}"""
)
REMOVE = f"""mutation ($input: RemoveFromNetworkInput!) {{ removeFromNetwork(input: $input) {{
  {_ERRORS} removedNetworkEntryId viewer {{ handle }} }} }}"""
LIST = (
    ENTRY
    + """query ($filterBy: NetworkEntryFilter, $orderBy: NetworkEntryOrder, $first: Int,
  $after: String) { viewer { networkEntries(filterBy: $filterBy, orderBy: $orderBy, first: $first,
    after: $after) { totalCount nodes { ...Entry } edges { cursor node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""
)


async def add(api: Api, owner: Person, member: Person, **given: Any) -> Any:
    """The payload of adding somebody."""
    given = {"memberId": member.id, **given}
    return (await api.run(ADD, as_=owner, input=given))["addToNetwork"]


async def added(api: Api, owner: Person, member: Person, **given: Any) -> str:
    """The id of an entry that had to be made."""
    payload = await add(api, owner, member, **given)
    assert payload["userErrors"] == []
    found: str = payload["networkEntry"]["id"]
    return found


async def update(api: Api, owner: Person, entry: str, **given: Any) -> Any:
    given = {"networkEntryId": entry, **given}
    return (await api.run(UPDATE, as_=owner, input=given))["updateNetworkEntry"]


async def remove(api: Api, owner: Person, entry: str) -> Any:
    answer = await api.run(REMOVE, as_=owner, input={"networkEntryId": entry})
    return answer["removeFromNetwork"]


async def entries(api: Api, owner: Person, **arguments: Any) -> Any:
    """A page of the owner's entries."""
    return (await api.run(LIST, as_=owner, **arguments))["viewer"]["networkEntries"]


def codes(payload: Any) -> list[str]:
    return [error["code"] for error in payload["userErrors"]]
