"""The report of a walk-forward: the run out of sample, the choices, and the same with parameters fixed in advance."""
