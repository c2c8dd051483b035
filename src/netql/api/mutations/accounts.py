"""Signing up, in and out, refreshing, closing."""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from netql.accounts import actions
from netql.accounts.actions import SignedIn
from netql.api.attempts import coming, guessing
from netql.api.context import Info
from netql.api.mutations.codes import (
    CloseAccountErrorCode,
    RefreshTokenErrorCode,
    SignInErrorCode,
    SignUpErrorCode,
)
from netql.api.payloads import UserErrorOf, answer, sent
from netql.infra.passing import persistently
from netql.viewer import Viewer


@strawberry.input(description="Who joins.")
class SignUpInput:
    handle: str = strawberry.field(
        description="The short name to be found by; everybody can see it."
    )
    name: str = strawberry.field(description="The name to go by.")
    password: str = strawberry.field(description="8 to 200 characters.")
    idempotency_key: str | None = strawberry.field(
        default=strawberry.UNSET,
        description=(
            "With the same key and input, this makes one member, however often it is sent; each "
            "time it signs in."
        ),
    )
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Who comes back.")
class SignInInput:
    handle: str = strawberry.field(description="The handle, in any case.")
    password: str = strawberry.field(description="The password.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="The token to trade in.")
class RefreshTokenInput:
    refresh_token: str = strawberry.field(description="The newest refresh token of this sign-in.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="Nothing needs to be said to sign out.")
class SignOutInput:
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.input(description="A password, so that nobody else closes an account.")
class CloseAccountInput:
    password: str = strawberry.field(description="The viewer's password.")
    client_mutation_id: str | None = strawberry.field(
        default=strawberry.UNSET, description="Comes back in the payload."
    )


@strawberry.type(description="What came of joining.")
class SignUpPayload:
    user_errors: list[UserErrorOf[SignUpErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    access_token: str | None = strawberry.field(
        default=None, description="To be sent as `Authorization: Bearer ...`."
    )
    refresh_token: str | None = strawberry.field(
        default=None, description="To get the next pair with; good once."
    )
    expires_in: int | None = strawberry.field(
        default=None, description="For how many seconds the access token is good."
    )


@strawberry.type(description="What came of signing in.")
class SignInPayload:
    user_errors: list[UserErrorOf[SignInErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    access_token: str | None = strawberry.field(
        default=None, description="To be sent as `Authorization: Bearer ...`."
    )
    refresh_token: str | None = strawberry.field(
        default=None, description="To get the next pair with; good once."
    )
    expires_in: int | None = strawberry.field(
        default=None, description="For how many seconds the access token is good."
    )


@strawberry.type(description="What came of refreshing.")
class RefreshTokenPayload:
    user_errors: list[UserErrorOf[RefreshTokenErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")
    access_token: str | None = strawberry.field(
        default=None, description="To be sent as `Authorization: Bearer ...`."
    )
    refresh_token: str | None = strawberry.field(
        default=None, description="To get the next pair with; good once."
    )
    expires_in: int | None = strawberry.field(
        default=None, description="For how many seconds the access token is good."
    )


@strawberry.type(description="That the viewer is signed out. It cannot be refused.")
class SignOutPayload:
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")


@strawberry.type(description="What came of leaving.")
class CloseAccountPayload:
    user_errors: list[UserErrorOf[CloseAccountErrorCode]] = strawberry.field(
        description="Why nothing changed; empty on success."
    )
    client_mutation_id: str | None = strawberry.field(description="As it was sent.")


async def _tokens(signed_in: SignedIn) -> dict[str, Any]:
    return {
        "access_token": signed_in.access_token,
        "refresh_token": signed_in.refresh_token,
        "expires_in": signed_in.expires_in,
    }


async def _nothing(_: object) -> dict[str, Any]:
    return {}


@strawberry.type
class AccountMutations:
    @strawberry.mutation(description="Join the network, if it takes sign-ups.")
    async def sign_up(
        self,
        info: Info,
        input: Annotated[SignUpInput, strawberry.argument(description="What to do.")],
    ) -> SignUpPayload:
        accounts = info.context.services.accounts

        async def act(_: Viewer) -> Any:
            key = sent(input.idempotency_key)
            async with coming(info.context):
                return await accounts.sign_up(input.handle, input.name, input.password, key)

        return await answer(
            info,
            SignUpPayload,
            SignUpErrorCode,
            input.client_mutation_id,
            act,
            _tokens,
            guests=True,
        )

    @strawberry.mutation(description="Sign in with handle and password.")
    async def sign_in(
        self,
        info: Info,
        input: Annotated[SignInInput, strawberry.argument(description="What to do.")],
    ) -> SignInPayload:
        accounts = info.context.services.accounts

        async def act(_: Viewer) -> Any:
            async with coming(info.context), guessing(info.context, f"handle {input.handle}"):
                return await accounts.sign_in(input.handle, input.password)

        return await answer(
            info,
            SignInPayload,
            SignInErrorCode,
            input.client_mutation_id,
            act,
            _tokens,
            guests=True,
        )

    @strawberry.mutation(
        description=(
            "Trade a refresh token for a new pair of tokens. A token that comes twice, but for a "
            "short grace, ends its whole sign-in."
        )
    )
    async def refresh_token(
        self,
        info: Info,
        input: Annotated[RefreshTokenInput, strawberry.argument(description="What to do.")],
    ) -> RefreshTokenPayload:
        accounts = info.context.services.accounts

        def act(_: Viewer) -> Any:
            return accounts.refresh(input.refresh_token)

        return await answer(
            info,
            RefreshTokenPayload,
            RefreshTokenErrorCode,
            input.client_mutation_id,
            act,
            _tokens,
            guests=True,
        )

    @strawberry.mutation(description="End this sign-in: its tokens are good no longer.")
    async def sign_out(
        self,
        info: Info,
        input: Annotated[SignOutInput, strawberry.argument(description="What to do.")],
    ) -> SignOutPayload:
        viewer = info.context.member()
        await persistently(lambda: actions.sign_out(viewer))
        return SignOutPayload(client_mutation_id=sent(input.client_mutation_id))

    @strawberry.mutation(
        description=(
            "Leave for good. The profile is emptied, connections and open invitations end, and "
            "the member is gone for everybody at once."
        )
    )
    async def close_account(
        self,
        info: Info,
        input: Annotated[CloseAccountInput, strawberry.argument(description="What to do.")],
    ) -> CloseAccountPayload:
        async def act(viewer: Viewer) -> None:
            async with guessing(info.context, f"member {viewer.member_id}"):
                await actions.close_account(viewer, input.password)

        return await answer(
            info,
            CloseAccountPayload,
            CloseAccountErrorCode,
            input.client_mutation_id,
            act,
            _nothing,
        )
