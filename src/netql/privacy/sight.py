"""Which fields of a profile are closed to a viewer, worked out once for all of them.

A member's choices travel as one number of three bits a field, `packed`; what is closed as one of
a bit a field, `closed`.
"""

from __future__ import annotations

from functools import lru_cache

from netql.privacy.audience import Audience, Standing, admits, as_list_audience
from netql.privacy.fields import ProfileField

BITS = 3
_MASK = (1 << BITS) - 1


def audience_in(packed: int, field: ProfileField) -> Audience:
    """The owner's choice for a field."""
    return Audience(packed >> BITS * field.place & _MASK)


# Few members choose much, so few combinations are met; the bound is for those who try them all.
@lru_cache(maxsize=4096)
def closed_to(standing: int, packed: int) -> int:
    """The fields whose audience that standing, as its number, does not reach."""
    closed = 0
    for field in ProfileField:
        audience = audience_in(packed, field)
        if field is ProfileField.CONNECTIONS:
            audience = as_list_audience(audience)
        if not admits(audience, Standing(standing)):
            closed |= field.bit
    return closed
