// GraphQL Yoga on node:http with its parser and validation cache (on by default).
// JIT=1 adds the envelop graphql-jit plugin.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { useGraphQlJit } from '@envelop/graphql-jit'
import { useServer } from 'graphql-ws/use/ws'
import { createPubSub, createSchema, createYoga } from 'graphql-yoga'
import { WebSocketServer } from 'ws'
import { contextFor, makeResolvers } from './resolvers.js'

const schema = createSchema({
  typeDefs: readFileSync(process.env.SCHEMA, 'utf8'),
  resolvers: makeResolvers(createPubSub())
})
const yoga = createYoga({
  schema,
  logging: false,
  graphiql: false,
  landingPage: false,
  plugins: process.env.JIT === '1' ? [useGraphQlJit()] : [],
  context: ({ request }) => contextFor(request.headers.get('authorization'))
})
const server = createServer(yoga)
const socket = new WebSocketServer({ server, path: yoga.graphqlEndpoint })
const context = ({ connectionParams }) => contextFor(connectionParams?.authorization)
useServer({ schema, context }, socket)
server.listen(Number(process.env.PORT), '127.0.0.1')
