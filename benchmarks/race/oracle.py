"""What the answers must be, read from the rig's tables by nothing that any server is made of."""

from __future__ import annotations

import asyncpg

RESTRICTED = ("about", "email", "phone", "birthday", "website")
_OWN = "select peer_id from connection where member_id = $1 order by connected_at desc limit 10"
_BY_NUMBER = "select peer_id from connection where member_id = $1 order by peer_id limit 10"


async def visible(con: asyncpg.Connection, viewer: int, target: int) -> dict[str, str | None]:
    """The target's restricted fields as text, None where the viewer may not see one."""
    row = await con.fetchrow("select * from member where id = $1", target)
    tied = await con.fetchval(
        "select exists(select from connection where member_id = $1 and peer_id = $2)",
        viewer,
        target,
    )
    shown = {}
    for field in RESTRICTED:
        audience = row[f"{field}_audience"]
        may = viewer == target or audience == "EVERYONE" or (audience == "CONNECTIONS" and tied)
        shown[field] = str(row[field]) if may and row[field] is not None else None
    return shown


async def second_circle(con: asyncpg.Connection, viewer: int) -> dict:
    """Q5 where other people's connections come by name: netql's order, for by time it would tell
    when a tie was made."""
    circle = []
    for (near,) in await con.fetch(_OWN, viewer):
        theirs = []
        for (far,) in await con.fetch(_BY_NUMBER, near):
            email = (await visible(con, viewer, far))["email"]
            theirs.append({**await _named(con, far), "email": email})
        circle.append({**await _named(con, near), "connections": {"nodes": theirs}})
    return {"viewer": {"connections": {"nodes": circle}}}


async def sent(con: asyncpg.Connection, inviter: int, invitee: int, note: str) -> dict:
    """M1 where nothing stands in the way."""
    people = {"sender": await _named(con, inviter), "recipient": await _named(con, invitee)}
    return {"sendInvitation": {"message": note, "status": "PENDING", **people}}


async def _named(con: asyncpg.Connection, member: int) -> dict[str, str]:
    name = await con.fetchval("select name from member where id = $1", member)
    return {"id": str(member), "name": name}
