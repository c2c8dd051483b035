// @apollo/client with HttpLink alone: subscriptions come as parts of one response.
import assert from 'node:assert/strict';

import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';

import { address, bearer, tell } from './story.mjs';

const clientOf = (handle) => new ApolloClient({
  cache: new InMemoryCache(),
  link: new HttpLink({ uri: address, headers: { authorization: bearer(handle) } }),
});

await tell((handle) => {
  const apollo = clientOf(handle);
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
});
