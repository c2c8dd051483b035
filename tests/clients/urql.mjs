// @urql/core: fetchExchange for questions, subscriptionExchange over graphql-ws for events.
import assert from 'node:assert/strict';

import { cacheExchange, Client, fetchExchange, subscriptionExchange } from '@urql/core';

import { cutAndResumed, resuming, socketOf } from './sockets.mjs';
import { address, bearer, tell } from './story.mjs';

function clientOf(handle) {
  const socket = socketOf(handle);
  const sockets = resuming(socket.client);
  const urql = new Client({
    url: address,
    preferGetMethod: false,
    fetchOptions: () => ({ headers: { authorization: bearer(handle) } }),
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({ unsubscribe: sockets.subscribe(request, sink) }),
        }),
      }),
    ],
  });
  return { socket, urql };
}

const clients = new Map(['ann', 'ben', 'eve'].map((handle) => [handle, clientOf(handle)]));

await tell(
  (handle) => {
    const { urql } = clients.get(handle);
    return {
      async run(text, variables) {
        const kind = text.startsWith('mutation') ? 'mutation' : 'query';
        const { data, error } = await urql[kind](text, variables, { requestPolicy: 'network-only' });
        assert.equal(error, undefined);
        return data;
      },
      listen(text, variables, put) {
        const subscription = urql.subscription(text, variables).subscribe(({ data, error }) => {
          assert.equal(error, undefined);
          put(data);
        });
        return () => subscription.unsubscribe();
      },
    };
  },
  { meanwhile: (inbox) => cutAndResumed(clients.get('ben').socket, inbox) },
);

const { error } = await clients.get('eve').urql.query('{ nothing }', {});
assert.equal(error.networkError, undefined);
assert.equal(error.graphQLErrors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
