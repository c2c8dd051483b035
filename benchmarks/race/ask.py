"""One request by hand: `python ask.py PEER QUERY [VIEWER] [TARGET] [--database peers_10k]`.

The peer must be running; without one, start it by `python ask.py --serve PEER`.
"""

from __future__ import annotations

import argparse
import json

import db
import install
import peers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=peers.PEERS)
    parser.add_argument("query", nargs="?", default="Q1")
    parser.add_argument("viewer", nargs="?", type=int, default=17)
    parser.add_argument("target", nargs="?", type=int, default=18)
    parser.add_argument("--database", default="peers_10k")
    parser.add_argument("--serve", action="store_true", help="start the peer, wait for Enter")
    args = parser.parse_args()
    if args.serve:
        install.sync()
        db.start()
        process = peers.start(args.peer, args.database)
        input(f"{args.peer} answers on port {peers.PEERS[args.peer]['port']}; Enter stops it")
        peers.stop(process)
        return
    answer = peers.ask(args.peer, args.database, args.query, args.viewer, args.target)
    print(json.dumps(answer, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
