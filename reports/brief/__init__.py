"""The daily brief: its numbers, each with its definition and the reading of it that is wrong, and its layouts."""
