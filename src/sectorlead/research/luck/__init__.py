"""Reruns of a strategy with one thing drawn otherwise: rebalance day, universe, start, costs, delay, parameters."""
