"""The Python floor: a bare Starlette route, one asyncpg statement, bytes out. No GraphQL."""

from __future__ import annotations

import contextlib
import json
import os

import asyncpg
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route
from statements import SQL

POOL: asyncpg.Pool
REFUSED = (
    b'{"data":null,"errors":'
    b'[{"message":"already invited","extensions":{"code":"ALREADY_INVITED"}}]}'
)


class Plain(asyncpg.Connection):
    def get_reset_query(
        self,
    ) -> str:  # sessions carry no state here, so nothing to reset between requests
        return ""


@contextlib.asynccontextmanager
async def lifespan(app):
    global POOL
    POOL = await asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=10, max_size=10, connection_class=Plain
    )
    yield
    await POOL.close()


async def graphql(request):
    viewer = int(request.headers["authorization"][7:])
    body = json.loads(await request.body())
    name, variables = body["operationName"], body.get("variables") or {}
    if name in ("Q1", "Q4"):
        args = (viewer, int(variables["id"]))
    elif name == "M1":
        args = (viewer, int(variables["to"]), variables.get("message"))
    else:
        args = (viewer,)
    try:
        data = await POOL.fetchval(SQL[name], *args)
    except asyncpg.UniqueViolationError:
        return Response(
            REFUSED,
            media_type="application/json",
        )
    return Response('{"data":' + data + "}", media_type="application/json")


app = Starlette(routes=[Route("/graphql", graphql, methods=["POST"])], lifespan=lifespan)
