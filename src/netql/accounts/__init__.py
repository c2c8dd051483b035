"""Signing up, in and out, and leaving for good."""
