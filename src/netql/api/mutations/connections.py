"""Inviting, answering, withdrawing, removing."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import strawberry

from netql import ids
from netql.api.connections import Connection
from netql.api.context import Info
from netql.api.invitations import Invitation
from netql.api.members import Member
from netql.api.mutations.codes import (
    AcceptInvitationErrorCode,
    DeclineInvitationErrorCode,
    RemoveConnectionErrorCode,
    SendInvitationErrorCode,
    WithdrawInvitationErrorCode,
)
from netql.api.nodes import members_asked, node_of
from netql.api.payloads import UserErrorOf, answer, key, sent
from netql.connections import actions
from netql.connections.queries import view_of_made
from netql.viewer import Viewer


@strawberry.input(description="Whom to invite, and what to say.")
class SendInvitationInput:
    member_id: strawberry.ID = strawberry.field(description="Whom.")
    note: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="What to say to them; 300 characters unless the operator chose otherwise.",
    )
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="With the same key and input, this is done once, however often it is sent.",
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which invitation to accept.")
class AcceptInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which invitation to decline.")
class DeclineInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which invitation to take back.")
class WithdrawInvitationInput:
    invitation_id: strawberry.ID = strawberry.field(description="The invitation.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Which connection to end.")
class RemoveConnectionInput:
    member_id: strawberry.ID = strawberry.field(description="Whose connection with the viewer.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.type(description="What came of inviting.")
class SendInvitationPayload:
    user_errors: list[UserErrorOf[SendInvitationErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    invitation: Invitation | None = strawberry.field(
        default=None, description="The invitation, as it stands now."
    )
    connection: Connection | None = strawberry.field(
        default=None, description="The viewer's side of the connection it made, if it did."
    )
    member: Member | None = strawberry.field(
        default=None, description="The other member, as the viewer may know them now."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of accepting.")
class AcceptInvitationPayload:
    user_errors: list[UserErrorOf[AcceptInvitationErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    invitation: Invitation | None = strawberry.field(
        default=None, description="The invitation, as it stands now."
    )
    connection: Connection | None = strawberry.field(
        default=None, description="The viewer's side of the connection it made, if it did."
    )
    member: Member | None = strawberry.field(
        default=None, description="The other member, as the viewer may know them now."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of declining.")
class DeclineInvitationPayload:
    user_errors: list[UserErrorOf[DeclineInvitationErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    invitation: Invitation | None = strawberry.field(
        default=None, description="The invitation, as it stands now."
    )
    member: Member | None = strawberry.field(
        default=None, description="The other member, as the viewer may know them now."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of withdrawing.")
class WithdrawInvitationPayload:
    user_errors: list[UserErrorOf[WithdrawInvitationErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    invitation: Invitation | None = strawberry.field(
        default=None, description="The invitation, as it stands now."
    )
    member: Member | None = strawberry.field(
        default=None, description="The other member, as the viewer may know them now."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


@strawberry.type(description="What came of removing.")
class RemoveConnectionPayload:
    user_errors: list[UserErrorOf[RemoveConnectionErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    removed_connection_id: strawberry.ID | None = strawberry.field(
        default=None, description="The id that is no more; null if it was none before."
    )
    member: Member | None = strawberry.field(
        default=None, description="The other member, as the viewer may know them now."
    )
    viewer: Member | None = strawberry.field(default=None, description="The viewer, refreshed.")


async def _changed(info: Info, other_id: UUID, invitation_id: UUID | None) -> dict[str, Any]:
    """The nodes of a pair, read anew through their doors, but for what is known to be new."""
    context = info.context
    assert context.viewer.member_id is not None
    changed = await members_asked(context, member=other_id, viewer=context.viewer.member_id)
    if invitation_id is not None and context.asks("invitation"):
        changed["invitation"] = await node_of(context, "Invitation", invitation_id)
    return changed


async def _connection(info: Info, other_id: UUID) -> Connection | None:
    if not info.context.asks("connection"):
        return None
    view = await info.context.loaders.connection_with.load(other_id)
    return None if view is None else Connection(view=view)


@strawberry.type
class InvitingMutations:
    @strawberry.mutation(
        description=(
            "Ask a member to connect. If their own invitation to the viewer stands, the two "
            "connect at once."
        )
    )
    async def send_invitation(
        self,
        info: Info,
        input: Annotated[SendInvitationInput, strawberry.argument(description="What to do.")],
    ) -> SendInvitationPayload:
        settings = info.context.services.settings

        async def act(viewer: Viewer) -> tuple[UUID, actions.Sent]:
            other_id = key("Member", input.member_id, "memberId")
            made = await actions.send_invitation(
                viewer, other_id, input.note or None, settings, sent(input.idempotency_key)
            )
            return other_id, made

        async def nodes(done: tuple[UUID, actions.Sent]) -> dict[str, Any]:
            other_id, came = done
            asks = info.context.asks
            # Beside nothing that is read later, and might tell of what came after it.
            if came.made is not None and not (asks("connection") or asks("member")):
                view = view_of_made(info.context.viewer, came.made)
                info.context.loaders.invitation.know(came.invitation_id, view)
            changed = await _changed(info, other_id, came.invitation_id)
            return changed | {"connection": await _connection(info, other_id)}

        return await answer(
            info,
            SendInvitationPayload,
            SendInvitationErrorCode,
            input.client_mutation_id,
            act,
            nodes,
        )

    @strawberry.mutation(
        description=(
            "Say yes to an invitation; it becomes a connection. One that was declined may be "
            "reconsidered until it expires."
        )
    )
    async def accept_invitation(
        self,
        info: Info,
        input: Annotated[AcceptInvitationInput, strawberry.argument(description="What to do.")],
    ) -> AcceptInvitationPayload:
        settings = info.context.services.settings

        async def act(viewer: Viewer) -> tuple[UUID, UUID]:
            found = key("Invitation", input.invitation_id, "invitationId")
            return found, await actions.accept_invitation(viewer, found, settings)

        async def nodes(done: tuple[UUID, UUID]) -> dict[str, Any]:
            changed = await _changed(info, done[1], done[0])
            return changed | {"connection": await _connection(info, done[1])}

        return await answer(
            info,
            AcceptInvitationPayload,
            AcceptInvitationErrorCode,
            input.client_mutation_id,
            act,
            nodes,
        )

    @strawberry.mutation(
        description="Say no to an invitation. Its inviter is not told and cannot tell."
    )
    async def decline_invitation(
        self,
        info: Info,
        input: Annotated[DeclineInvitationInput, strawberry.argument(description="What to do.")],
    ) -> DeclineInvitationPayload:
        async def act(viewer: Viewer) -> tuple[UUID, UUID]:
            found = key("Invitation", input.invitation_id, "invitationId")
            return found, await actions.decline_invitation(viewer, found)

        return await answer(
            info,
            DeclineInvitationPayload,
            DeclineInvitationErrorCode,
            input.client_mutation_id,
            act,
            lambda done: _changed(info, done[1], done[0]),
        )

    @strawberry.mutation(
        description=(
            "Take an invitation back. It is gone for its invitee, who is told so if it waited."
        )
    )
    async def withdraw_invitation(
        self,
        info: Info,
        input: Annotated[WithdrawInvitationInput, strawberry.argument(description="What to do.")],
    ) -> WithdrawInvitationPayload:
        async def act(viewer: Viewer) -> tuple[UUID, UUID]:
            found = key("Invitation", input.invitation_id, "invitationId")
            return found, await actions.withdraw_invitation(viewer, found)

        return await answer(
            info,
            WithdrawInvitationPayload,
            WithdrawInvitationErrorCode,
            input.client_mutation_id,
            act,
            lambda done: _changed(info, done[1], done[0]),
        )

    @strawberry.mutation(description="End a connection. The other is not told.")
    async def remove_connection(
        self,
        info: Info,
        input: Annotated[RemoveConnectionInput, strawberry.argument(description="What to do.")],
    ) -> RemoveConnectionPayload:
        async def act(viewer: Viewer) -> tuple[UUID, UUID | None]:
            other_id: UUID = key("Member", input.member_id, "memberId")
            return other_id, await actions.remove_connection(viewer, other_id)

        async def nodes(done: tuple[UUID, UUID | None]) -> dict[str, Any]:
            other_id, tie_id = done
            removed = None if tie_id is None else ids.encode("Connection", tie_id)
            changed = await _changed(info, other_id, None)
            return {**changed, "removed_connection_id": removed}

        return await answer(
            info,
            RemoveConnectionPayload,
            RemoveConnectionErrorCode,
            input.client_mutation_id,
            act,
            nodes,
        )
