"""The cases, in the order in which they are listed."""

from __future__ import annotations

from netql.torture.cases import (
    buses,
    crowd,
    deploy,
    held,
    kill_any,
    kill_netql,
    kill_postgresql,
    kill_supervisor,
    kill_valkey,
    kill_worker,
    no_valkey,
    stalled,
)

CASES = (
    kill_netql.CASE,
    kill_postgresql.CASE,
    kill_valkey.CASE,
    kill_worker.CASE,
    kill_supervisor.CASE,
    kill_any.CASE,
    buses.POSTGRESQL,
    buses.VALKEY,
    no_valkey.CLOSED,
    no_valkey.SILENT,
    held.CASE,
    deploy.CASE,
    stalled.CASE,
    crowd.CASE,
)
