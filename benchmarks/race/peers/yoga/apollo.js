// Apollo Server 5 with the same resolvers, on Fastify (its fastest maintained integration).
import { readFileSync } from 'node:fs'
import { ApolloServer } from '@apollo/server'
import fastifyApollo from '@as-integrations/fastify'
import Fastify from 'fastify'
import { contextFor, makeResolvers } from './resolvers.js'

const { Subscription, ...resolvers } = makeResolvers(null)
const typeDefs = readFileSync(process.env.SCHEMA, 'utf8').replace(/type Subscription \{[^}]*\}/, '')
const apollo = new ApolloServer({ typeDefs, resolvers, introspection: false, csrfPrevention: true })
await apollo.start()
const app = Fastify({ logger: false })
await app.register(fastifyApollo(apollo), {
  context: async (request) => contextFor(request.headers.authorization)
})
await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
