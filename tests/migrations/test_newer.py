"""A database that a newer netql has migrated is served by no older one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.migrations.command import netql, script

FUTURE = """
await runner.migrate()
await execute(
    "INSERT INTO schema_migrations (name, applied_at)"
    " SELECT '9999_future', applied_at FROM schema_migrations LIMIT 1"
)
"""


def test_it_is_not_served_and_the_doctor_says_why(
    new_database: Callable[[], str], tmp_path: Path
) -> None:
    url = new_database()
    script(url, tmp_path, FUTURE)
    refused = netql(url, tmp_path, "serve", "--port", "0")
    assert refused.returncode == 2
    assert "9999_future" in refused.stderr
    assert "newer version" in refused.stderr
    told = netql(url, tmp_path, "doctor")
    assert told.returncode == 1
    assert "BAD  database: The database has migrations this netql does not know" in told.stdout
