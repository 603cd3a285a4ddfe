"""The engine of record: the same session inside backtrader, and the host of any ``backtrader.Strategy``."""
