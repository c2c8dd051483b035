"""What limits cost, and what they save. `benchmarks/limits/run` calls it."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import bombs
import cost
import uvloop

from network import Network


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=6, help="of calm and of bombs; cost: tenfold")
    parser.add_argument("--only", choices=("cost", "bombs"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="netql-limits-") as folder:
        network = Network(Path(folder))
        if given.only != "bombs":
            _tell_cost(network, 10 * given.rounds)
        if given.only != "cost":
            _tell_bombs(network, given.rounds)


def _tell_cost(network: Network, rounds: int) -> None:
    print("CPU of a known request, in microseconds\n")
    print("| request | without limits | with | more, in % |")
    print("|---|---|---|---|")
    for name, (without, with_, more) in uvloop.run(cost.measure(network, rounds)).items():
        print(f"| {name} | {without.told(0)} | {with_.told(0)} | {more.told(1)} |")
    print()


def _tell_bombs(network: Network, rounds: int) -> None:
    rate = f"{bombs.PER_SECOND} bombs a second for {bombs.SECONDS:g} s at a time"
    print(f"A member's requests while a guest sends {rate}: how many times as long\n")
    print("| | median | p99 | the attacker is told |")
    print("|---|---|---|---|")
    for name, settings in {
        "as it is": {},
        "without budgets": {"address_points_per_minute": "0"},
    }.items():
        half, tail, codes = bombs.measure(network, rounds, **settings)
        told = ", ".join(f"{code} {number}" for code, number in codes.most_common())
        print(f"| {name} | {half.told()} | {tail.told()} | {told} |", flush=True)


if __name__ == "__main__":
    main()
