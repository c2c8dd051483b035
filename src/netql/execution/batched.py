"""Fields that one function resolves for all objects of a level.

    def _avatars(people: list[Person], level: Level, size: int = 64) -> Column[str | None]:
        ...

    avatar = batched(_avatars, description="A picture.")

The function is given the objects and what is asked (`Level`), then the field's arguments as
Strawberry converts them. It gives a list with one value per object, or an awaitable of one, in
which an exception stands for a value that failed. netql's executor calls it once per level.
graphql-core's resolves each object alone: there the objects of a level meet in a loader, which
lives as long as the operation's context.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from functools import partial
from types import FunctionType
from typing import Any, TypeVar

from aiodataloader import DataLoader
from graphql import GraphQLResolveInfo
from graphql.execution.collect_fields import FieldDetails, FragmentDetails
from strawberry.types.arguments import convert_arguments
from strawberry.types.field import StrawberryField
from strawberry.types.info import Info

from netql.execution.level import Level
from netql.execution.plan import FieldPlan, OperationPlan, Variant

T = TypeVar("T")

# One value per object, at once or later.
Column = list[T] | Awaitable[list[T]]
Batch = Callable[..., Column[Any]]

_BATCH = "__netql_batch__"
_COERCED = "__netql_coerced__"


class BatchedField(StrawberryField):
    """A field whose resolver may be a function for all objects of a level; see `resolver_of`."""

    @property
    def batch(self) -> Batch | None:
        resolver = self.base_resolver
        found: Batch | None = resolver and getattr(resolver.wrapped_func, _BATCH, None)
        return found

    @property
    def column(self) -> Callable[[list[Any], Level], Column[Any]] | None:
        """What netql's executor calls, asked for once per plan; None leaves the field to its
        ordinary resolver."""
        batch = self.batch
        if batch is None:
            return None
        coerced = getattr(batch, _COERCED, False)

        def resolve(sources: list[Any], level: Level) -> Column[Any]:
            arguments = level.arguments
            if not arguments:
                return batch(sources, level)
            return batch(sources, level, **(arguments if coerced else self._converted(level)))

        return resolve

    def _converted(self, level: Level) -> dict[str, Any]:
        """The arguments as Python values; those that no variable changes only once per plan."""
        arguments = level.arguments
        kept: tuple[Any, dict[str, Any]] | None = level.field.memo.get(BatchedField)
        if kept is not None and kept[0] is arguments:
            return kept[1]
        converter = level.field.variant.outline.schema._strawberry_schema.schema_converter  # type: ignore[attr-defined]
        converted = convert_arguments(
            arguments, self.arguments, converter.scalar_registry, converter.config
        )
        if level.field.arguments_are_fixed:
            level.field.memo[BatchedField] = (arguments, converted)
        return converted


def batched(
    batch: Batch, *, description: str | None = None, coerced: bool = False, **options: Any
) -> Any:
    """A field that `batch` resolves; `options` are those of a StrawberryField.

    With `coerced` the function is given its arguments as graphql-core coerces them, by their names
    in the graph, inputs as dictionaries: Strawberry's own conversion takes longer than all the
    rest of a small field. Raises TypeError for a function that is not written as a batch.
    """
    if coerced:
        batch.__dict__[_COERCED] = True
    return BatchedField(description=description, **options)(resolver_of(batch))


def resolver_of(batch: Batch) -> Any:
    """An ordinary resolver with the arguments and the type of a batch, for Strawberry to read.

    Raises TypeError unless the batch takes objects and level and says `Column[...]` or `list[...]`
    of what it gives, as annotations kept in text (`from __future__ import annotations`).
    """
    assert isinstance(batch, FunctionType)
    _objects, _level, *others = _parameters(batch)
    said = batch.__annotations__.get("return")
    if not isinstance(said, str) or not said.startswith(("Column[", "list[")):
        raise TypeError(f"{batch.__qualname__} must say which Column[...] or list[...] it gives.")
    if inspect.isasyncgenfunction(batch):
        raise TypeError(f"{batch.__qualname__} is an async generator, which gives no column.")
    inner = said.partition("[")[2].removesuffix("]")

    async def resolver(self: Any, info: Info[Any, Any], **arguments: Any) -> Any:
        return await _alone(batch, self, info, arguments)

    keyword = [one.replace(kind=inspect.Parameter.KEYWORD_ONLY) for one in others]
    own = list(inspect.signature(resolver).parameters.values())[:2]
    typed = [own[0].replace(annotation=inspect.Parameter.empty), own[1].replace(annotation=Info)]
    resolver.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [*typed, *keyword], return_annotation=inner
    )
    resolver.__annotations__ = {
        "info": Info,
        **{one.name: one.annotation for one in others},
        "return": inner,
    }
    resolver.__module__ = batch.__module__
    resolver.__name__ = batch.__name__
    resolver.__qualname__ = batch.__qualname__
    setattr(resolver, _BATCH, batch)
    return resolver


def _parameters(batch: FunctionType) -> list[inspect.Parameter]:
    parameters = list(inspect.signature(batch).parameters.values())
    if len(parameters) < 2:
        raise TypeError(f"{batch.__qualname__} must take the objects and the level.")
    return parameters


async def _alone(batch: Batch, source: Any, info: Info[Any, Any], arguments: dict[str, Any]) -> Any:
    """The field of one object, together with others that are asked for in the same turn."""
    raw = info._raw_info
    level = _level(raw)
    if getattr(batch, _COERCED, False):
        arguments = level.arguments
    loaders = getattr(info.context, "batches", None)
    if loaders is None:
        return (await _all(batch, level, arguments, [source]))[0]
    key = (batch, tuple(map(id, raw.field_nodes)), raw.parent_type.name)
    loader = loaders.get(key)
    if loader is None:
        loader = loaders[key] = DataLoader(
            partial(_all, batch, level, arguments), get_cache_key=id, cache=False
        )
    value = await loader.load(source)
    return value


async def _all(
    batch: Batch, level: Level, arguments: dict[str, Any], sources: list[Any]
) -> list[Any]:
    column = batch(sources, level, **arguments)
    if not isinstance(column, list):
        column = await column
    if not isinstance(column, list) or len(column) != len(sources):
        raise TypeError(f"{batch.__qualname__} gave no value for each of its objects.")
    return column


def _level(raw: GraphQLResolveInfo[Any]) -> Level:
    fragments = {name: FragmentDetails(definition) for name, definition in raw.fragments.items()}
    plan = OperationPlan(raw.schema, raw.operation, fragments)
    variant = Variant(plan.outline, raw.variable_values)
    # Whether the field is alone is known from then on.
    variant.root()
    details = [FieldDetails(node, None) for node in raw.field_nodes]
    definition = raw.parent_type.fields[raw.field_nodes[0].name.value]
    key = str(raw.path.key)
    field = FieldPlan(variant, raw.parent_type, key, details, definition, 0)
    return Level(raw.context, field, field.arguments(raw.variable_values), raw.variable_values)
