"""What the viewer knows of how they and a member stand to each other."""

from __future__ import annotations

import strawberry

from netql.api.connections import Connection
from netql.api.context import Info
from netql.api.fields import relative
from netql.api.invitations import Invitation, invitation
from netql.api.network import NetworkEntry
from netql.members.views import MemberView
from netql.privacy.audience import Standing

_DEGREES = {Standing.SELF: 0, Standing.CONNECTED: 1, Standing.SECOND_DEGREE: 2}


@strawberry.type(
    description="The viewer's own side of a relationship. Nothing here tells of the other's acts."
)
class ViewerRelationship:
    subject: strawberry.Private[MemberView]

    @relative(
        description=(
            "0: the viewer. 1: connected. 2: through a connection, by a tie that the viewer may "
            "see. Otherwise null."
        )
    )
    def degree(self) -> int | None:
        return _DEGREES.get(self.subject.standing)

    @relative(description="The viewer's side of their connection.")
    async def connection(self, info: Info) -> Connection | None:
        view = await info.context.loaders.connection_with.load(self.subject.id)
        return None if view is None else Connection(view=view)

    @relative(description="The viewer's pending invitation to the member.")
    async def sent_invitation(self, info: Info) -> Invitation | None:
        sent, _ = await info.context.loaders.waiting.load(self.subject.id)
        found: Invitation | None = invitation(sent)
        return found

    @relative(description="The member's pending invitation to the viewer.")
    async def received_invitation(self, info: Info) -> Invitation | None:
        _, received = await info.context.loaders.waiting.load(self.subject.id)
        found: Invitation | None = invitation(received)
        return found

    @relative(description="The viewer's network entry about the member.")
    async def network_entry(self, info: Info) -> NetworkEntry | None:
        view = await info.context.loaders.entry_about.load(self.subject.id)
        return None if view is None else NetworkEntry(view=view)
