"""Every rule of the wall, flipped: what the tests of privacy must notice."""

from __future__ import annotations

from tests.privacy.mutants import (
    accounts,
    connections,
    events,
    members,
    network,
    privacy,
    relations,
)
from tests.privacy.mutants.mutant import Mutant

MUTANTS = [
    *privacy.MUTANTS,
    *members.MUTANTS,
    *relations.MUTANTS,
    *connections.MUTANTS,
    *network.MUTANTS,
    *accounts.MUTANTS,
    *events.MUTANTS,
]

__all__ = ["MUTANTS", "Mutant"]
