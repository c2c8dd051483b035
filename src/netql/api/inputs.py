"""Inputs of plain values, made without asking Strawberry about every field anew.

By the time that an input is made its values are coerced. Strawberry finds out for each request
which of them are still to be converted; where none ever is, there is nothing to find out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from typing import Any

from strawberry.schema.config import StrawberryConfig
from strawberry.types.base import (
    StrawberryList,
    StrawberryMaybe,
    StrawberryObjectDefinition,
    StrawberryOptional,
    has_object_definition,
)
from strawberry.types.lazy_type import LazyType

Make = Callable[[type, Mapping[str, Any], Any], Any]


def make_plainly(config: StrawberryConfig, definition: StrawberryObjectDefinition) -> None:
    """If all fields of the input are plain values, have it made by their names alone."""
    types = (field.resolve_type(type_definition=definition) for field in definition.fields)
    if definition.is_input and all(map(_is_plain, types)):
        definition.from_input = _maker(config, definition)


def _is_plain(type_: Any) -> bool:
    if isinstance(type_, StrawberryOptional) and not isinstance(type_, StrawberryMaybe):
        type_ = type_.of_type
    if isinstance(type_, (StrawberryMaybe, StrawberryList, LazyType)):
        return False
    return not has_object_definition(type_)


def _maker(config: StrawberryConfig, definition: StrawberryObjectDefinition) -> Make:
    names = [
        (config.name_converter.from_field(field), field.python_name) for field in definition.fields
    ]
    # As Strawberry has it: what has no default of its own and is left out is None.
    absent: dict[str, Any] = {
        field.python_name: None
        for field in definition.fields
        if field.default_value is MISSING and field.default_factory is MISSING
    }

    def make(class_: type, given: Mapping[str, Any], _: Any) -> Any:
        values = absent | {name: given[key] for key, name in names if key in given}
        return class_(**values)

    return make
