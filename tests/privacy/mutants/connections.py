"""Rules of `connections/`."""

from __future__ import annotations

from tests.privacy.mutants.mutant import DOORS, LIVE, PAGES, RULES, Mutant, matrix

MUTANTS = [
    Mutant(
        "any tie is read by its id",
        "connections/ties.py",
        "WHERE c.id = ANY($2) AND {_VISIBLE}",
        "WHERE c.id = ANY($2) AND ($1 = $1 OR TRUE)",
        matrix("Query.node"),
    ),
    Mutant(
        "ties to absent members are read by their id",
        "connections/ties.py",
        " AND {sql.present('$1', 's')} AND {sql.present('$1', 'o')}",
        " AND {sql.present('$1', 's')}",
        PAGES,
    ),
    Mutant(
        "ties of absent members are read by their id",
        "connections/ties.py",
        " AND {sql.present('$1', 's')} AND {sql.present('$1', 'o')}",
        " AND {sql.present('$1', 'o')}",
        PAGES,
    ),
    Mutant(
        "everybody is told since when a tie is",
        "connections/ties.py",
        "Standing.SELF if own else Standing.SIGNED_IN",
        "Standing.SELF",
        matrix("Query.node"),
    ),
    Mutant(
        "a closed list leaves its door with one's own tie",
        "connections/ties.py",
        "    open_to_us = [owner.id for owner in owners",
        "    owners = [MemberView(owner.row, 0) for owner in owners]\n"
        "    open_to_us = [owner.id for owner in owners",
        DOORS,
    ),
    Mutant(
        "a closed list is counted",
        "connections/ties.py",
        "    if not owner.shows(ProfileField.CONNECTIONS):\n        return None\n    return",
        "    return",
        DOORS,
    ),
    Mutant(
        "mutual connections are shown where the list is closed",
        "connections/ties.py",
        "        and subject.shows(ProfileField.CONNECTIONS)\n",
        "",
        matrix("mutualConnections"),
    ),
    Mutant(
        "hidden ties are counted",
        "connections/pages.py",
        "{listed.ties} AND {_VISIBLE} AND {_OWNER}",
        "{listed.ties} AND {_OWNER}",
        PAGES,
    ),
    Mutant(
        "invitations of absent members are read by their id",
        "connections/queries.py",
        ' AND {sql.present("$1", "o")}\n"""',
        '\n"""',
        matrix("Query.node"),
    ),
    Mutant(
        "a list of invitations names absent members",
        "connections/queries.py",
        " AND {sql.present('$1', 'o')}{after}",
        "{after}",
        matrix("sentInvitations"),
    ),
    Mutant(
        "a declined invitation waits on",
        "connections/queries.py",
        " AND i.answer IS NULL",
        "",
        matrix("receivedInvitations"),
    ),
    Mutant(
        "an event tells of what is no longer pending",
        "api/live.py",
        " or invitation.view.status is not InvitationStatus.PENDING",
        "",
        LIVE,
    ),
    Mutant(
        "the inviter is told of a decline",
        "connections/rules.py",
        "    if facts.withdrawn_at is not None:\n        return InvitationStatus.WITHDRAWN\n",
        "    if facts.withdrawn_at is not None:\n        return InvitationStatus.WITHDRAWN\n"
        '    if facts.answer == "DECLINED":\n        return InvitationStatus.DECLINED\n',
        RULES,
    ),
    Mutant(
        "third parties read invitations as invitees",
        "connections/rules.py",
        "invitee_status(facts, at) if reader_id == facts.invitee_id else None",
        "invitee_status(facts, at)",
        RULES,
    ),
    Mutant(
        "a closed list leaves its door beside an open one",
        "connections/ties.py",
        "[found[owner.id] if owner.shows(ProfileField.CONNECTIONS) else None for owner in owners]",
        "[found.get(owner.id) for owner in owners]",
        PAGES,
    ),
    Mutant(
        "a list that closed meanwhile is paged through",
        "connections/pages.py",
        "({sql.present('$1', 's')} AND {sql.list_admits('$1', 's')})",
        "({sql.present('$1', 's')})",
        PAGES,
    ),
    Mutant(
        "the list of somebody absent is paged through",
        "connections/pages.py",
        "({sql.present('$1', 's')} AND {sql.list_admits('$1', 's')})",
        "({sql.list_admits('$1', 's')})",
        PAGES,
    ),
    Mutant(
        "pages name absent members",
        "connections/pages.py",
        "{sql.far_end_admits('$1', 's', 'o')} AND {sql.present('$1', 'o')}",
        "{sql.far_end_admits('$1', 's', 'o')}",
        PAGES,
    ),
    Mutant(
        "pages show hidden ties",
        "connections/pages.py",
        "{sql.far_end_admits('$1', 's', 'o')} AND {sql.present('$1', 'o')}",
        "{sql.present('$1', 'o')}",
        PAGES,
    ),
    Mutant(
        "a page of one list has the ties of all",
        "connections/pages.py",
        "ON o.id = c.other_id WHERE c.member_id = s.id",
        "ON o.id = c.other_id WHERE c.member_id = c.member_id",
        PAGES,
    ),
    Mutant(
        "mutual connections are anybody's",
        "connections/pages.py",
        "WHERE mine.member_id = $1 AND c.member_id = s.id",
        "WHERE c.member_id = s.id",
        PAGES,
    ),
    Mutant(
        "the length of a list is that of all lists together",
        "connections/pages.py",
        "count(*) OVER (PARTITION BY s.id)",
        "count(*) OVER ()",
        PAGES,
    ),
]
