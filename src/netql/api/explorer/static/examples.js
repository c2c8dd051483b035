/**
 * The tabs the explorer opens with. A tab takes its title from its operation's name.
 *
 * GraphiQL looks for that name in every line that does not begin with `#`, so comments
 * start at the margin or stay clear of "query", "mutation" and "subscription".
 */

const variables = (values) => JSON.stringify(values, null, 2);

const bensProfile = `# What may you see of Ben? Pick somebody in "Viewing as"
# above and run this again. What is closed to you is
# null and listed in hiddenFields; it is not an error.
query BensProfile {
  member(by: { handle: "ben" }) {
    id
    handle
    name
    headline
    email
    phone
    hiddenFields
    viewerCanConnect
    viewerCannotConnectReasons
    viewerRelationship {
      degree
      receivedInvitation { id }
      sentInvitation { id status }
    }
  }
}
`;

const myNetwork = `# Your connections, ten at a time; a guest gets null.
# For the next page give endCursor back:
#   connections(first: 10, after: "...")
query MyNetwork {
  viewer {
    name
    connections(first: 10) {
      totalCount
      nodes {
        connectedAt
        member {
          name
          headline
          currentPosition { title company }
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
`;

const invites = `# Press run and leave it running. Open this page in a
# second window as somebody else and invite yourself
# from there: the invitation arrives here at once.
subscription Invites {
  invitationReceived {
    kind
    cursor
    pendingCount
    invitation {
      id
      note
      inviter {
        handle
        name
        headline
        phone
      }
    }
  }
}
`;

const invite = `# Invite Ben: run BensProfile and copy his id into the
# variables below. A refusal is in userErrors. Had Ben
# invited you already, you are now connected instead.
mutation Invite($memberId: ID!) {
  sendInvitation(input: {
    memberId: $memberId
    note: "Hello Ben, we met at the meetup"
  }) {
    invitation { id status }
    connection { id }
    userErrors { code field message }
  }
}
`;

const accept = `# Accept an invitation sent to you. Copy its id from
# Invites, or from receivedInvitation in BensProfile.
# Being connected opens fields that were closed before.
mutation Accept($id: ID!) {
  acceptInvitation(input: { invitationId: $id }) {
    connection {
      member { handle phone email }
    }
    userErrors { code message }
  }
}
`;

export const demoTabs = [
  { query: bensProfile },
  { query: myNetwork },
  { query: invites },
  { query: invite, variables: variables({ memberId: "Ben's id, from the first tab" }) },
  { query: accept, variables: variables({ id: "the invitation's id" }) },
];

export const plainTabs = [
  {
    query: `# Who are you to this server? Without a token you are
# a guest, and viewer is null. To sign in, write this
# under "Headers" below:
#   { "Authorization": "Bearer <your token>" }
# Nothing you write here outlives the page.
query Viewer {
  viewer {
    handle
    name
  }
}
`,
  },
];
