"""From a level's objects to a column of values, by the best way that a field offers.

Best first: a column that the field reads or computes itself (see `batched`), an attribute,
graphql-core's default of a key or attribute, and a resolver called once per object. Each gives a
list with one value per object, in which an exception or an awaitable may stand for a value, or one
awaitable of such a list.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from graphql import GraphQLError, default_field_resolver
from graphql.pyutils import Path

from netql.execution import declared
from netql.execution.level import Level

if TYPE_CHECKING:
    from netql.execution.places import Frame
    from netql.execution.plan import FieldPlan
    from netql.execution.run import Run

Column = list[Any] | Awaitable[list[Any]]
Way = Callable[["Run", "Frame", "FieldPlan"], Column]


def way_of(field: FieldPlan) -> Way:
    """How the field is resolved, decided when the plan is made."""
    definition = field.definition
    if field.name == "__typename":
        return type_names
    reader = declared.reader_of(definition)
    if reader is not None:
        field.memo[read] = reader
        return read
    column = declared.column_of(definition)
    if column is not None:
        field.memo[own_column] = column
        return own_column
    attribute = declared.attribute_of(definition)
    if attribute is not None:
        field.memo[attributes] = attribute
        return attributes
    method = declared.method_of(definition)
    if method is not None:
        field.memo[methods] = method
        return methods
    # Arguments can be wrong, whether or not anything wants them.
    if definition.resolve is None and not definition.args:
        return defaults
    return each


def type_names(run: Run, frame: Frame, field: FieldPlan) -> Column:
    """`__typename`: of every object of a frame the same."""
    if run.wraps:
        return each(run, frame, field)
    return [frame.plan.type.name] * len(frame.sources)


def read(run: Run, frame: Frame, field: FieldPlan) -> Column:
    """The field reads its column off the objects."""
    if run.wraps:
        return each(run, frame, field)
    try:
        found: list[Any] = field.memo[read](frame.sources)
    except Exception as error:
        return [error] * len(frame.sources)
    return found


def own_column(run: Run, frame: Frame, field: FieldPlan) -> Column:
    """The field computes its column itself."""
    if run.wraps:
        return each(run, frame, field)
    column = field.memo[own_column]
    try:
        arguments = field.arguments(run.variable_values)
        level = Level(run.context, field, arguments, run.variable_values)
        found: Column = column(frame.sources, level)
        return found
    except Exception as error:
        return [error] * len(frame.sources)


def attributes(run: Run, frame: Frame, field: FieldPlan) -> Column:
    """An attribute of each object."""
    if run.wraps:
        return each(run, frame, field)
    name = field.memo[attributes]
    try:
        return [getattr(source, name) for source in frame.sources]
    except Exception:
        return [_attribute(source, name) for source in frame.sources]


def _attribute(source: Any, name: str) -> Any:
    try:
        return getattr(source, name)
    except Exception as error:
        return error


def methods(run: Run, frame: Frame, field: FieldPlan) -> Column:
    """A method of each object, that takes nothing."""
    if run.wraps:
        return each(run, frame, field)
    method = field.memo[methods]
    try:
        return list(map(method, frame.sources))
    except Exception:
        return [_called(method, source) for source in frame.sources]


def _called(method: Callable[[Any], Any], source: Any) -> Any:
    try:
        return method(source)
    except Exception as error:
        return error


def defaults(run: Run, frame: Frame, field: FieldPlan) -> Column:
    """graphql-core's default: a key of a mapping, else an attribute, called if it is callable."""
    if run.wraps or run.field_resolver is not default_field_resolver:
        return each(run, frame, field)
    name = field.name
    column = []
    for source in frame.sources:
        try:
            value = source.get(name) if isinstance(source, Mapping) else getattr(source, name, None)
        except Exception as error:
            value = error
        if callable(value):
            return each(run, frame, field)
        column.append(value)
    return column


def each(run: Run, frame: Frame, field: FieldPlan) -> Column:
    """An ordinary resolver, called for one object after the other."""
    resolver = field.definition.resolve or run.field_resolver
    if run.middleware is not None:
        resolver = run.middleware.get_field_resolver(resolver)
    try:
        arguments = field.arguments(run.variable_values)
    except GraphQLError as error:
        return [error] * len(frame.sources)
    key, type_name = field.key, field.parent_type.name
    column = []
    for source, path in zip(frame.sources, frame.paths(), strict=True):
        info = run.info(field, Path(path, key, type_name))
        try:
            column.append(resolver(source, info, **arguments))
        except Exception as error:
            column.append(error)
    return column
