"""The audience ladder, and where a viewer stands on it."""

from __future__ import annotations

from enum import IntEnum


class Audience(IntEnum):
    """Who may see a field, narrowest first. The numbers are stored: never renumber them."""

    ONLY_ME = 0
    CONNECTIONS = 1
    EXTENDED = 2
    MEMBERS = 3
    PUBLIC = 4


class Standing(IntEnum):
    """The narrowest rung that a viewer's relation to a subject reaches.

    Whoever is blocked, closed or unknown has no standing at all: no object is made for them.
    """

    SELF = 0
    CONNECTED = 1
    SECOND_DEGREE = 2
    SIGNED_IN = 3
    GUEST = 4


def admits(audience: Audience, standing: Standing) -> bool:
    """Whether the audience takes in somebody of that standing."""
    return standing <= audience


def as_list_audience(audience: Audience) -> Audience:
    """The audience by which a list of connections is judged.

    Second degree is itself derived from those lists, so EXTENDED counts as CONNECTIONS here;
    otherwise whether a tie is visible would depend on whether other ties are, without end.
    """
    return Audience.CONNECTIONS if audience is Audience.EXTENDED else audience
