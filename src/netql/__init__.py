"""netql: a professional-network backend that anyone can host."""

__version__ = "0.1.0"
