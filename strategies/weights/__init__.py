"""Weights: how the invested part is split among the picked."""
