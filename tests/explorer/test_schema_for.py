"""The schema is read by everybody, by members, or by nobody: on every path alike."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from netql.api.schema import printed
from netql.app import create_app
from netql.settings import SchemaFor, Settings
from tests.explorer.conftest import client_of
from tests.graph.test_errors import INTROSPECTION
from tests.people import People


def asking(settings: Settings, **changes: Any) -> httpx.AsyncClient:
    return client_of(create_app(settings.model_copy(update=changes)))


async def test_everybody_reads_it_unless_told_otherwise(http: httpx.AsyncClient) -> None:
    assert (await http.get("/schema.graphql")).text == printed()


@pytest.mark.parametrize("query", INTROSPECTION)
async def test_members_alone_read_it(database: Settings, people: People, query: str) -> None:
    ann = {"authorization": f"Bearer {(await people.member()).token}"}
    async with asking(database, schema_for=SchemaFor.MEMBERS) as client:
        for _ in range(2):
            refused = (await client.post("/graphql", json={"query": query})).json()
            assert refused.get("data") is None
            (error,) = refused["errors"]
            assert error["extensions"]["code"] == "UNAUTHENTICATED"
            answer = (await client.post("/graphql", json={"query": query}, headers=ann)).json()
            assert "errors" not in answer
        plain = await client.post("/graphql", json={"query": "{ __typename viewer { id } }"})
        assert plain.json() == {"data": {"__typename": "Query", "viewer": None}}


async def test_so_it_is_with_its_text(database: Settings, people: People) -> None:
    ann = {"authorization": f"Bearer {(await people.member()).token}"}
    async with asking(database, schema_for=SchemaFor.MEMBERS) as client:
        for headers in ({}, {"authorization": "Bearer nobody's"}, {"authorization": "x"}):
            refused = await client.get("/schema.graphql", headers=headers)
            assert refused.status_code == 401
            assert "type Query" not in refused.text
        assert (await client.get("/schema.graphql", headers=ann)).text == printed()
    async with asking(database, introspection=False) as client:
        assert (await client.get("/schema.graphql", headers=ann)).status_code == 404


@pytest.mark.parametrize("schema_for", SchemaFor)
async def test_no_mistake_is_answered_with_a_piece_of_it(
    database: Settings, schema_for: SchemaFor
) -> None:
    """Whoever may not read the schema could otherwise guess it, field by field."""
    ask = {"query": "{ viewr { id } }"}
    async with asking(database, schema_for=schema_for) as client:
        (error,) = (await client.post("/graphql", json=ask)).json()["errors"]
    assert ("Did you mean" in error["message"]) is (schema_for is not SchemaFor.MEMBERS)
