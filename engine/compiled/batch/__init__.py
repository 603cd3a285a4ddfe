"""Many variants of one strategy in one compiled call: no log, no Python object per variant, metrics in the kernel."""
