"""The profile fields whose audience the owner chooses: default, widest, presets.

A field that is not in this table cannot be declared in the schema, and a column that no field
declares is read by nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from netql.privacy.audience import Audience


class ProfileField(Enum):
    """A restricted field of a member's profile."""

    HEADLINE = "headline"
    INDUSTRY = "industry"
    LOCATION = "location"
    AVATAR_URL = "avatar_url"
    WEBSITES = "websites"
    CURRENT_POSITION = "current_position"
    ABOUT = "about"
    PRONOUNS = "pronouns"
    POSITIONS = "positions"
    EDUCATION = "education"
    SKILLS = "skills"
    LANGUAGES = "languages"
    EMAIL = "email"
    PHONE = "phone"
    BIRTHDAY = "birthday"
    ADDRESS = "address"
    CONNECTIONS = "connections"

    def __init__(self, column: str) -> None:
        # The column of `members` that keeps the owner's choice.
        self.audience_column = f"{column}_audience"
        # Where the field stands among all, and its bit in a set of them. Never stored.
        self.place: int = len(type(self).__members__)
        self.bit = 1 << self.place


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a field's audience is until its owner chooses, and the widest they may choose."""

    default: Audience
    widest: Audience


class Preset(Enum):
    """Choices for every field at once."""

    OPEN = "open"
    BALANCED = "balanced"
    CLOSED = "closed"


_SHOWN = (
    ProfileField.HEADLINE,
    ProfileField.INDUSTRY,
    ProfileField.LOCATION,
    ProfileField.AVATAR_URL,
    ProfileField.WEBSITES,
    ProfileField.CURRENT_POSITION,
)
_FULL = (
    ProfileField.ABOUT,
    ProfileField.PRONOUNS,
    ProfileField.POSITIONS,
    ProfileField.EDUCATION,
    ProfileField.SKILLS,
    ProfileField.LANGUAGES,
)
_CONTACT = (
    ProfileField.EMAIL,
    ProfileField.PHONE,
    ProfileField.BIRTHDAY,
    ProfileField.ADDRESS,
)

RESTRICTIONS: dict[ProfileField, Restriction] = {
    **{name: Restriction(Audience.MEMBERS, Audience.PUBLIC) for name in _SHOWN},
    **{name: Restriction(Audience.CONNECTIONS, Audience.PUBLIC) for name in _FULL},
    **{name: Restriction(Audience.CONNECTIONS, Audience.MEMBERS) for name in _CONTACT},
    ProfileField.CONNECTIONS: Restriction(Audience.CONNECTIONS, Audience.MEMBERS),
}


def preset_audience(preset: Preset, name: ProfileField) -> Audience:
    """The audience that a preset gives a field."""
    if preset is Preset.OPEN and (name in _FULL or name is ProfileField.CONNECTIONS):
        return Audience.MEMBERS
    if preset is Preset.CLOSED:
        return Audience.ONLY_ME if name in _CONTACT else Audience.CONNECTIONS
    return RESTRICTIONS[name].default
