"""The folder of a run: what is written into it, and what reproduces it."""
