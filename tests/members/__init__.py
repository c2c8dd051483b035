"""Members: profiles, their sections and audiences, search, previews."""
