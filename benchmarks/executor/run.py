"""netql's executor against graphql-core's, shape by shape.

Both execute the same parsed document on the same schema and objects, turn and turn about; the ratio
is that of one round's pair, above 1 where netql's is faster. `first` is the same with a document
that neither has seen: what a plan costs is in it. Documents are parsed beforehand, never validated.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
from pathlib import Path
from typing import Any

import turns
from plans import costs
from shapes import Shape, shapes

_PUBLISHED = Path(__file__).resolve().parents[2] / "schema.graphql"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shapes", help="only these, with commas between")
    parser.add_argument("--seconds", type=float, default=0.1, help="of a sample (0.1)")
    parser.add_argument("--rounds", type=int, default=9, help="pairs of samples a shape (9)")
    parser.add_argument("--json", type=Path, help="write the results to this file too")
    return parser.parse_args()


def shown(spread: dict[str, float], form: str) -> str:
    return " ".join(
        (format(spread["mid"], form), f"({spread['low']:{form}}-{spread['high']:{form}})")
    )


def line_of(one: dict[str, Any]) -> str:
    core, ours = (one["us"][which]["mid"] for which in (turns.CORE, turns.OURS))
    said = (shown(one["ratio"], ".2f"), shown(one["first"]["ratio"], ".2f"))
    return f"{one['shape']:14} {core:11.1f} {ours:11.1f}  {said[0]:20} {said[1]:20} {one['what']}"


async def measured(chosen: list[Shape], seconds: float, rounds: int) -> list[dict[str, Any]]:
    """Every shape, printed as it comes."""
    found = []
    print(f"{'shape':14} {turns.CORE:>11} {turns.OURS:>11}  {'ratio':20} {'first':20}")
    print(f"{'':14} {'us':>11} {'us':>11}  {'median (range)':20} {'median (range)':20}")
    for shape in chosen:
        one = await turns.compared(shape, seconds, rounds)
        found.append(one)
        print(line_of(one), flush=True)
    return found


def print_plans(found: list[dict[str, Any]]) -> None:
    print("\nA plan, all of it, beside what the parser and the validation of the same text take")
    print(
        f"{'document':9} {'fields':>7} {'plan us':>9} {'parse us':>9} {'validate us':>12}"
        f"  {'plan / (parse + validate)':26} {'plan KiB':>9} {'document KiB':>13}"
    )
    for one in found:
        plan, read, judged = (one["us"][what]["mid"] for what in ("plan", "parse", "validate"))
        print(
            f"{one['document']:9} {one['fields']:7} {plan:9.0f} {read:9.0f} {judged:12.0f}"
            f"  {shown(one['ratio'], '.2f'):26} {one['plan_bytes'] / 1024:9.1f}"
            f" {one['document_bytes'] / 1024:13.1f}"
        )


def main() -> None:
    args = arguments()
    published = _PUBLISHED.read_text("utf-8")
    chosen = shapes(published)
    if args.shapes:
        names = args.shapes.split(",")
        chosen = [shape for shape in chosen if shape.name in names]
    result = {
        "python": platform.python_version(),
        "seconds": args.seconds,
        "rounds": args.rounds,
        "shapes": asyncio.run(measured(chosen, args.seconds, args.rounds)),
        "plans": costs(published, args.seconds, args.rounds),
    }
    print_plans(result["plans"])
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
