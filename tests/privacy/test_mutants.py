"""Flips each rule of the wall in a copy of the source and sees a test go red."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from pathlib import Path

import pytest

import netql
from tests.privacy.mutants import MUTANTS, Mutant

SOURCE = Path(netql.__file__).parent
HERE = Path(__file__).parent
ROOT = HERE.parent.parent
# What pytest returns when tests ran and some failed, and when all passed.
FAILED, PASSED = 1, 0

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]


def copied(tmp_path: Path) -> Path:
    """A copy of the package, to be imported instead of the installed one."""
    shutil.copytree(
        SOURCE, tmp_path / "src" / "netql", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path / "src"


async def run(source: Path, *arguments: str) -> tuple[int, str]:
    """Python with the copy in front; its exit status and what it said."""
    environment = {**os.environ, "PYTHONPATH": str(source), "NETQL_TEST_DATABASE": "sqlite"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=ROOT,
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        said, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return process.returncode, said.decode()


async def judged(source: Path, noticed: tuple[str, ...]) -> tuple[int, str]:
    file, *options = noticed
    quiet = ("-q", "-x", "--tb=line", "-p", "no:cacheprovider")
    return await run(source, "-m", "pytest", *quiet, str(HERE / file), *options)


@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
async def test_a_flipped_rule_is_noticed(tmp_path: Path, mutant: Mutant) -> None:
    source = copied(tmp_path)
    file = source / "netql" / mutant.file
    text = file.read_text()
    assert text.count(mutant.old) == 1, "the rule is not where it was: teach its mutant"
    file.write_text(text.replace(mutant.old, mutant.new))
    status, said = await judged(source, mutant.noticed)
    assert status == FAILED, said


@pytest.mark.parametrize("noticed", sorted({m.noticed for m in MUTANTS}), ids=" ".join)
async def test_the_same_tests_are_green_while_nothing_is_flipped(
    tmp_path: Path, noticed: tuple[str, ...]
) -> None:
    source = copied(tmp_path)
    _, path = await run(source, "-c", "import netql; print(netql.__file__)")
    assert path.strip() == str(source / "netql" / "__init__.py")
    status, said = await judged(source, noticed)
    assert status == PASSED, said
