"""From what a strategy returns to checked target weights."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..data.errors import InputError, ParameterError
from ..data.panel import Panel
from ..data.types import Floats
from .strategy import Weights

_SLACK = 1e-9  # a sum of ten tenths is not exactly 1


def target_weights(weights: Weights, panel: Panel, session: pd.Timestamp, *, partial: bool = False) -> Floats:
    """A target portfolio as an array by the panel's symbols.

    Parameters
    ----------
    weights : mapping or Series of symbol to weight, or array of shape (N,)
        Fractions of equity; symbols left out are 0 (NaN if ``partial``), the rest is cash.
    panel : Panel
    session : Timestamp
        Of the decision, for the message.
    partial : bool
        Whether NaN is allowed: what is to be left alone.

    Returns
    -------
    ndarray of shape (N,)
        Finite, >= 0, in sum <= 1 (but for 1e-9).

    Raises
    ------
    UnknownNameError
        For a symbol that the panel does not have.
    ParameterError
        For a weight that is negative or not finite, a sum above 1, or an array of another length.
    """
    n = len(panel.symbols)
    if isinstance(weights, Mapping | pd.Series):
        out = np.full(n, np.nan if partial else 0.0)
        for symbol, weight in weights.items():
            try:
                out[panel.column(str(symbol))] = weight
            except (TypeError, ValueError) as error:
                if isinstance(error, InputError):
                    raise
                raise ParameterError(
                    f"decision of {session:%F}: weight of {symbol} must be a number, was {weight!r}"
                ) from None
    else:
        out = np.array(weights, dtype=np.float64)
        if out.shape != (n,):
            raise ParameterError(
                f"decision of {session:%F}: weights have shape {out.shape}, must be ({n},), one per symbol of the "
                "panel; return a mapping from symbol to weight if only some are held"
            )
    bad = ~(np.isfinite(out) & (out >= 0)) & ~(partial & np.isnan(out))
    if bad.any():
        i = int(bad.argmax())
        raise ParameterError(
            f"decision of {session:%F}: weight of {panel.symbols[i]} is {out[i]}; weights must be finite and >= 0 "
            "(long only)"
        )
    if np.nansum(out) > 1 + _SLACK:
        raise ParameterError(
            f"decision of {session:%F}: weights sum to {np.nansum(out):.6g}, must be <= 1 (no borrowing); "
            "divide them by their sum"
        )
    return out
