"""What an Accept header asks for."""

from __future__ import annotations

import pytest

from netql.api.accepting import EVENT_STREAM, JSON, MULTIPART, RESPONSE, accepting

APOLLO = b"application/graphql-response+json,application/json;q=0.9"
APOLLO_LIVE = b"multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/json"
URQL = (
    b"application/graphql-response+json, application/graphql+json, application/json,"
    b" text/event-stream, multipart/mixed"
)
ANSWERS: dict[bytes | None, str | None] = {
    None: JSON,
    b"": JSON,
    b"*/*": JSON,
    b"application/*": JSON,
    b"application/json": JSON,
    b"Application/JSON ; charset=UTF-8": JSON,
    b'application/json; charset="utf-8"': JSON,
    b"application/json; charset=utf-16": None,
    b"application/json; charset=utf-16, */*;q=0.1": JSON,
    RESPONSE.encode(): RESPONSE,
    APOLLO: RESPONSE,
    APOLLO_LIVE: JSON,
    URQL: RESPONSE,
    b"application/json, application/graphql-response+json": JSON,
    b"application/json;q=0.5, application/graphql-response+json;q=0.6": RESPONSE,
    b"application/json;q=0.6, application/graphql-response+json;q=0.5": JSON,
    b"application/json;q=0, */*": RESPONSE,
    b"application/json;q=0, application/graphql-response+json;q=0, */*": None,
    b"application/*;q=0, */*": None,
    b"*/*;q=0": None,
    b"*/*;q=0.1, application/graphql-response+json;q=0.1": RESPONSE,
    b"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": JSON,
    b"image/png": None,
    b"text/event-stream": None,
    b"json": None,
    b"application/json;q=high": None,
    b"application/json;q=2": None,
    b"application/json;q=0.1234": None,
    b"\xff\xfe,;,,=;q, application/json": JSON,
    b"*/json": None,
    b"application/json;q=0.1," * 100 + b"application/graphql-response+json": RESPONSE,
}


@pytest.mark.parametrize(("header", "answer"), ANSWERS.items(), ids=[str(h) for h in ANSWERS])
def test_the_heaviest_type_is_chosen(header: bytes | None, answer: str | None) -> None:
    assert accepting(header).answer == answer


@pytest.mark.parametrize("header", [APOLLO, b"*/*", None, b"text/event-stream;q=0, */*"])
def test_a_stream_is_only_for_who_names_it(header: bytes | None) -> None:
    assert not accepting(header).named(EVENT_STREAM)
    assert not accepting(header).named(MULTIPART)


def test_what_is_named_can_be_weighed() -> None:
    urql = accepting(URQL)
    assert urql.named(EVENT_STREAM)
    assert urql.weight(EVENT_STREAM) == 1
    apollo = accepting(APOLLO_LIVE)
    assert apollo.named(MULTIPART)
    assert apollo.parameters[MULTIPART]["subscriptionspec"] == "1.0"
    assert accepting(b"text/*;q=0.3").weight(EVENT_STREAM) == 0.3
    assert accepting(b"image/png").weight(EVENT_STREAM) == 0
