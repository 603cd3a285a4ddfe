"""Research on top of single runs: comparisons against controls and chance."""
