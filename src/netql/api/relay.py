"""Nodes, pages and edges, as Relay and its kin expect them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from netql.api.nullability import ITEMS_NEVER_NULL, NEVER_NULL
from netql.execution.batched import Column, batched
from netql.execution.level import Level
from netql.paging import Page, Window, window

N = TypeVar("N")


@strawberry.interface(description="An object with a global id, to be fetched again by it.")
class Node:
    @strawberry.field(description="Opaque and stable; do not take it apart.")
    def id(self) -> strawberry.ID:
        raise NotImplementedError


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    has_next_page: bool = strawberry.field(description="Whether there is more after this page.")
    has_previous_page: bool = strawberry.field(
        description="Whether there is more before this page."
    )
    start_cursor: str | None = strawberry.field(description="The cursor of the first edge.")
    end_cursor: str | None = strawberry.field(description="The cursor of the last edge.")


@strawberry.type(description="An item of a list, with its place in it.")
class Edge(Generic[N]):
    cursor: str = strawberry.field(description="The item's place, for `after` and `before`.")
    node: N | None = strawberry.field(description="The item.", directives=[NEVER_NULL])


def _totals(lists: list[ListOf[Any]], _: Level) -> Column[int]:
    known = [one.page.total for one in lists]
    return known if None not in known else _counted(lists)  # type: ignore[return-value]


async def _counted(lists: list[ListOf[Any]]) -> list[int]:
    return [found or 0 for found in await asyncio.gather(*(one.count() for one in lists))]


@strawberry.type(name="Connection", description="A page of a list.")
class ListOf(Generic[N]):
    page: strawberry.Private[Page[Any]]
    wrap: strawberry.Private[Callable[[Any], Any]]
    count: strawberry.Private[Callable[[], Awaitable[int | None]]]

    # What the viewer may not see is left out before a page is made, so it holds no gaps.
    @strawberry.field(description="The items with their cursors.", directives=[ITEMS_NEVER_NULL])
    def edges(self) -> list[Edge[N] | None]:
        return [
            Edge(cursor=cursor, node=self.wrap(item))
            for cursor, item in zip(self.page.cursors, self.page.items, strict=True)
        ]

    @strawberry.field(description="The items alone.", directives=[ITEMS_NEVER_NULL])
    def nodes(self) -> list[N | None]:
        return list(map(self.wrap, self.page.items))

    @strawberry.field(description="Where this page stands in the list.")
    def page_info(self) -> PageInfo:
        page = self.page
        return PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursor(0) if page.items else None,
            end_cursor=page.cursor(-1) if page.items else None,
        )

    total_count = batched(
        _totals, description="How many items can be paged through. Counted only if it is asked for."
    )


def list_of(
    page: Page[Any], wrap: Callable[[Any], Any], count: Callable[[], Awaitable[int | None]]
) -> ListOf[Any]:
    """A page of a door as a page of the graph; `wrap` makes the node of an item."""
    return ListOf(page=page, wrap=wrap, count=count)


def selected_of_items(level: Level) -> frozenset[str]:
    """What is selected of the items of a list field, however it gets to them."""
    return level.selected("nodes") | level.selected("edges", "node")


def wants_cursors(level: Level) -> bool:
    """Whether anything is selected of a list field that comes with cursors."""
    return not level.selected().isdisjoint(("edges", "pageInfo"))


First = Annotated[
    int | None, strawberry.argument(description="How many at most, 1 to 100; 20 if left out.")
]
After = Annotated[str | None, strawberry.argument(description="Only items after this cursor.")]
Last = Annotated[
    int | None, strawberry.argument(description="How many at most, counted from the end.")
]
Before = Annotated[str | None, strawberry.argument(description="Only items before this cursor.")]


def asked(
    list_name: str,
    first: int | None,
    after: str | None,
    last: int | None = strawberry.UNSET,
    before: str | None = strawberry.UNSET,
) -> Window:
    """Relay's arguments as a window; what was left out is UNSET. Raises BadPage or BadCursor."""
    given = {"first": first, "after": after, "last": last, "before": before}
    return window(
        list_name,
        **{name: value for name, value in given.items() if value is not strawberry.UNSET},  # type: ignore[arg-type]
    )
