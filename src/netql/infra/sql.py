"""One text of SQL for two databases.

Statements are written for PostgreSQL with `$1`-style parameters. SQLite misreads `$n` (it binds
by order of appearance), so each text is rewritten once to plain `?`. Six forms that SQLite
has no words for stand under a name of their own:

- `= ANY($n)`: a list parameter;
- `PAIRS($n, $m)`: two list parameters of equal length as rows of two columns, to be named by a
  `WITH name(a, b) AS (PAIRS($1, $2))`;
- `PLACES($n, $m)`: the same of keys and whole numbers;
- `TRIPLES($n, $m, $l)`: the same of three lists of keys;
- `TEXTS(column FROM ...)`: a list of texts as one value, to be read with `texts`.
- `ROWS(column, ... FROM ...)`: rows as one value, to be read with `rows`; keys become texts.

Another, the first rows of a list for each of several owners, is `first_of_each`.
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
_PLACES = re.compile(r"PLACES\(\$(\d+),\s*\$(\d+)\)")
_TRIPLES = re.compile(r"TRIPLES\(\$(\d+),\s*\$(\d+),\s*\$(\d+)\)")
_TEXTS = re.compile(r"TEXTS\((\S+) FROM")
_ROWS = re.compile(r"ROWS\(([^()]+?) FROM")
_PARAMETER = re.compile(r"\$(\d+)")


@lru_cache(maxsize=1024)
def for_postgres(statement: str) -> str:
    """The text as PostgreSQL reads it."""
    text = _TEXTS.sub(r"ARRAY(SELECT \1 FROM", statement)
    text = _ROWS.sub(r"(SELECT json_agg(json_build_array(\1)) FROM", text)
    text = _PLACES.sub(r"SELECT * FROM unnest($\1::uuid[], $\2::bigint[])", text)
    text = _TRIPLES.sub(r"SELECT * FROM unnest($\1::uuid[], $\2::uuid[], $\3::uuid[])", text)
    return _PAIRS.sub(r"SELECT * FROM unnest($\1::uuid[], $\2::uuid[])", text)


@lru_cache(maxsize=1024)
def for_sqlite(statement: str) -> tuple[str, tuple[int, ...]]:
    """The text as SQLite reads it, and which parameter each `?` takes, in order."""
    text = statement
    for pairs in (_PAIRS, _PLACES):
        text = pairs.sub(
            r"SELECT l.value, r.value FROM json_each($\1) l"
            r" JOIN json_each($\2) r ON r.key = l.key",
            text,
        )
    text = _TRIPLES.sub(
        r"SELECT l.value, r.value, o.value FROM json_each($\1) l"
        r" JOIN json_each($\2) r ON r.key = l.key JOIN json_each($\3) o ON o.key = l.key",
        text,
    )
    text = _ANY.sub(r"IN (SELECT value FROM json_each($\1))", text)
    text = _TEXTS.sub(r"(SELECT json_group_array(\1) FROM", text)
    text = _ROWS.sub(r"(SELECT json_group_array(json_array(\1)) FROM", text)
    order: list[int] = []

    def take(match: re.Match[str]) -> str:
        order.append(int(match[1]) - 1)
        return "?"

    return _PARAMETER.sub(take, text), tuple(order)


def texts(value: Any) -> list[str]:
    """The list that a `TEXTS` gave, in no order."""
    found: list[str] = orjson.loads(value) if isinstance(value, str) else value
    return found


def rows(value: str | None) -> list[list[Any]]:
    """The rows that a `ROWS` gave, each a list of values, in no order."""
    return [] if value is None else orjson.loads(value)


def first_of_each(
    dialect: str, owners: str, chosen: str, columns: str, listed: str, order: str, limit: str
) -> str:
    """The text of: for each row of the table `owners` that is `chosen`, the first rows of a list.

    `listed` are tables with a WHERE that ties them to the owner's row; `columns` are selected of
    both, `limit` is how many at most. Rows come in no order.
    """
    if dialect == "postgres":
        return (
            f"SELECT page.* FROM {owners} CROSS JOIN LATERAL ("
            f"SELECT {columns} FROM {listed} ORDER BY {order} LIMIT {limit}) page WHERE {chosen}"
        )
    # SQLite knows no LATERAL.
    owner = owners.split()[-1]
    return (
        f"SELECT * FROM (SELECT {columns}, row_number() OVER (PARTITION BY {owner}.id"
        f" ORDER BY {order}) AS place FROM {owners}, {listed} AND {chosen}) page"
        f" WHERE place <= {limit}"
    )


def first_of_one(
    owners: str, chosen: str, columns: str, listed: str, order: str, limit: str
) -> str:
    """`first_of_each` for a single owner: one walk along an index, where there is one."""
    return f"SELECT {columns} FROM {owners}, {listed} AND {chosen} ORDER BY {order} LIMIT {limit}"


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
