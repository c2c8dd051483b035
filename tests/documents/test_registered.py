"""Apollo's automatic persisted queries: a hash first, the text if it is unknown, then the hash."""

from __future__ import annotations

from sys import getsizeof

import pytest

from netql.api.manifests import hash_of
from netql.api.persisted import Registered
from netql.settings import TrustedMode
from tests.documents.conftest import ENTER, ME, Netql, apollo


def registered(netql: Netql) -> Registered:
    found: Registered = netql.app._view._schema.operations.trusted.registered  # type: ignore[attr-defined]
    return found


async def test_a_text_is_known_by_its_hash_once_it_came_with_it(lenient: Netql) -> None:
    text = f"{{ {lenient.mode}: __typename }}"
    digest, data = hash_of(text), {"data": {lenient.mode.value: "Query"}}
    for _ in range(2):
        answer = await lenient.post(**apollo(digest))
        (error,) = answer.json()["errors"]
        assert error["message"] == "PersistedQueryNotFound"
        assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_FOUND"
    assert (await lenient.post(query=text, **apollo(digest))).json() == data
    assert (await lenient.post(**apollo(digest))).json() == data
    assert (await lenient.get(**apollo(digest))).json() == data
    # It is a hash of Apollo's, not the id of a trusted document.
    assert await lenient.code(documentId=digest) == "PERSISTED_QUERY_NOT_IN_LIST"


async def test_only_trusted_texts_means_these_are_not_taken(strict: Netql) -> None:
    answer = await strict.post(**apollo(hash_of("{ a: __typename }")))
    (error,) = answer.json()["errors"]
    assert error["message"] == "PersistedQueryNotSupported"
    assert error["extensions"]["code"] == "PERSISTED_QUERY_NOT_SUPPORTED"
    # A trusted text may still come by its hash, or along with it.
    assert (await strict.post(query=ME, **apollo(hash_of(ME)))).json()["data"] == {"viewer": None}
    assert len(registered(strict)) == 0


@pytest.mark.parametrize("digest", [hash_of("{ __typename}"), "1c3a", "apollo-me"])
async def test_a_hash_of_something_else_registers_nothing(any_mode: Netql, digest: str) -> None:
    before = len(registered(any_mode))
    answer = await any_mode.post(query="{ __typename }", **apollo(digest))
    (error,) = answer.json()["errors"]
    assert error["message"] == "provided sha does not match query"
    assert len(registered(any_mode)) == before
    assert (await any_mode.post(documentId="1c3a")).json()["data"]["signIn"]


@pytest.mark.parametrize("text", ["{ nothing }", "{ not graphql", "{ a(: }"])
async def test_a_text_that_is_not_valid_is_not_registered(lenient: Netql, text: str) -> None:
    before = len(registered(lenient))
    for _ in range(2):
        assert await lenient.code(**apollo(hash_of(text))) == "PERSISTED_QUERY_NOT_FOUND"
        code = await lenient.code(query=text, **apollo(hash_of(text)))
        assert code in ("GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED")
    assert len(registered(lenient)) == before


async def test_no_stream_of_texts_fills_it_or_drives_trusted_ones_out(lenient: Netql) -> None:
    operations = lenient.app._view._schema.operations  # type: ignore[attr-defined]
    full, operations.trusted.registered = registered(lenient), Registered(most=20)
    try:
        for number in range(50):
            text = f"{{ a{number}: __typename }}"
            await lenient.post(query=text, **apollo(hash_of(text)))
        assert len(registered(lenient)) == 20
        assert await lenient.code(**apollo(hash_of("{ a0: __typename }"))) == (
            "PERSISTED_QUERY_NOT_FOUND"
        )
        assert (await lenient.post(**apollo(hash_of("{ a49: __typename }")))).status_code == 200
        for text in (ME, ENTER):
            assert "errors" not in (await lenient.post(documentId=hash_of(text))).json()
            assert "errors" not in (await lenient.post(**apollo(hash_of(text)))).json()
    finally:
        operations.trusted.registered = full


def test_what_is_registered_holds_no_more_memory_than_it_may() -> None:
    store = Registered(most_bytes=10_000)
    for number in range(100):
        text = f"{{ a{'a' * 500}{number}: __typename }}"
        store.register(hash_of(text), text)
        store.register(hash_of(text), text)
        assert store.weight <= 10_000
    assert 10 < len(store) < 20
    assert store.weight == sum(map(getsizeof, store._texts.values()))
    huge = "#" + "é" * 20_000
    store.register(hash_of(huge), huge)
    assert store.find(hash_of(huge)) is None
    assert len(store) > 10


def test_the_least_recently_used_goes_first() -> None:
    store = Registered(most=2)
    for name in "ab":
        store.register(name, name)
    assert store.find("a") == "a"
    store.register("c", "c")
    assert (store.find("a"), store.find("b"), store.find("c")) == ("a", None, "c")


def test_every_mode_is_tried() -> None:
    assert list(TrustedMode) == ["open", "preferred", "only"]
