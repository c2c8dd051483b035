"""The rig's data as rows of netql's tables: one SELECT on the rig's database for each table.

Nothing here comes out of netql: its own tests prove that it makes such rows, and `verify.py` that
it reads these as every other server reads the originals.
"""

from __future__ import annotations

from netql_peer import ENTRY, INVITATION, MEMBER, POSITION, SESSION, key_sql

_LEVELS = "when 'EVERYONE' then 3 when 'CONNECTIONS' then 1 else 0 end"
# Fields and lists that the rig does not restrict: for everybody who is signed in.
_OPEN = (
    "headline industry location avatar_url current_position pronouns positions education skills"
    " languages address connections"
).split()
_CHOSEN = {name: name for name in ("about", "email", "phone", "birthday")} | {"websites": "website"}


def _member(number: str) -> str:
    return key_sql(MEMBER, number)


def _random(text: str) -> str:
    """A key that looks like a random one, and is the same each time."""
    return f"md5({text})::uuid"


def _members() -> dict[str, str]:
    same = "handle name created_at headline location avatar_url about email phone birthday"
    columns = {"id": _member("id"), **{name: name for name in same.split()}}
    # The rig orders mutual connections by number, netql by name: with this the order is one.
    columns["name_key"] = "lpad(id::text, 12, '0')"
    columns |= {f"{name}_audience": "3" for name in _OPEN}
    columns |= {
        f"{name}_audience": f"case {original}_audience {_LEVELS}"
        for name, original in _CHOSEN.items()
    }
    return columns


# table: (columns and where each comes from, what they are selected from)
TABLES: dict[str, tuple[dict[str, str], str]] = {
    "members": (_members(), "member order by id"),
    "search_keys": (
        {"id": _random("'key' || m.id || k.key"), "member_id": _member("m.id"), "key": "k.key"},
        "member m cross join lateral (select handle union select lower(name)"
        " union select lower(split_part(name, ' ', 2))) k (key) order by m.id",
    ),
    "positions": (
        {
            "id": key_sql(POSITION, "p.id"),
            "member_id": _member("p.member_id"),
            "title": "p.title",
            "company": "c.name",
            "started_on": "p.started_on",
            "ended_on": "p.ended_on",
        },
        "position p join company c on c.id = p.company_id order by p.id",
    ),
    "websites": (
        {"id": _random("'website' || id"), "member_id": _member("id"), "url": "website"},
        "member where website is not null order by id",
    ),
    "connections": (
        {
            "id": _random("'tie' || member_id || '.' || peer_id"),
            "member_id": _member("member_id"),
            "other_id": _member("peer_id"),
            "connected_at": "connected_at",
            "other_name": "lpad(peer_id::text, 12, '0')",
        },
        "connection order by connected_at, member_id",
    ),
    "sessions": (
        {"id": key_sql(SESSION, "id"), "member_id": _member("id"), "created_at": "created_at"},
        "member order by id",
    ),
    "network_entries": (
        {
            "id": key_sql(ENTRY, "id"),
            "owner_id": _member("owner_id"),
            "member_id": _member("contact_id"),
            "note": "note",
            "created_at": "created_at",
        },
        "network_entry order by id",
    ),
    "network_tags": (
        {"id": _random("'tag' || id || t"), "entry_id": key_sql(ENTRY, "id"), "tag": "t"},
        "network_entry cross join lateral unnest(tags) t order by id",
    ),
    # netql has one open invitation for two members, and none once they are connected.
    "invitations": (
        {
            "id": key_sql(INVITATION, "i.id"),
            "inviter_id": _member("i.sender_id"),
            "invitee_id": _member("i.recipient_id"),
            "note": "i.message",
            "sent_at": "i.created_at",
            "expires_at": "i.created_at + interval '3650 days'",
            "open": "true",
        },
        "(select distinct on (least(sender_id, recipient_id), greatest(sender_id, recipient_id)) *"
        "  from invitation order by least(sender_id, recipient_id),"
        "  greatest(sender_id, recipient_id), id) i"
        " where not exists (select from connection t"
        "  where t.member_id = i.sender_id and t.peer_id = i.recipient_id) order by i.id",
    ),
}


def select(table: str) -> tuple[list[str], str]:
    """The columns of a table of netql's, and the statement that makes their values."""
    columns, source = TABLES[table]
    values = ", ".join(f"{value} as {name}" for name, value in columns.items())
    return list(columns), f"select {values} from {source}"
