// Resolvers shared by GraphQL Yoga and Apollo Server: classic DataLoader style over `pg`.
// Every edge has its own loader; the privacy rule asks `connected` only when it has to.
import DataLoader from 'dataloader'
import { GraphQLError } from 'graphql'
import pg from 'pg'

pg.types.setTypeParser(1082, (text) => text)
export const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL, max: 10, min: 10, idleTimeoutMillis: 0
})
const rowsOf = async (name, text, values) => (await pool.query({ name, text, values })).rows

const keyed = (ids, rows, key = 'id') => {
  const found = new Map(rows.map((row) => [row[key], row]))
  return ids.map((id) => found.get(id) ?? null)
}
const grouped = (ids, rows) => {
  const found = new Map(ids.map((id) => [id, []]))
  for (const row of rows) found.get(row.owner_id).push(row)
  return ids.map((id) => found.get(id))
}

export class Loaders {
  pages = new Map()

  constructor (viewer) {
    this.viewer = viewer
    this.member = new DataLoader(async (ids) =>
      keyed(ids, await rowsOf('member',
        'select * from member where id = any($1::bigint[])', [ids])))
    this.connected = new DataLoader(async (ids) => {
      const rows = await rowsOf('connected',
        'select peer_id from connection where member_id = $1 and peer_id = any($2::bigint[])',
        [viewer, ids])
      const found = new Set(rows.map((row) => row.peer_id))
      return ids.map((id) => found.has(id))
    })
    this.position = new DataLoader(async (ids) => keyed(ids, await rowsOf('position',
      `select id, member_id, company_id, title from position
       where ended_on is null and member_id = any($1::bigint[])`, [ids]), 'member_id'))
    this.company = new DataLoader(async (ids) =>
      keyed(ids, await rowsOf('company',
        'select id, name from company where id = any($1::bigint[])', [ids])))
  }

  page (kind, first) {
    const key = `${kind}:${first}`
    if (!this.pages.has(key)) this.pages.set(key, new DataLoader((ids) => this[kind](ids, first)))
    return this.pages.get(key)
  }

  async connections (ids, first) {
    const rows = await rowsOf('connections', `
      select o.id as owner_id, m.*
      from unnest($1::bigint[]) with ordinality o (id, n)
      cross join lateral (select peer_id, connected_at from connection where member_id = o.id
                          order by connected_at desc, peer_id limit $2) page
      join member m on m.id = page.peer_id
      order by o.n, page.connected_at desc, page.peer_id`, [ids, first])
    for (const row of rows) this.member.prime(row.id, row)
    return grouped(ids, rows)
  }

  async networkEntries (ids, first) {
    return grouped(ids, await rowsOf('networkEntries', `
      select page.owner_id, page.contact_id, page.note, page.tags
      from unnest($1::bigint[]) with ordinality o (id, n)
      cross join lateral (select * from network_entry where owner_id = o.id
                          order by created_at desc, id desc limit $2) page
      where o.id = $3
      order by o.n, page.created_at desc, page.id desc`, [ids, first, this.viewer]))
  }

  async mutualConnections (ids, first) {
    return grouped(ids, await rowsOf('mutualConnections', `
      select o.id as owner_id, s.total, m.*
      from unnest($1::bigint[]) o (id)
      cross join lateral (
        select mine.peer_id, count(*) over ()::int as total
        from connection mine
        join connection theirs on theirs.member_id = o.id and theirs.peer_id = mine.peer_id
        where mine.member_id = $2 order by mine.peer_id limit $3) s
      join member m on m.id = s.peer_id order by m.id`, [ids, this.viewer, first]))
  }
}

export const viewerOf = (header) => (header?.startsWith('Bearer ') ? header.slice(7) : null)
export const contextFor = (header) => ({ loaders: new Loaders(viewerOf(header)) })

const guarded = (field) => {
  const audience = `${field}_audience`
  return (member, _args, { loaders }) => {
    if (member[audience] === 'EVERYONE' || member.id === loaders.viewer) return member[field]
    if (member[audience] !== 'CONNECTIONS') return null
    return loaders.connected.load(member.id).then((yes) => (yes ? member[field] : null))
  }
}

export const makeResolvers = (pubsub) => ({
  Query: {
    viewer: (_root, _args, { loaders }) => loaders.member.load(loaders.viewer),
    member: (_root, { id }, { loaders }) => loaders.member.load(id)
  },
  Mutation: {
    async sendInvitation (_root, { to, message }, { loaders }) {
      try {
        const [row] = await rowsOf('invite',
          `insert into invitation (sender_id, recipient_id, message) values ($1, $2, $3)
           returning *`, [loaders.viewer, to, message ?? null])
        pubsub?.publish(`invitation:${to}`, row)
        return row
      } catch (error) {
        if (error.code === '23505') {
          throw new GraphQLError('already invited', { extensions: { code: 'ALREADY_INVITED' } })
        }
        throw error
      }
    }
  },
  Subscription: {
    invitationReceived: {
      subscribe: (_root, _args, { loaders }) => pubsub.subscribe(`invitation:${loaders.viewer}`),
      resolve: (row, _args, context) => {
        context.loaders = new Loaders(context.loaders.viewer)
        return row
      }
    }
  },
  Member: {
    about: guarded('about'),
    email: guarded('email'),
    phone: guarded('phone'),
    birthday: guarded('birthday'),
    website: guarded('website'),
    avatarUrl: (member) => member.avatar_url,
    createdAt: (member) => member.created_at.toISOString(),
    currentPosition: (member, _args, { loaders }) => loaders.position.load(member.id),
    connections: async (member, { first }, { loaders }) => ({
      nodes: await loaders.page('connections', first).load(member.id)
    }),
    networkEntries: async (member, { first }, { loaders }) => ({
      nodes: await loaders.page('networkEntries', first).load(member.id)
    }),
    mutualConnections: async (member, { first }, { loaders }) => {
      const nodes = await loaders.page('mutualConnections', first).load(member.id)
      return { totalCount: nodes[0]?.total ?? 0, nodes }
    }
  },
  Position: {
    company: (position, _args, { loaders }) => loaders.company.load(position.company_id)
  },
  NetworkEntry: { member: (entry, _args, { loaders }) => loaders.member.load(entry.contact_id) },
  Invitation: {
    sender: (invitation, _args, { loaders }) => loaders.member.load(invitation.sender_id),
    recipient: (invitation, _args, { loaders }) => loaders.member.load(invitation.recipient_id)
  }
})
