"""Who may see what, written down as tables, apart from the code that decides it.

Nothing here is imported from netql. The numbers of the audiences are those of the database.
"""

from __future__ import annotations

AUDIENCES = ("ONLY_ME", "CONNECTIONS", "EXTENDED", "MEMBERS", "PUBLIC")

# A row for each relation of a viewer to a subject, a column for each audience of a field:
# `+` the viewer sees the value, `-` null, `.` the subject is not there at all.
_TABLE = """
                           ONLY_ME  CONNECTIONS  EXTENDED  MEMBERS  PUBLIC
self                          +          +           +        +       +
connected                     -          +           +        +       +
second degree                 -          -           +        +       +
stranger                      -          -           -        +       +
invited by viewer             -          -           -        +       +
invited viewer                -          -           -        +       +
declined by viewer            -          -           -        +       +
declined by subject           -          -           -        +       +
withdrawn by viewer           -          -           -        +       +
withdrawn by subject          -          -           -        +       +
formerly connected            -          -           -        +       +
added by viewer               -          -           -        +       +
added by subject              -          -           -        +       +
hidden by middle              -          -           -        +       +
hidden by subject             -          -           -        +       +
guest                         -          -           -        -       +
blocked by viewer             .          .           .        .       .
blocked by subject            .          .           .        .       .
closed                        .          .           .        .       .
"""

# Restricted fields whose audience nobody chooses, and what it is.
FIXED = {
    ("Member", "privacy"): "ONLY_ME",
    ("Member", "networkEntries"): "ONLY_ME",
    ("Member", "receivedInvitations"): "ONLY_ME",
    ("Member", "sentInvitations"): "ONLY_ME",
    ("Connection", "connectedAt"): "ONLY_ME",
    ("NetworkEntry", "note"): "ONLY_ME",
}

# What the viewer is shown of invitations between the two: a line of their own list of sent or
# received ones, and the node by its id. Whoever declined is still waiting to the inviter's eyes.
SHOWN_AS_SENT = {"invited by viewer", "declined by subject"}
SHOWN_AS_RECEIVED = {"invited viewer"}
SHOWN_BY_ID = {
    "connected",
    "formerly connected",
    "invited by viewer",
    "invited viewer",
    "declined by viewer",
    "declined by subject",
    "withdrawn by viewer",
}


def _rows() -> dict[str, dict[str, str]]:
    head, *lines = _TABLE.strip().splitlines()
    names = head.split()
    assert tuple(names) == AUDIENCES
    return {
        " ".join(line.split()[: -len(names)]): dict(
            zip(names, line.split()[-len(names) :], strict=True)
        )
        for line in lines
    }


TABLE = _rows()
RELATIONS = tuple(TABLE)


def present(relation: str) -> bool:
    """Whether the subject is there at all."""
    return "." not in TABLE[relation].values()


def visible(relation: str, audience: str) -> bool:
    """Whether a field of that audience shows its value."""
    return TABLE[relation][audience] == "+"


def list_visible(relation: str, audience: str) -> bool:
    """Whether a list of connections is open: EXTENDED counts as CONNECTIONS there."""
    return visible(relation, "CONNECTIONS" if audience == "EXTENDED" else audience)


def field_visible(relation: str, field: str, audience: str) -> bool:
    """Whether a field of Member, by its name in the graph, shows its value."""
    judge = list_visible if field == "connections" else visible
    return judge(relation, audience)


def narrower(one: str, other: str) -> str:
    """The narrower of two audiences."""
    return min(one, other, key=AUDIENCES.index)
