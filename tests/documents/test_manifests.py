"""The manifests of three tools and plain files are read as they are; what is none is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from netql.api.limits import Limits
from netql.api.manifests import hash_of, texts_at
from netql.api.schema import create_schema
from netql.api.trusting import prepare
from netql.errors import ConfigurationError
from tests.documents.conftest import CALL, ENTER, ME, SEVERAL


def test_a_folder_is_read_whole(manifests: Path) -> None:
    texts = texts_at(manifests)
    assert texts[f"sha256:{hash_of(ME)}"] == texts[hash_of(ME)] == texts["apollo-me"] == ME
    assert (texts["1c3a"], texts["5e7f"]) == (ENTER, SEVERAL)
    assert texts[hash_of("{ __typename }")] == "{ __typename }"
    assert len(set(texts.values())) == 6
    assert texts_at(None) == {}


def test_a_manifest_is_read_by_itself(manifests: Path) -> None:
    assert set(texts_at(manifests / "codegen.json").values()) >= {ME, CALL}
    assert ENTER not in texts_at(manifests / "codegen.json").values()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{",
        b'{"a": 1}',
        b'{"a": null}',
        b'{"format": "apollo-persisted-query-manifest"}',
        b'{"format": "apollo-persisted-query-manifest", "operations": [1]}',
        b'{"format": "apollo-persisted-query-manifest", "operations": [{"id": 1, "body": "x"}]}',
        b'"\xff"',
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "manifest.json"
    file.write_bytes(content)
    for place in (file, tmp_path):
        with pytest.raises(ConfigurationError, match="NETQL_TRUSTED_DOCUMENTS must be a manifest"):
            texts_at(place)


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="NETQL_TRUSTED_DOCUMENTS must be a manifest"):
        texts_at(tmp_path / "nowhere")


def test_one_id_names_one_text(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps({"1": ME}))
    (tmp_path / "b.json").write_text(json.dumps({"1": ME}))
    assert texts_at(tmp_path)["1"] == ME
    (tmp_path / "b.json").write_text(json.dumps({"1": CALL}))
    with pytest.raises(ConfigurationError, match=r"b\.json has another text by '1'"):
        texts_at(tmp_path)


def test_a_trusted_text_is_ready_at_once_and_must_be_valid() -> None:
    operations = create_schema().operations
    prepare(operations, {"me": ME, "several": SEVERAL})
    assert operations.documents.find(SEVERAL) is operations.trusted.by_id["several"]
    assert len(operations.documents) == 0
    with pytest.raises(ConfigurationError, match="NETQL_TRUSTED_DOCUMENTS holds a text"):
        prepare(operations, {"none": "{ nothing }"})


def test_a_trusted_text_is_within_the_limits() -> None:
    deep = {"deep": "{ viewer { connections { nodes { member { handle } } } } }"}
    prepare(create_schema(limits=Limits(depth=5)).operations, deep)
    with pytest.raises(ConfigurationError, match="At most 4 levels of fields"):
        prepare(create_schema(limits=Limits(depth=4)).operations, deep)
