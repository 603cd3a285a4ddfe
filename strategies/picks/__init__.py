"""Picks: how many of the ranked are held, and how long a holding may stay."""
