"""The GraphQL face: it translates and decides nothing."""
