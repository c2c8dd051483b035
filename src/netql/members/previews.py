"""viewAs: one's own profile as somebody else would get it."""

from __future__ import annotations

from uuid import UUID

from netql.infra.database import fetch_one
from netql.members.columns import EVERYTHING, NO_MORE, Need
from netql.members.queries import members_for
from netql.members.views import MemberView
from netql.privacy.audience import Audience, Standing
from netql.relations import sql
from netql.viewer import Viewer

# The named person's second degree, by ties that the viewer may see: were a hidden tie to count,
# the preview would tell of it.
_KNOWN_SECOND_DEGREE = f"""
SELECT 1 AS known
  FROM connections mine
  JOIN members middle ON middle.id = mine.other_id
  JOIN members me ON me.id = mine.member_id
  JOIN members named ON named.id = $2
  JOIN connections theirs ON theirs.member_id = middle.id AND theirs.other_id = named.id
 WHERE mine.member_id = $1
   AND {sql.edge_visible("$1", "middle", "named")}
   AND {sql.edge_visible("$2", "middle", "me")}
 LIMIT 1
"""


async def preview_for_audience(
    viewer: Viewer, audience: Audience, need: Need = EVERYTHING
) -> MemberView | None:
    """The viewer's own profile as seen from that rung of the ladder."""
    return await _own(viewer, Standing(audience), need)


async def preview_for_member(
    viewer: Viewer, named_id: UUID, need: Need = EVERYTHING
) -> MemberView | None:
    """The viewer's own profile as the named member gets it; None if they are absent."""
    assert viewer.member_id is not None
    named = (await members_for(viewer, [named_id], NO_MORE))[0]
    if named is None:
        return None
    standing = named.standing
    if standing not in (Standing.SELF, Standing.CONNECTED):
        known = await fetch_one(_KNOWN_SECOND_DEGREE, viewer.member_id, named_id)
        standing = Standing.SECOND_DEGREE if known else Standing.SIGNED_IN
    return await _own(viewer, standing, need)


async def _own(viewer: Viewer, standing: Standing, need: Need) -> MemberView | None:
    assert viewer.member_id is not None
    own = (await members_for(viewer, [viewer.member_id], need))[0]
    return None if own is None else own.seen_from(standing)
