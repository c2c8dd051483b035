"""Every code that a client can be told is explained to who writes clients, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "netql"
PAGE = ROOT / "docs" / "clients" / "errors.md"
CODE = re.compile(r"[A-Z]{3,}(_[A-Z]+)*")
# Of the enums of mutations, or no codes at all, or never told: the start's, and one that is turned
# into an event.
OTHERS = {"NOT_FOUND", "NETQL_TRUSTED_DOCUMENTS", "CONFIGURATION", "STREAM_RESET"}
OTHERS |= {"GET", "POST", "OPTIONS", "URL"}


def _modules() -> Iterator[Path]:
    yield SOURCE / "errors.py"
    yield SOURCE / "infra" / "refusals.py"
    for path in (SOURCE / "api").rglob("*.py"):
        if "mutations" not in path.parts and path.name != "enums.py":
            yield path


def codes_in_source() -> set[str]:
    """Every text of the modules that tell errors which looks like a code."""
    return {
        node.value
        for path in _modules()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    }


def test_every_code_is_explained_and_no_other() -> None:
    rows = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| `")]
    explained = [code for row in rows for code in re.findall(r"`([A-Z_]+)`", row.split("|")[1])]
    assert len(explained) == len(set(explained))
    found = codes_in_source()
    assert found >= OTHERS
    assert set(explained) == found - OTHERS
