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
PAGES = ("test_pages.py",)
NEEDS = ("test_needs.py",)
WATCH = ("../accounts/test_watch.py",)
ERRORS = ("../graph/test_errors.py",)
ENTRIES = ("../network/test_network_entries.py",)


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
    Mutant(
        "fields stand one place further than they are packed",
        "privacy/fields.py",
        "= len(type(self).__members__)",
        "= len(type(self).__members__) + 1",
        RULES,
    ),
    Mutant(
        "fields share a bit",
        "privacy/fields.py",
        "self.bit = 1 << self.place",
        "self.bit = 1 << self.place // 2",
        RULES,
    ),
    Mutant(
        "an audience loses its highest bit",
        "privacy/sight.py",
        "_MASK = (1 << BITS) - 1",
        "_MASK = (1 << BITS - 1) - 1",
        RULES,
    ),
    Mutant(
        "what is admitted is closed",
        "privacy/sight.py",
        "if not admits(",
        "if admits(",
        RULES,
    ),
    Mutant(
        "every list is judged by its audience, extended and all",
        "privacy/sight.py",
        "if field is ProfileField.CONNECTIONS:",
        "if field is None:",
        RULES,
    ),
    Mutant(
        "audiences are packed from the first to the last",
        "members/columns.py",
        "in reversed(ProfileField)]",
        "in ProfileField]",
        PAGES,
    ),
    Mutant(
        "packed audiences overlap",
        "members/columns.py",
        "{1 << BITS}",
        "{1 << BITS - 1}",
        PAGES,
    ),
    # members/
    Mutant(
        "a view judges every field by one audience",
        "privacy/sight.py",
        "packed >> BITS * field.place & _MASK",
        "packed & _MASK",
        RULES,
    ),
    Mutant(
        "hidden fields name the open ones",
        "members/views.py",
        "if self.closed & field.bit]",
        "if not self.closed & field.bit]",
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
        "privacy/sight.py",
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
        "members/columns.py",
        " WHERE {sql.present('$1', 'm')}",
        " WHERE ($1 = $1 OR TRUE)",
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
    Mutant(
        "a view shows everything",
        "members/views.py",
        "return not self.closed & field.bit",
        "return True",
        RULES,
    ),
    Mutant(
        "a view is made for the owner",
        "members/views.py",
        "self.closed = closed_to(standing, ",
        "self.closed = closed_to(0, ",
        RULES,
    ),
    Mutant(
        "a preview is seen with one's own eyes",
        "members/views.py",
        "return MemberView(self.row, standing)",
        "return self",
        PREVIEW,
    ),
    Mutant(
        "nobody is in the second degree where the degree is asked for",
        "members/columns.py",
        "sql.standing if need.degree else sql.standing_for_fields",
        "sql.standing_for_fields",
        FRAGMENTS,
    ),
    Mutant(
        "the viewer is no more than connected with themselves",
        "members/queries.py",
        '"audiences": 0}, Standing.SELF)',
        '"audiences": 0}, Standing.CONNECTED)',
        NEEDS,
    ),
    Mutant(
        "one's own choices are told without being read",
        "api/query.py",
        '("__typename", "id", ',
        '("__typename", "id", "privacy", ',
        NEEDS,
    ),
    Mutant(
        "a column leaves the graph unasked",
        "api/fields.py",
        "None if view.closed & bit else view.row[name]",
        "view.row[name]",
        FRAGMENTS,
    ),
    Mutant(
        "a column of a fixed audience leaves the graph unasked",
        "api/fields.py",
        "source.read(name) if source.sees(rule) else None for source",
        "source.read(name) for source",
        matrix("Query.node"),
    ),
    Mutant(
        "a batch is given everybody",
        "api/fields.py",
        "for place, source in enumerate(sources) if source.sees(rule)]",
        "for place, source in enumerate(sources)]",
        matrix("Query.member"),
    ),
    Mutant(
        "a batch is given everybody if it is given anybody",
        "api/fields.py",
        "if len(places) == len(sources):",
        "if places:",
        PAGES,
    ),
    Mutant(
        "values of a batch go to the first instead of to their own",
        "api/fields.py",
        "zip(places, found, strict=True)",
        "zip(range(len(found)), found, strict=True)",
        PAGES,
    ),
    Mutant(
        "a mutation answers with what was read before",
        "api/context.py",
        "        self.batches.clear()\n        self._loaders = None\n",
        "        pass\n",
        NEEDS,
    ),
    Mutant(
        "errors are told as they are",
        "api/running.py",
        "_all_told(errors, context) if errors else None",
        "errors",
        ERRORS,
    ),
    Mutant(
        "introspection cannot be closed",
        "api/operations.py",
        "if not introspection:",
        "if False:",
        ERRORS,
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
    # connections/
    Mutant(
        "any tie is read by its id",
        "connections/ties.py",
        "WHERE c.id = ANY($2) AND {_VISIBLE}",
        "WHERE c.id = ANY($2) AND ($1 = $1 OR TRUE)",
        matrix("Query.node"),
    ),
    Mutant(
        "ties to absent members are counted and read by their id",
        "connections/ties.py",
        " AND {sql.present('$1', 's')} AND {sql.present('$1', 'o')}",
        " AND {sql.present('$1', 's')}",
        PAGES,
    ),
    Mutant(
        "ties of absent members are counted and read by their id",
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
    # network/
    Mutant(
        "entries of others are read by their id",
        "network/queries.py",
        "WHERE e.owner_id = $1",
        "WHERE ($1 = $1 OR TRUE)",
        matrix("NetworkEntry"),
    ),
    Mutant(
        "absent members come along with their entries",
        "network/queries.py",
        " AND {sql.present('$1', 'm')}",
        "",
        matrix("networkEntries"),
    ),
    Mutant(
        "entries keep the names of absent members",
        "network/queries.py",
        "CASE WHEN {sql.present('$1', 'o')} THEN",
        "CASE WHEN TRUE THEN",
        ENTRIES,
    ),
    Mutant(
        "tags of others come along",
        "network/queries.py",
        "WHERE t.entry_id = page.entry_id",
        "WHERE TRUE",
        ENTRIES,
    ),
    # accounts/
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
