"""Canaries: restricted values that carry their owner, and an ear for where they turn up.

`CANARIES.value(...)` makes a value that occurs nowhere else in a run. Every HTTP answer of the
run goes through `watch`, and every frame on a socket to the run's own application through
`overhear`: a canary in it must belong to the viewer, or to somebody whose audience for that field
takes the viewer in by the tables of `tests.privacy.oracle` and the rows of the database as they
are then. No canary may be logged at all, at whatever level.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import secrets
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import httpx

from netql.infra.database import fetch
from tests.privacy import oracle

_TOKEN = re.compile(r"canary-[a-z_]+-[0-9a-f]{5}-[0-9a-f]{6}")
_PHONE = re.compile(r"\+4915\d{9}")
# Days before anybody else's in these tests, so that they can be told from other dates.
_DAY = re.compile(r"\b19(?:0[1-9]|1\d)-\d\d-\d\d\b")
_FIRST_DAY = date(1901, 1, 1)
_DAYS = 6900
# Values that tests made up themselves are watched if they are unlikely to occur by chance.
_SHORTEST_GIVEN = 10


class Leak(AssertionError):
    """A restricted value where it must not be."""


class Canaries:
    """Whose each value is, and under which fields it may be shown."""

    def __init__(self) -> None:
        self._serial = count(1)
        self._made: dict[str, tuple[UUID, frozenset[str]]] = {}
        self._given: dict[str, tuple[UUID, frozenset[str]]] = {}
        self._ambiguous: set[str] = set()
        self.seen = 0

    def value(self, kind: str, owner: UUID, *fields: str) -> Any:
        """A new value of a scalar type, the owner's, shown wherever one of the fields is open."""
        serial = next(self._serial)
        token = f"canary-{fields[0]}-{serial:05x}-{secrets.token_hex(3)}"
        key, value = token, token
        if kind == "EmailAddress":
            value = f"{token}@netql.dev"
        elif kind == "URL":
            value = f"https://netql.dev/{token}"
        elif kind == "PhoneNumber":
            key = value = f"+4915{serial:09d}"
        elif kind == "Date":
            day = _FIRST_DAY + timedelta(days=serial % _DAYS)
            # A day comes again in a long run: then it tells nothing.
            self._note(self._made, day.isoformat(), owner, fields)
            return day
        elif kind != "String":
            raise LookupError(f"no canary has the shape of a {kind}: teach tests/canary.py")
        self._note(self._made, key, owner, fields)
        return value

    def given(self, owner: UUID, values: Mapping[str, Any]) -> None:
        """Watch values of a member that a test made up, as far as they are unique."""
        for field, value in values.items():
            if not isinstance(value, str) or len(value) < _SHORTEST_GIVEN:
                continue
            if not _TOKEN.search(value) and field != "name":
                self._note(self._given, value, owner, (field,))

    def _note(self, where: dict[str, Any], key: str, owner: UUID, fields: tuple[str, ...]) -> None:
        if key in where:
            self._ambiguous.add(key)
        where[key] = (owner, frozenset(fields))

    def found(self, text: str) -> list[tuple[UUID, frozenset[str], str]]:
        """The canaries in a text."""
        shaped = {match for shape in (_TOKEN, _PHONE, _DAY) for match in shape.findall(text)}
        hits = [(key, self._made[key]) for key in shaped if key in self._made]
        hits += [(key, what) for key, what in self._given.items() if key in text]
        return [(owner, fields, key) for key, (owner, fields) in hits if key not in self._ambiguous]

    def forget(self, text: str) -> None:
        """What a test sends itself is no secret of whoever held it first."""
        self._ambiguous.update(key for key in self._given if key in text)


CANARIES = Canaries()


