"""One set of aiodataloader loaders per request (or per subscription event)."""

from __future__ import annotations

from collections import defaultdict

from aiodataloader import DataLoader
from models import Company, Connection, Member, NetworkEntry, Position
from tortoise import connections

PAGE = """
select o.id as owner_id, page.peer_id
from unnest($1::bigint[]) o (id)
cross join lateral (select peer_id, connected_at from connection where member_id = o.id
                    order by connected_at desc, peer_id limit $2) page
order by o.id, page.connected_at desc, page.peer_id"""
MUTUAL = """
select o.id as owner_id, s.total, s.peer_id
from unnest($1::bigint[]) o (id)
cross join lateral (
  select mine.peer_id, count(*) over () as total
  from connection mine
  join connection theirs on theirs.member_id = o.id and theirs.peer_id = mine.peer_id
  where mine.member_id = $2 order by mine.peer_id limit $3) s
order by o.id, s.peer_id"""


class Loaders:
    def __init__(self, viewer: int) -> None:
        self.viewer = viewer
        self.member = DataLoader(self._members)
        self.connected = DataLoader(self._connected)
        self.position = DataLoader(self._positions)
        self.company = DataLoader(self._companies)
        self._pages: dict[tuple[str, int], DataLoader] = {}

    def page(self, kind: str, first: int) -> DataLoader:
        key = (kind, first)
        if key not in self._pages:
            fetch = {
                "connections": self._connections,
                "mutual": self._mutual,
                "entries": self._entries,
            }[kind]

            async def batch(ids):
                return await fetch(ids, first)

            self._pages[key] = DataLoader(batch)
        return self._pages[key]

    async def _members(self, ids):
        found = await Member.in_bulk(ids, "id")
        return [found.get(i) for i in ids]

    async def _connected(self, ids):
        found = set(
            await Connection.filter(member_id=self.viewer, peer_id__in=ids).values_list(
                "peer_id", flat=True
            )
        )
        return [i in found for i in ids]

    async def _positions(self, ids):
        found = {p.member_id: p for p in await Position.filter(member_id__in=ids, ended_on=None)}
        return [found.get(i) for i in ids]

    async def _companies(self, ids):
        found = await Company.in_bulk(ids, "id")
        return [found[i] for i in ids]

    async def _connections(self, ids, first):
        rows = await connections.get("default").execute_query_dict(PAGE, [ids, first])
        pages = defaultdict(list)
        for row in rows:
            pages[row["owner_id"]].append(row["peer_id"])
        return [pages[i] for i in ids]

    async def _mutual(self, ids, first):
        rows = await connections.get("default").execute_query_dict(
            MUTUAL, [ids, self.viewer, first]
        )
        pages = defaultdict(lambda: (0, []))
        for row in rows:
            total, peers = row["total"], pages[row["owner_id"]][1]
            peers.append(row["peer_id"])
            pages[row["owner_id"]] = (total, peers)
        return [pages[i] for i in ids]

    async def _entries(self, ids, first):
        # only ever the viewer's own list, so one plain ORM query
        pages = {
            self.viewer: await NetworkEntry.filter(owner_id=self.viewer)
            .order_by("-created_at", "-id")
            .limit(first)
        }
        return [pages.get(i, []) for i in ids]
