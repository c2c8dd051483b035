"""Tests of the database engines, transactions and locks."""
