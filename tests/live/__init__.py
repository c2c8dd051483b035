"""Subscriptions and what surrounds them, over real sockets."""
