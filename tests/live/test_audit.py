"""The public audit of GraphQL over HTTP (npm graphql-http), against `netql serve`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from tests.live.server import Server

PACKAGE = Path(__file__).parents[1] / "http-audit"


def test_every_audit_passes(server: Server) -> None:
    node = shutil.which("node")
    if node is None:
        # Who vouches for netql has to have it.
        assert os.environ.get("CI") != "true", "no Node: the audit is a package of npm"
        pytest.skip("no Node: the audit is a package of npm")
    done = subprocess.run(
        [node, "audit.mjs", f"{server.url}/graphql"],
        cwd=PACKAGE,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [result for result in results if result["status"] != "ok"] == []
    levels = Counter(result["name"].split()[0] for result in results)
    assert levels == {"MUST": 13, "SHOULD": 23, "MAY": 25}
