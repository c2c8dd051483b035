"""Idiomatic Ariadne: SDL first, asyncpg rows, one aiodataloader loader per edge."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections import defaultdict
from pathlib import Path

import asyncpg
from aiodataloader import DataLoader
from ariadne import MutationType, ObjectType, QueryType, SubscriptionType, make_executable_schema
from ariadne.asgi import GraphQL
from ariadne.asgi.handlers import GraphQLTransportWSHandler
from graphql import GraphQLError
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute

POOL: asyncpg.Pool
SUBSCRIBERS: dict[int, set[asyncio.Queue]] = {}


class Loaders:
    def __init__(self, viewer: int) -> None:
        self.viewer = viewer
        self.member = DataLoader(self._members)
        self.connected = DataLoader(self._connected)
        self.position = DataLoader(self._positions)
        self.company = DataLoader(self._companies)
        self.pages: dict[tuple[str, int], DataLoader] = {}

    def page(self, kind: str, first: int) -> DataLoader:
        if (kind, first) not in self.pages:
            fetch = getattr(self, "_" + kind)

            async def batch(ids):
                return await fetch(ids, first)

            self.pages[kind, first] = DataLoader(batch)
        return self.pages[kind, first]

    async def _members(self, ids):
        found = {
            r["id"]: r
            for r in await POOL.fetch("select * from member where id = any($1::bigint[])", ids)
        }
        return [found.get(i) for i in ids]

    async def _connected(self, ids):
        rows = await POOL.fetch(
            "select peer_id from connection where member_id = $1 and peer_id = any($2::bigint[])",
            self.viewer,
            ids,
        )
        found = {r["peer_id"] for r in rows}
        return [i in found for i in ids]

    async def _positions(self, ids):
        rows = await POOL.fetch(
            "select id, member_id, company_id, title from position "
            "where ended_on is null and member_id = any($1::bigint[])",
            ids,
        )
        found = {r["member_id"]: r for r in rows}
        return [found.get(i) for i in ids]

    async def _companies(self, ids):
        found = {
            r["id"]: r
            for r in await POOL.fetch(
                "select id, name from company where id = any($1::bigint[])", ids
            )
        }
        return [found[i] for i in ids]

    def _group(self, ids, rows):
        found = defaultdict(list)
        for row in rows:
            found[row["owner_id"]].append(row)
        return [found[i] for i in ids]

    async def _connections(self, ids, first):
        rows = await POOL.fetch(
            """
            select o.id as owner_id, m.*
            from unnest($1::bigint[]) with ordinality o (id, n)
            cross join lateral (select peer_id, connected_at from connection where member_id = o.id
                                order by connected_at desc, peer_id limit $2) page
            join member m on m.id = page.peer_id
            order by o.n, page.connected_at desc, page.peer_id""",
            ids,
            first,
        )
        return self._group(ids, rows)

    async def _entries(self, ids, first):
        return self._group(
            ids,
            await POOL.fetch(
                """
            select page.owner_id, page.contact_id, page.note, page.tags
            from unnest($1::bigint[]) with ordinality o (id, n)
            cross join lateral (select * from network_entry where owner_id = o.id
                                order by created_at desc, id desc limit $2) page
            where o.id = $3
            order by o.n, page.created_at desc, page.id desc""",
                ids,
                first,
                self.viewer,
            ),
        )

    async def _mutual(self, ids, first):
        return self._group(
            ids,
            await POOL.fetch(
                """
            select o.id as owner_id, s.total, m.*
            from unnest($1::bigint[]) o (id)
            cross join lateral (
              select mine.peer_id, count(*) over () as total
              from connection mine
              join connection theirs on theirs.member_id = o.id and theirs.peer_id = mine.peer_id
              where mine.member_id = $2 order by mine.peer_id limit $3) s
            join member m on m.id = s.peer_id order by m.id""",
                ids,
                self.viewer,
                first,
            ),
        )


query, mutation, subscription = QueryType(), MutationType(), SubscriptionType()
member, position, entry, invitation = (
    ObjectType(n) for n in ("Member", "Position", "NetworkEntry", "Invitation")
)


def loaders(info) -> Loaders:
    return info.context["loaders"]


@query.field("viewer")
async def resolve_viewer(_, info):
    return await loaders(info).member.load(loaders(info).viewer)


@query.field("member")
async def resolve_member(_, info, id):
    return await loaders(info).member.load(int(id))


def guard(field: str) -> None:
    audience_column = field + "_audience"
    out = (lambda v: v and v.isoformat()) if field == "birthday" else (lambda v: v)

    async def resolve(row, info):
        audience, ctx = row[audience_column], loaders(info)
        if audience == "EVERYONE" or row["id"] == ctx.viewer:
            return out(row[field])
        if audience == "CONNECTIONS" and await ctx.connected.load(row["id"]):
            return out(row[field])
        return None

    member.set_field(field, resolve)


def column(kind: ObjectType, field: str, name: str) -> None:
    kind.set_field(field, lambda row, info: row[name])


for restricted in ("about", "email", "phone", "birthday", "website"):
    guard(restricted)
for plain in ("id", "handle", "name", "headline", "location"):
    column(member, plain, plain)
column(member, "avatarUrl", "avatar_url")
member.set_field("createdAt", lambda row, info: row["created_at"].isoformat())
for field in ("id", "title"):
    column(position, field, field)
for field in ("note", "tags"):
    column(entry, field, field)
for field in ("id", "message", "status"):
    column(invitation, field, field)


@member.field("currentPosition")
async def resolve_position(row, info):
    return await loaders(info).position.load(row["id"])


@position.field("company")
async def resolve_company(row, info):
    return dict(await loaders(info).company.load(row["company_id"]))


@member.field("connections")
async def resolve_connections(row, info, first):
    return {"nodes": await loaders(info).page("connections", first).load(row["id"])}


@member.field("networkEntries")
async def resolve_entries(row, info, first):
    return {"nodes": await loaders(info).page("entries", first).load(row["id"])}


@member.field("mutualConnections")
async def resolve_mutual(row, info, first):
    rows = await loaders(info).page("mutual", first).load(row["id"])
    return {"totalCount": rows[0]["total"] if rows else 0, "nodes": rows}


@entry.field("member")
async def resolve_contact(row, info):
    return await loaders(info).member.load(row["contact_id"])


@invitation.field("sender")
async def resolve_sender(row, info):
    return await loaders(info).member.load(row["sender_id"])


@invitation.field("recipient")
async def resolve_recipient(row, info):
    return await loaders(info).member.load(row["recipient_id"])


@mutation.field("sendInvitation")
async def resolve_invite(_, info, to, message=None):
    try:
        row = await POOL.fetchrow(
            "insert into invitation (sender_id, recipient_id, message) values ($1, $2, $3)"
            " returning *",
            loaders(info).viewer,
            int(to),
            message,
        )
    except asyncpg.UniqueViolationError:
        raise GraphQLError("already invited", extensions={"code": "ALREADY_INVITED"}) from None
    for queue in SUBSCRIBERS.get(int(to), ()):
        queue.put_nowait(row)
    return row


@subscription.source("invitationReceived")
async def invitation_source(_, info):
    viewer, queue = loaders(info).viewer, asyncio.Queue()
    SUBSCRIBERS.setdefault(viewer, set()).add(queue)
    try:
        while True:
            yield await queue.get()
    finally:
        SUBSCRIBERS[viewer].discard(queue)


@subscription.field("invitationReceived")
def invitation_event(row, info):
    info.context["loaders"] = Loaders(loaders(info).viewer)
    return row


def context_for(request, data):
    bearer = request.headers.get("authorization") or (
        request.scope.get("connection_params") or {}
    ).get("authorization")
    return {"request": request, "loaders": Loaders(int(bearer[7:]) if bearer else 0)}


def on_connect(websocket, params):
    websocket.scope["connection_params"] = params


@contextlib.asynccontextmanager
async def lifespan(app):
    global POOL
    POOL = await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=10, max_size=10)
    yield
    await POOL.close()


SCHEMA = Path(os.environ.get("SCHEMA", Path(__file__).resolve().parents[2] / "schema.graphql"))
schema = make_executable_schema(
    SCHEMA.read_text(), query, mutation, subscription, member, position, entry, invitation
)
CACHED: dict = {}
if os.environ.get("CACHE") == "1":
    from graphql import parse, validate  # what Ariadne calls when the hooks are not set

    PARSED: dict = {}
    CHECKED: dict = {}

    def parse_once(context_value, data):
        text = data["query"]
        if text not in PARSED:
            PARSED[text] = parse(text)
        return PARSED[text]

    def validate_once(schema, document, *args, **kwargs):
        key = id(document)  # documents in PARSED are never dropped here
        if key not in CHECKED:
            CHECKED[key] = validate(schema, document, *args, **kwargs)
        return CHECKED[key]

    CACHED = {"query_parser": parse_once, "query_validator": validate_once}
graphql = GraphQL(
    schema,
    **CACHED,
    context_value=context_for,
    debug=False,
    introspection=False,
    explorer=None,
    websocket_handler=GraphQLTransportWSHandler(on_connect=on_connect),
)
app = Starlette(
    routes=[Route("/graphql", graphql), WebSocketRoute("/graphql", graphql)], lifespan=lifespan
)
