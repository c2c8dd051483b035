// Audits the GraphQL server at the address given, and prints each result as a line of JSON.
import { auditServer } from 'graphql-http';

for (const { id, name, status, reason } of await auditServer({ url: process.argv[2], fetchFn: fetch })) {
  console.log(JSON.stringify({ id, name, status, reason: reason && String(reason) }));
}
