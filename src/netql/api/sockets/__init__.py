"""graphql-transport-ws over ASGI: one socket, many operations. Told in docs/subscriptions.md."""
