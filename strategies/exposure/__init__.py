"""Exposure: how much may be invested at all, and what sells a holding whatever its rank."""
