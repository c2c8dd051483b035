"""`netql torture`: what it lists, and what it refuses in a sentence."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from netql.cli import main
from netql.errors import ConfigurationError
from netql.torture.cases import CASES
from netql.torture.wheels import need


def test_every_case_is_listed_with_its_promise() -> None:
    listed = CliRunner().invoke(main, ["torture", "--list"])
    assert listed.exit_code == 0
    lines = listed.output.splitlines()
    assert [line.split()[0] for line in lines] == [case.name for case in CASES]
    assert all(line.endswith(case.promise) for line, case in zip(lines, CASES, strict=True))
    assert len({case.name for case in CASES}) == len(CASES)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--case", "none"], "There is no case none"),
        (["--case", "deploy", "--database", "sqlite"], "one process's"),
        (["--case", "kill-postgresql", "--database", "sqlite"], "--database postgresql"),
        (["--case", "kill-netql", "--database", "mysql://x"], "NETQL_DATABASE_URL"),
    ],
)
def test_what_cannot_be_run_is_said(words: list[str], said: str) -> None:
    told = CliRunner().invoke(main, ["torture", *words])
    assert told.exit_code == 2
    assert said in told.output


def test_what_is_not_installed_is_named_with_its_extra() -> None:
    need()
    with pytest.raises(ConfigurationError, match=r"needs nowhere.*netql\[torture\]"):
        need(("json", "nowhere"))
