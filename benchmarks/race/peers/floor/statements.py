"""One statement per query.  $1 is the viewer, $2 the target where there is one.

Each returns the text of the `data` object.  The privacy rule is the same generic one as in
the peers: one left join to `connection` per member shown, then a CASE per field.
"""

RESTRICTED = ("about", "email", "phone", "birthday", "website")
PLAIN = ("handle", "name", "headline", "location")


def shown(field: str, member: str = "m", link: str = "l") -> str:
    return (
        f"case when {member}.{field}_audience = 'EVERYONE' or {member}.id = $1 "
        f"or ({link}.peer_id is not null and {member}.{field}_audience = 'CONNECTIONS') "
        f"then {member}.{field} end"
    )


def link(member: str = "m", alias: str = "l") -> str:
    return (
        f"left join connection {alias} on {alias}.member_id = $1 and {alias}.peer_id = {member}.id"
    )


CARD = (
    "json_build_object('id', m.id::text, "
    + ", ".join(f"'{f}', m.{f}" for f in PLAIN)
    + ", "
    + ", ".join(f"'{f}', {shown(f)}" for f in RESTRICTED)
    + ", 'currentPosition', case when p.id is not null then "
    "json_build_object('title', p.title, 'company', json_build_object('name', co.name)) end)"
)
JOB = (
    "left join position p on p.member_id = m.id and p.ended_on is null "
    "left join company co on co.id = p.company_id"
)

SQL = {
    "Q1": f"""
select json_build_object('member', (
  select {CARD} from member m {link()} {JOB} where m.id = $2))::text""",
    "Q2": f"""
select json_build_object('viewer', json_build_object('connections', json_build_object(
 'nodes', coalesce((
  select json_agg({CARD} order by page.connected_at desc, page.peer_id)
  from (select peer_id, connected_at from connection where member_id = $1
        order by connected_at desc, peer_id limit 50) page
  join member m on m.id = page.peer_id {link()} {JOB}), '[]'))))::text""",
    "Q3": f"""
select json_build_object('viewer', json_build_object('networkEntries', json_build_object(
 'nodes', coalesce((
  select json_agg(json_build_object('note', page.note, 'tags', page.tags,
           'member', json_build_object(
             'id', m.id::text, 'name', m.name, 'headline', m.headline, 'email', {shown("email")}))
         order by page.created_at desc, page.id desc)
  from (select id, contact_id, note, tags, created_at from network_entry where owner_id = $1
        order by created_at desc, id desc limit 50) page
  join member m on m.id = page.contact_id {link()}), '[]'))))::text""",
    "Q4": """
select json_build_object('member', (
  select json_build_object('id', t.id::text, 'name', t.name, 'mutualConnections', (
    with shared as materialized (
      select mine.peer_id from connection mine
      join connection theirs on theirs.member_id = $2 and theirs.peer_id = mine.peer_id
      where mine.member_id = $1)
    select json_build_object('totalCount', (select count(*) from shared), 'nodes', coalesce((
      select json_agg(json_build_object('id', m.id::text, 'name', m.name) order by m.id)
      from (select peer_id from shared order by peer_id limit 5) s
      join member m on m.id = s.peer_id), '[]'))))
  from member t where t.id = $2))::text""",
    "Q5": f"""
select json_build_object('viewer', json_build_object('connections', json_build_object(
 'nodes', coalesce((
  select json_agg(json_build_object('id', o.id::text, 'name', o.name, 'connections',
    json_build_object('nodes', coalesce((
      select json_agg(json_build_object('id', m.id::text, 'name', m.name, 'email', {shown("email")})
               order by inner_page.connected_at desc, inner_page.peer_id)
      from (select peer_id, connected_at from connection where member_id = o.id
            order by connected_at desc, peer_id limit 10) inner_page
      join member m on m.id = inner_page.peer_id {link()}), '[]')))
    order by page.connected_at desc, page.peer_id)
  from (select peer_id, connected_at from connection where member_id = $1
        order by connected_at desc, peer_id limit 10) page
  join member o on o.id = page.peer_id), '[]'))))::text""",
    "M1": """
with made as (
  insert into invitation (sender_id, recipient_id, message) values ($1, $2, $3)
  returning sender_id, recipient_id, message, status)
select json_build_object('sendInvitation', json_build_object(
  'message', made.message, 'status', made.status,
  'sender', json_build_object('id', s.id::text, 'name', s.name),
  'recipient', json_build_object('id', r.id::text, 'name', r.name)))::text
from made join member s on s.id = made.sender_id join member r on r.id = made.recipient_id""",
}
