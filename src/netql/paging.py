"""Keyset paging: pages, cursors, and the arithmetic between them.

A cursor is the sort key of the row it stands behind, so a page never shifts when rows come or
go. Clients treat it as opaque. It carries only values its reader was shown.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

import orjson

from netql.errors import BadCursor, BadPage

DEFAULT_PAGE = 20
LARGEST_PAGE = 100
# Characters of a cursor: those that are handed out hold a name and an id.
LONGEST_CURSOR = 16_384

R = TypeVar("R")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Window:
    """What part of a list is asked for: `limit` rows after (or, backwards, before) a key."""

    limit: int = DEFAULT_PAGE
    backwards: bool = False
    key: tuple[str, ...] | None = None

    @property
    def fetch(self) -> int:
        """Rows to ask the database for: one more tells whether there is a further page."""
        return self.limit + 1


class Page(Generic[T]):
    """Items in list order, each with its cursor, and whether there is more on either side.

    Cursors are made when they are asked for: most readers want none, or the last. `total` is how
    many items the whole list has, where that was found out on the way.
    """

    __slots__ = ("_cursor_at", "has_next", "has_previous", "items", "total")

    def __init__(
        self,
        items: Sequence[T],
        cursor_at: Callable[[int], str],
        *,
        has_next: bool = False,
        has_previous: bool = False,
        total: int | None = None,
    ) -> None:
        self.items = items
        self._cursor_at = cursor_at
        self.has_next = has_next
        self.has_previous = has_previous
        self.total = total

    def cursor(self, index: int) -> str:
        """The cursor of one item; -1 is the last."""
        return self._cursor_at(index)

    @property
    def cursors(self) -> list[str]:
        return [self._cursor_at(index) for index in range(len(self.items))]


def window(
    list_name: str,
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
) -> Window:
    """Translate Relay's arguments. Raises BadPage or BadCursor."""
    if first is not None and last is not None:
        raise BadPage("Ask for `first` or for `last`, not for both.")
    if after is not None and before is not None:
        raise BadPage("Give `after` or `before`, not both.")
    if (first is not None and before is not None) or (last is not None and after is not None):
        raise BadPage("`first` goes with `after`, `last` goes with `before`.")
    asked = first if first is not None else last
    limit = DEFAULT_PAGE if asked is None else asked
    if not 1 <= limit <= LARGEST_PAGE:
        raise BadPage(f"A page holds 1 to {LARGEST_PAGE} items; {limit} were asked for.")
    backwards = last is not None or before is not None
    cursor = before if backwards else after
    return Window(limit, backwards, None if cursor is None else read_cursor(list_name, cursor))


def cursor(list_name: str, *key: str) -> str:
    """The cursor of a row: the list's name and order, and the row's sort key."""
    return base64.urlsafe_b64encode(orjson.dumps([list_name, *key])).rstrip(b"=").decode()


def read_cursor(list_name: str, text: str) -> tuple[str, ...]:
    """The sort key inside a cursor of that list. Raises BadCursor."""
    if len(text) > LONGEST_CURSOR:
        raise BadCursor
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        parts = orjson.loads(raw)
    except (binascii.Error, ValueError):
        raise BadCursor from None
    if not isinstance(parts, list) or len(parts) < 2 or parts[0] != list_name:
        raise BadCursor
    if not all(isinstance(part, str) and "\0" not in part for part in parts):
        raise BadCursor
    return tuple(parts[1:])


def moment(text: str) -> datetime:
    """A time inside a cursor, in UTC. Raises BadCursor for what no list hands out."""
    try:
        at = datetime.fromisoformat(text)
        if at.tzinfo is None:
            raise BadCursor
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadCursor from None


def page_of(
    rows: Sequence[R],
    asked: Window,
    cursor_of: Callable[[R], str],
    item_of: Callable[[R], T],
    *,
    total: int | None = None,
) -> Page[T]:
    """Cut the rows of a window (one too many, in fetch order) into a page in list order."""
    more = len(rows) > asked.limit
    kept = rows[: asked.limit]
    if asked.backwards:
        kept = kept[::-1]
    inside = asked.key is not None
    return Page(
        list(map(item_of, kept)),
        lambda index: cursor_of(kept[index]),
        has_next=inside if asked.backwards else more,
        has_previous=more if asked.backwards else inside,
        total=total,
    )
