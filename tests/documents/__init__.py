"""Texts that are sent by a name, and what runs where only those do."""
