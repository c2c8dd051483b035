"""Who lets whom see what: most keep to the preset they were given, some do not."""

from __future__ import annotations

from netql.privacy.audience import Audience
from netql.privacy.fields import RESTRICTIONS, Preset, ProfileField, preset_audience
from netql.seeding.dice import Dice

FIELDS = tuple(ProfileField)
Audiences = tuple[int, ...]

_OF_PRESET: dict[Preset, Audiences] = {
    preset: tuple(int(preset_audience(preset, field)) for field in FIELDS) for preset in Preset
}
_CONNECTIONS = FIELDS.index(ProfileField.CONNECTIONS)


def audiences(dice: Dice) -> Audiences:
    """One member's choices, in the order of `ProfileField`, none wider than it may be.

    About three in ten show their connections to every member: without them nobody would have a
    second degree.
    """
    roll = dice.roll()
    if roll < 0.20:
        return _OF_PRESET[Preset.OPEN]
    if roll < 0.27:
        return _OF_PRESET[Preset.CLOSED]
    chosen = list(_OF_PRESET[Preset.BALANCED])
    if roll < 0.37:
        chosen[_CONNECTIONS] = int(Audience.MEMBERS)
    elif roll < 0.55:
        for _ in range(dice.between(1, 3)):
            at = dice.below(len(FIELDS))
            chosen[at] = dice.between(0, int(RESTRICTIONS[FIELDS[at]].widest))
    return tuple(chosen)
