// graphql-sse with its default settings: all three kinds of operations as server-sent events.
import assert from 'node:assert/strict';

import { createClient } from 'graphql-sse';

import { address, bearer, tell } from './story.mjs';

const clientOf = (handle) => createClient({
  url: address,
  headers: () => ({ authorization: bearer(handle) }),
});

await tell((handle) => {
  const client = clientOf(handle);
  const started = (query, variables, put) => {
    let stop;
    const ended = new Promise((resolve, reject) => {
      stop = client.subscribe({ query, variables }, {
        next({ data, errors }) {
          assert.equal(errors, undefined);
          put(data);
        },
        error: reject,
        complete: resolve,
      });
    });
    return { stop, ended };
  };
  return {
    async run(query, variables) {
      let answer;
      await started(query, variables, (data) => { answer = data; }).ended;
      return answer;
    },
    listen: (query, variables, put) => started(query, variables, put).stop,
  };
});
