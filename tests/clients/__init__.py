"""Clients that people write front ends with, driving a netql in a process of its own."""
