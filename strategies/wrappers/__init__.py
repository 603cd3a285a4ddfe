"""Strategies made of strategies: tranches, delays, and signals of one panel traded in another."""
