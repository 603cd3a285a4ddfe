"""Sweeps: many variants of one strategy, over the same sessions, on one machine or several."""
