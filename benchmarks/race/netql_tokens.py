"""Signs an access token for each loaded member, with netql's own signer.

Run by netql's own Python: `python netql_tokens.py KEY_FILE DAYS OUT`. Reads `MEMBER SESSION`, two
keys a line, and writes `TOKEN ID` to OUT: what speaks for the member, and their global id.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from netql import ids
from netql.infra.tokens import Signer, signing_key


def main(key_file: str, days: str, out: str) -> None:
    signer = Signer(signing_key(Path(key_file)), timedelta(days=int(days)))
    with Path(out).open("w") as file:
        for line in sys.stdin:
            member, session = map(UUID, line.split())
            file.write(f"{signer.sign(member, session)} {ids.encode('Member', member)}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
