"""Changing one's profile, and who may see it."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import strawberry

from netql.api.context import Info
from netql.api.members import Member
from netql.api.mutations.codes import SetFieldAudienceErrorCode, UpdateProfileErrorCode
from netql.api.nodes import node_of
from netql.api.payloads import UserErrorOf, answer, given, sent
from netql.api.scalars import URL, EmailAddress, PhoneNumber
from netql.infra.passing import persistently
from netql.members import actions
from netql.privacy.audience import Audience
from netql.privacy.fields import Preset, ProfileField


@strawberry.input(description="What to change; what is left out stays, null clears.")
class UpdateProfileInput:
    name: strawberry.Maybe[str] = strawberry.field(description="The name to go by.")
    headline: strawberry.Maybe[str | None] = strawberry.field(
        description="What the member does, in a line."
    )
    industry: strawberry.Maybe[str | None] = strawberry.field(description="The line of business.")
    location: strawberry.Maybe[str | None] = strawberry.field(
        description="Where the member lives or works."
    )
    avatar_url: strawberry.Maybe[URL | None] = strawberry.field(description="A picture.")
    about: strawberry.Maybe[str | None] = strawberry.field(
        description="More, in the member's words."
    )
    pronouns: strawberry.Maybe[str | None] = strawberry.field(description="How to be spoken of.")
    email: strawberry.Maybe[EmailAddress | None] = strawberry.field(
        description="An address to write to."
    )
    phone: strawberry.Maybe[PhoneNumber | None] = strawberry.field(
        description="A number to call, with its country code."
    )
    birthday: strawberry.Maybe[date | None] = strawberry.field(description="The day of birth.")
    address: strawberry.Maybe[str | None] = strawberry.field(description="A postal address.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Who may see a field.")
class SetFieldAudienceInput:
    field: ProfileField = strawberry.field(description="The field.")
    audience: Audience = strawberry.field(description="Who may see it from now on.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which audiences to take for every field.")
class ApplyPrivacyPresetInput:
    preset: Preset = strawberry.field(description="The preset.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.type(description="What came of changing.")
class UpdateProfilePayload:
    user_errors: list[UserErrorOf[UpdateProfileErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of choosing.")
class SetFieldAudiencePayload:
    user_errors: list[UserErrorOf[SetFieldAudienceErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="The viewer with the new audiences. It cannot be refused.")
class ApplyPrivacyPresetPayload:
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


async def _viewer(info: Info) -> dict[str, Any]:
    assert info.context.viewer.member_id is not None
    return {"viewer": await node_of(info.context, "Member", info.context.viewer.member_id)}


@strawberry.type
class ProfileMutations:
    @strawberry.mutation(description="Change one's profile: all of the changes, or none.")
    async def update_profile(
        self,
        info: Info,
        input: Annotated[UpdateProfileInput, strawberry.argument(description="What to do.")],
    ) -> UpdateProfilePayload:
        changes = given(
            name=input.name,
            headline=input.headline,
            industry=input.industry,
            location=input.location,
            avatar_url=input.avatar_url,
            about=input.about,
            pronouns=input.pronouns,
            email=input.email,
            phone=input.phone,
            birthday=input.birthday,
            address=input.address,
        )
        return await answer(
            info,
            UpdateProfilePayload,
            UpdateProfileErrorCode,
            input.client_mutation_id,
            lambda viewer: actions.update_profile(viewer, changes),
            lambda _: _viewer(info),
        )

    @strawberry.mutation(description="Choose who may see a field of one's profile.")
    async def set_field_audience(
        self,
        info: Info,
        input: Annotated[SetFieldAudienceInput, strawberry.argument(description="What to do.")],
    ) -> SetFieldAudiencePayload:
        return await answer(
            info,
            SetFieldAudiencePayload,
            SetFieldAudienceErrorCode,
            input.client_mutation_id,
            lambda viewer: actions.set_field_audience(viewer, input.field, input.audience),
            lambda _: _viewer(info),
        )

    @strawberry.mutation(description="Choose who may see one's profile, every field at once.")
    async def apply_privacy_preset(
        self,
        info: Info,
        input: Annotated[ApplyPrivacyPresetInput, strawberry.argument(description="What to do.")],
    ) -> ApplyPrivacyPresetPayload:
        viewer = info.context.member()
        await persistently(lambda: actions.apply_privacy_preset(viewer, input.preset))
        info.context.renew()
        return ApplyPrivacyPresetPayload(
            client_mutation_id=sent(input.client_mutation_id), **await _viewer(info)
        )
