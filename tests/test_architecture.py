"""Imports point down, features keep to each other's doors, and files stay small."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import netql
from tests.execution import ONCE

pytestmark = ONCE
SOURCE = Path(netql.__file__).parent

# From the top down. What stands in one line may import its own line only where ORDERED says so.
LAYERS = (
    ("__main__", "cli"),
    ("app", "demo", "doctor", "torture"),
    ("seeding",),
    ("api",),
    ("safety",),
    ("network",),
    ("connections",),
    ("accounts",),
    ("members",),
    ("events", "relations", "migrations"),
    ("infra", "privacy"),
    ("execution",),
    ("settings",),
    ("ids", "paging", "text"),
    ("errors", "viewer", "clock"),
)
RANK = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}
# Neighbours in a layer that know each other.
NEIGHBOURS = {("__main__", "cli"), ("app", "demo")}
FEATURES = ("members", "accounts", "connections", "network", "safety")
# `infra` is below everything that holds a rule; the pure ones use none of it.
PURE = ("privacy", "ids", "paging", "text", "errors", "viewer", "clock")


def imports() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each import of ours in the source: the importing file, and what it names."""
    for path in sorted(SOURCE.rglob("*.py")):
        importer = path.relative_to(SOURCE).with_suffix("").as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                parts = tuple(node.module.split("."))
                for alias in node.names:
                    if parts[0] == "netql":
                        yield importer, (*parts[1:], alias.name)
            elif isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.name.startswith("netql."):
                        yield importer, tuple(alias.name.split(".")[1:])


def top(importer: str) -> str:
    return importer.split("/")[0]


def test_every_part_has_its_place() -> None:
    parts = {
        top(path.relative_to(SOURCE).with_suffix("").as_posix()) for path in SOURCE.rglob("*.py")
    }
    assert parts - {"__init__"} == set(RANK)


def test_imports_point_down() -> None:
    wrong = [
        f"{importer} imports {'.'.join(named)}"
        for importer, named in imports()
        if top(importer) != named[0]
        and named[0] in RANK
        and RANK[named[0]] <= RANK[top(importer)]
        and (top(importer), named[0]) not in NEIGHBOURS
    ]
    assert wrong == []


def test_the_pure_parts_use_no_database() -> None:
    wrong = [
        importer for importer, named in imports() if top(importer) in PURE and named[0] == "infra"
    ]
    assert wrong == []


def test_nobody_reads_the_tables_of_a_feature_but_itself() -> None:
    wrong = [
        f"{importer} imports {'.'.join(named)}"
        for importer, named in imports()
        if "models" in named and top(importer) != named[0]
    ]
    assert wrong == []


def test_the_face_uses_doors_only() -> None:
    """Of a feature the graph may know its doors, its rules and its views; never how it stores."""
    doors = {
        "queries",
        "actions",
        "rules",
        "views",
        "columns",
        "search",
        "sections",
        "previews",
        "ties",
        "events",
        "telling",
        "listeners",
    }
    wrong = [
        f"{importer} imports {'.'.join(named)}"
        for importer, named in imports()
        if top(importer) == "api" and named[0] in FEATURES and named[1] not in doors
    ]
    assert wrong == []


def test_imports_stand_at_the_top_of_a_file() -> None:
    wrong = [
        f"{path.relative_to(SOURCE)}:{inner.lineno}"
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert wrong == []


def test_files_are_small() -> None:
    sizes = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCE.rglob("*.py")}
    assert median(sizes.values()) < 150
    assert [str(path) for path, size in sizes.items() if size > 500] == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert silent == []


def test_middleware_is_plain_asgi() -> None:
    assert [
        str(path)
        for path in SOURCE.rglob("*.py")
        if "BaseHTTPMiddleware" in path.read_text("utf-8")
    ] == []
