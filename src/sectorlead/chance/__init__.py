"""Random picks with the turnover of a run: drawn, matched and carried out."""
