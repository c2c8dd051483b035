"""Rules of `privacy/`."""

from __future__ import annotations

from tests.privacy.mutants.mutant import PAGES, RULES, Mutant

MUTANTS = [
    Mutant(
        "an audience stops short of its last rung",
        "privacy/audience.py",
        "return standing <= audience",
        "return standing < audience",
        RULES,
    ),
    Mutant(
        "a list takes extended at its word",
        "privacy/audience.py",
        "Audience.CONNECTIONS if audience is Audience.EXTENDED else audience",
        "audience",
        RULES,
    ),
    Mutant(
        "contact data may be public",
        "privacy/fields.py",
        "Restriction(Audience.CONNECTIONS, Audience.MEMBERS) for name in _CONTACT",
        "Restriction(Audience.CONNECTIONS, Audience.PUBLIC) for name in _CONTACT",
        RULES,
    ),
    Mutant(
        "the closed preset shows contact data",
        "privacy/fields.py",
        "Audience.ONLY_ME if name in _CONTACT else",
        "Audience.CONNECTIONS if name in _CONTACT else",
        RULES,
    ),
    Mutant(
        "fields stand one place further than they are packed",
        "privacy/fields.py",
        "= len(type(self).__members__)",
        "= len(type(self).__members__) + 1",
        RULES,
    ),
    Mutant(
        "fields share a bit",
        "privacy/fields.py",
        "self.bit = 1 << self.place",
        "self.bit = 1 << self.place // 2",
        RULES,
    ),
    Mutant(
        "an audience loses its highest bit",
        "privacy/sight.py",
        "_MASK = (1 << BITS) - 1",
        "_MASK = (1 << BITS - 1) - 1",
        RULES,
    ),
    Mutant(
        "what is admitted is closed",
        "privacy/sight.py",
        "if not admits(",
        "if admits(",
        RULES,
    ),
    Mutant(
        "every list is judged by its audience, extended and all",
        "privacy/sight.py",
        "if field is ProfileField.CONNECTIONS:",
        "if field is None:",
        RULES,
    ),
    Mutant(
        "audiences are packed from the first to the last",
        "members/columns.py",
        "in reversed(ProfileField)]",
        "in ProfileField]",
        PAGES,
    ),
    Mutant(
        "packed audiences overlap",
        "members/columns.py",
        "{1 << BITS}",
        "{1 << BITS - 1}",
        PAGES,
    ),
]
