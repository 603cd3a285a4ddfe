"""Relative strength in every form: measures over a window, of a trend, across symbols, and scores made of them."""
