// @urql/core over HTTP alone: subscriptions come as server-sent events.
import assert from 'node:assert/strict';

import { cacheExchange, Client, fetchExchange } from '@urql/core';

import { address, bearer, tell } from './story.mjs';

const clientOf = (handle) => new Client({
  url: address,
  preferGetMethod: false,
  fetchSubscriptions: true,
  fetchOptions: () => ({ headers: { authorization: bearer(handle) } }),
  exchanges: [cacheExchange, fetchExchange],
});

await tell((handle) => {
  const urql = clientOf(handle);
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
});
