"""What to send at the next open, a journal of it, and what came of it."""
