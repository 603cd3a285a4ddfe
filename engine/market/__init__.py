"""The rules of a market: fees, lots, limits, dated rule books, and the arithmetic they share."""
