// The story through relay-runtime: a normalised store, a connection that grows by pages and by a
// mutation's updater, and errors that are thrown while privacy's nulls are not.
import assert from 'node:assert/strict';

import { createClient } from 'graphql-ws';
import {
  ConnectionHandler,
  Environment,
  type FetchFunction,
  Network,
  Observable,
  RecordSource,
  Store,
  type SubscribeFunction,
  commitMutation,
  createOperationDescriptor,
  fetchQuery,
  getRequest,
  getSingularSelector,
  requestSubscription,
} from 'relay-runtime';
import WebSocket from 'ws';

import Accept, { type documentsAcceptMutation } from './generated/documentsAcceptMutation.graphql';
import BadCursor, { type documentsBadCursorQuery } from './generated/documentsBadCursorQuery.graphql';
import Page, { type documentsConnectionsPaginationQuery } from './generated/documentsConnectionsPaginationQuery.graphql';
import Connections, { type documents_connections$data } from './generated/documents_connections.graphql';
import Invite, { type documentsInviteMutation } from './generated/documentsInviteMutation.graphql';
import Invites, { type documentsInvitesSubscription } from './generated/documentsInvitesSubscription.graphql';
import Mine, { type documentsMineQuery } from './generated/documentsMineQuery.graphql';
import Profile, { type documentsProfileQuery } from './generated/documentsProfileQuery.graphql';
import Withdraw, { type documentsWithdrawMutation } from './generated/documentsWithdrawMutation.graphql';

const { url, tokens } = JSON.parse(process.env.NETQL_WORLD!) as {
  url: string;
  tokens: Record<string, string>;
};

function environmentOf(handle: string): Environment {
  const authorization = `Bearer ${tokens[handle]}`;
  const sockets = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { authorization },
  });
  // Relay knows a persisted document by its id, and another by its text.
  const ask: FetchFunction = async ({ id, text }, variables) => {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({ doc_id: id, query: text, variables }),
    });
    return response.json();
  };
  const listen: SubscribeFunction = ({ id, text }, variables) =>
    Observable.create((sink) =>
      sockets.subscribe({ doc_id: id, query: text ?? '', variables } as never, sink as never));
  return new Environment({
    network: Network.create(ask, listen),
    store: new Store(new RecordSource()),
  });
}

const [ann, ben, dan, eve] = ['ann', 'ben', 'dan', 'eve'].map(environmentOf) as
  [Environment, Environment, Environment, Environment];

async function profile(environment: Environment, handle: string) {
  const found = await fetchQuery<documentsProfileQuery>(environment, Profile, { handle }).toPromise();
  return found!.member!;
}

function mutated<Mutation extends { variables: object; response: object; rawResponse?: object }>(
  environment: Environment,
  mutation: never,
  variables: Mutation['variables'],
  updater?: (store: any) => void,
): Promise<Mutation['response']> {
  return new Promise((resolve, reject) => {
    commitMutation<any>(environment, {
      mutation,
      variables,
      updater,
      onCompleted: (data, errors) => (errors ? reject(errors) : resolve(data)),
      onError: reject,
    });
  });
}

/** What is in Ben's store of his connections: handles in order. */
function shown(viewer: string): (string | undefined)[] {
  const descriptor = createOperationDescriptor(getRequest(Mine), {});
  const data = ben.lookup(descriptor.fragment).data as documentsMineQuery['response'];
  assert.equal(data.viewer!.id, viewer);
  const selector = getSingularSelector(Connections, data.viewer)!;
  const { connections } = ben.lookup(selector as never).data as unknown as documents_connections$data;
  // No edge and no node is null without an error, so their types are without null.
  return connections!.edges.map((edge) => edge.node.member?.handle);
}

async function main(): Promise<void> {
  const { id, phone } = await profile(ann, 'ben');
  assert.match(phone!, /^\+\d+$/);
  // Null by privacy is no error, so nothing is thrown.
  const before = await profile(eve, 'ben');
  assert.equal(before.phone, null);
  assert.ok(before.hiddenFields.includes('PHONE'));
  await assert.rejects(
    fetchQuery<documentsBadCursorQuery>(eve, BadCursor, {}).toPromise() as Promise<unknown>,
    /Unexpected response payload/,
  );

  const events: NonNullable<documentsInvitesSubscription['response']['invitationReceived']>[] = [];
  const subscription = requestSubscription<documentsInvitesSubscription>(ben, {
    subscription: Invites,
    variables: {},
    onNext: (data) => events.push(data!.invitationReceived!),
    onError: (error) => { throw error; },
  });
  const moment = () => new Promise((resolve) => { setTimeout(resolve, 300); });
  // Until the subscription stands: Dan invites Ben again and again.
  while (!events.length) {
    const { sendInvitation } = await mutated<documentsInviteMutation>(dan, Invite as never, { input: { memberId: id } });
    await moment();
    const input = { invitationId: sendInvitation.invitation!.id };
    await mutated<documentsWithdrawMutation>(dan, Withdraw as never, { input });
  }

  const viewer = (await fetchQuery<documentsMineQuery>(ben, Mine, {}).toPromise())!.viewer!.id;
  assert.equal(shown(viewer).length, 1);

  const { sendInvitation } = await mutated<documentsInviteMutation>(eve, Invite as never, { input: { memberId: id, note: 'Hello' } });
  assert.deepEqual(sendInvitation.userErrors, []);
  while (events.at(-1)!.invitation!.id !== sendInvitation.invitation!.id) await moment();
  assert.equal(events.at(-1)!.invitation!.note, 'Hello');
  assert.equal(events.at(-1)!.invitation!.inviter!.phone, null);

  const { acceptInvitation } = await mutated<documentsAcceptMutation>(
    ben,
    Accept as never,
    { input: { invitationId: sendInvitation.invitation!.id } },
    (store) => {
      const made = store.getRootField('acceptInvitation').getLinkedRecord('connection');
      const list = ConnectionHandler.getConnection(store.get(viewer), 'documents_connections')!;
      ConnectionHandler.insertEdgeBefore(list, ConnectionHandler.createEdge(store, list, made, 'ConnectionEdge'));
    },
  );
  assert.deepEqual(acceptInvitation.userErrors, []);
  assert.equal(shown(viewer).length, 2);
  assert.equal(shown(viewer)[0], 'eve');
  subscription.dispose();

  // The next page, by the query that @refetchable made: it is put behind what is there.
  const more = (await fetchQuery<documentsConnectionsPaginationQuery>(ben, Page, { id: viewer, count: 5, cursor: await endCursor(viewer) }).toPromise())!;
  assert.ok(more.node);
  const handles = shown(viewer);
  assert.equal(handles[0], 'eve');
  assert.deepEqual([...handles].sort(), ['ann', 'cat', 'eve']);

  const after = await profile(eve, 'ben');
  assert.equal(after.phone, phone);
  assert.equal(after.viewerRelationship!.degree, 1);
  console.log('told');
  process.exit(0);
}

/** Where the pages stand that are in Ben's store. */
async function endCursor(viewer: string): Promise<string> {
  const list = ben.getStore().getSource().get(`client:${viewer}:__documents_connections_connection`)!;
  const { __ref } = list.pageInfo as { __ref: string };
  return ben.getStore().getSource().get(__ref)!.endCursor as string;
}

void main();
