"""Texts that are parsed and validated once, and what is not kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from netql.api import documents
from netql.api.documents import Documents, texts_in
from netql.api.schema import create_schema
from netql.errors import ConfigurationError

SCHEMA = create_schema()._schema


@pytest.fixture
def known() -> Documents:
    return Documents(SCHEMA, trusted=["{ viewer { id } }"])


def test_a_text_is_made_once(known: Documents) -> None:
    first = known.find("{ viewer { name } }")
    assert first is not None
    assert known.find("{ viewer { name } }") is first
    assert known.counts == {"misses": 1, "hits": 1}


@pytest.mark.parametrize(
    "text",
    ["", "{", "{ nothing }", "fragment F on Member { id }", "{ viewer { id }", "{" * 20_000],
)
def test_a_mistake_is_not_kept(known: Documents, text: str) -> None:
    assert known.find(text) is None
    assert known.find(text) is None
    assert known.counts == {"mistakes": 2}


def test_strawberrys_own_rules_hold(known: Documents) -> None:
    assert known.find("{ member(by: {}) { id } }") is None
    assert known.find('{ member(by: {id: "a", handle: "b"}) { id } }') is None


def test_introspection_can_be_closed() -> None:
    text = "{ __schema { queryType { name } } }"
    assert create_schema().documents.find(text) is not None
    assert create_schema(introspection=False).documents.find(text) is None


def test_new_texts_drive_out_the_oldest_but_never_the_trusted(
    known: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_TEXTS", 3)
    trusted = known.find("{ viewer { id } }")
    made = [known.find(f"{{ viewer {{ a{number}: id }} }}") for number in range(5)]
    assert known.find("{ viewer { a4: id } }") is made[4]
    assert known.find("{ viewer { a0: id } }") is not made[0]
    assert known.find("{ viewer { id } }") is trusted


def test_what_is_kept_is_bounded_by_its_length_too(
    known: Documents, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "MOST_LETTERS", 2_000)
    short = known.find("{ viewer { name } }")
    known.find("{ viewer { id } }" + " " * 1_500)
    known.find("{ viewer { id } } " + " " * 1_500)
    assert known.find("{ viewer { name } }") is not short
    known.find("{ viewer { id } }  " + " " * 3_000)
    assert known._letters <= 2_000


def test_trusted_texts_are_read_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "Me.graphql").write_text("{ viewer { id } }")
    (tmp_path / "README.md").write_text("not a text")
    assert texts_in(tmp_path) == ["{ viewer { id } }"]
    assert texts_in(None) == []
    with pytest.raises(ConfigurationError, match="NETQL_TRUSTED_DOCUMENTS must be a folder"):
        texts_in(tmp_path / "nowhere")


def test_a_trusted_text_must_be_valid() -> None:
    with pytest.raises(ConfigurationError, match="NETQL_TRUSTED_DOCUMENTS holds a text"):
        Documents(SCHEMA, trusted=["{ nothing }"])


def test_the_plan_comes_with_the_text(known: Documents) -> None:
    text = """query A { viewer { id } } mutation B { signOut(input: {}) { clientMutationId } }
      subscription C { invitationReceived { cursor } }"""
    found = known.find(text)
    assert found is not None
    plan = found.plan(SCHEMA, "A")
    assert plan is not None
    assert plan.name == "A"
    assert found.plan(SCHEMA, "A") is plan
    assert found.plan(SCHEMA, "B") is not None
    for name in (None, "C", "D"):
        assert found.plan(SCHEMA, name) is None
