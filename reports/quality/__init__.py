"""What is wrong with data, as sections."""
