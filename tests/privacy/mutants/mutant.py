"""Rules of the wall, each flipped on its own: what is replaced by what, and who must notice."""

from __future__ import annotations

from dataclasses import dataclass

RULES = ("test_rules.py",)
# Where the graph asks first, a door's own asking shows at the door only.
DOORS = ("test_doors.py",)
FRAGMENTS = ("test_fragments.py",)
MUTATIONS = ("test_matrix_mutations.py",)
PREVIEW = ("test_matrix_preview.py",)
LIVE = ("test_matrix_live.py",)
EVENTS = ("test_inference_events.py",)
KEPT = ("test_inference_kept.py",)
EVENT_DOORS = ("test_event_doors.py",)
TELLING = ("../live/test_events.py",)
PAGES = ("test_pages.py",)
NEEDS = ("test_needs.py",)
WATCH = ("../accounts/test_watch.py",)
ERRORS = ("../graph/test_errors.py",)
ENTRIES = ("../network/test_network_entries.py",)


def matrix(words: str) -> tuple[str, ...]:
    """The part of the matrix whose stretches have these words in their names."""
    return ("test_matrix.py", "-k", words)


@dataclass(frozen=True)
class Mutant:
    """One rule flipped; `noticed` is where a test must go red."""

    name: str
    file: str
    old: str
    new: str
    noticed: tuple[str, ...]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")
