"""Idiomatic Strawberry on Starlette: Tortoise models, aiodataloader, one class per GraphQL type.

CACHE=1 adds Strawberry's own parser and validation caches (off by default).
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncGenerator

import models
import strawberry
from loaders import Loaders
from starlette.applications import Starlette
from starlette.routing import Route, WebSocketRoute
from strawberry.asgi import GraphQL
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.types import Info
from tortoise import Tortoise
from tortoise.exceptions import IntegrityError

SUBSCRIBERS: dict[int, set[asyncio.Queue]] = {}


class AlreadyInvited(Exception):
    extensions = {"code": "ALREADY_INVITED"}


async def shown(member: models.Member, field: str, info: Info):
    audience = getattr(member, field + "_audience")
    loaders: Loaders = info.context["loaders"]
    if audience == "EVERYONE" or member.id == loaders.viewer:
        return getattr(member, field)
    if audience == "CONNECTIONS" and await loaders.connected.load(member.id):
        return getattr(member, field)
    return None


@strawberry.type
class Company:
    id: strawberry.ID
    name: str


@strawberry.type
class Position:
    id: strawberry.ID
    title: str
    company_id: strawberry.Private[int]

    @strawberry.field
    async def company(self, info: Info) -> Company:
        row = await info.context["loaders"].company.load(self.company_id)
        return Company(id=strawberry.ID(str(row.id)), name=row.name)


@strawberry.type
class Member:
    id: strawberry.ID
    handle: str
    name: str
    headline: str
    location: str
    avatar_url: str | None
    created_at: str
    row: strawberry.Private[models.Member]

    @strawberry.field
    async def about(self, info: Info) -> str | None:
        return await shown(self.row, "about", info)

    @strawberry.field
    async def email(self, info: Info) -> str | None:
        return await shown(self.row, "email", info)

    @strawberry.field
    async def phone(self, info: Info) -> str | None:
        return await shown(self.row, "phone", info)

    @strawberry.field
    async def birthday(self, info: Info) -> str | None:
        value = await shown(self.row, "birthday", info)
        return value.isoformat() if value else None

    @strawberry.field
    async def website(self, info: Info) -> str | None:
        return await shown(self.row, "website", info)

    @strawberry.field
    async def current_position(self, info: Info) -> Position | None:
        row = await info.context["loaders"].position.load(self.row.id)
        return (
            Position(id=strawberry.ID(str(row.id)), title=row.title, company_id=row.company_id)
            if row
            else None
        )

    @strawberry.field
    async def connections(self, info: Info, first: int) -> MemberPage:
        loaders: Loaders = info.context["loaders"]
        ids = await loaders.page("connections", first).load(self.row.id)
        return MemberPage(nodes=[member(m) for m in await loaders.member.load_many(ids)])

    @strawberry.field
    async def network_entries(self, info: Info, first: int) -> NetworkEntryPage:
        entries = await info.context["loaders"].page("entries", first).load(self.row.id)
        return NetworkEntryPage(
            nodes=[NetworkEntry(note=e.note, tags=e.tags, contact_id=e.contact_id) for e in entries]
        )

    @strawberry.field
    async def mutual_connections(self, info: Info, first: int) -> MutualConnections:
        loaders: Loaders = info.context["loaders"]
        total, ids = await loaders.page("mutual", first).load(self.row.id)
        return MutualConnections(
            total_count=total, nodes=[member(m) for m in await loaders.member.load_many(ids)]
        )


def member(row: models.Member) -> Member:
    return Member(
        id=strawberry.ID(str(row.id)),
        handle=row.handle,
        name=row.name,
        headline=row.headline,
        location=row.location,
        avatar_url=row.avatar_url,
        created_at=row.created_at.isoformat(),
        row=row,
    )


async def load_member(info: Info, member_id: int) -> Member | None:
    row = await info.context["loaders"].member.load(member_id)
    return member(row) if row else None


@strawberry.type
class MemberPage:
    nodes: list[Member]


@strawberry.type
class MutualConnections:
    total_count: int
    nodes: list[Member]


@strawberry.type
class NetworkEntry:
    note: str
    tags: list[str]
    contact_id: strawberry.Private[int]

    @strawberry.field
    async def member(self, info: Info) -> Member:
        return await load_member(info, self.contact_id)


@strawberry.type
class NetworkEntryPage:
    nodes: list[NetworkEntry]


@strawberry.type
class Invitation:
    id: strawberry.ID
    message: str | None
    status: str
    sender_id: strawberry.Private[int]
    recipient_id: strawberry.Private[int]

    @strawberry.field
    async def sender(self, info: Info) -> Member:
        return await load_member(info, self.sender_id)

    @strawberry.field
    async def recipient(self, info: Info) -> Member:
        return await load_member(info, self.recipient_id)


@strawberry.type
class Query:
    @strawberry.field
    async def viewer(self, info: Info) -> Member | None:
        return await load_member(info, info.context["loaders"].viewer)

    @strawberry.field
    async def member(self, info: Info, id: strawberry.ID) -> Member | None:
        return await load_member(info, int(id))


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def send_invitation(
        self, info: Info, to: strawberry.ID, message: str | None = None
    ) -> Invitation:
        viewer, recipient = info.context["loaders"].viewer, int(to)
        try:
            row = await models.Invitation.create(
                sender_id=viewer, recipient_id=recipient, message=message
            )
        except IntegrityError:
            raise AlreadyInvited("already invited") from None
        event = Invitation(
            id=strawberry.ID(str(row.id)),
            message=row.message,
            status=row.status,
            sender_id=viewer,
            recipient_id=recipient,
        )
        for queue in SUBSCRIBERS.get(recipient, ()):
            queue.put_nowait(event)
        return event


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def invitation_received(self, info: Info) -> AsyncGenerator[Invitation, None]:
        bearer = (info.context.get("connection_params") or {}).get("authorization", "Bearer 0")
        viewer, queue = int(bearer[7:]), asyncio.Queue()
        SUBSCRIBERS.setdefault(viewer, set()).add(queue)
        try:
            while True:
                event = await queue.get()
                info.context["loaders"] = Loaders(viewer)
                yield event
        finally:
            SUBSCRIBERS[viewer].discard(queue)


class App(GraphQL):
    async def get_context(self, request, response):
        bearer = request.headers.get("authorization")
        return {"request": request, "loaders": Loaders(int(bearer[7:]) if bearer else 0)}


@contextlib.asynccontextmanager
async def lifespan(app):
    await Tortoise.init(
        db_url=os.environ["DATABASE_URL"].replace("postgres://", "asyncpg://")
        + "?minsize=10&maxsize=10",
        modules={"models": ["models"]},
        _enable_global_fallback=True,
    )
    yield
    await Tortoise.close_connections()


EXTENSIONS = [ParserCache, ValidationCache] if os.environ.get("CACHE") == "1" else []
graphql = App(
    strawberry.Schema(Query, Mutation, Subscription, extensions=EXTENSIONS), graphql_ide=None
)
app = Starlette(
    routes=[Route("/graphql", graphql), WebSocketRoute("/graphql", graphql)], lifespan=lifespan
)
