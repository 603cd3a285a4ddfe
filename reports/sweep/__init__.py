"""The report of a sweep: all variants beside the best of them."""
