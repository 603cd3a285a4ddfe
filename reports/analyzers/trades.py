"""What was traded, what that cost, and what was refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from ...data.types import Floats
from ...engine.record import SIDES
from ..history import History

TURNOVER = "one way: half of all that was bought and sold, over mean equity, per year; without ended series"
"""The definition of turnover here; ``by_session`` and ``by_year`` say their own divisor."""


def transactions(history: History) -> pd.DataFrame:
    """A row per fill in the order they happened.

    Returns
    -------
    DataFrame
        ``session``, ``symbol``, ``side`` ("buy", "sell", "terminated", "written_off"), ``shares`` > 0, ``price``,
        ``value``, ``fees`` (all that was paid beside the value), in currency.
    """
    log = history.fills
    return pd.DataFrame(
        {
            "session": history.sessions[log.row],
            "symbol": history.names(log.column),
            "side": np.array([SIDES[side] for side in log.side.tolist()], dtype=object),
            "shares": log.shares,
            "price": log.price,
            "value": log.value,
            "fees": log.fees,
        }
    )


def turnover(history: History) -> dict[str, Any]:
    """How much was traded.

    Returns
    -------
    dict
        definition : str
        per_year : float
            By the definition; NaN for a history without length.
        by_session : Series of shape (S,)
            Half of what was bought and sold in the session over the equity at the close before.
        by_year : Series
            By calendar year (a ``PeriodIndex``): half of what was bought and sold over the year's mean equity; of a
            partial year what it was, not scaled up.
    """
    half = np.zeros(len(history.sessions))
    np.add.at(half, history.fills.row[history.traded], history.fills.value[history.traded] / 2.0)
    before = np.concatenate(([history.opening], history.equity[:-1]))
    year = history.sessions.to_period("Y")
    totals = pd.DataFrame({"half": half, "equity": history.equity}).groupby(year).agg({"half": "sum", "equity": "mean"})
    mean = float(history.equity.mean())
    return {
        "definition": TURNOVER,
        "per_year": float(half.sum()) / mean / history.years if history.years > 0 else np.nan,
        "by_session": pd.Series(half / np.where(before > 0, before, np.nan), index=history.sessions, name="turnover"),
        "by_year": (totals["half"] / totals["equity"]).rename("turnover"),
    }


def costs(history: History) -> dict[str, Any]:
    """What trading cost, in currency, by kind where kinds are known; in plain backtrader there is commission only.

    "slippage" is what the price was worse than the bar's: it is inside the value of a fill and no part of its fees.

    Returns
    -------
    dict
        total : float
        by_kind : Series
        by_symbol : DataFrame
            A row per symbol, a column per kind.
        by_year : DataFrame
            A row per calendar year (a ``PeriodIndex``), a column per kind.
        of_traded : float
            Total over the value of all that was bought and sold; NaN where nothing was.
        per_year : float
            Total over mean equity, as a fraction per calendar year; NaN for a history without length.
    """
    log, kinds = history.fills, pd.Index(list(history.costs))
    table = np.column_stack([*history.costs.values()]) if len(kinds) else np.zeros((len(log.row), 0))
    years = history.sessions.to_period("Y")
    names, place = np.unique(years.year.to_numpy(), return_inverse=True)
    totals = table.sum(axis=0)
    traded = float(log.value[history.traded].sum())
    total, mean = float(totals.sum()), float(history.equity.mean())
    return {
        "total": total,
        "by_kind": pd.Series(totals, index=kinds, name="costs"),
        "by_symbol": pd.DataFrame(_summed(table, log.column, len(history.symbols)), list(history.symbols), kinds),
        "by_year": pd.DataFrame(_summed(table, place[log.row], len(names)), years.unique(), kinds),
        "of_traded": total / traded if traded else np.nan,
        "per_year": total / mean / history.years if history.years > 0 else np.nan,
    }


def rejections(history: History) -> pd.DataFrame:
    """A row per order, or part of one, that was not filled.

    Returns
    -------
    DataFrame
        ``session``, ``symbol``, ``side``, ``wanted`` and ``filled`` in shares, ``status``, ``reason``.
        Of a record: a row for each fill pass, status "partial" where something was filled in it and "unfilled"
        elsewhere, and the reasons of ``engine.record.REASONS``. In plain backtrader: a row per order, when it ended
        ("canceled", "expired", "margin", "rejected") or at the last session where it was still open ("submitted",
        "accepted", "partial"); the reason is the one in ``order.info``, else "cash" for margin, "open" for one that
        was still open, and the status for the others.
    """
    log = history.rejections
    return pd.DataFrame(
        {
            "session": history.sessions[log.row],
            "symbol": history.names(log.column),
            "side": np.array([SIDES[side] for side in log.side.tolist()], dtype=object),
            "wanted": log.wanted,
            "filled": log.filled,
            "status": log.status,
            "reason": log.reason,
        }
    )


def _summed(table: Floats, place: Any, size: int) -> Floats:
    out = np.zeros((size, table.shape[1]))
    np.add.at(out, place, table)
    return out
