"""What a profile may hold."""

from __future__ import annotations

import re
from datetime import date

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from netql.errors import Refused
from netql.text import indexable, required, search_key

NAME_LENGTH = 100
LINE_LENGTH = 200
ABOUT_LENGTH = 2600
ADDRESS_LENGTH = 500
URL_LENGTH = 2000
# RFC 5321, 4.5.3.1.3, without its angle brackets.
EMAIL_LENGTH = 254
OLDEST_BIRTHDAY = date(1900, 1, 1)

_HANDLE = re.compile(r"[a-z0-9](?:[a-z0-9]|[._-](?![._-])){1,28}[a-z0-9]")
# Names that a stranger could use to speak for the instance, and words of the service itself.
_RESERVED = frozenset(
    "abuse account admin administrator api guest help info mail me moderator netql network node"
    " nobody null official postmaster privacy root security settings staff support system viewer"
    " webmaster www".split()
)
_URL = re.compile(r"https?://[^\s/$.?#][^\s]*", re.IGNORECASE)


def handle(text: str) -> str:
    """The handle in lower case. Raises Refused HANDLE_INVALID or HANDLE_RESERVED."""
    lower = text.lower() if text.isascii() else text
    if not _HANDLE.fullmatch(lower):
        raise Refused(
            "HANDLE_INVALID",
            "A handle has 3 to 30 letters a-z, digits, and single . _ - between them.",
            ("handle",),
        )
    if lower in _RESERVED:
        raise Refused("HANDLE_RESERVED", "That handle is kept for the service.", ("handle",))
    return lower


def name(text: str) -> str:
    """The name, trimmed and in composed form. Raises Refused with one of the text codes."""
    shown = required(text, NAME_LENGTH, "name")
    # Some letters are many of the form that names are sorted in.
    if not indexable(search_key(shown)):
        raise Refused("TEXT_TOO_LONG", f"This may have {NAME_LENGTH} letters at most.", ("name",))
    return shown


def email(text: str) -> str:
    """The address in its normal form. Raises Refused EMAIL_INVALID."""
    try:
        # The library looks at the length last, after all that takes long.
        if len(text) > EMAIL_LENGTH:
            raise EmailNotValidError
        return validate_email(text, check_deliverability=False).normalized
    except (EmailNotValidError, UnicodeError):
        raise Refused("EMAIL_INVALID", "This is not an e-mail address.", ("email",)) from None


def phone(text: str) -> str:
    """The number as +<country><number>. Raises Refused PHONE_INVALID."""
    try:
        number = phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise Refused(
            "PHONE_INVALID", "Write the number with its country code: +49 30 901820.", ("phone",)
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def url(text: str, field: str) -> str:
    """A web address as it is. Raises Refused URL_INVALID."""
    fits = text.isprintable() and len(text.encode()) <= URL_LENGTH
    if not fits or not _URL.fullmatch(text):
        raise Refused("URL_INVALID", "A web address begins with http:// or https://.", (field,))
    return text


def birthday(day: date, today: date) -> date:
    """A day on which somebody alive may have been born. Raises Refused DATE_INVALID."""
    if not OLDEST_BIRTHDAY <= day <= today:
        raise Refused("DATE_INVALID", "A birthday is in the past, since 1900.", ("birthday",))
    return day


def period(started_on: date | None, ended_on: date | None) -> None:
    """Raises Refused DATE_INVALID when the end is before the start."""
    if started_on is not None and ended_on is not None and ended_on < started_on:
        raise Refused("DATE_INVALID", "The end is before the start.", ("endedOn",))
