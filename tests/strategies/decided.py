"""What a rule decides on small drawn panels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from sectorlead import Rotation, Score
from sectorlead.data.panel import Panel
from sectorlead.engine.strategy import Portfolio


@dataclass(frozen=True)
class Fixed(Score):
    values: tuple[float, ...]

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.tile(self.values, (len(panel.sessions), 1))


def holding(*shares: float) -> Portfolio:
    held = np.array(shares, float)
    return Portfolio(0.0, 1.0, held, held, np.where(held > 0, 0, -1))


def from_moves(moves: np.ndarray, **more) -> Panel:
    """A panel whose simple returns are these, shape (T, N), and A, B, C, ... its symbols."""
    close = 100 * np.cumprod(np.vstack((np.ones(moves.shape[1]), 1 + moves)), axis=0)
    days = pd.bdate_range("2023-01-02", periods=len(close))
    return Panel(days, tuple(chr(65 + i) for i in range(moves.shape[1])), close, **more)


def chosen(rule: Rotation, panel: Panel, *shares: float) -> list[str]:
    weights = rule.decide(panel, holding(*(shares or [0.0] * len(panel.symbols))))
    return [panel.symbols[i] for i in np.flatnonzero(weights)]
