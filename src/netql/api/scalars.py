"""Scalars of the graph. Formats are checked by the features' rules, which answer with a code;
a scalar only says what a text is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any, NewType

from graphql import GraphQLError
from strawberry import scalar
from strawberry.schema.types.base_scalars import DateDefinition, DateTimeDefinition
from strawberry.types.scalar import ScalarDefinition

URL = NewType("URL", str)
EmailAddress = NewType("EmailAddress", str)
PhoneNumber = NewType("PhoneNumber", str)


def _text(value: Any) -> str:
    """What was given, if it is a text: Python would make one of anything."""
    if not isinstance(value, str):
        raise GraphQLError("It has to be a string.")
    return value


SCALARS: dict[object, ScalarDefinition] = {
    date: replace(DateDefinition, description="A day, such as 2026-01-31."),
    datetime: replace(
        DateTimeDefinition, description="A moment, such as 2026-01-31T12:00:00.000000+00:00."
    ),
    URL: scalar(
        name="URL",
        description="A web address.",
        specified_by_url="https://url.spec.whatwg.org/",
        serialize=str,
        parse_value=_text,
    ),
    EmailAddress: scalar(
        name="EmailAddress",
        description="An e-mail address.",
        specified_by_url="https://www.rfc-editor.org/rfc/rfc5322",
        serialize=str,
        parse_value=_text,
    ),
    PhoneNumber: scalar(
        name="PhoneNumber",
        description="A telephone number with its country code, such as +4930901820.",
        specified_by_url="https://www.itu.int/rec/T-REC-E.164/",
        serialize=str,
        parse_value=_text,
    ),
}
