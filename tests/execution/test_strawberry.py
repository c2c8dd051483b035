"""The executor below Strawberry: extensions, its fields, and subscriptions event by event."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import strawberry
from strawberry.extensions import SchemaExtension
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from netql.execution import BreadthFirst, left_to_graphql_core
from tests.execution import ONCE

pytestmark = ONCE


class _Ours(BreadthFirst, StrawberryGraphQLCoreExecutionContext):
    """As netql puts it in place."""


@strawberry.interface
class Named:
    name: str


@strawberry.type
class Cat(Named):
    lives: int = 9

    @strawberry.field
    def loud(self) -> str:
        return self.name.upper()


@strawberry.type
class Dog(Named):
    @strawberry.field
    async def friend(self, info: strawberry.Info, wanted: str = "cat") -> Named | None:
        if wanted == "nobody":
            raise ValueError(f"{self.name} has no friend")
        return Cat(name=f"{wanted} of {self.name} at {info.path.key}")


@strawberry.type
class Query:
    @strawberry.field
    def pets(self) -> list[Named]:
        return [Cat(name="tom"), Dog(name="rex"), Cat(name="kit")]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def pets(self) -> AsyncIterator[Named]:
        yield Cat(name="tom")
        yield Dog(name="rex")


QUERY = """{ pets { __typename name ... on Cat { lives loud }
  ... on Dog { friend { name } none: friend(wanted: "nobody") { name } } } }"""


def _schema(executor: Any, extensions: Any = ()) -> strawberry.Schema:
    return strawberry.Schema(
        Query,
        subscription=Subscription,
        types=[Cat, Dog],
        execution_context_class=executor,
        extensions=list(extensions),
    )


class _Watching(SchemaExtension):
    """Writes down what Strawberry tells it."""

    seen: list[str]

    def on_execute(self) -> Iterator[None]:
        self.seen.append("execute")
        yield
        assert self.execution_context.result is not None
        self.seen.append("executed")


class _Wrapping(_Watching):
    """And changes what fields come to."""

    def resolve(self, _next: Any, root: Any, info: Any, *args: Any, **kwargs: Any) -> Any:
        self.seen.append(".".join(map(str, info.path.as_list())))
        value = _next(root, info, *args, **kwargs)
        return f"<{value}>" if info.field_name == "name" else value


async def _watched(executor: Any, extension: type[_Watching]) -> tuple[Any, list[str]]:
    seen: list[str] = []
    kind = type(extension.__name__, (extension,), {"seen": seen})
    result = await _schema(executor, [kind]).execute(QUERY)
    return (result.data, [(e.message, e.path) for e in result.errors or ()]), seen


async def test_on_execute_is_around_the_run() -> None:
    left = left_to_graphql_core.total()
    ours = await _watched(_Ours, _Watching)
    assert ours == await _watched(None, _Watching)
    assert ours[1] == ["execute", "executed"]
    assert left_to_graphql_core.total() == left


async def test_resolve_wraps_every_field_of_every_object() -> None:
    (ours, seen), (core, seen_by_core) = (
        await _watched(_Ours, _Wrapping),
        await _watched(None, _Wrapping),
    )
    assert ours == core
    assert ours[0]["pets"][0]["name"] == "<tom>"
    assert sorted(seen) == sorted(seen_by_core)
    assert len(seen) > 10


async def test_each_event_of_a_subscription_is_run_breadth_first() -> None:
    query = 'subscription { pets { name ... on Dog { none: friend(wanted: "nobody") { name } } } }'
    told = []
    for executor in (_Ours, None):
        left = left_to_graphql_core.total()
        events: Any = await _schema(executor).subscribe(query)
        told.append(
            [(one.data, [(e.message, e.path) for e in one.errors or ()]) async for one in events]
        )
        assert left_to_graphql_core.total() == left
    assert told[0] == told[1]
    assert told[0] == [
        ({"pets": {"name": "tom"}}, []),
        (
            {"pets": {"name": "rex", "none": None}},
            [("rex has no friend", ["pets", "none"])],
        ),
    ]
