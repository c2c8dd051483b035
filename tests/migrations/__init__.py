"""Tests of the tables' history."""
