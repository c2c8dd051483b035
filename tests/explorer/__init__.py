"""The explorer as it is served; `tests/browser` looks at it with a browser."""
