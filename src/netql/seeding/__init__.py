"""Inventing a believable network: the generator, the bulk load, the demo's cast."""
