"""Exits: what sells a holding whatever its rank."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...data.panel import Panel
from ...engine.strategy import Portfolio
from ..domain import parameter
from ..part import Part


@dataclass(frozen=True)
class Exits(Part):
    """Sells holdings between decisions, and bars them from the decision of the same session.

    Looked at after the close of every session, with adjusted closes, so that no distribution looks like a fall. A
    holding fires

    * ``stop``: at a close ``stop`` or more below the close of the session in which it was bought;
    * ``trailing``: at a close ``trailing`` or more below its highest close since then;
    * ``sessions``: that many sessions after it was bought.

    What fires is sold as any order is: in the next session, by the rules of the market, so what is bought is never sold
    in the same session. It may come back at the next decision. Everything else, open orders too, is left as it is: one
    arbiter decides, and a rank exit and a stop can't sell the same shares twice.

    Parameters
    ----------
    stop, trailing : float
        Fractions; 0 for none.
    sessions : int
        0 for none.
    """

    stop: float = parameter(0.0, low=0.0, high=0.99, grid=(0.0, 0.08, 0.15))
    trailing: float = parameter(0.0, low=0.0, high=0.99, grid=(0.0, 0.1, 0.2))
    sessions: int = parameter(0, low=0, high=10_000, grid=(0, 60, 120))

    @property
    def active(self) -> bool:
        """Whether there is any."""
        return self.stop > 0 or self.trailing > 0 or self.sessions > 0

    def fired(self, view: Panel, portfolio: Portfolio) -> NDArray[np.bool_]:
        """Which holdings are to be sold at the close of the view's last session.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        bool array of shape (N,)
            False for what is not held.
        """
        out = np.zeros(len(view.symbols), np.bool_)
        if not self.active:
            return out
        row, price = len(view.sessions) - 1, view.last_adjusted_close
        for i in np.flatnonzero(portfolio.since >= 0).tolist():
            since = int(portfolio.since[i])
            now, bought = price[row, i], price[since, i]
            out[i] = (
                (self.stop > 0 and now <= (1.0 - self.stop) * bought)
                or (self.trailing > 0 and now <= (1.0 - self.trailing) * price[since : row + 1, i].max())
                or (self.sessions > 0 and row - since >= self.sessions)
            )
        return out
