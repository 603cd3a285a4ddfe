"""Indicators: readings of a panel that describe the market, and rank nothing by themselves."""
