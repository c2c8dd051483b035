"""The places beside /graphql."""

from __future__ import annotations

import httpx

from netql.api.schema import printed


async def test_the_schema_can_be_read(http: httpx.AsyncClient) -> None:
    answer = await http.get("/schema.graphql")
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.text == printed()


async def test_a_served_and_migrated_netql_is_healthy_and_ready(http: httpx.AsyncClient) -> None:
    assert (await http.get("/healthz")).status_code == 200
    assert (await http.get("/readyz")).status_code == 200


async def test_there_is_nothing_else(http: httpx.AsyncClient) -> None:
    for path in ("/", "/graphiql", "/demo", "/docs", "/graphql/", "/.env"):
        assert (await http.get(path)).status_code in (404, 307)
