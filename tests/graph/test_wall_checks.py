"""Deny by default: a schema in which a field forgot to say who may see it does not start."""

from __future__ import annotations

from typing import Any

import pytest
import strawberry
from strawberry.schema.config import StrawberryConfig

from netql.api import schema as wall
from netql.api.fields import relative, restricted, shown
from netql.api.members import Member
from netql.api.payloads import Names
from netql.api.profile import ProfilePreview
from netql.api.scalars import SCALARS
from netql.api.schema import Schema, check_wall, create_schema
from netql.privacy.audience import Audience
from netql.privacy.fields import ProfileField


@strawberry.type
class Sound:
    view: strawberry.Private[object]
    secret: str | None = restricted(Audience.ONLY_ME, description="Closed.")

    @shown(description="Open.")
    def title(self) -> str:
        return "title"

    @relative(description="Computed.")
    def mine(self) -> bool:
        return True


@strawberry.type
class WithAttribute(Sound):
    forgotten: str


@strawberry.type
class WithResolver(Sound):
    @strawberry.field(description="Says nothing of who may see it.")
    def forgotten(self) -> str:
        return "seen by all"


@strawberry.type
class WithValue(Sound):
    closed: str = restricted(Audience.ONLY_ME, description="Cannot be hidden as null.")


@strawberry.type
class WithList(Sound):
    @restricted(ProfileField.SKILLS, description="Cannot be hidden as null.")
    def closed(self) -> list[str]:
        return ["seen by all"]


def schema_of(diary: type[Any]) -> Schema:
    """A schema around one type, under the name Diary, beside the real members."""
    fields = {"__annotations__": {"member": Member | None, "preview": ProfilePreview | None}}
    query = strawberry.type(type("Query", (), fields | {"member": None, "preview": None}))
    named = strawberry.type(type("Diary", (diary,), {"__annotations__": {}}))
    return Schema(
        query=query,
        types=[named],
        config=StrawberryConfig(name_converter=Names(), scalar_map=SCALARS),
    )


@pytest.fixture
def guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall, "GUARDED", ("Diary",))


@pytest.mark.usefixtures("guarded")
def test_a_type_whose_fields_all_say_it_starts() -> None:
    check_wall(schema_of(Sound))


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("diary", [WithAttribute, WithResolver])
def test_an_undeclared_field_stops_the_start(diary: type[Any]) -> None:
    with pytest.raises(TypeError, match=r"Diary\.forgotten does not say who may see it"):
        check_wall(schema_of(diary))


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize("diary", [WithValue, WithList])
def test_a_restricted_field_that_cannot_be_null_stops_the_start(diary: type[Any]) -> None:
    with pytest.raises(TypeError, match=r"Diary\.closed is restricted, so it must be nullable"):
        check_wall(schema_of(diary))


@strawberry.type
class Lacking:
    view: strawberry.Private[object]
    headline: str | None = restricted(ProfileField.HEADLINE, description="The only one.")


@strawberry.type
class Misnamed(ProfilePreview):
    mail: str | None = restricted(ProfileField.EMAIL, description="Under another name.")


@pytest.mark.parametrize("name", ["Member", "ProfilePreview"])
@pytest.mark.parametrize("type_", [Lacking, Misnamed])
def test_the_table_of_fields_and_the_attributes_must_agree(
    monkeypatch: pytest.MonkeyPatch, name: str, type_: type[Any]
) -> None:
    real = create_schema()
    check_wall(real)
    monkeypatch.setattr(wall, name, type_)
    with pytest.raises(TypeError, match="fields of the table that are not as declared"):
        check_wall(real)


def test_every_type_that_depends_on_its_viewer_is_guarded() -> None:
    """Whatever is a node, or is reached only through one's standing, is on the list."""
    real = create_schema()
    nodes = {
        name
        for name, type_ in real.schema_converter.type_map.items()
        if "Node" in [face.name for face in getattr(type_.definition, "interfaces", [])]
    }
    assert len(nodes) >= 5
    assert nodes <= set(wall.GUARDED)
    assert {"ProfilePreview", "ViewerRelationship"} <= set(wall.GUARDED)
