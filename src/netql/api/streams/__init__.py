"""Subscriptions over HTTP, one to a request. Told in docs/subscriptions.md."""
