"""What is known of sessions without asking the database, however slow the machine is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from netql.accounts.watch import BLIND, watch


@contextmanager
def kept_in_sight() -> Iterator[None]:
    """Within the block what a look of the run's watch saw stays in sight, not only for a second.
    After it nothing is known, as before."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("netql.accounts.watch.SIGHT", 600.0)
        try:
            yield
        finally:
            watch._looked = -BLIND