async def check(viewer: UUID | None, text: str) -> None:
    """Raise Leak if the text holds a canary that is not for the viewer's eyes."""
    found = CANARIES.found(text)
    CANARIES.seen += len(found)
    others = [hit for hit in found if hit[0] != viewer]
    if not others:
        return
    relations = await _relations(viewer, sorted({owner for owner, _, _ in others}))
    for owner, fields, key in others:
        relation, row = relations[owner]
        if not any(_open(relation, field, row) for field in fields):
            raise Leak(f"{key} of {owner} shown to {viewer or 'a guest'}, a {relation}")


def _open(relation: str, field: str, row: Mapping[str, Any]) -> bool:
    # What has no audience of its own, a note in one's network, is its owner's alone.
    audience = row.get(f"{field}_audience", 0)
    return oracle.visible(relation, oracle.AUDIENCES[audience])


async def _relations(
    viewer: UUID | None, owners: list[UUID]
) -> dict[UUID, tuple[str, Mapping[str, Any]]]:
    """What the viewer is to each owner, worked out by hand from the tables, and their rows."""
    near, blocked, far = set(), set(), defaultdict(set)
    if viewer is not None:
        for row in await fetch("SELECT * FROM blocks WHERE blocker_id = $1", viewer):
            blocked.add(row["blocked_id"])
        for row in await fetch("SELECT * FROM blocks WHERE blocked_id = $1", viewer):
            blocked.add(row["blocker_id"])
        for row in await fetch("SELECT * FROM connections WHERE member_id = $1", viewer):
            near.add(row["other_id"])
        for row in await fetch("SELECT * FROM connections WHERE member_id = ANY($1)", owners):
            far[row["member_id"]].add(row["other_id"])
    wanted = list({*owners, *(key for owner in owners for key in near & far[owner])})
    rows = {
        row["id"]: {name: row[name] for name in row.keys()}  # noqa: SIM118
        for row in await fetch("SELECT * FROM members WHERE id = ANY($1)", wanted)
    }

    def absent(key: UUID) -> bool:
        return key in blocked or rows[key]["closed_at"] is not None

    def list_open(key: UUID, relation: str) -> bool:
        return oracle.list_visible(relation, oracle.AUDIENCES[rows[key]["connections_audience"]])

    def relation(owner: UUID) -> str:
        if absent(owner):
            return "closed"
        if viewer is None:
            return "guest"
        if owner in near:
            return "connected"
        middles = [key for key in near & far[owner] if not absent(key)]
        open_middles = [key for key in middles if list_open(key, "connected")]
        return "second degree" if open_middles and list_open(owner, "stranger") else "stranger"

    return {owner: (relation(owner), rows[owner]) for owner in owners}


async def watch(response: httpx.Response) -> None:
    """An event hook of the client: judge an answer by who asked."""
    await response.aread()
    asked = response.request.content.decode("utf-8", "replace")
    CANARIES.forget(asked)
    await overhear(response.request.headers.get("authorization"), response.text)


async def overhear(authorization: str | None, text: str) -> None:
    """Judge what somebody is told by the `Authorization` that they gave."""
    await check(_viewer(authorization), text)


def _viewer(authorization: str | None) -> UUID | None:
    """Whom a token names. An answer to a bad token is a guest's at most."""
    try:
        body = (authorization or "").split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return UUID(str(claims["sub"]))
    except (IndexError, KeyError, ValueError, TypeError):
        return None


class _Ear(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.NOTSET)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = self.format(record)
        if CANARIES.found(text):
            self.heard.append(text)


@contextmanager
def listening(name: str | None = None) -> Iterator[None]:
    """Hear every record that netql logs, down to DEBUG, and of others what they log unasked; or
    those of one logger. Raises Leak at the end if a canary was among them."""
    ear, where, own = _Ear(), logging.getLogger(name), logging.getLogger(name or "netql")
    level = own.level
    where.addHandler(ear)
    own.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        where.removeHandler(ear)
        own.setLevel(level)
    if ear.heard:
        raise Leak(f"{len(ear.heard)} log records held canaries: {ear.heard[:3]}")
