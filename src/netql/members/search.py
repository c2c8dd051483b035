"""Finding members by the beginning of a handle, a name, or a later word of a name.

Only handle and name are searched: both are seen by everyone for whom the member is present.
"""

from __future__ import annotations

from uuid import UUID

from netql.errors import BadCursor, BadPage
from netql.ids import new_id
from netql.infra.database import execute, fetch, fetch_one
from netql.members.columns import EVERYTHING, Need, select_members
from netql.members.queries import view
from netql.members.views import MemberView
from netql.paging import Page, Window, cursor, page_of
from netql.relations import sql
from netql.text import search_key, storable
from netql.viewer import Viewer

SHORTEST_QUERY = 2
LONGEST_QUERY = 100
# Code points of it as it comes: a character is composed of four at most (Unicode FAQ,
# "Normalization", on factors of expansion).
LONGEST_GIVEN = 4 * LONGEST_QUERY
# Words of a name by which a member is found. No name has more of them as it was written, but some
# letters stand for four words.
MOST_WORDS = 50
LIST = "search"
# The last code point there is: every text that begins with a prefix sorts below prefix + this.
_LAST = "\U0010ffff"

_FOUND = (
    "EXISTS (SELECT 1 FROM search_keys k WHERE k.member_id = m.id AND k.key >= $2 AND k.key < $3)"
)
_FIRST_PAGE = f" AND {_FOUND} ORDER BY m.name_key, m.id LIMIT $4"
_NEXT_PAGE = (
    f" AND {_FOUND} AND (m.name_key > $4 OR (m.name_key = $4 AND m.id > $5))"
    " ORDER BY m.name_key, m.id LIMIT $6"
)
_COUNT = f"SELECT count(*) AS found FROM members m WHERE {sql.present('$1', 'm')} AND {_FOUND}"


def _range(query: str) -> tuple[str, str]:
    # Before it is folded, which takes its time over long ones: whoever asks may be anybody.
    if len(query) > LONGEST_GIVEN:
        raise _out_of_size()
    if not storable(query):
        raise BadPage("A search text may not hold such characters.")
    prefix = search_key(query.removeprefix("@"))
    if not SHORTEST_QUERY <= len(prefix) <= LONGEST_QUERY:
        raise _out_of_size()
    return prefix, prefix + _LAST


def _out_of_size() -> BadPage:
    return BadPage(f"A search text has {SHORTEST_QUERY} to {LONGEST_QUERY} characters.")


async def search(
    viewer: Viewer, query: str, asked: Window, need: Need = EVERYTHING
) -> Page[MemberView]:
    """Members found by the text, ordered by name. Raises BadPage for a text too short or long."""
    low, high = _range(query)
    members = select_members(need, "m.name_key")
    if asked.key is None:
        rows = await fetch(members + _FIRST_PAGE, viewer.member_id, low, high, asked.fetch)
    else:
        try:
            name, last_id = asked.key[0], UUID(asked.key[1])
        except (IndexError, ValueError):
            raise BadCursor from None
        rows = await fetch(
            members + _NEXT_PAGE, viewer.member_id, low, high, name, last_id, asked.fetch
        )
    return page_of(
        rows,
        asked,
        lambda row: cursor(LIST, row["name_key"], str(row["id"])),
        view,
    )


async def count(viewer: Viewer, query: str) -> int:
    """How many members the search can page through."""
    row = await fetch_one(_COUNT, viewer.member_id, *_range(query))
    return int(row["found"]) if row else 0


def search_keys_of(handle: str, name: str) -> list[str]:
    """The texts by whose beginning a member is found.

    "Eva van der Berg" is found by her handle, "eva", "van", "der b" and "berg". A key is as long as
    a search may be.
    """
    words = search_key(name).split()
    starts = range(min(len(words), MOST_WORDS))
    return sorted({handle, *(" ".join(words[start:])[:LONGEST_QUERY] for start in starts)})


async def index(member_id: UUID, handle: str, name: str) -> None:
    """Store the texts by which a member is found from now on, instead of the earlier ones."""
    await execute("DELETE FROM search_keys WHERE member_id = $1", member_id)
    for key in search_keys_of(handle, name):
        await execute(
            "INSERT INTO search_keys (id, member_id, key) VALUES ($1, $2, $3)",
            new_id(),
            member_id,
            key,
        )
