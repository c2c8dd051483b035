"""Nodes, pages and edges, as Relay and its kin expect them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any, Generic, TypeVar

import strawberry

from netql.paging import Page, Window, window

N = TypeVar("N")
V = TypeVar("V")


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
    node: N | None = strawberry.field(description="The item.")


@strawberry.type(name="Connection", description="A page of a list.")
class ListOf(Generic[N]):
    edges: list[Edge[N] | None] = strawberry.field(description="The items with their cursors.")
    nodes: list[N | None] = strawberry.field(description="The items alone.")
    page_info: PageInfo = strawberry.field(description="Where this page stands in the list.")
    count: strawberry.Private[Callable[[], Awaitable[int | None]]]

    @strawberry.field(
        description="How many items can be paged through. Counted only if it is asked for."
    )
    async def total_count(self) -> int:
        return await self.count() or 0


def list_of(
    page: Page[V], wrap: Callable[[V], Any], count: Callable[[], Awaitable[int | None]]
) -> ListOf[Any]:
    """A page of a door as a page of the graph; `wrap` makes the node of an item."""
    nodes = [wrap(item) for item in page.items]
    edges: list[Edge[Any] | None] = [
        Edge(cursor=cursor, node=node) for cursor, node in zip(page.cursors, nodes, strict=True)
    ]
    return ListOf(
        edges=edges,
        nodes=nodes,
        page_info=PageInfo(
            has_next_page=page.has_next,
            has_previous_page=page.has_previous,
            start_cursor=page.cursors[0] if page.cursors else None,
            end_cursor=page.cursors[-1] if page.cursors else None,
        ),
        count=count,
    )


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
