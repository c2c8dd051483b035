"""Tables of members and the sections of their profiles."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from netql.infra.columns import UtcField
from netql.privacy.fields import RESTRICTIONS, ProfileField


class _Audiences(type(Model)):  # type: ignore[misc]
    """Gives a model one audience column per profile field, from the table of fields."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, object]) -> type:
        for field in ProfileField:
            default = int(RESTRICTIONS[field].default)
            attrs[field.audience_column] = fields.SmallIntField(default=default)
        created: type = super().__new__(mcs, name, bases, attrs)
        return created


class Member(Model, metaclass=_Audiences):
    """Somebody on this network. A closed one keeps only its id and handle."""

    id = fields.UUIDField(primary_key=True)
    handle = fields.TextField()
    name = fields.TextField()
    name_key = fields.TextField()
    created_at = UtcField()
    closed_at = UtcField(null=True)
    headline = fields.TextField(null=True)
    industry = fields.TextField(null=True)
    location = fields.TextField(null=True)
    avatar_url = fields.TextField(null=True)
    about = fields.TextField(null=True)
    pronouns = fields.TextField(null=True)
    email = fields.TextField(null=True)
    phone = fields.TextField(null=True)
    birthday = fields.DateField(null=True)
    address = fields.TextField(null=True)

    class Meta:
        table = "members"


class SearchKey(Model):
    """A text by whose beginning a member is found: the handle, the name, its later words."""

    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    key = fields.TextField()

    class Meta:
        table = "search_keys"


class Position(Model):
    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    title = fields.TextField()
    company = fields.TextField()
    location = fields.TextField(null=True)
    description = fields.TextField(null=True)
    started_on = fields.DateField(null=True)
    ended_on = fields.DateField(null=True)

    class Meta:
        table = "positions"


class Education(Model):
    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    school = fields.TextField()
    degree = fields.TextField(null=True)
    field_of_study = fields.TextField(null=True)
    started_on = fields.DateField(null=True)
    ended_on = fields.DateField(null=True)

    class Meta:
        table = "education"


class Skill(Model):
    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    name = fields.TextField()

    class Meta:
        table = "skills"


class Language(Model):
    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    name = fields.TextField()
    proficiency = fields.TextField(null=True)

    class Meta:
        table = "languages"


class Website(Model):
    id = fields.UUIDField(primary_key=True)
    member_id = fields.UUIDField()
    url = fields.TextField()
    label = fields.TextField(null=True)

    class Meta:
        table = "websites"
