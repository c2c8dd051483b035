"""A statement that takes a minute, unless it is ended."""

from __future__ import annotations

from typing import Any

from netql.infra.database import fetch
from tests.conftest import DATABASE

SLOW = (
    "SELECT pg_sleep(60)::text AS slept"
    if DATABASE != "sqlite"
    else "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000000)"
    " SELECT count(*) AS slept FROM n"
)


async def slowly(*_: Any) -> int:
    """Whatever it stands for, it comes to this."""
    return len(await fetch(SLOW))
