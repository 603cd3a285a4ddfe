"""The audit of a strategy: whether it goes by what nobody knew when it decided."""
