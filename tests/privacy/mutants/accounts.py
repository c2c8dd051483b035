"""Rules of `accounts/`."""

from __future__ import annotations

from tests.privacy.mutants.mutant import WATCH, Mutant

MUTANTS = [
    Mutant(
        "a session speaks for any member",
        "accounts/watch.py",
        " and owner == member_id",
        "",
        WATCH,
    ),
    Mutant(
        "who cannot look believes",
        "accounts/watch.py",
        "moment - self._looked < SIGHT and ",
        "",
        WATCH,
    ),
    Mutant(
        "what was known once is known for ever",
        "accounts/watch.py",
        "moment - asked < LONGEST and ",
        "",
        WATCH,
    ),
    Mutant(
        "an end elsewhere is not seen",
        "accounts/watch.py",
        '                self.saw_end(row["id"])\n',
        "                pass\n",
        WATCH,
    ),
    Mutant(
        "a look goes back no further than itself",
        "accounts/watch.py",
        "now() - OVERLAP",
        "now()",
        WATCH,
    ),
    Mutant(
        "who was blind for long remembers",
        "accounts/watch.py",
        "            self._live.clear()\n",
        "            pass\n",
        WATCH,
    ),
    Mutant(
        "what was read before an end is remembered after it",
        "accounts/watch.py",
        "if ends != self.ends:",
        "if ends is None:",
        WATCH,
    ),
    Mutant(
        "who waits is told of no end",
        "accounts/watch.py",
        "            tell()\n",
        "            pass\n",
        WATCH,
    ),
    Mutant(
        "who waits is not told of an end elsewhere",
        "accounts/watch.py",
        ' or row["id"] in self._told',
        "",
        WATCH,
    ),
    Mutant(
        "who waits is told of no end that no look can see",
        "accounts/watch.py",
        "            await self._ask()\n",
        "            pass\n",
        WATCH,
    ),
    Mutant(
        "an end in this process is not seen",
        "accounts/sessions.py",
        "    _once_committed(partial(watch.saw_end, session_id))\n",
        "",
        WATCH,
    ),
    Mutant(
        "the end of all sessions is not seen",
        "accounts/sessions.py",
        "    _once_committed(partial(watch.saw_end_of_all, member_id))\n",
        "",
        WATCH,
    ),
]
