"""What the limits cost a request whose text is known: with them and without, turn and turn about.

In one process, through the whole application but for the socket, in CPU time.
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import orjson
from figures import Spread, spread
from graphql import OperationType
from starlette.types import ASGIApp, Message
from strawberry.types import ExecutionResult as Answer

from netql.accounts.actions import Accounts
from netql.api import answering, running
from netql.api.budgets import Budgets
from netql.api.context import Context, Services
from netql.api.documents import Operation
from netql.api.http import GraphQLView
from netql.api.limits import Limits
from netql.api.operations import Asked
from netql.api.responses import answer_bytes
from netql.api.schema import create_schema
from netql.app import signer_of
from netql.infra.database import connected
from netql.settings import Settings, load_settings
from network import Q2, Network

PROFILE = """query($h: String!) { member(by: {handle: $h}) { id handle name headline location
  about email phone birthday currentPosition { title company } } }"""
_REQUESTS = 60


async def _nothing(*_: Any) -> None:
    return None


class _Without:
    """Takes out what a request pays for limits, for a while."""

    def __init__(self) -> None:
        self._admit = running._admit
        self._found = answering.Schema._found
        self._sent = answering.Schema.sent

    def __enter__(self) -> None:
        async def found(
            schema: answering.Schema,
            asked: Asked,
            allowed: Collection[OperationType],
            context: Context,
            *,
            paid: bool = False,
        ) -> Operation:
            return schema.operations.find(asked, allowed)

        def sent(_: answering.Schema, answer: Answer, context: Context) -> bytes:
            return answer_bytes(answer, context.request_id)

        running._admit = _nothing
        answering.Schema._found = found  # type: ignore[method-assign]
        answering.Schema.sent = sent  # type: ignore[method-assign]

    def __exit__(self, *_: object) -> None:
        running._admit = self._admit
        answering.Schema._found = self._found  # type: ignore[method-assign]
        answering.Schema.sent = self._sent  # type: ignore[method-assign]


async def _ask(app: ASGIApp, body: bytes, token: str) -> bytes:
    answer = bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        answer.extend(message.get("body", b""))

    headers = [
        (b"authorization", f"Bearer {token}".encode()),
        (b"content-type", b"application/json"),
        (b"host", b"127.0.0.1"),
    ]
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/graphql",
        "query_string": b"",
        "headers": headers,
        "client": ("127.0.0.1", 4711),
    }
    await app(scope, receive, send)
    return bytes(answer)


async def _sample(app: ASGIApp, body: bytes, token: str) -> float:
    """Microseconds of CPU for a request."""
    gc.collect()
    begun = time.process_time()
    for _ in range(_REQUESTS):
        await _ask(app, body, token)
    return (time.process_time() - begun) / _REQUESTS * 1e6


def _view(settings: Settings) -> GraphQLView:
    accounts = Accounts(settings, signer_of(settings))
    services = Services(settings, accounts, Budgets(settings))
    return GraphQLView(create_schema(limits=Limits()), services)


async def measure(network: Network, rounds: int) -> dict[str, tuple[Spread, Spread, Spread]]:
    """For each question: microseconds without and with, and how much more that is, in percent."""
    settings = load_settings(
        database_url=f"sqlite://{network.file}",
        signing_key_file=Path(network.folder) / "netql.key",
        # So that no sample is refused; the counting is the same.
        member_points_per_minute=10**9,
    )
    questions = {
        "Q2": {"query": Q2},
        "profile": {"query": PROFILE, "variables": {"h": network.handle}},
    }
    found: dict[str, tuple[Spread, Spread, Spread]] = {}
    async with connected(settings, statement_seconds=settings.limit_seconds):
        app = _view(settings)
        without = _Without()
        for name, question in questions.items():
            body = orjson.dumps(question)
            answer = await _ask(app, body, network.token)
            if b'"errors"' in answer:
                raise SystemExit(f"{name} is answered with errors: {answer[:300]!r}")
            with without:
                if await _ask(app, body, network.token) != answer:
                    raise SystemExit(f"{name}: the answers differ")
            times: dict[bool, list[float]] = {True: [], False: []}
            for _ in range(rounds):
                for limited in random.sample((True, False), 2):
                    if limited:
                        times[True].append(await _sample(app, body, network.token))
                    else:
                        with without:
                            times[False].append(await _sample(app, body, network.token))
            more = [100 * (a / b - 1) for a, b in zip(times[True], times[False], strict=True)]
            found[name] = (spread(times[False]), spread(times[True]), spread(more))
    return found
