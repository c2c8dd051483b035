"""The roots of writing, a file per feature."""
