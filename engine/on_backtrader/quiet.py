"""backtrader under its usual name ``bt``, imported without its warnings; the one place that imports it."""

from __future__ import annotations

import warnings

from ...data.errors import InputError

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # an invalid escape in a docstring warns whenever the file is first compiled
    try:
        import backtrader as bt
    except ModuleNotFoundError as error:
        if error.name != "backtrader":
            raise
        raise InputError(
            "engine 'backtrader' (alone, in 'both', in a verified run) and backtrader's analyzers need the package "
            "backtrader, which is not installed: pip install backtrader; engine 'compiled' runs without it "
            "(in a command: --no-verify)"
        ) from None

__all__ = ["bt"]
