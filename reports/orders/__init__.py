"""Orders for the next session: their content, and as tables and text."""
