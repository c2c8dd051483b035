"""One text of SQL for two databases.

Statements are written for PostgreSQL with `$1`-style parameters. SQLite misreads `$n` (it binds
by order of appearance), so each text is rewritten once to plain `?`. Two forms that SQLite has
no words for stand under a name of their own:

- `= ANY($n)`: a list parameter;
- `PAIRS($n, $m)`: two list parameters of equal length as rows of two columns, to be named by a
  `WITH name(a, b) AS (PAIRS($1, $2))`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson

_ANY = re.compile(r"=\s*ANY\(\$(\d+)\)")
_PAIRS = re.compile(r"PAIRS\(\$(\d+),\s*\$(\d+)\)")
_PARAMETER = re.compile(r"\$(\d+)")


@lru_cache(maxsize=1024)
def for_postgres(statement: str) -> str:
    """The text as PostgreSQL reads it."""
    return _PAIRS.sub(r"SELECT * FROM unnest($\1::uuid[], $\2::uuid[])", statement)


@lru_cache(maxsize=1024)
def for_sqlite(statement: str) -> tuple[str, tuple[int, ...]]:
    """The text as SQLite reads it, and which parameter each `?` takes, in order."""
    text = _PAIRS.sub(
        r"SELECT l.value, r.value FROM json_each($\1) l JOIN json_each($\2) r ON r.key = l.key",
        statement,
    )
    text = _ANY.sub(r"IN (SELECT value FROM json_each($\1))", text)
    order: list[int] = []

    def take(match: re.Match[str]) -> str:
        order.append(int(match[1]) - 1)
        return "?"

    return _PARAMETER.sub(take, text), tuple(order)


def utc_text(moment: datetime) -> str:
    """A moment as SQLite keeps it: UTC, microseconds always there, so that text order is time's."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def sqlite_value(value: Any) -> Any:
    """A parameter as SQLite keeps it. Lists become JSON for `json_each`."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return orjson.dumps([sqlite_value(item) for item in value]).decode()
    return value


def sqlite_values(values: Sequence[Any]) -> list[Any]:
    return [sqlite_value(value) for value in values]
