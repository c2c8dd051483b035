"""create_app: the one place where the parts are joined."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Receive, Scope, Send

from netql.accounts.actions import Accounts
from netql.accounts.watch import watch
from netql.api.budgets import Budgets
from netql.api.context import Services
from netql.api.counting import Counts, counts_of
from netql.api.explorer import (
    example_texts,
    explorer_assets,
    explorer_page,
    introspection_text,
)
from netql.api.hosts import Hosts, refuse_host
from netql.api.http import GraphQLView
from netql.api.limits import limits_from
from netql.api.manifests import texts_at
from netql.api.responses import guarded
from netql.api.schema import create_schema
from netql.api.schema_text import SchemaText
from netql.api.trusting import prepare
from netql.demo import CastRoute
from netql.events.pruning import pruning
from netql.events.wakeups import wakeups
from netql.infra import garbage, passwords
from netql.infra.database import connected, fetch
from netql.infra.draining import Draining
from netql.infra.tokens import Signer, signing_key
from netql.migrations.runner import migrate, pending
from netql.settings import SchemaFor, Settings


def signer_of(settings: Settings) -> Signer:
    """Signs with the key of the configured file, which is made if there is none."""
    return Signer(
        signing_key(settings.signing_key_file), timedelta(seconds=settings.access_token_seconds)
    )


def create_app(settings: Settings, *, demo: bool = False, supervised: bool = False) -> Starlette:
    """The application as ASGI. Raises ConfigurationError for settings that cannot work.

    `supervised`: as one of several workers. It waits for a database that does not answer at the
    start, which did so when the first of them started; and is asked to end once, or by two at once.
    """
    accounts = Accounts(settings, signer_of(settings))
    schema = create_schema(
        introspection=settings.introspection,
        # A text is read once for whoever sends it, guests among them.
        suggestions=settings.schema_for is not SchemaFor.MEMBERS,
        limits=limits_from(settings),
    )
    if settings.explorer:
        schema.operations.documents.trust([introspection_text(), *example_texts()])
    prepare(schema.operations, texts_at(settings.trusted_documents))
    schema.operations.trusted.mode = settings.trusted_mode
    counts = counts_of(settings, accounts.signer.secret_for("budgets"))
    view = GraphQLView(schema, Services(settings, accounts, Budgets(settings, counts)))
    draining = Draining()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        passwords.prepare()
        async with connected(
            settings, statement_seconds=settings.limit_seconds, waiting=supervised
        ):
            if settings.embedded:
                await migrate()
            garbage.settle()
            async with (
                watch.watching(),
                wakeups.shared(settings),
                counts.running(),
                pruning(settings),
            ):
                with draining.on_sigterm(
                    settings.drain_seconds, settings.grace_seconds, once=supervised
                ):
                    yield

    routes: list[BaseRoute] = [
        Route("/graphql", _Endpoint(view, demo=demo, explorer=settings.explorer)),
        WebSocketRoute("/graphql", view),
        Route("/healthz", _health),
        Route("/readyz", _Readiness(draining, counts), methods=["GET"]),
    ]
    if settings.introspection:
        routes.append(Route("/schema.graphql", SchemaText(accounts.signer, settings.schema_for)))
    if settings.explorer:
        routes.append(explorer_assets())
    if demo:
        routes.append(Route("/demo/cast", CastRoute(accounts.signer).__call__))
    return _Application(view, Hosts(settings.hosts), routes=routes, lifespan=lifespan)


class _Application(Starlette):
    """Starlette, with a short way in for what nearly every request is."""

    def __init__(self, view: GraphQLView, hosts: Hosts, **options: Any) -> None:
        super().__init__(**options)
        self._view = view
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        elif not self._hosts.admit(scope):
            await refuse_host(scope, receive, send)
        elif (
            scope["type"] == "http"
            and scope["method"] == "POST"
            and scope["path"] == "/graphql"
            and not scope.get("root_path")
        ):
            await self._view(scope, receive, send)
        else:
            await super().__call__(scope, receive, guarded(send))


class _Endpoint:
    """/graphql: the explorer for browsers that look, GraphQL for everything else."""

    def __init__(self, view: GraphQLView, *, demo: bool, explorer: bool) -> None:
        self._view = view
        self._demo = demo
        self._explorer = explorer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET" and self._explorer and _looks(Request(scope)):
            await explorer_page(demo=self._demo)(scope, receive, send)
        else:
            await self._view(scope, receive, send)


def _looks(request: Request) -> bool:
    asks = {"query", "documentId", "doc_id", "extensions"}
    return "text/html" in request.headers.get("accept", "") and asks.isdisjoint(
        request.query_params
    )


def _health(_: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


class _Readiness:
    """/readyz: the database answers and has every migration, and the process is not ending. A bus
    that does not answer is said, and a Valkey that does not count: events still come, by polling,
    and each process still counts."""

    def __init__(self, draining: Draining, counts: Counts) -> None:
        self._draining = draining
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer())(scope, receive, send)

    async def _answer(self) -> Response:
        if self._draining.begun:
            return PlainTextResponse("the process is ending\n", 503)
        try:
            await fetch("SELECT 1 AS one")
            missing = await pending()
        except Exception:
            return PlainTextResponse("the database does not answer\n", 503)
        if missing:
            return PlainTextResponse("the database needs migrating: netql migrate\n", 503)
        said = "ready\n"
        if wakeups.bus.trouble is not None:
            said += "the bus does not answer: events come by polling\n"
        if self._counts.trouble is not None:
            said += "budgets are not shared: each process counts for itself\n"
        return PlainTextResponse(said)
