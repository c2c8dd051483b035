"""The application in its three dresses: as served, as a demo, and without the explorer."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.applications import Starlette

from netql.app import create_app
from netql.settings import Settings

HTML = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}


def client_of(app: Starlette) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://netql.test")


@pytest.fixture(scope="session")
async def demo(database: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """What `netql demo` serves, on the run's database."""
    async with client_of(create_app(database, demo=True)) as client:
        yield client


@pytest.fixture(scope="session")
async def bare(database: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """An application that was told to serve no explorer."""
    settings = database.model_copy(update={"explorer": False})
    async with client_of(create_app(settings)) as client:
        yield client
