"""Inputs of plain values are made as Strawberry makes them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import pytest
from strawberry.types.arguments import convert_argument
from strawberry.types.base import StrawberryObjectDefinition

from netql.api.schema import create_schema

SCHEMA = create_schema()
INPUTS = {
    known.definition.name: known.definition
    for known in SCHEMA.schema_converter.type_map.values()
    if isinstance(known.definition, StrawberryObjectDefinition) and known.definition.is_input
}
PLAIN = [name for name, definition in INPUTS.items() if definition.from_input is not None]


def test_the_others_hold_lists_or_tell_null_from_nothing() -> None:
    """Which Strawberry copies, and marks."""
    others = set(INPUTS) - set(PLAIN)
    assert {"AddToNetworkInput", "UpdateNetworkEntryInput"} <= others
    assert len(others) < len(PLAIN)
    assert "SendInvitationInput" in PLAIN


def _given(definition: StrawberryObjectDefinition) -> Iterator[dict[str, Any]]:
    names = [SCHEMA.config.name_converter.from_field(field) for field in definition.fields]
    yield {}
    yield dict.fromkeys(names)
    dice = random.Random(definition.name)
    for _ in range(20):
        yield {
            name: dice.choice((None, object(), "text", 7)) for name in names if dice.random() < 0.6
        }


@pytest.mark.parametrize("name", PLAIN)
def test_they_are_made_alike(name: str) -> None:
    definition = INPUTS[name]
    for given in _given(definition):
        made = []
        for way in (definition.from_input, None):
            usual, definition.from_input = definition.from_input, way
            try:
                made.append(_tried(given, definition))
            finally:
                definition.from_input = usual
        assert made[0] == made[1]


def _tried(given: dict[str, Any], definition: StrawberryObjectDefinition) -> Any:
    try:
        found = convert_argument(
            given, definition.origin, SCHEMA.schema_converter.scalar_registry, SCHEMA.config
        )
    except TypeError as error:
        # A field without which there is no such input: graphql-core has seen to it by then.
        return str(error)
    return {field.name: getattr(found, field.name) for field in fields(definition.origin)}  # type: ignore[arg-type]
