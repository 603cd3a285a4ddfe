"""What each series earned in each session, as a fraction of the account before it."""

from __future__ import annotations

import numpy as np

from ...data.types import Floats
from ..history import History


def earned(history: History) -> Floats:
    """What each series earned, fees and slippage taken off, over what the account was worth before; shape (S, N + 1).

    The last column is what no series earned: interest on cash. A row adds up to the time-weighted return of its
    session; after ruin it is 0.

    Parameters
    ----------
    history : History
    """
    before = np.concatenate(([history.opening], history.equity[:-1]))
    worth, log = np.vstack((np.zeros(history.shares.shape[1]), history.worth)), history.fills
    flows = np.zeros(history.shares.shape)
    np.add.at(flows, (log.row, log.column), np.where(log.side > 0, log.value, -log.value) + log.fees)
    made = np.diff(worth, axis=0) - flows
    levels = history.growth.levels
    whole = np.divide(levels[1:], levels[:-1], out=np.ones(len(before)), where=levels[:-1] > 0) - 1.0
    alive = before > 0
    own = np.divide(made, before[:, None], out=np.zeros(made.shape), where=alive[:, None])
    return np.column_stack((own, np.where(alive, whole - own.sum(axis=1), 0.0)))
