"""The door out for events: of which entries of their logs members may be told, as things are now.

However many members are to be told of however many entries, it takes one statement for what is
about invitations and one for what is about connections.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from netql.accounts.listeners import live
from netql.clock import now
from netql.connections.events import (
    CONNECTED,
    INVITATION_ACCEPTED,
    INVITATION_CONCLUDED,
    INVITATION_RECEIVED,
    INVITATION_WITHDRAWN,
)
from netql.connections.facts import WITHOUT_KEY, facts
from netql.connections.queries import InvitationView
from netql.connections.rules import (
    Facts,
    InvitationStatus,
    invitee_status,
    inviter_status,
    status_for,
)
from netql.connections.ties import ConnectionView
from netql.events.entries import LogEntry
from netql.infra.database import fetch
from netql.members.columns import Need, columns, joined
from netql.members.queries import view
from netql.members.views import MemberView
from netql.privacy.audience import Standing
from netql.relations import sql

OF_INVITATIONS = frozenset(
    (INVITATION_RECEIVED, INVITATION_WITHDRAWN, INVITATION_ACCEPTED, INVITATION_CONCLUDED)
)
OF_CONNECTIONS = frozenset((CONNECTED,))


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """An entry that its member may be told of, and what it is about as they may know it.

    A withdrawn invitation is gone for its invitee: all there is of it is its key. `signed_in`:
    whether the session in which it is asked for lives.
    """

    entry: LogEntry
    signed_in: bool
    invitation: InvitationView | None = None
    connection: ConnectionView | None = None


class Asked(NamedTuple):
    """Who asks, in which session, whether they may be told of which entry of their log."""

    reader_id: UUID
    session_id: UUID | None
    entry: LogEntry


async def told(
    asked: Sequence[Asked], *, evenly: bool = False, need: Need | None = None
) -> list[Told | None]:
    """For each entry what its reader may be told now; None: nothing at all.

    Entries of other kinds are nobody's business. `evenly` it takes both statements, whatever the
    entries are about and if there are none: who waits for the answer could tell otherwise that
    there are some that may not be told. With a `need` the other end comes along, by the same
    statement, as the reader may know it.
    """
    at = now()
    invitations = await _invitations(_about(asked, OF_INVITATIONS), evenly, need)
    connections = await _connections(_about(asked, OF_CONNECTIONS), evenly, need)
    found: list[Told | None] = []
    for reader_id, session_id, entry in asked:
        about = (reader_id, entry.subject_id, session_id)
        invitation, other, signed_in = invitations.get(about, _ABSENT)
        if invitation is not None and may_tell(entry.kind, reader_id, invitation, at):
            status = status_for(reader_id, invitation, at)
            view = None if status is None else InvitationView(invitation, status, other)
            found.append(Told(entry, signed_in, invitation=view))
        elif about in connections and entry.kind in OF_CONNECTIONS:
            connection, signed_in = connections[about]
            found.append(Told(entry, signed_in, connection=connection))
        else:
            found.append(None)
    return found


def may_tell(kind: str, reader_id: UUID, found: Facts, at: datetime) -> bool:
    """Whether an event of that kind is still true of an invitation, and the reader's to know."""
    if reader_id == found.inviter_id:
        return kind == INVITATION_ACCEPTED and (
            inviter_status(found, at) is InvitationStatus.ACCEPTED
        )
    if reader_id != found.invitee_id:
        return False
    if kind == INVITATION_WITHDRAWN:
        # Only of what waited for them until then: not of what they declined, or their block ended.
        return (
            found.withdrawn_at is not None and found.answer is None and found.cancelled_at is None
        )
    status = invitee_status(found, at)
    if kind == INVITATION_RECEIVED:
        return status is InvitationStatus.PENDING
    return kind == INVITATION_CONCLUDED and status in (
        InvitationStatus.ACCEPTED,
        InvitationStatus.DECLINED,
    )


# A reader, what they may be told about, and their session.
_About = tuple[UUID, UUID, UUID | None]
_ABSENT = (None, None, False)


def _about(asked: Sequence[Asked], kinds: frozenset[str]) -> list[_About]:
    found = (
        (one.reader_id, one.entry.subject_id, one.session_id)
        for one in asked
        if one.entry.kind in kinds
    )
    return list(dict.fromkeys(found))


_ASKED = "WITH pairs(viewer_id, subject_id, session_id) AS (TRIPLES($1, $2, $3))"
_WHO = (
    "pairs.viewer_id AS reader, pairs.session_id AS session,"
    f" {live('pairs.session_id', 'pairs.viewer_id')} AS signed_in"
)
_INVITATIONS = f"""{_ASKED}
SELECT {_WHO}, i.id AS invitation_id, {WITHOUT_KEY}{{columns}} FROM pairs
  JOIN invitations i ON i.id = pairs.subject_id
  JOIN members o
    ON o.id = CASE WHEN i.inviter_id = pairs.viewer_id THEN i.invitee_id ELSE i.inviter_id END
{{tables}}
 WHERE (i.inviter_id = pairs.viewer_id OR i.invitee_id = pairs.viewer_id)
   AND {sql.present("pairs.viewer_id", "o")}
"""
_CONNECTIONS = f"""{_ASKED}
SELECT {_WHO}, c.id AS tie_id, c.member_id AS owner_id, c.other_id, c.connected_at{{columns}}
  FROM pairs
  JOIN connections c ON c.id = pairs.subject_id AND c.member_id = pairs.viewer_id
  JOIN members o ON o.id = c.other_id
{{tables}}
 WHERE {sql.present("pairs.viewer_id", "o")}
"""


@lru_cache(maxsize=256)
def _with_other(statement: str, need: Need | None) -> str:
    """The statement, with what is needed of the other end `o`."""
    if need is None:
        return statement.format(columns="", tables="")
    found = columns("pairs.viewer_id", "o", need)
    return statement.format(columns=f", {found}", tables=joined("o", need))


async def _rows(statement: str, about: Sequence[_About], evenly: bool, need: Need | None) -> Any:
    """The statement's rows, each with whom and which session it is for."""
    if not about and not evenly:
        return ()
    readers, subjects, sessions = map(list, zip(*about, strict=True)) if about else ([], [], [])
    rows = await fetch(_with_other(statement, need), readers, subjects, sessions)
    return ((_key(row["reader"]), _key(row["session"]), row) for row in rows)


def _key(value: UUID | str | None) -> Any:
    # What was given to a statement has no declared type on SQLite when it comes back.
    return UUID(value) if isinstance(value, str) else value


async def _invitations(
    about: Sequence[_About], evenly: bool, need: Need | None
) -> dict[_About, tuple[Facts, MemberView | None, bool]]:
    """The invitations whose other end is there for the reader, that end if it is needed, and
    whether the reader is signed in."""
    return {
        (reader_id, row["invitation_id"], session_id): (
            facts(row, "invitation_id"),
            None if need is None else view(row),
            bool(row["signed_in"]),
        )
        for reader_id, session_id, row in await _rows(_INVITATIONS, about, evenly, need)
    }


async def _connections(
    about: Sequence[_About], evenly: bool, need: Need | None
) -> dict[_About, tuple[ConnectionView, bool]]:
    """The readers' own sides of ties whose other end is there for them, with that end if it is
    needed; and whether the reader is signed in."""
    return {
        (reader_id, row["tie_id"], session_id): (
            ConnectionView(row, Standing.SELF, None if need is None else view(row)),
            bool(row["signed_in"]),
        )
        for reader_id, session_id, row in await _rows(_CONNECTIONS, about, evenly, need)
    }
