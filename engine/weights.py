"""From what a strategy returns to checked target weights."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

import numpy as np
import pandas as pd

from ..data.errors import ParameterError
from ..data.panel import Panel
from ..data.types import Floats
from .strategy import Weights

SUM_SLACK, DUST = 1e-6, 1e-9
"""What float32 and optimisers leave of a sum of 1, and of a weight of 0: taken for rounding, and taken out."""
_EXACT = 1e-9  # a sum of ten tenths is not exactly 1, and stays as it is


def target_weights(weights: Weights, panel: Panel, session: pd.Timestamp, *, partial: bool = False) -> Floats:
    """A target portfolio as an array by the panel's symbols.

    Parameters
    ----------
    weights : mapping or Series of symbol to weight, or array of shape (N,)
        Fractions of equity; symbols left out are 0 (NaN if ``partial``), the rest is cash. A weight down to -1e-9 is 0,
        and weights whose sum is above 1 by no more than 1e-6 are divided by it: that much is rounding.
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
        For a symbol that is named twice, a weight that is no number, negative or not finite, a sum above 1, an array of
        another length, or something that is none of these; names session and symbols.
    """
    at = f"decision of {session:%F}"
    if isinstance(weights, Mapping | pd.Series):
        out = _by_name(weights, panel, at, np.nan if partial else 0.0)
    else:
        out = _by_place(weights, len(panel.symbols), at)
    out[(out < 0) & (out >= -DUST)] = 0.0
    bad = ~(np.isfinite(out) & (out >= 0)) & ~(partial & np.isnan(out))
    if bad.any():
        shown = ", ".join(f"{panel.symbols[i]} {out[i]:g}" for i in np.flatnonzero(bad)[:5])
        raise ParameterError(f"{at}: weights must be finite and >= 0 (long only), were {shown}")
    total = float(np.nansum(out))
    if total > 1 + SUM_SLACK:
        shown = ", ".join(f"{panel.symbols[i]} {out[i]:.6g}" for i in np.argsort(-np.nan_to_num(out))[:5])
        raise ParameterError(
            f"{at}: weights sum to {total:.10g}, must be <= 1 (no borrowing; {SUM_SLACK:g} is taken for rounding); the "
            f"largest are {shown}; divide them by their sum"
        )
    return out / total if total > 1 + _EXACT else out


def _by_name(weights: Mapping[Any, Any] | pd.Series, panel: Panel, at: str, empty: float) -> Floats:
    out, seen = np.full(len(panel.symbols), empty), set[str]()
    for symbol, weight in weights.items():
        name = str(symbol)
        if name in seen:
            raise ParameterError(f"{at}: {name} is named twice; give each symbol one weight")
        seen.add(name)
        column = panel.column(name)
        if isinstance(weight, str | bytes | bool):
            raise ParameterError(f"{at}: weight of {name} must be a number, was {weight!r}")
        try:
            out[column] = weight
        except (TypeError, ValueError):
            raise ParameterError(f"{at}: weight of {name} must be a number, was {weight!r}") from None
    return out


def _by_place(weights: Any, n: int, at: str) -> Floats:
    wanted = "a mapping or Series of symbol to weight, or an array with one weight per symbol of the panel"
    if isinstance(weights, Set | Iterator | str | bytes) or not isinstance(weights, Sequence | np.ndarray):
        raise ParameterError(f"{at}: decide must return {wanted}, or None; returned {type(weights).__name__}")
    try:
        out = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError):
        raise ParameterError(
            f"{at}: decide must return {wanted}, or None; returned a {type(weights).__name__} of something else than "
            f"numbers: {str(weights)[:80]}"
        ) from None
    if out.shape != (n,):
        raise ParameterError(
            f"{at}: weights have shape {out.shape}, must be ({n},), one per symbol of the panel; return a mapping from "
            "symbol to weight if only some are held"
        )
    return out
