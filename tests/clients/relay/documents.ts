// What relay-compiler reads. A bundler's plugin puts its artifacts in the place of these texts;
// without one they are imported by their names, and this file is never run.
import { graphql } from 'relay-runtime';


graphql`
  query documentsProfileQuery($handle: String!) @throwOnFieldError {
    member(by: { handle: $handle }) {
      id
      name
      phone
      hiddenFields
      viewerRelationship {
        degree
      }
    }
  }
`;

graphql`
  fragment documents_connections on Member
  @refetchable(queryName: "documentsConnectionsPaginationQuery")
  @argumentDefinitions(count: { type: "Int", defaultValue: 1 }, cursor: { type: "String" })
  @throwOnFieldError {
    connections(first: $count, after: $cursor) @connection(key: "documents_connections") {
      totalCount
      edges {
        node {
          id
          member {
            handle
            name
          }
        }
      }
    }
  }
`;

graphql`
  query documentsMineQuery {
    viewer {
      id
      ...documents_connections
    }
  }
`;

graphql`
  query documentsBadCursorQuery @throwOnFieldError {
    viewer {
      connections(after: "nowhere") {
        totalCount
      }
    }
  }
`;

graphql`
  mutation documentsInviteMutation($input: SendInvitationInput!) {
    sendInvitation(input: $input) {
      invitation {
        id
        status
      }
      userErrors {
        code
        message
      }
    }
  }
`;

graphql`
  subscription documentsInvitesSubscription($after: String) {
    invitationReceived(after: $after) {
      cursor
      pendingCount
      invitation {
        id
        note
        inviter {
          handle
          phone
        }
      }
    }
  }
`;

graphql`
  mutation documentsAcceptMutation($input: AcceptInvitationInput!) {
    acceptInvitation(input: $input) {
      connection {
        id
        member {
          handle
          name
          phone
          viewerRelationship {
            degree
          }
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`;

graphql`
  mutation documentsWithdrawMutation($input: WithdrawInvitationInput!) {
    withdrawInvitation(input: $input) {
      userErrors {
        code
      }
    }
  }
`;
