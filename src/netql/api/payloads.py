"""How a mutation answers: what changed, refreshed, or why nothing did."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Any, Generic, TypeVar

import strawberry
from strawberry.schema.name_converter import NameConverter
from strawberry.types.base import StrawberryObjectDefinition, StrawberryType

from netql import ids
from netql.api.context import Info
from netql.errors import Interrupted, NotFound, Refused
from netql.events.wakeups import wakeups
from netql.infra.passing import persistently
from netql.viewer import Viewer

C = TypeVar("C", bound=Enum)
P = TypeVar("P")
R = TypeVar("R")
T = TypeVar("T")


@strawberry.interface(description="Why a mutation changed nothing.")
class UserError:
    message: str = strawberry.field(description="A sentence for people.")
    field: list[str] | None = strawberry.field(
        description="The path inside the input, outermost first; null: the whole of it."
    )


@strawberry.type(name="UserError", description="Why this mutation changed nothing.")
class UserErrorOf(UserError, Generic[C]):
    code: C = strawberry.field(description="For programs: the kind of refusal.")


class Names(NameConverter):
    """`SendInvitationUserError`, from the error type and `SendInvitationErrorCode`."""

    def from_generic(
        self, generic_type: StrawberryObjectDefinition, types: list[StrawberryType | type]
    ) -> str:
        name = super().from_generic(generic_type, types)
        return name.replace("ErrorCodeUserError", "UserError")


async def answer(
    info: Info,
    payload: Callable[..., P],
    codes: type[C],
    client_mutation_id: str | None,
    act: Callable[[Viewer], Awaitable[R]],
    nodes: Callable[[R], Awaitable[dict[str, Any]]],
    *,
    guests: bool = False,
) -> P:
    """Act as the viewer and answer with what changed, or with the refusal.

    Raises Unauthenticated for guests unless `guests` may do this, and Interrupted once the act was
    tried several times. Whatever was read before is forgotten first, so the payload shows things
    as they are after the act.
    """
    viewer = info.context.viewer if guests else info.context.member()
    echoed = sent(client_mutation_id)
    before = wakeups.times
    try:
        done = await persistently(lambda: act(viewer))
    except Refused as refusal:
        error: UserErrorOf[Any] = UserErrorOf(
            code=codes[refusal.code],
            message=refusal.message,
            field=None if refusal.field is None else list(refusal.field),
        )
        info.context.renew()
        return payload(user_errors=[error], client_mutation_id=echoed)
    await wakeups.go_first(since=before)
    info.context.renew()
    try:
        changed = await nodes(done)
    except Interrupted:
        # Of the act, and that was not undone.
        raise Interrupted(undone=False) from None
    return payload(user_errors=[], client_mutation_id=echoed, **changed)


def key(type_name: str, global_id: str, field: str) -> Any:
    """The key inside a global id. Raises NotFound for what is no id of that type."""
    found = ids.key_of(type_name, global_id)
    if found is None:
        raise NotFound((field,))
    return found


def given(**changes: Any) -> dict[str, Any]:
    """The fields of a patch that were sent: `Maybe` tells absent from null."""
    return {name: value.value for name, value in changes.items() if value is not None}


def sent(value: T | None) -> T | None:
    """An optional input as it was sent; None if it was left out."""
    return None if value is strawberry.UNSET else value
