// Mercurius with its JIT and its loaders, Fastify, postgres.js.
// The privacy rule is one left join in each statement that reads members (`linked`),
// so the restricted-field resolvers are synchronous.
// LOADERS=dataloader puts the same batch functions behind `dataloader`, keyed by id: Mercurius's
// own loaders serialise the whole parent object into the key of every call.
import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import postgres from 'postgres'

const sql = postgres(process.env.DATABASE_URL, {
  max: 10,
  types: { date: { to: 1082, from: [1082], serialize: String, parse: (text) => text } }
})
const MEMBER = sql`
  m.id, m.handle, m.name, m.headline, m.location, m.avatar_url, m.created_at,
  m.about, m.email, m.phone, m.birthday, m.website,
  m.about_audience, m.email_audience, m.phone_audience, m.birthday_audience, m.website_audience,
  l.peer_id is not null as linked`
const link = (viewer) => sql`left join connection l on l.member_id = ${viewer} and l.peer_id = m.id`

const guarded = (field) => {
  const audience = `${field}_audience`
  return (member, _args, ctx) =>
    member[audience] === 'EVERYONE' || member.id === ctx.viewer ||
    (member.linked && member[audience] === 'CONNECTIONS') ? member[field] : null
}

const memberById = async (id, viewer) => {
  const [row] = await sql`select ${MEMBER} from member m ${link(viewer)} where m.id = ${id}`
  return row ?? null
}

const group = (queries, rows, shape) => {
  const byOwner = new Map()
  for (const row of rows) {
    const list = byOwner.get(row.owner_id)
    if (list) list.push(row)
    else byOwner.set(row.owner_id, [row])
  }
  return queries.map(({ obj }) => shape(byOwner.get(obj.id) ?? []))
}
const ids = (queries) => queries.map(({ obj }) => obj.id)

const byKey = (key) => async (queries, { viewer }) => {
  const wanted = queries.map(({ obj }) => obj[key])
  const rows = await sql`
    select ${MEMBER} from member m ${link(viewer)} where m.id = any(${wanted}::bigint[])`
  const found = new Map(rows.map((row) => [row.id, row]))
  return wanted.map((id) => found.get(id) ?? null)
}

const resolvers = {
  Query: {
    viewer: (_root, _args, { viewer }) => memberById(viewer, viewer),
    member: (_root, { id }, { viewer }) => memberById(id, viewer)
  },
  Mutation: {
    async sendInvitation (_root, { to, message }, { viewer, pubsub }) {
      try {
        const [row] = await sql`
          insert into invitation (sender_id, recipient_id, message)
          values (${viewer}, ${to}, ${message ?? null})
          returning id, sender_id, recipient_id, message, status`
        await pubsub.publish({ topic: `invitation:${to}`, payload: { invitationReceived: row } })
        return row
      } catch (error) {
        if (error.code === '23505') {
          throw new mercurius.ErrorWithProps('already invited', { code: 'ALREADY_INVITED' })
        }
        throw error
      }
    }
  },
  Subscription: {
    invitationReceived: {
      subscribe: (_root, _args, { viewer, pubsub }) => pubsub.subscribe(`invitation:${viewer}`)
    }
  },
  Member: {
    about: guarded('about'),
    email: guarded('email'),
    phone: guarded('phone'),
    birthday: guarded('birthday'),
    website: guarded('website'),
    avatarUrl: (member) => member.avatar_url,
    createdAt: (member) => member.created_at.toISOString()
  }
}

const loaders = {
  Member: {
    async currentPosition (queries) {
      const rows = await sql`
        select p.member_id as owner_id, p.id, p.title, c.id as company_id, c.name as company_name
        from position p join company c on c.id = p.company_id
        where p.ended_on is null and p.member_id = any(${ids(queries)}::bigint[])`
      return group(queries, rows, ([row]) =>
        row
          ? {
              id: row.id,
              title: row.title,
              company: { id: row.company_id, name: row.company_name }
            }
          : null)
    },
    async connections (queries, { viewer }) {
      const first = queries[0].params.first
      const rows = await sql`
        select o.id as owner_id, ${MEMBER}
        from unnest(${ids(queries)}::bigint[]) with ordinality o (id, n)
        cross join lateral (
          select peer_id, connected_at from connection where member_id = o.id
          order by connected_at desc, peer_id limit ${first}) page
        join member m on m.id = page.peer_id ${link(viewer)}
        order by o.n, page.connected_at desc, page.peer_id`
      return group(queries, rows, (nodes) => ({ nodes }))
    },
    async networkEntries (queries, { viewer }) {
      const first = queries[0].params.first
      const rows = await sql`
        select page.owner_id, page.note, page.tags, ${MEMBER}
        from unnest(${ids(queries)}::bigint[]) with ordinality o (id, n)
        cross join lateral (
          select * from network_entry where owner_id = o.id
          order by created_at desc, id desc limit ${first}) page
        join member m on m.id = page.contact_id ${link(viewer)}
        where o.id = ${viewer}
        order by o.n, page.created_at desc, page.id desc`
      return group(queries, rows, (list) => ({
        nodes: list.map((row) => ({ note: row.note, tags: row.tags, member: row }))
      }))
    },
    async mutualConnections (queries, { viewer }) {
      const first = queries[0].params.first
      const rows = await sql`
        select o.id as owner_id, s.total, ${MEMBER}
        from unnest(${ids(queries)}::bigint[]) o (id)
        cross join lateral (
          select mine.peer_id, count(*) over ()::int as total
          from connection mine
          join connection theirs on theirs.member_id = o.id and theirs.peer_id = mine.peer_id
          where mine.member_id = ${viewer} order by mine.peer_id limit ${first}) s
        join member m on m.id = s.peer_id ${link(viewer)} order by m.id`
      return group(queries, rows, (nodes) => ({ totalCount: nodes[0]?.total ?? 0, nodes }))
    }
  },
  Invitation: { sender: byKey('sender_id'), recipient: byKey('recipient_id') }
}

if (process.env.LOADERS === 'dataloader') {
  const { default: DataLoader } = await import('dataloader')
  for (const [type, fields] of Object.entries(loaders)) {
    for (const [field, batch] of Object.entries(fields)) {
      resolvers[type] ??= {}
      resolvers[type][field] = (obj, params, ctx) => {
        const key = `${type}.${field}.${params.first}`
        let loader = ctx.batches.get(key)
        if (!loader) {
          loader = new DataLoader(
            (objects) => batch(objects.map((each) => ({ obj: each, params })), ctx),
            { cacheKeyFn: (each) => each.id, cache: type !== 'Invitation' })
          ctx.batches.set(key, loader)
        }
        return loader.load(obj)
      }
    }
    delete loaders[type]
  }
}

const viewerOf = (header) => (header?.startsWith('Bearer ') ? header.slice(7) : null)
const app = Fastify({ logger: false })
await app.register(mercurius, {
  schema: readFileSync(process.env.SCHEMA, 'utf8'),
  resolvers,
  loaders,
  jit: 1,
  graphiql: false,
  context: (request) => ({ viewer: viewerOf(request.headers.authorization), batches: new Map() }),
  subscription: {
    onConnect: ({ payload }) => ({ viewer: viewerOf(payload.authorization), batches: new Map() })
  }
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
