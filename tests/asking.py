"""Requests below `tests.api`: with any token or none, answered as they came."""

from __future__ import annotations

from itertools import count
from typing import Any

import httpx

from tests.api import Api

_numbers = count(1)


def new_handle() -> str:
    """A handle that nobody has yet."""
    return f"new-{next(_numbers)}"


async def respond(
    api: Api,
    query: str,
    *,
    token: str | None = None,
    headers: dict[str, str] | None = None,
    **variables: Any,
) -> httpx.Response:
    """The response itself: status, headers and bytes."""
    given = dict(headers or {})
    if token is not None:
        given["authorization"] = f"Bearer {token}"
    return await api.http.post(
        "/graphql", json={"query": query, "variables": variables}, headers=given
    )


async def ask(api: Api, query: str, *, token: str | None = None, **variables: Any) -> Any:
    """The data of an answer that must hold no errors."""
    response = await respond(api, query, token=token, **variables)
    answer = response.json()
    assert "errors" not in answer, answer["errors"]
    return answer["data"]


async def is_dead(api: Api, token: str) -> bool:
    """Whether an access token is good no longer."""
    response = await respond(api, "{ __typename }", token=token)
    assert response.status_code in (200, 401)
    return response.status_code == 401
