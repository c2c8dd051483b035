// The recipe of docs/live.md, in two tabs: one asks, and is answered only after an event came that
// its answer does not know of; the other's line is cut. Both badges are right in the end.
import assert from 'node:assert/strict';

import { socketOf } from './sockets.mjs';
import { ask, danInvites } from './story.mjs';

const EVENTS = `subscription Invitations($after: String) {
  invitationEvents(after: $after) { kind cursor pendingCount invitationId }
}`;
const LIST = '{ viewer { receivedInvitations(first: 20) { totalCount nodes { id } } } }';
const WITHDRAW = `mutation($id: ID!) {
  withdrawInvitation(input: { invitationId: $id }) { userErrors { code } }
}`;
const moment = () => new Promise((resolve) => { setTimeout(resolve, 20); });

class Tab {
  badge = null;
  list = new Set();
  events = 0;
  // What an answer waits for before it is handed over.
  held = async () => {};
  socket = socketOf('ben');
  #asked = { query: EVENTS, variables: {} };

  async open() {
    this.socket.client.subscribe(this.#asked, {
      next: ({ data }) => this.#hear(data.invitationEvents),
      error: (error) => { throw error; },
      complete() {},
    });
    // Once this is answered the subscription misses nothing.
    await new Promise((resolve, reject) => {
      const sink = { next() {}, error: reject, complete: resolve };
      this.socket.client.subscribe({ query: '{ __typename }' }, sink);
    });
    await this.look();
  }

  async look() {
    const before = this.events;
    const { viewer } = await ask('ben', LIST);
    await this.held();
    if (this.events !== before) {
      await this.look();
      return;
    }
    this.badge = viewer.receivedInvitations.totalCount;
    this.list = new Set(viewer.receivedInvitations.nodes.map(({ id }) => id));
  }

  #hear({ kind, cursor, pendingCount, invitationId }) {
    this.events += 1;
    this.#asked.variables.after = cursor;
    this.badge = pendingCount;
    if (kind === 'RECEIVED') this.list.add(invitationId);
    else this.list.delete(invitationId);
  }

  async heard(events) {
    while (this.events < events) await moment();
  }
}

async function right(...tabs) {
  const { totalCount, nodes } = (await ask('ben', LIST)).viewer.receivedInvitations;
  for (const { badge, list } of tabs) {
    assert.equal(badge, totalCount);
    assert.deepEqual([...list].sort(), nodes.map(({ id }) => id).sort());
  }
}

const early = new Tab();
const late = new Tab();
await early.open();
let invitation;
late.held = async () => {
  late.held = async () => {};
  invitation = await danInvites();
  await late.heard(1);
};
await late.open();
await early.heard(1);
assert.equal(late.badge, 1);
await right(early, late);

late.socket.away = async () => {
  late.socket.away = async () => {};
  const { withdrawInvitation } = await ask('dan', WITHDRAW, { id: invitation });
  assert.deepEqual(withdrawInvitation.userErrors, []);
};
late.socket.client.terminate();
await Promise.all([early.heard(2), late.heard(2)]);
assert.equal(late.socket.connections, 2);
assert.equal(late.badge, 0);
await right(early, late);
console.log('told');
process.exit(0);
