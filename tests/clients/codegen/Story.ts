// The story in TypeScript: documents typed by graphql-codegen, sent by their ids alone.
import assert from 'node:assert/strict';

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import WebSocket from 'ws';
import { createClient } from 'graphql-ws';

import { graphql } from './generated/gql.js';

const { url, tokens } = JSON.parse(process.env.NETQL_WORLD!) as {
  url: string;
  tokens: Record<string, string>;
};

const Profile = graphql(`
  query Profile($handle: String!) {
    member(by: { handle: $handle }) { id phone hiddenFields viewerRelationship { degree } }
  }
`);
const Invite = graphql(`
  mutation Invite($input: SendInvitationInput!) {
    sendInvitation(input: $input) { invitation { id } userErrors { code } }
  }
`);
const Invites = graphql(`
  subscription Invites($after: String) {
    invitationReceived(after: $after) { cursor invitation { id inviter { handle phone } } }
  }
`);
const Accept = graphql(`
  mutation Accept($id: ID!) {
    acceptInvitation(input: { invitationId: $id }) { member { handle phone } userErrors { code } }
  }
`);
const Withdraw = graphql(`
  mutation Withdraw($id: ID!) {
    withdrawInvitation(input: { invitationId: $id }) { userErrors { code } }
  }
`);

/** The id under which the document is in generated/persisted-documents.json. */
function idOf(document: TypedDocumentNode<any, any>): string {
  return (document as { __meta__?: { hash: string } }).__meta__!.hash;
}

async function run<Data, Variables>(
  handle: string,
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens[handle]}` },
    body: JSON.stringify({ documentId: idOf(document), variables }),
  });
  const { data, errors } = await response.json() as { data: Data; errors?: unknown };
  assert.equal(errors, undefined, JSON.stringify(errors));
  return data;
}

const sockets = createClient({
  url: `${url.replace('http', 'ws')}/graphql`,
  webSocketImpl: WebSocket,
  connectionParams: { authorization: `Bearer ${tokens.ben}` },
});

const ben = (await run('ann', Profile, { handle: 'ben' })).member!;
const phone: string | null | undefined = ben.phone;
assert.match(phone!, /^\+\d+$/);
const closed = (await run('eve', Profile, { handle: 'ben' })).member!;
assert.equal(closed.phone, null);
assert.ok(closed.hiddenFields.includes('PHONE'));

// As graphql-ws sends it: an id where a text would be, for the server knows the text.
const events = sockets.iterate<{ invitationReceived: { invitation: { id: string } } }>({
  query: '',
  extensions: {},
  documentId: idOf(Invites),
} as never);
const stands = events.next();
let arrived: string | undefined;
stands.then(({ value }) => { arrived = value.data.invitationReceived.invitation.id; });
while (!arrived) {
  const { sendInvitation } = await run('dan', Invite, { input: { memberId: ben.id } });
  await new Promise((resolve) => setTimeout(resolve, 300));
  await run('dan', Withdraw, { id: sendInvitation.invitation!.id });
}

const { sendInvitation } = await run('eve', Invite, { input: { memberId: ben.id } });
assert.deepEqual(sendInvitation.userErrors, []);
let id: string;
do id = (await events.next()).value.data.invitationReceived.invitation.id;
while (id !== sendInvitation.invitation!.id);
assert.equal((await run('ben', Accept, { id })).acceptInvitation.member!.handle, 'eve');
assert.equal((await run('eve', Profile, { handle: 'ben' })).member!.phone, phone);
await sockets.dispose();

// A text is nothing to this server, whoever sends it.
const refused = await fetch(`${url}/graphql`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query: '{ viewer { id } }' }),
});
const { errors } = await refused.json() as { errors: { extensions: { code: string } }[] };
assert.equal(errors[0]!.extensions.code, 'QUERY_NOT_IN_SAFELIST');
console.log('told');
