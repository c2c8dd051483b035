"""Signing up, in and out, refreshing, closing."""
