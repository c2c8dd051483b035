// The demo's story, for any client: Ann sees Ben's phone and Eve does not; Eve invites Ben, it
// arrives in his open subscription, he accepts, and now Eve sees the phone.
import assert from 'node:assert/strict';

/** The address of a running netql, and tokens of its cast. */
export const { url, tokens } = JSON.parse(process.env.NETQL_WORLD);
export const address = `${url}/graphql`;
export const bearer = (handle) => `Bearer ${tokens[handle]}`;

export const PROFILE = `query Profile($handle: String!) {
  member(by: { handle: $handle }) {
    id handle phone hiddenFields viewerCanConnect viewerRelationship { degree }
  }
}`;
export const INVITE = `mutation Invite($id: ID!, $note: String) {
  sendInvitation(input: { memberId: $id, note: $note }) {
    invitation { id status } userErrors { code message }
  }
}`;
export const INVITES = `subscription Invites($after: String) {
  invitationReceived(after: $after) {
    cursor pendingCount invitation { id note inviter { id handle phone } }
  }
}`;
export const ACCEPT = `mutation Accept($id: ID!) {
  acceptInvitation(input: { invitationId: $id }) {
    member { id handle phone viewerRelationship { degree } } userErrors { code message }
  }
}`;
const WITHDRAW = `mutation Withdraw($id: ID!) {
  withdrawInvitation(input: { invitationId: $id }) { userErrors { code message } }
}`;
const NOTE = 'Hello Ben, we met at the meetup';

/** The data of one request, with nothing but fetch. */
export async function ask(handle, query, variables) {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(handle && { authorization: bearer(handle) }) },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

/** What has come and was not asked for yet; `next` waits, and gives null after that long. */
export class Inbox {
  #kept = [];
  #waiting = null;

  put = (event) => {
    this.#kept.push(event);
    this.#waiting?.();
  };

  async next(milliseconds = 60_000) {
    if (!this.#kept.length) {
      let timer;
      await new Promise((resolve) => {
        this.#waiting = resolve;
        timer = setTimeout(resolve, milliseconds);
      });
      clearTimeout(timer);
    }
    return this.#kept.shift() ?? null;
  }
}

/**
 * Until a subscription of Ben's stands: Dan invites him again and again, until one arrives. An
 * earlier one may arrive late: then the last is on its way behind it. So nothing is when this ends.
 */
async function standing(inbox) {
  for (let tries = 0; tries < 100; tries += 1) {
    const id = await danInvites();
    let event = await inbox.next(500);
    while (event && event.invitation.id !== id) event = await inbox.next();
    assert.deepEqual((await ask('dan', WITHDRAW, { id })).withdrawInvitation.userErrors, []);
    if (event) return;
  }
  throw new Error('no event arrived');
}

/** Dan invites Ben, be he there or away; the invitation's id. */
export async function danInvites(note) {
  const { id } = (await ask('dan', PROFILE, { handle: 'ben' })).member;
  return (await ask('dan', INVITE, { id, note })).sendInvitation.invitation.id;
}

/**
 * Tells the story. `as(handle)` is a client of that member's: `run(text, variables)` gives the data
 * of a query or mutation; `listen(text, variables, put)` hands each event's data to `put` and gives
 * what ends it. `meanwhile(inbox)` runs while Ben listens.
 */
export async function tell(as, { meanwhile = async () => {} } = {}) {
  const [ann, ben, eve] = ['ann', 'ben', 'eve'].map(as);
  const { phone, id } = (await ann.run(PROFILE, { handle: 'ben' })).member;
  assert.match(phone, /^\+\d+$/);
  const before = (await eve.run(PROFILE, { handle: 'ben' })).member;
  assert.equal(before.phone, null);
  assert.ok(before.hiddenFields.includes('PHONE'));
  assert.equal(before.viewerCanConnect, true);

  const inbox = new Inbox();
  const stop = await ben.listen(INVITES, {}, (data) => inbox.put(data.invitationReceived));
  await standing(inbox);
  await meanwhile(inbox);

  const sent = (await eve.run(INVITE, { id, note: NOTE })).sendInvitation;
  assert.deepEqual(sent.userErrors, []);
  const { invitation } = await inbox.next();
  assert.equal(invitation.id, sent.invitation.id);
  assert.equal(invitation.note, NOTE);
  assert.equal(invitation.inviter.handle, 'eve');
  assert.equal(invitation.inviter.phone, null);

  const accepted = (await ben.run(ACCEPT, { id: invitation.id })).acceptInvitation;
  assert.deepEqual(accepted.userErrors, []);
  assert.equal(accepted.member.viewerRelationship.degree, 1);
  await stop();

  const after = (await eve.run(PROFILE, { handle: 'ben' })).member;
  assert.equal(after.phone, phone);
  assert.equal(after.viewerRelationship.degree, 1);
  console.log('told');
}
