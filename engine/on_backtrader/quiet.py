"""backtrader under its usual name ``bt``, imported without its warnings."""

from __future__ import annotations

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # an invalid escape in a docstring warns whenever the file is first compiled
    import backtrader as bt

__all__ = ["bt"]
