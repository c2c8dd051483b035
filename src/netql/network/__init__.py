"""Add to Network: one-way, silent, its owner's alone."""
