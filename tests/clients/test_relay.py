"""Relay's compiler takes the schema as it is, and its store lives on what netql answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.clients.conftest import MISSING, demo, may_do_without, node, workplace
from tests.conftest import DATABASE

pytestmark = [
    # What they compile is the same for every database, and takes most of their time.
    pytest.mark.skipif(DATABASE != "sqlite", reason="runs beside SQLite"),
    pytest.mark.skipif(may_do_without(), reason=MISSING),
    pytest.mark.timeout(1800),
]


def test_persisted_documents_of_relay_run_where_nothing_else_does(
    tmp_path: Path, new_database: Callable[[], str]
) -> None:
    place = workplace("relay", tmp_path)
    (place / "generated").mkdir()
    node("node_modules/.bin/relay-compiler", directory=place)
    node("node_modules/.bin/tsc", "-p", ".", directory=place)
    manifest = place / "persisted.json"
    assert len(json.loads(manifest.read_text())) == 8
    only = {"trusted_documents": str(manifest), "trusted_mode": "only", "explorer": "false"}
    with demo(new_database(), tmp_path, **only) as world:
        assert "told" in node("compiled/Story.js", directory=place, **world.told)
