// The rules that @graphql-eslint recommends for a schema.
const plugin = require("@graphql-eslint/eslint-plugin");

module.exports = [
  {
    files: ["**/*.graphql"],
    languageOptions: {
      parser: plugin.parser,
      parserOptions: { graphQLConfig: { schema: "schema.graphql" } },
    },
    plugins: { "@graphql-eslint": { rules: plugin.rules } },
    rules: {
      ...plugin.configs["flat/schema-recommended"].rules,
      // Only nodes have an id, as in Relay: payloads, pages and edges have none.
      "@graphql-eslint/strict-id-in-types": "off",
      // `Block.blockedAt` is when the blocking was done.
      "@graphql-eslint/no-typename-prefix": "off",
    },
  },
];
