"""What `netql doctor` looks at."""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

from netql.api.counting import counts_of
from netql.errors import ConfigurationError
from netql.infra.buses import delay
from netql.infra.database import connected, dialect, execute, fetch_one, transaction
from netql.infra.tokens import signing_key
from netql.infra.unable import why_unable
from netql.migrations.runner import applied, pending, refuse_newer
from netql.settings import Settings, SignUp, unknown_settings, without_password


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, and how it is. What is not `grave` only makes netql worse."""

    about: str
    fine: bool
    said: str
    grave: bool = True


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything; never raises for what is merely wrong."""
    findings = [Finding("settings", False, said, grave=False) for said in unknown_settings()]
    findings.append(_key(settings))
    try:
        async with connected(settings):
            findings += await _database()
    except ConfigurationError as error:
        findings.append(Finding("database", False, error.message))
    except Exception as error:
        why = why_unable(error)
        if why is None:
            raise
        findings.append(Finding("database", False, f"it answers, but cannot do its work: {why}"))
    findings.append(await _bus(settings))
    findings.append(await _budgets(settings))
    findings.append(
        Finding(
            "sign-up", True, "open to everybody" if settings.sign_up is SignUp.OPEN else "closed"
        )
    )
    return findings


def _key(settings: Settings) -> Finding:
    path = settings.signing_key_file
    if not path.exists():
        return Finding("signing key", True, f"{path} will be made when netql serves")
    try:
        signing_key(path)
    except ConfigurationError as error:
        return Finding("signing key", False, error.message)
    return Finding("signing key", True, f"{path} is well")


async def _bus(settings: Settings) -> Finding:
    """Two processes' worth of bus: what one sends, the other must hear."""
    if settings.bus == "local":
        alone = settings.workers == 1
        said = "wakes its own process" + ("" if alone else "; others find events by polling")
        return Finding("bus", alone, said, grave=False)
    try:
        took = await delay(settings)
    except ConfigurationError as error:
        return Finding("bus", False, error.message)
    except ConnectionError as error:
        return Finding("bus", False, f"{error}; events come by polling", grave=False)
    return Finding(
        "bus", True, f"{without_password(settings.bus)} wakes others in {took * 1000:.1f} ms"
    )


async def _budgets(settings: Settings) -> Finding:
    """Where they are counted, and whether that works."""
    if not settings.counts_anything:
        return Finding("budgets", True, "nothing is counted")
    if not settings.valkey:
        alone = settings.workers == 1
        said = "counted in this process" if alone else "each process counts for itself"
        return Finding("budgets", alone, said, grave=False)
    counts = counts_of(settings, b"netql doctor")
    async with counts.running():
        began = time.monotonic()
        await counts.incr("doctor", 1)
        took = time.monotonic() - began
        trouble = counts.trouble
    if trouble is not None:
        return Finding("budgets", False, f"{trouble}; each process counts for itself", grave=False)
    where = without_password(settings.valkey)
    return Finding("budgets", True, f"shared by {where}, which counts in {took * 1000:.1f} ms")


async def _database() -> list[Finding]:
    version = await fetch_one(
        "SELECT version() AS version"
        if dialect() == "postgres"
        else "SELECT sqlite_version() AS version"
    )
    assert version is not None
    refuse_newer(await applied())
    missing = await pending()
    findings = [
        Finding("database", True, f"{dialect()} {version['version'].split(',')[0]} answers")
    ]
    if missing:
        findings.append(
            Finding("migrations", False, f"run `netql migrate`: {', '.join(missing)} missing")
        )
        return findings
    members = await fetch_one("SELECT count(*) AS held FROM members WHERE closed_at IS NULL")
    assert members is not None
    findings.append(Finding("migrations", True, "every one applied"))
    findings.append(Finding("members", True, str(members["held"])))
    if dialect() == "postgres":
        findings.append(await _temporary())
    # Changes nothing, and needs all that a change needs: rights, and a database that takes any.
    async with transaction():
        await execute("DELETE FROM idempotency_keys WHERE id = $1", UUID(int=0))
    return findings


async def _temporary() -> Finding:
    """Whether acts can be done at once (see `infra.at_once`)."""
    row = await fetch_one(
        "SELECT has_database_privilege(current_database(), 'TEMPORARY') AND EXISTS (SELECT FROM"
        " pg_language WHERE lanname = 'plpgsql' AND has_language_privilege(oid, 'USAGE')) AS may,"
        " current_setting('transaction_isolation') AS isolation"
    )
    assert row is not None
    if row["isolation"] != "read committed":
        said = f"transactions are {row['isolation']} by default, so inviting takes longer"
        return Finding("temporary functions", False, said, grave=False)
    said = "may be made" if row["may"] else "may not be made, so inviting takes longer"
    return Finding("temporary functions", bool(row["may"]), said, grave=False)
