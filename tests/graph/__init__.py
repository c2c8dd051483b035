"""The shape of the graph: its schema, ids, pages, errors, and what a query costs."""
