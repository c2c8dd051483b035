"""Every peer must give the identical normalised answer: `python verify.py peers_10k [--pairs 20]`.

Also holds the answers against `oracle`, says how many restricted fields were shown and hidden in
what was compared, and checks that a second invitation is refused.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import defaultdict

import asyncpg
import db
import install
import oracle
import peers
import reset

ASKS = 3  # a JIT must answer alike cold and hot
NOTE = "hi"


class Verifier:
    """Asks the running peers and counts what differs."""

    def __init__(self, database: str, names: list[str], con: asyncpg.Connection) -> None:
        self._database, self._names, self._con = database, names, con
        self.bad = self.shown = self.hidden = self.compared = 0

    def differs(self, *what: object) -> None:
        self.bad += 1
        print("DIFFERS", *what)

    def answer(self, name: str, query: str, viewer: int, target: int) -> str:
        """The normalised answer's text."""
        answer = peers.ask(name, self._database, query, viewer, target)
        if "errors" in answer:
            self.differs(name, query, viewer, target, answer["errors"])
        self.compared += 1
        return json.dumps(peers.normal(name, answer), ensure_ascii=False)

    async def read(self, query: str, viewer: int, target: int) -> None:
        """One query, all peers."""
        answers = defaultdict(set)
        for name in self._names:
            apart = peers.ours(name) and await self._apart(query, viewer, target)
            for _ in range(ASKS):
                text = self.answer(name, query, viewer, target)
                if not apart:
                    answers[text].add(name)
                elif text != apart:
                    self.differs(name, query, viewer, target, text, "is not", apart)
        if len(answers) > 1:
            told = [f"\n  {sorted(who)} {text[:300]}" for text, who in answers.items()]
            self.differs(query, viewer, target, *told)

    async def _apart(self, query: str, viewer: int, target: int) -> str | None:
        """What netql must answer where it differs from the others on purpose."""
        if query == "Q5":
            wanted = await oracle.second_circle(self._con, viewer)
        elif query == "Q4" and viewer == target:
            # Nobody has connections in common with oneself.
            own = json.loads(self.answer("netql", "Q1", viewer, target))["member"]
            named = {"id": own["id"], "name": own["name"]}
            wanted = {"member": {**named, "mutualConnections": None}}
        else:
            return None
        return json.dumps(wanted, ensure_ascii=False)

    async def rule(self, viewer: int, target: int) -> None:
        """Q1's restricted fields, as every peer gives them."""
        wanted = await oracle.visible(self._con, viewer, target)
        self.shown += sum(value is not None for value in wanted.values())
        self.hidden += sum(value is None for value in wanted.values())
        for name in self._names:
            got = json.loads(self.answer(name, "Q1", viewer, target))["member"]
            if any(got[field] != value for field, value in wanted.items()):
                self.differs("rule", name, viewer, target, got, wanted)

    async def invite(self, name: str, viewer: int, target: int) -> None:
        """M1, once and once more."""
        invitations = await reset.opened(name, self._database)
        await invitations.forget()
        ask = ("M1", viewer, target, NOTE)
        first, again = (peers.ask(name, self._database, *ask) for _ in range(2))
        wanted = await oracle.sent(self._con, viewer, target, NOTE)
        made = json.dumps(peers.normal(name, first), ensure_ascii=False)
        if made != json.dumps(wanted, ensure_ascii=False) or not peers.refused(again):
            self.differs(name, "M1", first, again)
        if await invitations.count() != 1:
            self.differs(name, "M1", "made", await invitations.count(), "invitations")
        await invitations.forget()
        await invitations.con.close()


async def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database", nargs="?", default="peers_10k")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--peers", default=",".join(peers.PEERS))
    args = parser.parse_args()
    names = args.peers.split(",")
    install.sync()
    db.start()
    con = await asyncpg.connect(db.dsn(args.database))
    verifier = Verifier(args.database, names, con)
    todo = peers.pairs(args.database)[: args.pairs - 1]
    todo.append((todo[0][0], todo[0][0]))  # the viewer's own profile
    running = []
    try:
        for name in names:
            running.append(peers.start(name, args.database))
        for viewer, target in todo:
            for query in peers.READS:
                await verifier.read(query, viewer, target)
            await verifier.rule(viewer, target)
        for name in names:
            await verifier.invite(name, 11, 4321)
    finally:
        for process in running:
            peers.stop(process)
        await con.close()
    print(
        f"{args.database}: {len(names)} peers, {len(todo)} pairs, {len(peers.READS)} queries,"
        f" {ASKS} times each, {verifier.compared} answers; restricted fields of Q1:"
        f" {verifier.shown} shown, {verifier.hidden} hidden; {verifier.bad} differences"
    )
    return 1 if verifier.bad else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
