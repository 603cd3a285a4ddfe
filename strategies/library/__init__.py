"""Ready-made strategies by name, with their references."""
