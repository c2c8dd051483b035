"""What a text must be before it is stored.

Lengths are counted in graphemes, the characters that people see. NUL cannot be stored by
PostgreSQL and lone surrogates cannot be encoded at all, so both are refused; and so are letters
under more marks than any language has. All of it takes time in proportion to the text: what comes
from a request is looked at while everybody waits.
"""

from __future__ import annotations

import unicodedata

import regex

from netql.errors import Refused

_GRAPHEME = regex.compile(r"\X")
# To tell where one flag ends and the next begins, `regex` goes back to the first of all for each.
_FLAG = regex.compile(r"\p{Regional_Indicator}{2}")
# Normal forms sort the marks on a letter, in time that grows with the square of their number. 30
# are enough for any language (Unicode Standard Annex 15, "Stream-Safe Text Format"). The letters
# named here are no marks themselves, but come apart into some.
_PILED = regex.compile(r"[\P{ccc=0}\u0f73\u0f75\u0f81\uff9e\uff9f]{31}")
# Combining marks can pile up behind one visible character without end.
_BYTES_PER_GRAPHEME = 16
# Bytes that PostgreSQL has place for in an index, beside two keys; and how many characters texts
# have at most that stand in one.
MOST_INDEXED = 2500
_INDEXED_LENGTH = 100


def graphemes(text: str) -> int:
    """How many characters a person would count."""
    return sum(1 for _ in _GRAPHEME.finditer(_FLAG.sub("-", text)))


def piled(text: str) -> bool:
    """Whether some letter in it bears more than 30 marks: such a text has no place in a normal
    form, for it would take too long."""
    return not text.isascii() and _PILED.search(text) is not None


def storable(text: str) -> bool:
    """Whether the databases can keep, or even be asked for, this text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


def indexable(text: str) -> bool:
    """Whether there is place for it in an index."""
    return len(text.encode()) <= MOST_INDEXED


def cleaned(text: str, limit: int, field: str) -> str:
    """The text, trimmed and in composed form. Raises Refused TEXT_INVALID or TEXT_TOO_LONG."""
    if not storable(text):
        raise Refused("TEXT_INVALID", "This text holds characters that cannot be kept.", (field,))
    if len(text) > limit * _BYTES_PER_GRAPHEME:
        raise _too_long(limit, field)
    if piled(text):
        raise Refused("TEXT_INVALID", "A letter of this text bears too many marks.", (field,))
    tidy = unicodedata.normalize("NFC", text).strip()
    if graphemes(tidy) > limit or (limit <= _INDEXED_LENGTH and not indexable(tidy)):
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
