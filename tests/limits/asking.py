"""The run's database behind an application with limits of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from netql.app import create_app
from netql.settings import Settings
from tests import canary
from tests.api import Api

# As an operator has them who sets nothing.
USUAL: dict[str, Any] = {
    name: Settings.model_fields[name].default
    for name in Settings.model_fields
    if name.startswith("limit_") or name.endswith(("_per_minute", "_attempts"))
}


@asynccontextmanager
async def limited(
    settings: Settings, *, address: str = "192.0.2.1", **changes: Any
) -> AsyncIterator[Api]:
    """The usual limits with some changes, asked from one address."""
    app = create_app(settings.model_copy(update={**USUAL, **changes}))
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app, client=(address, 4711)),
        base_url="http://netql.test",
        event_hooks={"response": [canary.watch]},
    ) as client:
        yield Api(client)


def refusal(answer: Any) -> dict[str, Any]:
    """What the only error of an answer without data says to programs, but for the request's id."""
    assert answer.get("data") is None
    [error] = answer["errors"]
    extensions: dict[str, Any] = dict(error["extensions"])
    assert extensions.pop("requestId")
    return extensions
