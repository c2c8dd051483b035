"""Tests of blocking."""
