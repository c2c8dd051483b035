"""The fields of the API that tell of events: whom for, how they are asked, what is kept of them."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

# An event's kinds, by their names in the API.
RECEIVED, ACCEPTED, CONCLUDED, CONNECTED = "RECEIVED", "ACCEPTED", "CONCLUDED", "CONNECTED"
# What the invitation of an event may be, to whoever is told.
_FITTING = {
    RECEIVED: ("PENDING",),
    ACCEPTED: ("ACCEPTED",),
    CONCLUDED: ("ACCEPTED", "DECLINED"),
}


@dataclass(frozen=True, slots=True)
class Heard:
    """An event as it came: `about` is the id of its invitation or connection, `at` is of the
    monotonic clock."""

    cursor: str
    kind: str
    about: str
    at: float


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its name, the kinds that it is for, and an operation that takes `after`."""

    name: str
    kinds: frozenset[str]
    text: str


RECEIVING = Field(
    "invitationReceived",
    frozenset((RECEIVED,)),
    """subscription Received($after: String) {
  invitationReceived(after: $after) { kind cursor invitation { id } } }""",
)
INVITATIONS = Field(
    "invitationEvents",
    frozenset((RECEIVED, ACCEPTED, CONCLUDED)),
    """subscription Invitations($after: String) {
  invitationEvents(after: $after) {
    kind cursor pendingCount invitationId invitation { id status } } }""",
)
CONNECTIONS = Field(
    "connectionEvents",
    frozenset((CONNECTED,)),
    """subscription Connections($after: String) {
  connectionEvents(after: $after) { kind cursor connection { id } } }""",
)
PAST = Field(
    "events",
    frozenset((RECEIVED, ACCEPTED, CONCLUDED, CONNECTED)),
    """query Past($after: String) {
  events(first: 50, after: $after) {
    isReset
    nodes {
      kind cursor
      ... on InvitationEvent { pendingCount invitationId invitation { id status } }
      ... on ConnectionEvent { connection { id } } }
    pageInfo { hasNextPage endCursor } } }""",
)


def read(event: dict[str, Any]) -> Heard | str:
    """What is kept of an event, or what is strange about it."""
    kind = event["kind"]
    subject = event.get("connection" if kind == CONNECTED else "invitation")
    if subject is None:
        return f"an event of kind {kind} came without what it is about"
    if event.get("invitationId", subject["id"]) != subject["id"]:
        return f"an event of kind {kind} named another invitation than its own"
    status = subject.get("status")
    if status is not None and status not in _FITTING.get(kind, ()):
        return f"an event of kind {kind} came with an invitation that is {status}"
    return Heard(event["cursor"], kind, subject["id"], time.monotonic())
