"""The domain's enums, described for the graph. Imported before any type names one."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

import strawberry
from strawberry.utils.str_converters import to_camel_case

from netql.connections.rules import ConnectRefusal, InvitationStatus
from netql.connections.ties import ConnectionOrder
from netql.network.queries import EntryOrder
from netql.privacy.audience import Audience
from netql.privacy.fields import Preset, ProfileField


class OrderDirection(Enum):
    """Which way an order runs."""

    ASC = "asc"
    DESC = "desc"


class EventKind(Enum):
    """What happened. One for all events, so that a query may name it of each."""

    RECEIVED = "received"
    WITHDRAWN = "withdrawn"
    ACCEPTED = "accepted"
    CONCLUDED = "concluded"
    CONNECTED = "connected"
    RESET = "reset"


def describe(enum: type[Enum], name: str, description: str, values: Mapping[str, str]) -> None:
    """Make an enum known to the graph; every value needs a description. Raises ValueError."""
    strawberry.enum(enum, name=name, description=description)
    definition = enum.__strawberry_definition__  # type: ignore[attr-defined]
    names = {value.name for value in definition.values}
    if names != set(values):
        raise ValueError(f"{name}: describe exactly {', '.join(sorted(names))}")
    for value in definition.values:
        value.description = values[value.name]


describe(
    Audience,
    "Audience",
    "Who may see a field of a profile, narrowest first.",
    {
        "ONLY_ME": "Its owner alone.",
        "CONNECTIONS": "The owner's connections.",
        "EXTENDED": "The owner's connections and their connections.",
        "MEMBERS": "Everybody who is signed in.",
        "PUBLIC": "Everybody, guests too.",
    },
)
describe(
    ProfileField,
    "ProfileField",
    "A field of a profile whose audience its owner chooses.",
    {field.name: f"The field `{to_camel_case(field.value)}`." for field in ProfileField},
)
describe(
    Preset,
    "PrivacyPreset",
    "An audience for every field at once.",
    {
        "OPEN": "Profile and connections for members, contact data for connections.",
        "BALANCED": "A short profile for members, everything for connections.",
        "CLOSED": "Everything for connections, contact data for nobody.",
    },
)
describe(
    InvitationStatus,
    "InvitationStatus",
    "How an invitation stands, as far as its reader may know. Its inviter never sees DECLINED.",
    {
        "PENDING": "It waits for an answer.",
        "ACCEPTED": "It became a connection.",
        "DECLINED": "The reader said no, and may still reconsider.",
        "WITHDRAWN": "The reader took it back.",
        "EXPIRED": "Its time ran out.",
    },
)
describe(
    EventKind,
    "EventKind",
    "What happened.",
    {
        "RECEIVED": "Somebody invites the viewer.",
        "WITHDRAWN": "An invitation that waited for the viewer was taken back.",
        "ACCEPTED": "Somebody accepted the viewer's invitation.",
        "CONCLUDED": "The viewer answered an invitation, on this device or another.",
        "CONNECTED": "The viewer and another member are connected from now on.",
        "RESET": (
            "Nothing that is known: `after` is older than what is kept. Look at everything anew; "
            "what happens from now on follows."
        ),
    },
)
describe(
    ConnectRefusal,
    "ConnectRefusal",
    "Why the viewer cannot invite a member: what `sendInvitation` itself would answer.",
    {
        "UNAUTHENTICATED": "Only who is signed in can connect.",
        "NOT_FOUND": "There is no such member for the viewer.",
        "CANNOT_TARGET_SELF": "This is the viewer.",
        "ALREADY_CONNECTED": "The two are connected.",
        "ALREADY_PENDING": "An invitation of the viewer's is pending.",
        "COOLDOWN": "The viewer has to wait before inviting this member again.",
        "CONNECTION_LIMIT_REACHED": "The viewer holds as many connections as a member may.",
        "CANNOT_CONNECT_NOW": "The other's invitation stands, but cannot be met now.",
    },
)
describe(
    ConnectionOrder,
    "ConnectionOrderField",
    "By what connections may be ordered.",
    {
        "CONNECTED_AT": "When they were made. Only for one's own; others get them by name.",
        "NAME": "The other end's name.",
    },
)
describe(
    EntryOrder,
    "NetworkEntryOrderField",
    "By what network entries may be ordered.",
    {"CREATED_AT": "When they were added.", "NAME": "The person's name."},
)
describe(
    OrderDirection,
    "OrderDirection",
    "Which way an order runs.",
    {"ASC": "Smallest or earliest first.", "DESC": "Largest or latest first."},
)
