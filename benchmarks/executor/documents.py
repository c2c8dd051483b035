"""Documents of three sizes over netql's own schema, for the cost of a plan."""

from __future__ import annotations

_SMALL = "{ viewer { id name } }"
# What the page of a list of connections asks for.
_PERSON = """fragment Person on Member {
  id handle name headline location about email phone birthday websites { url label }
  currentPosition { title company startedOn }
}"""
_PAGE = """connections(first: $first, orderBy: { field: CONNECTED_AT, direction: DESC }) {
  totalCount
  pageInfo { hasNextPage endCursor }
  edges { cursor node { connectedAt member { ...Person viewerRelationship { degree } } } }
}"""
_MIDDLE = f"query ($first: Int!) {{ viewer {{ id {_PAGE} }} }} {_PERSON}"
_COPIES = 20
_LARGE = (
    "query ($first: Int!) {"
    + " ".join(f"v{n}: viewer {{ id {_PAGE} }}" for n in range(_COPIES))
    + f"}} {_PERSON}"
)

DOCUMENTS = {"small": _SMALL, "middle": _MIDDLE, "large": _LARGE}
