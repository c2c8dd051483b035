"""Tests of events, and of what is done once."""
