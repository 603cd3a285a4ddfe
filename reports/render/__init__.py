"""Pages, pictures and notebooks made of what a report says."""
