"""What a text must be before it is stored.

Lengths are counted in graphemes, the characters that people see. NUL cannot be stored by
PostgreSQL and lone surrogates cannot be encoded at all, so both are refused.
"""

from __future__ import annotations

import unicodedata

import regex

from netql.errors import Refused

_GRAPHEME = regex.compile(r"\X")
# Combining marks can pile up behind one visible character without end.
_BYTES_PER_GRAPHEME = 16


def graphemes(text: str) -> int:
    """How many characters a person would count."""
    return sum(1 for _ in _GRAPHEME.finditer(text))


def storable(text: str) -> bool:
    """Whether the databases can keep, or even be asked for, this text."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def cleaned(text: str, limit: int, field: str) -> str:
    """The text, trimmed and in composed form. Raises Refused TEXT_INVALID or TEXT_TOO_LONG."""
    if not storable(text):
        raise Refused("TEXT_INVALID", "This text holds characters that cannot be kept.", (field,))
    if len(text) > limit * _BYTES_PER_GRAPHEME:
        raise _too_long(limit, field)
    tidy = unicodedata.normalize("NFC", text).strip()
    if graphemes(tidy) > limit:
        raise _too_long(limit, field)
    return tidy


def optional(text: str | None, limit: int, field: str) -> str | None:
    """As `cleaned`; nothing but space counts as nothing."""
    return None if text is None else cleaned(text, limit, field) or None


def required(text: str, limit: int, field: str) -> str:
    """As `cleaned`; nothing but space is refused. Raises Refused TEXT_MISSING too."""
    tidy = cleaned(text, limit, field)
    if not tidy:
        raise Refused("TEXT_MISSING", "This must not be empty.", (field,))
    return tidy


def _too_long(limit: int, field: str) -> Refused:
    return Refused("TEXT_TOO_LONG", f"This may have {limit} characters at most.", (field,))


def search_key(text: str) -> str:
    """The form in which names are compared: composed, folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
