"""Blocking and unblocking."""
