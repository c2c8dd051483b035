"""Who may see what: pure decisions, no database."""
