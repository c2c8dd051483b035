"""What a client feels while another sends bombs: calm and attacked seconds, turn and turn about.

A `netql serve` as anybody would start it. The victim is a member who asks for a profile, one
request after the other. The attacker is a guest who sends a fixed number of bombs a second, each a
text of its own, so that none is known.
"""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from multiprocessing import Process, Queue

import orjson
from figures import Spread, percentile, spread

from network import Network

PROFILE = """query($h: String!) { member(by: {handle: $h}) { id handle name headline location
  about email phone birthday currentPosition { title company } } }"""
SECONDS = 4.0
PER_SECOND = 20


def bombs() -> Iterator[bytes]:
    """300 fragments that spread each other twice; as many as there may be; fields that have to be
    compared with each other; 256 KiB of one name."""
    for number in count():
        yield _body(number, _fragments(300))
        yield _body(number, _fragments(90))
        yield _body(number, "{ viewer { " + "connections(first: 1) { totalCount } " * 130 + "} }")
        yield _body(number, "{ " + "a" * 250_000 + " }")


def _fragments(levels: int) -> str:
    chain = "".join(
        f"fragment F{n} on Query {{ a: __typename ...F{n + 1} ...F{n + 1} }} "
        for n in range(levels)
    )
    return f"{{ ...F0 }} {chain} fragment F{levels} on Query {{ __typename }}"


def _body(number: int, text: str) -> bytes:
    return orjson.dumps({"query": f"#{number}\n{text}"})


def _attack(port: int, told: Queue[Counter[str]], until: float) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    codes: Counter[str] = Counter()
    # Where the last attack ended, its texts are known to nobody either.
    sent = bombs()
    begun = time.monotonic()
    for number in count():
        due = begun + number / PER_SECOND
        if due >= until:
            break
        time.sleep(max(0.0, due - time.monotonic()))
        connection.request("POST", "/graphql", next(sent), {"content-type": "application/json"})
        answer = orjson.loads(connection.getresponse().read())
        codes[answer["errors"][0]["extensions"]["code"] if "errors" in answer else "answered"] += 1
    told.put(codes)


def _ask(connection: http.client.HTTPConnection, body: bytes, headers: dict[str, str]) -> float:
    begun = time.perf_counter()
    connection.request("POST", "/graphql", body, headers)
    answer = connection.getresponse().read()
    taken = time.perf_counter() - begun
    if b'"errors"' in answer:
        raise SystemExit(f"the victim was refused: {answer[:300]!r}")
    return taken


def _victim(network: Network, port: int, seconds: float) -> list[float]:
    """How long each request took, in milliseconds."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    body = orjson.dumps({"query": PROFILE, "variables": {"h": network.handle}})
    headers = {"content-type": "application/json", "authorization": f"Bearer {network.token}"}
    until = time.monotonic() + seconds
    times = []
    while time.monotonic() < until:
        times.append(1e3 * _ask(connection, body, headers))
        # A client that thinks: one that does not would only queue behind itself.
        time.sleep(0.002)
    return times


@contextmanager
def _serving(network: Network, **settings: str) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = network.environment(port=str(port), **settings)
    command = [sys.executable, "-m", "netql", "serve"]
    process = subprocess.Popen(command, env=environment, cwd=network.folder)
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit("netql did not start")


def measure(network: Network, rounds: int, **settings: str) -> tuple[Spread, Spread, Counter[str]]:
    """How many times as long the victim's median and 99th percentile are while bombs arrive; and
    what the attacker was told."""
    halves: list[float] = []
    tails: list[float] = []
    told: Queue[Counter[str]] = Queue()
    codes: Counter[str] = Counter()
    # The victim asks more in a minute than a member does.
    with _serving(network, member_points_per_minute="0", **settings) as port:
        _victim(network, port, 1.0)
        for _ in range(rounds):
            calm = _victim(network, port, SECONDS)
            until = time.monotonic() + SECONDS
            attacker = Process(target=_attack, args=(port, told, until))
            attacker.start()
            attacked = _victim(network, port, SECONDS)
            codes += told.get()
            attacker.join()
            halves.append(percentile(attacked, 0.5) / percentile(calm, 0.5))
            tails.append(percentile(attacked, 0.99) / percentile(calm, 0.99))
    return spread(halves), spread(tails), codes
