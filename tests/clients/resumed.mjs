// What is said of Apollo and urql over graphql-ws: by themselves they begin from now on after a
// reconnect, and `resuming` has them miss nothing. The event missed is of another subscription
// than the story's.
import assert from 'node:assert/strict';

import { ApolloClient, gql, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { cacheExchange, Client, subscriptionExchange } from '@urql/core';

import { resuming, socketOf } from './sockets.mjs';
import { address, ask, danInvites, Inbox } from './story.mjs';

const EVENTS = `subscription Events($after: String) {
  invitationEvents(after: $after) { kind cursor invitationId }
}`;
const WITHDRAW = `mutation($id: ID!) {
  withdrawInvitation(input: { invitationId: $id }) { userErrors { code } }
}`;

const ways = {
  apollo(sockets, put) {
    const client = new ApolloClient({ link: new GraphQLWsLink(sockets), cache: new InMemoryCache() });
    client.subscribe({ query: gql(EVENTS), variables: {} }).subscribe({ next: ({ data }) => put(data) });
  },
  urql(sockets, put) {
    const forwardSubscription = (request) => ({
      subscribe: (sink) => ({ unsubscribe: sockets.subscribe(request, sink) }),
    });
    const exchanges = [cacheExchange, subscriptionExchange({ forwardSubscription })];
    new Client({ url: address, preferGetMethod: false, exchanges })
      .subscription(EVENTS, {}).subscribe(({ data }) => put(data));
  },
};

const withdraw = (id) => ask('dan', WITHDRAW, { id });

for (const listen of Object.values(ways)) {
  const socket = socketOf('ben');
  const inbox = new Inbox();
  listen(resuming(socket.client), (data) => inbox.put(data.invitationEvents));
  let event = null;
  let last;
  for (let tries = 0; !event && tries < 100; tries += 1) {
    if (last) await withdraw(last);
    last = await danInvites();
    event = await inbox.next(500);
  }
  // Earlier ones may arrive late; the last is behind them.
  while (event.kind !== 'RECEIVED' || event.invitationId !== last) event = await inbox.next();
  socket.away = async () => {
    socket.away = async () => {};
    await withdraw(last);
  };
  socket.client.terminate();
  event = await inbox.next();
  assert.equal(event?.kind, 'WITHDRAWN');
  assert.equal(event.invitationId, last);
  assert.equal(socket.connections, 2);
}
console.log('told');
process.exit(0);
