// @apollo/client: HttpLink behind automatic persisted queries, GraphQLWsLink for subscriptions.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { OperationTypeNode } from 'graphql';

import { cutAndResumed, resuming, socketOf } from './sockets.mjs';
import { address, bearer, PROFILE, tell } from './story.mjs';

const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const sent = [];

function clientOf(handle) {
  const socket = socketOf(handle);
  const http = new HttpLink({
    uri: address,
    headers: { authorization: bearer(handle) },
    fetch: (input, init) => {
      sent.push(JSON.parse(init.body));
      return fetch(input, init);
    },
  });
  const link = ApolloLink.split(
    ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
    new GraphQLWsLink(resuming(socket.client)),
    new PersistedQueryLink({ sha256 }).concat(http),
  );
  return { socket, apollo: new ApolloClient({ link, cache: new InMemoryCache() }) };
}

const clients = new Map(['ann', 'ben', 'dan', 'eve'].map((handle) => [handle, clientOf(handle)]));

// Ben looks at Eve's profile; what a mutation brings changes what he sees, for it is one object.
const degrees = [];
await new Promise((resolve) => {
  clients.get('ben').apollo
    .watchQuery({ query: gql(PROFILE), variables: { handle: 'eve' } })
    .subscribe(({ data }) => {
      degrees.push(data?.member?.viewerRelationship?.degree);
      if (data?.member) resolve();
    });
});

await tell(
  (handle) => {
    const { apollo } = clients.get(handle);
    return {
      async run(text, variables) {
        const document = gql(text);
        const { data } = document.definitions[0].operation === 'mutation'
          ? await apollo.mutate({ mutation: document, variables })
          : await apollo.query({ query: document, variables, fetchPolicy: 'network-only' });
        return data;
      },
      listen(text, variables, put) {
        const events = apollo.subscribe({ query: gql(text), variables });
        const subscription = events.subscribe(({ data, error }) => {
          assert.equal(error, undefined);
          put(data);
        });
        return () => subscription.unsubscribe();
      },
    };
  },
  { meanwhile: (inbox) => cutAndResumed(clients.get('ben').socket, inbox) },
);
assert.equal(degrees.at(-1), 1);
assert.notEqual(degrees.find((degree) => degree !== undefined), 1);

// A text goes over the wire once, and then by its hash.
const profiles = sent.filter(({ operationName }) => operationName === 'Profile');
assert.ok(profiles.length >= 4);
assert.ok(profiles.every(({ extensions }) => extensions.persistedQuery.sha256Hash));
assert.equal(profiles.at(-1).query, undefined);
assert.equal(profiles.filter(({ query }) => query).length <= 2, true);

// A mistake of ours comes as errors with a code, not as a broken network.
const { error } = await clients.get('eve').apollo.query({ query: gql`{ nothing }`, errorPolicy: 'all' });
assert.ok(CombinedGraphQLErrors.is(error));
assert.equal(error.errors[0].extensions.code, 'GRAPHQL_VALIDATION_FAILED');
