"""Inputs and payload of the mutations on the sections of a profile."""

from __future__ import annotations

from datetime import date

import strawberry

from netql.api.members import Member
from netql.api.mutations.codes import ProfileSectionErrorCode
from netql.api.payloads import UserErrorOf
from netql.api.scalars import URL


@strawberry.input(description="The position to add.")
class AddPositionInput:
    title: str = strawberry.field(description="What the member does or did.")
    company: str = strawberry.field(description="For whom.")
    location: str | None = strawberry.field(default=strawberry.UNSET, description="Where.")
    description: str | None = strawberry.field(
        default=strawberry.UNSET, description="More, in the member's words."
    )
    started_on: date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day."
    )
    ended_on: date | None = strawberry.field(
        default=strawberry.UNSET, description="The last day; null: it goes on."
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="What to change of a position; what is left out stays, null clears.")
class UpdatePositionInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    title: strawberry.Maybe[str] = strawberry.field(description="What the member does or did.")
    company: strawberry.Maybe[str] = strawberry.field(description="For whom.")
    location: strawberry.Maybe[str | None] = strawberry.field(description="Where.")
    description: strawberry.Maybe[str | None] = strawberry.field(
        description="More, in the member's words."
    )
    started_on: strawberry.Maybe[date | None] = strawberry.field(description="The first day.")
    ended_on: strawberry.Maybe[date | None] = strawberry.field(
        description="The last day; null: it goes on."
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="The education to add.")
class AddEducationInput:
    school: str = strawberry.field(description="The school's name.")
    degree: str | None = strawberry.field(
        default=strawberry.UNSET, description="The degree earned there."
    )
    field_of_study: str | None = strawberry.field(
        default=strawberry.UNSET, description="The subject."
    )
    started_on: date | None = strawberry.field(
        default=strawberry.UNSET, description="The first day."
    )
    ended_on: date | None = strawberry.field(
        default=strawberry.UNSET, description="The last day; null: it goes on."
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(
    description="What to change of an education; what is left out stays, null clears."
)
class UpdateEducationInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    school: strawberry.Maybe[str] = strawberry.field(description="The school's name.")
    degree: strawberry.Maybe[str | None] = strawberry.field(description="The degree earned there.")
    field_of_study: strawberry.Maybe[str | None] = strawberry.field(description="The subject.")
    started_on: strawberry.Maybe[date | None] = strawberry.field(description="The first day.")
    ended_on: strawberry.Maybe[date | None] = strawberry.field(
        description="The last day; null: it goes on."
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="The skill to add.")
class AddSkillInput:
    name: str = strawberry.field(description="The skill.")
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="What to change of a skill; what is left out stays, null clears.")
class UpdateSkillInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    name: strawberry.Maybe[str] = strawberry.field(description="The skill.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="The language to add.")
class AddLanguageInput:
    name: str = strawberry.field(description="The language.")
    proficiency: str | None = strawberry.field(
        default=strawberry.UNSET, description="How well, in the member's words."
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="What to change of a language; what is left out stays, null clears.")
class UpdateLanguageInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    name: strawberry.Maybe[str] = strawberry.field(description="The language.")
    proficiency: strawberry.Maybe[str | None] = strawberry.field(
        description="How well, in the member's words."
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="The website to add.")
class AddWebsiteInput:
    url: URL = strawberry.field(description="The address.")
    label: str | None = strawberry.field(default=strawberry.UNSET, description="What is there.")
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="What to change of a website; what is left out stays, null clears.")
class UpdateWebsiteInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    url: strawberry.Maybe[URL] = strawberry.field(description="The address.")
    label: strawberry.Maybe[str | None] = strawberry.field(description="What is there.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which entry to remove.")
class RemoveProfileEntryInput:
    id: strawberry.ID = strawberry.field(description="The entry.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.type(description="What came of changing a section of one's profile.")
class ProfileSectionPayload:
    user_errors: list[UserErrorOf[ProfileSectionErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    entry_id: strawberry.ID | None = strawberry.field(
        default=None, description="The entry's id; after a removal it is no more."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")
