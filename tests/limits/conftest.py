"""A real Valkey, and settings under which little is soon too much."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from valkey.asyncio import Valkey as Client

from netql.settings import Settings
from netql.torture.valkey import Valkey, valkey_server


@pytest.fixture(scope="package")
def valkey() -> Iterator[Valkey]:
    with valkey_server() as server:
        yield server


@pytest.fixture
async def outsider(valkey: Valkey) -> AsyncIterator[Client]:
    """Somebody else at Valkey, which is empty."""
    client = Client.from_url(valkey.url)
    await client.flushall()
    yield client
    await client.aclose()


@pytest.fixture
def given(settings: Settings) -> Settings:
    return settings.model_copy(
        update={
            "limit_cost": 100,
            "member_points_per_minute": 1000,
            "address_points_per_minute": 1000,
            "account_attempts": 3,
            "address_attempts": 5,
        }
    )
