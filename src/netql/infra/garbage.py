"""The garbage collector, told what a server is like.

All that the start has made, the schema above all, stays for ever: looking through it again and
again costs about a twelfth of the time of a request for a page. What requests leave behind is
nearly always freed without the collector.
"""

from __future__ import annotations

import gc

# Objects made, less those freed, between two looks at the youngest. Python's own is 700, about
# what one answer of a hundred members holds while it is put together.
YOUNGEST = 20_000
# Looks at one age between two at the next. What new texts leave behind is in circles: with Python's
# own 10 and 10, half a million objects gathered in four hundred texts, and looking at all of them
# held everybody up for half a second.
LOOKS = 3, 1


def settle() -> None:
    """Look no more at what there is now, and less often at what comes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNGEST, *LOOKS)
