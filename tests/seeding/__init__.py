"""netql's tests."""
