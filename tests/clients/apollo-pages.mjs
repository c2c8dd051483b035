// @apollo/client: pages are put together, a list that was closed is null, and what two queries ask
// of one relationship is kept.
import assert from 'node:assert/strict';

import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

import { address, ask, bearer } from './story.mjs';

const pages = (...keyArgs) => {
  const { merge, ...policy } = relayStylePagination(keyArgs);
  return { ...policy, merge: (there, come, options) => come && merge(there, come, options) };
};
const cache = () => new InMemoryCache({
  typePolicies: {
    Member: { fields: { connections: pages('orderBy') } },
    ViewerRelationship: { merge: true },
  },
});

const clientOf = (handle) => new ApolloClient({
  cache: cache(),
  link: new HttpLink({ uri: address, headers: { authorization: bearer(handle) } }),
});

const PAGE = gql`query Page($after: String) {
  viewer {
    id
    connections(first: 1, after: $after) {
      totalCount edges { node { id } } pageInfo { hasNextPage endCursor }
    }
  }
}`;
const ben = clientOf('ben');
const list = () => ben.readQuery({ query: PAGE }).viewer.connections;
await ben.query({ query: PAGE });
assert.equal(list().edges.length, 1);
const watched = ben.watchQuery({ query: PAGE, fetchPolicy: 'cache-first' });
watched.subscribe(() => {});
while (list().pageInfo.hasNextPage) {
  await watched.fetchMore({ variables: { after: list().pageInfo.endCursor } });
}
assert.ok(list().edges.length > 1);
assert.equal(new Set(list().edges.map(({ node }) => node.id)).size, list().totalCount);

const BENS = gql`{ member(by: { handle: "ben" }) { id connections { totalCount edges { node { id } } } } }`;
const CHOICES = '{ viewer { privacy { fields { field audience } } } }';
const CHOOSE = `mutation($audience: Audience!) {
  setFieldAudience(input: { field: CONNECTIONS, audience: $audience }) { userErrors { code } }
}`;
const ann = clientOf('ann');
const seen = async () => {
  const { data } = await ann.query({ query: BENS, fetchPolicy: 'network-only' });
  return data.member.connections;
};
const { fields } = (await ask('ben', CHOICES)).viewer.privacy;
const { audience } = fields.find(({ field }) => field === 'CONNECTIONS');
const open = await seen();
assert.ok(open.edges.length > 0);
await ask('ben', CHOOSE, { audience: 'ONLY_ME' });
try {
  assert.equal(await seen(), null);
} finally {
  await ask('ben', CHOOSE, { audience });
}
assert.deepEqual(await seen(), open);

const DEGREE = gql`{ member(by: { handle: "ben" }) { id viewerRelationship { degree } } }`;
const ENTRY = gql`{ member(by: { handle: "ben" }) { id viewerRelationship { networkEntry { id } } } }`;
await ann.query({ query: DEGREE });
await ann.query({ query: ENTRY });
assert.equal(ann.readQuery({ query: DEGREE })?.member.viewerRelationship.degree, 1);
console.log('told');
process.exit(0);
