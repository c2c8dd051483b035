"""A lower Python floor: a bare ASGI callable, what a compiled-plan server could come down to.

The whole request body's query text is looked up in a dict of known documents (as a plan cache
would), the statement returns the answer as bytes, and they go out between two constants.
"""

from __future__ import annotations

import os
import re

import asyncpg
import orjson
from server import REFUSED, Plain
from statements import SQL

BYTES = {
    name: re.sub(
        r"::text\s*(from made .*)?$",
        lambda m: f"::text, 'UTF8') {m.group(1) or ''}",
        sql.strip(),
        flags=re.S,
    ).replace("select json_build_object(", "select convert_to(json_build_object(", 1)
    for name, sql in SQL.items()
    if name != "M1"
}
BYTES["M1"] = (
    SQL["M1"]
    .replace(
        "select json_build_object('sendInvitation'",
        "select convert_to(json_build_object('sendInvitation'",
    )
    .replace("::text\nfrom made", "::text, 'UTF8')\nfrom made")
)
PLANS: dict[str, tuple[str, str]] = {}
NAME = re.compile(r"(Q\d|M\d)")
JSON = (b"content-type", b"application/json")
POOL: asyncpg.Pool


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        global POOL
        await receive()
        POOL = await asyncpg.create_pool(
            os.environ["DATABASE_URL"], min_size=10, max_size=10, connection_class=Plain
        )
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await POOL.close()
        await send({"type": "lifespan.shutdown.complete"})
        return
    for name, value in scope["headers"]:
        if name == b"authorization":
            viewer = int(value[7:])
            break
    message = await receive()
    body = message["body"]
    while message.get("more_body"):
        message = await receive()
        body += message["body"]
    body = orjson.loads(body)
    plan = PLANS.get(body["query"])
    if plan is None:
        name = NAME.search(body["query"]).group()
        plan = PLANS[body["query"]] = (
            BYTES[name],
            "id" if name in ("Q1", "Q4") else "to" if name == "M1" else "",
        )
    sql, target = plan
    variables = body.get("variables")
    if not target:
        args = (viewer,)
    elif target == "id":
        args = (viewer, int(variables["id"]))
    else:
        args = (viewer, int(variables["to"]), variables.get("message"))
    try:
        data = b'{"data":%b}' % await POOL.fetchval(sql, *args)
    except asyncpg.UniqueViolationError:
        data = REFUSED
    await send(
        {
            "type": "http.response.start",
            "status": 200,
            "headers": [JSON, (b"content-length", b"%d" % len(data))],
        }
    )
    await send({"type": "http.response.body", "body": data})
