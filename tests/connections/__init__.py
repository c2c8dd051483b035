"""Tests of inviting, connecting, and what each side sees of it."""
