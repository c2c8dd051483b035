// S1: N graphql-transport-ws subscribers, each a different member; invitations are sent to them
// in turn by the server's own mutation over HTTP at a fixed rate (open loop). One process, one
// clock: latency runs from the moment the mutation is written to the moment its event arrives.
// argv: port N rate seconds pairsFile mutationFile subscriptionFile [peopleFile]
// Line n of the people file is what the server calls member n, `bearer id`; without it that is n.
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { WebSocket } from 'ws'

const [port, count, rate, seconds, ...files] = process.argv.slice(2)
const [pairsFile, mutationFile, subscriptionFile, peopleFile] = files
const N = Number(count)
const lines = (file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => line.split(' '))
const mutation = readFileSync(mutationFile, 'utf8').replace(/\s+/g, ' ')
const subscription = readFileSync(subscriptionFile, 'utf8').replace(/\s+/g, ' ')
const pairs = lines(pairsFile)
const people = peopleFile ? lines(peopleFile) : null
const bearer = (n) => people ? people[n - 1][0] : String(n)
const idOf = (n) => people ? people[n - 1][1] : String(n)
const sent = []
const latency = []
let httpErrors = 0
let answered = 0
let strange = 0

const received = (message, member) => {
  const now = performance.now()
  let event = message.payload.data?.invitationReceived
  if (event?.invitation) event = event.invitation
  const [to, sequence] = event ? event.message.split(' ').map(Number) : []
  if (to !== member || !event.sender.name || sent[sequence] === undefined) strange++
  else latency.push(now - sent[sequence])
}

const subscribe = (member) => new Promise((resolve, reject) => {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws')
  const init = { type: 'connection_init', payload: { authorization: `Bearer ${bearer(member)}` } }
  ws.on('open', () => ws.send(JSON.stringify(init)))
  ws.on('error', reject)
  ws.on('message', (raw) => {
    const message = JSON.parse(raw)
    if (message.type === 'connection_ack') {
      const payload = { query: subscription, operationName: 'S1' }
      ws.send(JSON.stringify({ id: '1', type: 'subscribe', payload }))
      resolve(ws)
    } else if (message.type === 'next') received(message, member)
    else if (message.type === 'ping') ws.send('{"type":"pong"}')
    else strange++
  })
})

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 })
const refused = (text) => text.includes('"errors"') || /"userErrors":\s*\[\s*\{/.test(text)
const invite = (sequence) => {
  const [from, to] = pairs[sequence].map(Number)
  const variables = { to: idOf(to), message: `${to} ${sequence}` }
  const body = JSON.stringify({ query: mutation, operationName: 'M1', variables })
  const request = http.request({
    agent,
    port,
    host: '127.0.0.1',
    path: '/graphql',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      authorization: `Bearer ${bearer(from)}`
    }
  }, (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (part) => { text += part })
    response.on('end', () => { answered++; if (refused(text)) httpErrors++ })
  })
  request.on('error', () => { answered++; httpErrors++ })
  sent[sequence] = performance.now()
  request.end(body)
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
for (let i = 0; i < N; i += 50) {
  const some = Array.from({ length: Math.min(50, N - i) }, (_, k) => subscribe(i + k + 1))
  await Promise.all(some)
}
await sleep(800)
const start = performance.now()
const total = pairs.length
let next = 0
await new Promise((resolve) => {
  const timer = setInterval(() => {
    const due = Math.min(total, Math.floor((performance.now() - start) / 1000 * Number(rate)))
    while (next < due) invite(next++)
    if (next >= total) { clearInterval(timer); resolve() }
  }, 2)
})
const window = (performance.now() - start) / 1000
const inWindow = latency.length
const end = performance.now() + 3000
while (latency.length + strange + httpErrors < total && performance.now() < end) await sleep(20)
latency.sort((a, b) => a - b)
const at = (q) => latency[Math.min(latency.length - 1, Math.floor(latency.length * q))] ?? null
console.log(JSON.stringify({
  n: N,
  rate: Number(rate),
  seconds: Number(seconds),
  offered: total,
  delivered: latency.length,
  in_window: inWindow,
  window,
  http_errors: httpErrors,
  answered,
  strange,
  p50: at(0.5),
  p99: at(0.99),
  max: at(1)
}))
process.exit(0)
