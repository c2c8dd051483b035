"""The client that tests speak through."""

from __future__ import annotations

import json
from typing import Any

import httpx

from tests.people import Person


class Api:
    """GraphQL over the application's HTTP face, as a member or (None) as a guest."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def text(self, query: str, *, as_: Person | None = None, **variables: Any) -> str:
        """The answer's body as it came, for comparing answers letter by letter."""
        headers = {"authorization": f"Bearer {as_.token}"} if as_ is not None else {}
        response = await self.http.post(
            "/graphql", json={"query": query, "variables": variables}, headers=headers
        )
        return response.text

    async def answer(self, query: str, *, as_: Person | None = None, **variables: Any) -> Any:
        """The whole answer, errors and all."""
        return json.loads(await self.text(query, as_=as_, **variables))

    async def run(self, query: str, *, as_: Person | None = None, **variables: Any) -> Any:
        """The data of an answer that must hold no errors."""
        answer = await self.answer(query, as_=as_, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]
