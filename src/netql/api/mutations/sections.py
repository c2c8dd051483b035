"""Adding to, changing and removing from the sections of one's profile."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

import strawberry

from netql import ids
from netql.api.context import Info
from netql.api.mutations.codes import ProfileSectionErrorCode
from netql.api.mutations.section_inputs import (
    AddEducationInput,
    AddLanguageInput,
    AddPositionInput,
    AddSkillInput,
    AddWebsiteInput,
    ProfileSectionPayload,
    RemoveProfileEntryInput,
    UpdateEducationInput,
    UpdateLanguageInput,
    UpdatePositionInput,
    UpdateSkillInput,
    UpdateWebsiteInput,
)
from netql.api.nodes import node_of
from netql.api.payloads import answer, given, key, sent
from netql.members import sections
from netql.members.sections import Section
from netql.viewer import Viewer


async def _answer(
    info: Info,
    name: str,
    client_mutation_id: str | None,
    act: Callable[[Viewer], Awaitable[UUID]],
) -> ProfileSectionPayload:
    async def nodes(entry_id: UUID) -> dict[str, Any]:
        assert info.context.viewer.member_id is not None
        return {
            "entry_id": strawberry.ID(ids.encode(name, entry_id)),
            "viewer": await node_of(info.context, "Member", info.context.viewer.member_id),
        }

    return await answer(
        info, ProfileSectionPayload, ProfileSectionErrorCode, client_mutation_id, act, nodes
    )


async def _update(
    viewer: Viewer, section: Section, name: str, id: str, changes: dict[str, Any]
) -> UUID:
    entry_id: UUID = key(name, id, "id")
    await sections.update(viewer, section, entry_id, changes)
    return entry_id


async def _remove(
    info: Info, section: Section, name: str, input: RemoveProfileEntryInput
) -> ProfileSectionPayload:
    async def act(viewer: Viewer) -> UUID:
        entry_id: UUID = key(name, input.id, "id")
        await sections.remove(viewer, section, entry_id)
        return entry_id

    return await _answer(info, name, input.client_mutation_id, act)


@strawberry.type
class SectionMutations:
    @strawberry.mutation(description="Add a position to one's profile.")
    async def add_position(
        self,
        info: Info,
        input: Annotated[AddPositionInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        values = {
            "title": input.title,
            "company": input.company,
            "location": input.location or None,
            "description": input.description or None,
            "started_on": input.started_on or None,
            "ended_on": input.ended_on or None,
        }
        return await _answer(
            info,
            "Position",
            input.client_mutation_id,
            lambda viewer: sections.add(
                viewer, sections.POSITIONS, values, sent(input.idempotency_key)
            ),
        )

    @strawberry.mutation(description="Change a position of one's profile.")
    async def update_position(
        self,
        info: Info,
        input: Annotated[UpdatePositionInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        changes = given(
            title=input.title,
            company=input.company,
            location=input.location,
            description=input.description,
            started_on=input.started_on,
            ended_on=input.ended_on,
        )
        return await _answer(
            info,
            "Position",
            input.client_mutation_id,
            lambda viewer: _update(viewer, sections.POSITIONS, "Position", input.id, changes),
        )

    @strawberry.mutation(description="Remove a position from one's profile.")
    async def remove_position(
        self,
        info: Info,
        input: Annotated[RemoveProfileEntryInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        return await _remove(info, sections.POSITIONS, "Position", input)

    @strawberry.mutation(description="Add an education to one's profile.")
    async def add_education(
        self,
        info: Info,
        input: Annotated[AddEducationInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        values = {
            "school": input.school,
            "degree": input.degree or None,
            "field_of_study": input.field_of_study or None,
            "started_on": input.started_on or None,
            "ended_on": input.ended_on or None,
        }
        return await _answer(
            info,
            "Education",
            input.client_mutation_id,
            lambda viewer: sections.add(
                viewer, sections.EDUCATION, values, sent(input.idempotency_key)
            ),
        )

    @strawberry.mutation(description="Change an education of one's profile.")
    async def update_education(
        self,
        info: Info,
        input: Annotated[UpdateEducationInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        changes = given(
            school=input.school,
            degree=input.degree,
            field_of_study=input.field_of_study,
            started_on=input.started_on,
            ended_on=input.ended_on,
        )
        return await _answer(
            info,
            "Education",
            input.client_mutation_id,
            lambda viewer: _update(viewer, sections.EDUCATION, "Education", input.id, changes),
        )

    @strawberry.mutation(description="Remove an education from one's profile.")
    async def remove_education(
        self,
        info: Info,
        input: Annotated[RemoveProfileEntryInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        return await _remove(info, sections.EDUCATION, "Education", input)

    @strawberry.mutation(description="Add a skill to one's profile.")
    async def add_skill(
        self,
        info: Info,
        input: Annotated[AddSkillInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        values = {
            "name": input.name,
        }
        return await _answer(
            info,
            "Skill",
            input.client_mutation_id,
            lambda viewer: sections.add(
                viewer, sections.SKILLS, values, sent(input.idempotency_key)
            ),
        )

    @strawberry.mutation(description="Change a skill of one's profile.")
    async def update_skill(
        self,
        info: Info,
        input: Annotated[UpdateSkillInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        changes = given(
            name=input.name,
        )
        return await _answer(
            info,
            "Skill",
            input.client_mutation_id,
            lambda viewer: _update(viewer, sections.SKILLS, "Skill", input.id, changes),
        )

    @strawberry.mutation(description="Remove a skill from one's profile.")
    async def remove_skill(
        self,
        info: Info,
        input: Annotated[RemoveProfileEntryInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        return await _remove(info, sections.SKILLS, "Skill", input)

    @strawberry.mutation(description="Add a language to one's profile.")
    async def add_language(
        self,
        info: Info,
        input: Annotated[AddLanguageInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        values = {
            "name": input.name,
            "proficiency": input.proficiency or None,
        }
        return await _answer(
            info,
            "Language",
            input.client_mutation_id,
            lambda viewer: sections.add(
                viewer, sections.LANGUAGES, values, sent(input.idempotency_key)
            ),
        )

    @strawberry.mutation(description="Change a language of one's profile.")
    async def update_language(
        self,
        info: Info,
        input: Annotated[UpdateLanguageInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        changes = given(
            name=input.name,
            proficiency=input.proficiency,
        )
        return await _answer(
            info,
            "Language",
            input.client_mutation_id,
            lambda viewer: _update(viewer, sections.LANGUAGES, "Language", input.id, changes),
        )

    @strawberry.mutation(description="Remove a language from one's profile.")
    async def remove_language(
        self,
        info: Info,
        input: Annotated[RemoveProfileEntryInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        return await _remove(info, sections.LANGUAGES, "Language", input)

    @strawberry.mutation(description="Add a website to one's profile.")
    async def add_website(
        self,
        info: Info,
        input: Annotated[AddWebsiteInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        values = {
            "url": input.url,
            "label": input.label or None,
        }
        return await _answer(
            info,
            "Website",
            input.client_mutation_id,
            lambda viewer: sections.add(
                viewer, sections.WEBSITES, values, sent(input.idempotency_key)
            ),
        )

    @strawberry.mutation(description="Change a website of one's profile.")
    async def update_website(
        self,
        info: Info,
        input: Annotated[UpdateWebsiteInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        changes = given(
            url=input.url,
            label=input.label,
        )
        return await _answer(
            info,
            "Website",
            input.client_mutation_id,
            lambda viewer: _update(viewer, sections.WEBSITES, "Website", input.id, changes),
        )

    @strawberry.mutation(description="Remove a website from one's profile.")
    async def remove_website(
        self,
        info: Info,
        input: Annotated[RemoveProfileEntryInput, strawberry.argument(description="What to do.")],
    ) -> ProfileSectionPayload:
        return await _remove(info, sections.WEBSITES, "Website", input)
