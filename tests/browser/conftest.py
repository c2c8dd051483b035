"""One browser for all tests; each opens windows of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.graphiql import browser


@pytest.fixture(scope="session")
async def chrome() -> AsyncIterator[Browser]:
    async with browser() as started:
        yield started
