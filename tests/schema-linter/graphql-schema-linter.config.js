// Every rule the linter has, except the four *-sorted-alphabetically ones: fields are ordered by
// meaning (id first, then what matters most), which is how people read a schema.
module.exports = {
  rules: [
    "arguments-have-descriptions",
    "defined-types-are-used",
    "deprecations-have-a-reason",
    "descriptions-are-capitalized",
    "enum-values-all-caps",
    "enum-values-have-descriptions",
    "fields-are-camel-cased",
    "fields-have-descriptions",
    "input-object-values-are-camel-cased",
    "input-object-values-have-descriptions",
    "relay-connection-arguments-spec",
    "relay-connection-types-spec",
    "relay-page-info-spec",
    "types-are-capitalized",
    "types-have-descriptions",
  ],
  // The linter takes every name that ends in Connection for a page of a list. Here `Connection` is
  // a member's side of a tie, a node; its pages are `ConnectionConnection`, and those are checked.
  ignore: {
    "relay-connection-types-spec": ["Connection"],
    "relay-connection-arguments-spec": [
      "AcceptInvitationPayload.connection",
      "ConnectionEdge.node",
      "ConnectionEvent.connection",
      "SendInvitationPayload.connection",
      "ViewerRelationship.connection",
    ],
  },
};
