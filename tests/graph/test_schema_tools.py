"""Tools in JavaScript take the schema as it is printed; a change that breaks clients is named."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.execution import ONCE

ROOT = Path(__file__).parents[2]
pytestmark = [
    ONCE,
    pytest.mark.skipif(
        shutil.which("node") is None and os.environ.get("CI") != "true", reason="no Node"
    ),
]
OLD = "type Query { phone: String name: String size: Int! }"


@pytest.fixture(scope="module", autouse=True)
def _installed() -> None:
    words = ". scripts/_node.sh && ensure_package tests/schema-linter"
    subprocess.run(["bash", "-c", words], cwd=ROOT, check=True)


def compared(
    directory: Path, old: str, new: str, changelog: str = "# Changelog\n"
) -> subprocess.CompletedProcess[str]:
    for name, text in (("old.graphql", old), ("new.graphql", new), ("CHANGELOG.md", changelog)):
        (directory / name).write_text(text)
    program = ROOT / "tests" / "schema-linter" / "diff.js"
    return subprocess.run(
        ["node", str(program), "old.graphql", "new.graphql", "CHANGELOG.md"],
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_graphql_js_and_the_inspector_take_the_schema(tmp_path: Path) -> None:
    text = (ROOT / "schema.graphql").read_text()
    same = compared(tmp_path, text, text)
    assert (same.returncode, same.stdout.strip()) == (0, "No changes.")


def test_what_is_added_breaks_nobody(tmp_path: Path) -> None:
    more = compared(tmp_path, OLD, OLD.replace("size", "extra: Int size"))
    assert more.returncode == 0
    assert "fine       Query.extra" in more.stdout


@pytest.mark.parametrize(
    ("new", "named"),
    [
        (OLD.replace("phone: String ", ""), "Query.phone"),
        (OLD.replace("Int!", "Int"), "Query.size"),
        (OLD.replace("name: String", "name(a: Int!): String"), "Query.name.a"),
    ],
)
def test_what_breaks_clients_is_to_be_in_the_changelog(
    tmp_path: Path, new: str, named: str
) -> None:
    silent = compared(tmp_path, OLD, new)
    assert silent.returncode == 1
    assert f"BREAKING   {named}" in silent.stdout
    assert f"`{named}`" in silent.stderr
    told = compared(tmp_path, OLD, new, f"# Changelog\n\n- Gone: `{named}`.\n")
    assert told.returncode == 0
    assert f"BREAKING   {named}" in told.stdout


def test_a_text_that_is_no_schema_fails(tmp_path: Path) -> None:
    assert compared(tmp_path, OLD, "type Query {").returncode != 0
