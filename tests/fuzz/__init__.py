"""Whatever is sent to a running netql: it answers by its protocols, and gives nothing away."""
