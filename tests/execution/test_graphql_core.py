"""graphql-core's own tests of its executor, run on ours."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.execution import ONCE

pytestmark = [ONCE, pytest.mark.timeout(1800)]

_NULLED = "test_nonnull::describe_execute_handles_non_nullable_types::"
_SEVERAL = f"{_NULLED}describe_handles_multiple_errors_for_a_single_response_position::"
# What graphql-core's tests fix beyond the specification: which of several errors is told, and
# where, when they happen at once around something that one of them makes null. The data are the
# same; ours are told in depth-first order, and none from within what an earlier one took away.
OTHERWISE = {
    # The errors come in the order in which the lists of async iterables failed.
    "test_lists::describe_execute_accepts_async_iterables_as_list_value::"
    "handles_mixture_of_sync_and_async_errors_in_async_iterables",
    # The errors come in the order of time: those of synchronous resolvers first.
    f"{_NULLED}describe_nulls_a_complex_tree_of_nullable_fields_each::throws",
    # The error within a nullable field, next to one that takes the object away, is told too.
    f"{_SEVERAL}nullable_and_non_nullable_root_fields_throw_nested_errors",
    f"{_SEVERAL}slower_nullable_after_non_nullable_root_field",
    f"{_SEVERAL}nullable_and_non_nullable_nested_fields_throw_nested_errors",
    f"{_SEVERAL}slower_nullable_after_non_nullable_nested_field",
}
# So that a run which found next to nothing does not pass for one.
_FEWEST = 700


def _cache() -> Path:
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(home) / "netql" / "graphql-core"


@pytest.fixture(scope="module")
def sources() -> Path:
    """graphql-core's sources, of the version that is installed: they come with its tests."""
    wanted = version("graphql-core")
    unpacked = _cache() / f"graphql_core-{wanted}"
    if not unpacked.is_dir():
        _cache().mkdir(parents=True, exist_ok=True)
        fetched = subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
            + ["--no-binary", "graphql-core", f"graphql-core=={wanted}"]
            + ["--dest", str(_cache())],
            capture_output=True,
            text=True,
            timeout=300,
        )
        archive = _cache() / f"graphql_core-{wanted}.tar.gz"
        if not archive.is_file():
            said = f"graphql-core's sources cannot be fetched: {fetched.stderr.strip()[-300:]}"
            if os.environ.get("CI") == "true":
                pytest.fail(said)
            pytest.skip(said)
        partly = _cache() / f"unpacking-{os.getpid()}"
        with tarfile.open(archive) as packed:
            packed.extractall(partly, filter="data")
        (partly / unpacked.name).rename(unpacked)
        partly.rmdir()
    return unpacked


def test_graphql_cores_own_tests_pass(sources: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    here = str(Path(__file__).parent)
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/execution", "-q", "-p", "core_plugin"]
        + ["-p", "no:cacheprovider", "-p", "no:schemathesis", "-p", "no:hypothesispytest"]
        + ["-o", "addopts=", f"--junitxml={report}"],
        cwd=sources,
        env={**os.environ, "PYTHONPATH": here},
        capture_output=True,
        text=True,
        timeout=1200,
    )
    assert report.is_file(), ran.stdout + ran.stderr
    cases = list(ElementTree.parse(report).getroot().iter("testcase"))
    assert len(cases) >= _FEWEST, ran.stdout
    failed = {
        _name(case)
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    }
    assert failed == OTHERWISE, ran.stdout[-5000:]


def _name(case: ElementTree.Element) -> str:
    path = case.get("classname", "").removeprefix("tests.execution.")
    return f"{path.replace('.', '::')}::{case.get('name')}"
