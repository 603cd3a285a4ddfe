"""Parameters chosen in one window and traded in the next, on one account."""
