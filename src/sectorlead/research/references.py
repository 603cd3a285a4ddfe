"""What a verdict sets strategies against, under the same rules and terms: equal weight, and each rule turned around."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from sectorlead.engine.backtest import backtest
from sectorlead.strategies.library.registry import build
from sectorlead.strategies.rotation import Rotation
from sectorlead.strategies.scores.score import Reverse

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.data.types import Floats
    from sectorlead.engine.config import RunConfig
    from sectorlead.engine.market.market import Market


RANDOM_PICKS, OPPOSITE = "random picks", "the opposite rule"
"""Names of controls."""


def equal_weight(panel: Panel, market: Market, config: RunConfig) -> Floats:
    """Daily returns of the library's equal weight, shape (S,).

    Parameters
    ----------
    panel : Panel
    market : Market
    config : RunConfig
        Of the runs that it is set beside, ``measured_from`` included.
    """
    return _returns(build("equal-weight"), panel, market, config)


def opposites(rules: Sequence[Any], panel: Panel, market: Market, config: RunConfig) -> Floats | None:
    """Daily returns of each of V rules with its ranking turned around, shape (S, V).

    Parameters
    ----------
    rules : sequence of strategies
    panel : Panel
    market : Market
    config : RunConfig
        Of their runs, ``measured_from`` included.

    Returns
    -------
    float64 array of shape (S, V), or None
        NaN for a rule that has no score; None where none has.
    """
    turned = [
        _returns(replace(rule, score=Reverse(rule.score)), panel, market, config) if type(rule) is Rotation else None
        for rule in rules
    ]
    known = [line for line in turned if line is not None]
    if not known:
        return None
    return np.column_stack([np.full(len(known[0]), np.nan) if line is None else line for line in turned])


def _returns(rule: Any, panel: Panel, market: Market, config: RunConfig) -> Floats:
    usual = replace(config, engine="compiled", prices="adjusted", seed=None, name="")
    out: Floats = backtest(rule, panel, market, config=usual).returns.to_numpy()
    return out
