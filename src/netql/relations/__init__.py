"""The edges that decide sight: connections and blocks."""
