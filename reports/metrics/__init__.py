"""Metrics of a run by name, and the growth lines they are computed from."""
