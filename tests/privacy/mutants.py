"""Rules of the wall, each flipped on its own: what is replaced by what, and who must notice."""

from __future__ import annotations

from dataclasses import dataclass

RULES = ("test_rules.py",)
# Where the graph asks first, a door's own asking shows at the door only.
DOORS = ("test_doors.py",)
FRAGMENTS = ("test_fragments.py",)
MUTATIONS = ("test_matrix_mutations.py",)
PREVIEW = ("test_matrix_preview.py",)
LIVE = ("test_matrix_live.py",)


def matrix(words: str) -> tuple[str, ...]:
    """The part of the matrix whose stretches have these words in their names."""
    return ("test_matrix.py", "-k", words)


@dataclass(frozen=True)
class Mutant:
    """One rule flipped; `noticed` is where a test must go red."""

    name: str
    file: str
    old: str
    new: str
    noticed: tuple[str, ...]

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


MUTANTS = [
    # privacy/
    Mutant(
        "an audience stops short of its last rung",
        "privacy/audience.py",
        "return standing <= audience",
        "return standing < audience",
        RULES,
    ),
    Mutant(
        "a list takes extended at its word",
        "privacy/audience.py",
        "Audience.CONNECTIONS if audience is Audience.EXTENDED else audience",
        "audience",
        RULES,
    ),
    Mutant(
        "contact data may be public",
        "privacy/fields.py",
        "Restriction(Audience.CONNECTIONS, Audience.MEMBERS) for name in _CONTACT",
        "Restriction(Audience.CONNECTIONS, Audience.PUBLIC) for name in _CONTACT",
        RULES,
    ),
    Mutant(
        "the closed preset shows contact data",
        "privacy/fields.py",
        "Audience.ONLY_ME if name in _CONTACT else",
        "Audience.CONNECTIONS if name in _CONTACT else",
        RULES,
    ),
    # members/
    Mutant(
        "a view judges every field by one audience",
        "members/views.py",
        "return Audience(self.row[field.audience_column])",
        "return Audience(self.row[ProfileField.HEADLINE.audience_column])",
        matrix("Query.member"),
    ),
    Mutant(
        "hidden fields name the open ones",
        "members/views.py",
        "if not self.shows(field)]",
        "if self.shows(field)]",
        matrix("Query.viewer"),
    ),
    Mutant(
        "a value leaves the view unasked",
        "members/views.py",
        "self.row[field.value] if self.shows(field) else None",
        "self.row[field.value]",
        RULES,
    ),
    Mutant(
        "the current position leaves its door unasked",
        "members/queries.py",
        "not member.shows(ProfileField.CURRENT_POSITION) or ",
        "",
        RULES,
    ),
    Mutant(
        "a list of connections is judged as any other field",
        "members/views.py",
        "            audience = as_list_audience(audience)\n",
        "            pass\n",
        DOORS,
    ),
    Mutant(
        "a second degree is let into lists for extended",
        "privacy/audience.py",
        "Audience.CONNECTIONS if audience is Audience.EXTENDED else audience",
        "audience",
        DOORS,
    ),
    Mutant(
        "closed sections leave their door",
        "members/sections.py",
        "    open_to_us = [member.id for member in members if member.shows(section.field)]\n",
        "    members = [MemberView(member.row, 0) for member in members]\n"
        "    open_to_us = [member.id for member in members]\n",
        DOORS,
    ),
    Mutant(
        "closed sections are read, if not shown",
        "members/sections.py",
        "[member.id for member in members if member.shows(section.field)]",
        "[member.id for member in members]",
        DOORS,
    ),
    Mutant(
        "a section open to one eye is open to the other",
        "members/sections.py",
        "[found[member.id] if member.shows(section.field) else None for member in members]",
        "[found.get(member.id) for member in members]",
        DOORS,
    ),
    Mutant(
        "everybody is present at the door of members",
        "members/queries.py",
        'WHERE {sql.present("$1", "m")}',
        "WHERE ($1 = $1 OR TRUE)",
        FRAGMENTS,
    ),
    Mutant(
        "a preview counts ties that the named member cannot see",
        "members/previews.py",
        '   AND {sql.edge_visible("$2", "middle", "me")}\n',
        "",
        PREVIEW,
    ),
    Mutant(
        "the graph asks no audience",
        "api/fields.py",
        "if not source.sees(rule):",
        "if False:",
        matrix("Query.member"),
    ),
    # relations/
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
    # connections/
    Mutant(
        "any tie is read by its id",
        "connections/ties.py",
        "WHERE c.id = ANY($2) AND {_VISIBLE}",
        "WHERE c.id = ANY($2) AND ($1 = $1 OR TRUE)",
        matrix("Query.node"),
    ),
    Mutant(
        "lists name absent members",
        "connections/ties.py",
        " AND {sql.present('$1', 's')} AND {sql.present('$1', 'o')}",
        " AND {sql.present('$1', 's')}",
        matrix("connections"),
    ),
    Mutant(
        "everybody is told since when a tie is",
        "connections/ties.py",
        "Standing.SELF if viewer.member_id in ends else Standing.SIGNED_IN",
        "Standing.SELF",
        matrix("Query.node"),
    ),
    Mutant(
        "a closed list leaves its door with one's own tie",
        "connections/ties.py",
        "    if not owner.shows(ProfileField.CONNECTIONS):\n        return None\n"
        "    if owner.standing",
        "    if owner.standing",
        DOORS,
    ),
    Mutant(
        "a closed list is counted",
        "connections/ties.py",
        "    if not owner.shows(ProfileField.CONNECTIONS):\n        return None\n    row = await",
        "    row = await",
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
        "mutual connections show hidden ties",
        "connections/ties.py",
        ' WHERE c.member_id = $2 AND {_VISIBLE}"""',
        ' WHERE c.member_id = $2"""',
        matrix("mutualConnections"),
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
    # network/
    Mutant(
        "entries of others are read by their id",
        "network/queries.py",
        "WHERE e.owner_id = $1",
        "WHERE ($1 = $1 OR TRUE)",
        matrix("NetworkEntry"),
    ),
]
