// graphql-ws, told how to come back: with a fresh token, and where the stream stood.
import assert from 'node:assert/strict';

import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

import { bearer, danInvites, url } from './story.mjs';

/** A socket of that member's. `away` is waited for before each reconnect. */
export function socketOf(handle) {
  const socket = { away: async () => {}, connections: 0 };
  socket.client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ authorization: bearer(handle) }),
    retryWait: () => socket.away(),
    on: { connected: () => { socket.connections += 1; } },
  });
  return socket;
}

/** The same client; after a reconnect its streams go on behind the last event that came. */
export function resuming(client) {
  return {
    ...client,
    subscribe(payload, sink) {
      // graphql-ws sends this very object again when it comes back.
      const asked = { ...payload, variables: { ...payload.variables } };
      return client.subscribe(asked, {
        next(result) {
          const cursor = Object.values(result.data ?? {})[0]?.cursor;
          if (cursor) asked.variables.after = cursor;
          sink.next(result);
        },
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      });
    },
  };
}

/** Cuts Ben's line; what happens while he is away arrives when he is back, once. */
export async function cutAndResumed(socket, inbox) {
  let missed;
  socket.away = async () => {
    missed = await danInvites('while you were away');
    socket.away = async () => {};
  };
  assert.equal(socket.connections, 1);
  socket.client.terminate();
  const { invitation } = await inbox.next();
  assert.equal(invitation.id, missed);
  assert.equal(invitation.note, 'while you were away');
  assert.equal(socket.connections, 2);
  assert.equal(await inbox.next(100), null);
}
