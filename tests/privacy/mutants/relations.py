"""Rules of `relations/`."""

from __future__ import annotations

from tests.privacy.mutants.mutant import FRAGMENTS, MUTATIONS, NEEDS, Mutant, matrix

MUTANTS = [
    Mutant(
        "anybody with a tie is connected with everybody",
        "relations/sql.py",
        "WHERE tie.member_id = {one} AND tie.other_id = {other})",
        "WHERE tie.member_id = {one})",
        FRAGMENTS,
    ),
    Mutant(
        "a block works in one direction",
        "relations/sql.py",
        "met.blocker_id = {member}.id AND met.blocked_id = {viewer}",
        "met.blocker_id = {viewer} AND met.blocked_id = {member}.id",
        FRAGMENTS,
    ),
    Mutant(
        "who left is still there",
        "relations/sql.py",
        "({member}.closed_at IS NULL",
        "(TRUE",
        FRAGMENTS,
    ),
    Mutant(
        "a tie is seen if one end allows",
        "relations/sql.py",
        "({list_admits(viewer, one)} AND {list_admits(viewer, other)})",
        "({list_admits(viewer, one)} OR {list_admits(viewer, other)})",
        FRAGMENTS,
    ),
    Mutant(
        "guests are let into lists for members",
        "relations/sql.py",
        "{Audience.MEMBERS:d} AND {viewer} IS NOT NULL)",
        "{Audience.MEMBERS:d})",
        matrix("Query.node"),
    ),
    Mutant(
        "connections are not let into lists for connections",
        "relations/sql.py",
        "{audience} >= {Audience.CONNECTIONS:d}",
        "{audience} >= {Audience.MEMBERS:d}",
        FRAGMENTS,
    ),
    Mutant(
        "second degree counts hidden ties",
        "relations/sql.py",
        " AND {edge_visible(viewer, 'middle', member)})",
        ")",
        FRAGMENTS,
    ),
    Mutant(
        "somebody absent leads to others",
        "relations/sql.py",
        "{viewer} AND {present(viewer, 'middle')}",
        "{viewer}",
        FRAGMENTS,
    ),
    Mutant(
        "a second degree stands as near as a connection",
        "relations/sql.py",
        "THEN {Standing.SECOND_DEGREE:d}",
        "THEN {Standing.CONNECTED:d}",
        FRAGMENTS,
    ),
    Mutant(
        "a guest stands like a member",
        "relations/sql.py",
        "ELSE {Standing.GUEST:d} END",
        "ELSE {Standing.SIGNED_IN:d} END",
        FRAGMENTS,
    ),
    Mutant(
        "actions find everybody present",
        "relations/lookup.py",
        'CASE WHEN {sql.present("pairs.viewer_id", "m")}',
        "CASE WHEN TRUE",
        MUTATIONS,
    ),
    Mutant(
        "second degree is left out where it matters",
        "relations/sql.py",
        'matters = f"{Audience.EXTENDED:d} IN',
        'matters = f"{Audience.EXTENDED:d} NOT IN',
        NEEDS,
    ),
    Mutant(
        "second degree matters for the first field only",
        "relations/sql.py",
        "        for field in ProfileField\n",
        "        for field in list(ProfileField)[:1]\n",
        NEEDS,
    ),
    Mutant(
        "the near end's list admits for the far end's",
        "relations/sql.py",
        "OR {far}.id = {viewer} OR {list_admits(viewer, far)})",
        "OR {far}.id = {viewer} OR {list_admits(viewer, near)})",
        FRAGMENTS,
    ),
    Mutant(
        "the far end's list hides one's own ties",
        "relations/sql.py",
        "({near}.id = {viewer} OR {far}.id = {viewer} OR {list_admits(viewer, far)})",
        "({far}.id = {viewer} OR {list_admits(viewer, far)})",
        FRAGMENTS,
    ),
]
