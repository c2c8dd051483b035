"""The file with the signing key: made once, for its owner's eyes only."""

from __future__ import annotations

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from netql.errors import ConfigurationError
from netql.infra.tokens import signing_key


def test_a_missing_key_is_made_for_its_owner_only_and_kept(tmp_path: Path) -> None:
    path = tmp_path / "netql.key"
    key = signing_key(path)
    assert len(key) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert signing_key(path) == key
    assert [entry.name for entry in tmp_path.iterdir()] == ["netql.key"]
    assert signing_key(tmp_path / "other.key") != key


def test_a_directory_is_no_key(tmp_path: Path) -> None:
    mode = tmp_path.stat().st_mode
    with pytest.raises(ConfigurationError, match="is a directory") as refused:
        signing_key(tmp_path)
    assert "chmod" not in refused.value.message
    assert tmp_path.stat().st_mode == mode
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o610, 0o644, 0o777])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "netql.key"
    key = signing_key(path)
    path.chmod(mode)
    with pytest.raises(ConfigurationError, match=r"NETQL_SIGNING_KEY_FILE.*chmod 600"):
        signing_key(path)
    assert path.stat().st_mode & 0o777 == mode
    path.chmod(0o600)
    assert signing_key(path) == key


@pytest.mark.parametrize("text", ["", "no digits", "ab" * 31, "ab" * 31 + "a", "zz" * 32, "ü" * 64])
def test_a_file_without_a_key_is_refused_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "netql.key"
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    with pytest.raises(ConfigurationError, match="NETQL_SIGNING_KEY_FILE.*64 or more hexadecimal"):
        signing_key(path)
    assert path.read_text("utf-8") == text


def test_a_place_where_no_file_can_be_made_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="NETQL_SIGNING_KEY_FILE"):
        signing_key(tmp_path / "nowhere" / "netql.key")
    with pytest.raises(ConfigurationError, match="NETQL_SIGNING_KEY_FILE"):
        signing_key(tmp_path)


MAKER = """
import sys
from pathlib import Path
from netql.infra.tokens import signing_key
print("ready", flush=True)
for line in sys.stdin:
    print(signing_key(Path(line.strip())).hex(), flush=True)
"""


def test_processes_that_make_it_at_once_agree_on_one(tmp_path: Path) -> None:
    with ExitStack() as stack:
        makers = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", MAKER],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    text=True,
                    bufsize=1,
                )
            )
            for _ in range(3)
        ]

        def said(maker: subprocess.Popen[str]) -> str:
            assert maker.stdout is not None
            return maker.stdout.readline().strip()

        assert [said(maker) for maker in makers] == ["ready"] * 3
        for round_ in range(30):
            path = tmp_path / f"{round_}.key"
            for maker in makers:
                assert maker.stdin is not None
                maker.stdin.write(f"{path}\n")
            keys = {said(maker) for maker in makers}
            assert keys == {signing_key(path).hex()}
        for maker in makers:
            assert maker.stdin is not None
            maker.stdin.close()
            assert maker.wait(60) == 0
    assert len(list(tmp_path.iterdir())) == 30
