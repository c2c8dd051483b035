"""The schema: roots merged, and the checks without which it does not start."""

from __future__ import annotations

from functools import cache
from typing import Any

from strawberry.printer import print_schema
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types
from strawberry.types.base import (
    StrawberryObjectDefinition,
    StrawberryOptional,
    get_object_definition,
)
from strawberry.types.private import is_private

from netql.api.answering import Schema
from netql.api.fields import RULE, WALL
from netql.api.inputs import make_plainly
from netql.api.limits import Limits
from netql.api.live import Subscription
from netql.api.members import Member
from netql.api.mutations.accounts import AccountMutations
from netql.api.mutations.connections import InvitingMutations
from netql.api.mutations.network import NetworkMutations
from netql.api.mutations.profile import ProfileMutations
from netql.api.mutations.safety import SafetyMutations
from netql.api.mutations.sections import SectionMutations
from netql.api.payloads import Names
from netql.api.profile import ProfilePreview
from netql.api.query import Query
from netql.api.scalars import SCALARS
from netql.privacy.fields import ProfileField

# Whose objects are what they are only for some viewer: every field must say who may see it.
GUARDED = (
    "Member",
    "ProfilePreview",
    "Connection",
    "Invitation",
    "NetworkEntry",
    "Block",
    "ViewerRelationship",
)

_Mutation: Any = merge_types(
    "Mutation",
    (
        AccountMutations,
        ProfileMutations,
        SectionMutations,
        InvitingMutations,
        NetworkMutations,
        SafetyMutations,
    ),
)
_Mutation.__strawberry_definition__.description = "Where acting begins. The actor is the viewer."


def create_schema(
    *, introspection: bool = True, suggestions: bool = True, limits: Limits | None = None
) -> Schema:
    """Build and check the schema, with the limits of its operations.

    Raises TypeError when a field has no say on who may see it.
    """
    schema = Schema(
        query=Query,
        mutation=_Mutation,
        subscription=Subscription,
        config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS),
        introspection=introspection,
        suggestions=suggestions,
        limits=limits,
    )
    check_wall(schema)
    for known in schema.schema_converter.type_map.values():
        if isinstance(known.definition, StrawberryObjectDefinition):
            make_plainly(schema.config, known.definition)
    return schema


def check_wall(schema: Schema) -> None:
    """Deny by default: refuse a schema in which a field could be forgotten."""
    for name in GUARDED:
        definition = schema.get_type_by_name(name)
        assert isinstance(definition, StrawberryObjectDefinition)
        for field in definition.fields:
            if is_private(field.type):
                continue
            if field.metadata.get(WALL) not in ("restricted", "relative", "shown"):
                raise TypeError(f"{name}.{field.python_name} does not say who may see it")
            if field.metadata[WALL] == "restricted" and not isinstance(
                field.type, StrawberryOptional
            ):
                raise TypeError(f"{name}.{field.python_name} is restricted, so it must be nullable")
    for type_ in (Member, ProfilePreview):
        declared = {
            field.metadata[RULE]: field.python_name
            for field in get_object_definition(type_, strict=True).fields
            if isinstance(field.metadata.get(RULE), ProfileField)
        }
        missing = set(ProfileField) - set(declared)
        if type_ is ProfilePreview:
            missing.discard(ProfileField.CONNECTIONS)
        wrong = [field.name for field, attribute in declared.items() if attribute != field.value]
        if missing or wrong:
            raise TypeError(f"{type_.__name__}: fields of the table that are not as declared")


# Strawberry prints directives without descriptions of their own and of their arguments.
_DIRECTIVES = {
    "directive @restricted(default: Audience!, widest: Audience!) on FIELD_DEFINITION": (
        'directive @restricted(\n  """The audience until the owner chooses another."""\n'
        '  default: Audience!\n  """The widest audience that the owner may choose."""\n'
        "  widest: Audience!\n) on FIELD_DEFINITION"
    ),
    "directive @semanticNonNull(levels: [Int!]!) on FIELD_DEFINITION": (
        'directive @semanticNonNull(\n  """The levels that are never null: 0 is the field itself, '
        '1 the items of its list."""\n  levels: [Int!]! = [0]\n) on FIELD_DEFINITION'
    ),
    "directive @oneOf on INPUT_OBJECT": (
        '"""Exactly one of the input\'s fields must be given."""\ndirective @oneOf on INPUT_OBJECT'
    ),
}


@cache
def printed() -> str:
    """`schema.graphql`; made once, for it takes as long as a thousand requests."""
    text = print_schema(create_schema()) + "\n"
    for bare, described in _DIRECTIVES.items():
        text = text.replace(bare, described)
    return text
