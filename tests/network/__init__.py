"""Tests of Add to Network."""
