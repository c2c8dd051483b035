"""Invitations and the connections they become."""
