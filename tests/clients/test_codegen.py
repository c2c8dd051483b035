"""graphql-codegen types documents and writes them down; netql runs them and no others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from netql.api.manifests import hash_of
from tests.clients.conftest import MISSING, demo, may_do_without, node, workplace
from tests.conftest import DATABASE

pytestmark = [
    # What they compile is the same for every database, and takes most of their time.
    pytest.mark.skipif(DATABASE != "sqlite", reason="runs beside SQLite"),
    pytest.mark.skipif(may_do_without(), reason=MISSING),
    pytest.mark.timeout(1800),
]


def test_documents_of_the_client_preset_run_where_nothing_else_does(
    tmp_path: Path, new_database: Callable[[], str]
) -> None:
    place = workplace("codegen", tmp_path)
    node("node_modules/.bin/graphql-codegen", "--config", "codegen.mjs", directory=place)
    node("node_modules/.bin/tsc", "-p", ".", directory=place)
    manifest = place / "generated" / "persisted-documents.json"
    texts = json.loads(manifest.read_text())
    assert len(texts) == 5
    assert all(name == f"sha256:{hash_of(text)}" for name, text in texts.items())
    only = {"trusted_documents": str(manifest), "trusted_mode": "only", "explorer": "false"}
    with demo(new_database(), tmp_path, **only) as world:
        assert "told" in node("compiled/Story.js", directory=place, **world.told)
