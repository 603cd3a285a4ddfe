"""How many take part in the day: the panel's series, and stocks with their limit-ups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats
from sectorlead.engine.market.market import find_market
from sectorlead.engine.market.rule_tables import boards_of
from sectorlead.reports.brief.market import (
    BreadthDay,
    Mover,
    PoolDay,
    Run,
    SeriesBreadth,
    StockBreadthDay,
    StockDay,
)
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.strategies.indicators.breadth import Crowd
from sectorlead.strategies.indicators.stock_breadth import StockBreadth, StockBreadthReading

MARKET = "cn-stock"
TICK, ON_TICK = 0.01, 0.9  # share of prices that are whole ticks where they are those that were traded
TOLERANCE = 0.0035
"""How far short of its limit a change of adjusted prices may be: they have lost their ticks."""
MOVERS = 3


def breadth_day(
    panel: Panel,
    terms: BriefTerms,
    stocks: Panel | None = None,
    pool: Mapping[str, float] | None = None,
    names: Mapping[str, str] | None = None,
) -> BreadthDay:
    """Participation on the last session of a panel.

    Parameters
    ----------
    panel : Panel
        Ends with the day.
    terms : BriefTerms
    stocks : Panel, optional
        Ends with the same day.
    pool : mapping of str to float, optional
        Counts of the day as a vendor published them, by the names of ``sectorlead.data.sources.breadth``.
    names : mapping of str to str, optional
        What stocks are called.
    """
    return BreadthDay(
        series=series_breadth(panel, terms),
        stocks=None if stocks is None else stock_breadth(stocks, names or {}),
        pool=pool_day(pool) if pool else None,
    )


def series_breadth(panel: Panel, terms: BriefTerms) -> SeriesBreadth:
    """How many of the panel's series rose, are above their mean, and at a high.

    Parameters
    ----------
    panel : Panel
    terms : BriefTerms
    """
    move = Crowd.of(panel, 0.0).moves[-1]
    price, known = panel.last_adjusted_close, np.isfinite(move)
    mean = pd.DataFrame(price[-terms.breadth_mean :]).mean(axis=0, skipna=False).to_numpy()
    whole = len(price) >= terms.breadth_mean
    recent = price[-terms.high :]
    seen = known & (len(price) >= terms.high) & np.isfinite(recent).all(axis=0)
    order = np.argsort(np.where(known, -move, np.inf), kind="stable")[: int(known.sum())].tolist()

    def named(flags: Floats) -> tuple[str, ...]:
        return tuple(panel.names[i] for i in np.flatnonzero(flags & seen))

    def movers(columns: list[int]) -> tuple[Mover, ...]:
        return tuple(Mover(symbol=panel.symbols[i], name=panel.names[i], today=float(move[i])) for i in columns)

    return SeriesBreadth(
        known=int(known.sum()),
        up=int((move[known] > 0).sum()),
        above_mean=int((known & (price[-1] > mean)).sum()) if whole else 0,
        at_high=named(price[-1] >= recent.max(axis=0)),
        at_low=named(price[-1] <= recent.min(axis=0)),
        best=movers(order[:MOVERS]),
        worst=movers(order[::-1][:MOVERS]),
    )


def stock_breadth(stocks: Panel, names: Mapping[str, str]) -> StockBreadthDay:
    """Stocks on the last session of their panel, and the one before.

    Parameters
    ----------
    stocks : Panel
    names : mapping of str to str
        What stocks are called; those of the panel where it does not say.
    """
    traded = traded_prices(stocks)
    breadth = StockBreadth(MARKET, tolerance=None if traded else TOLERANCE)
    found = breadth(stocks)
    boards = _boards(stocks)
    runs = breadth_runs(found, stocks, names)
    before = _stock_day(stocks, found, breadth.move, boards, -2) if len(stocks.sessions) > 2 else None
    return StockBreadthDay(
        known=len(stocks.symbols),
        tolerance=0.0 if traded else TOLERANCE,
        today=_stock_day(stocks, found, breadth.move, boards, -1),
        before=before,
        runs=runs,
    )


def traded_prices(stocks: Panel) -> bool:
    """Whether closes are those that were traded: whole ticks, most of them."""
    close = stocks.close[-1][np.isfinite(stocks.close[-1])]
    if not len(close):
        return True
    ticks = close / TICK
    return bool((np.abs(ticks - np.round(ticks)) < 1e-6 * np.maximum(ticks, 1)).mean() >= ON_TICK)


def breadth_runs(found: StockBreadthReading, stocks: Panel, names: Mapping[str, str]) -> tuple[Run, ...]:
    """Stocks that closed at their limit twice in a row or more, the longest first.

    Parameters
    ----------
    found : StockBreadthReading
    stocks : Panel
    names : mapping of str to str
    """
    last = found.runs[-1]
    rows = np.flatnonzero(np.nan_to_num(last) >= 2).tolist()
    return tuple(
        Run(symbol=stocks.symbols[i], name=names.get(stocks.symbols[i], stocks.names[i]), sessions=int(last[i]))
        for i in sorted(rows, key=lambda i: (-last[i], stocks.symbols[i]))
    )


def pool_day(pool: Mapping[str, float]) -> PoolDay:
    """A vendor's counts of the day, with the share of limit-ups that held.

    Parameters
    ----------
    pool : mapping of str to float
    """
    sealed, broken = pool.get("limit-up", np.nan), pool.get("limit-up-failed", np.nan)
    tried = sealed + broken
    return PoolDay(source="the vendor's pools", counts=dict(pool), seal_rate=sealed / tried if tried > 0 else np.nan)


def _boards(stocks: Panel) -> tuple[str, ...]:
    kinds = tuple("stock" if kind == "index" else kind for kind in stocks.kinds)
    return boards_of(find_market(MARKET), stocks, kinds)


def _stock_day(stocks: Panel, found: StockBreadthReading, least: float, boards: tuple[str, ...], row: int) -> StockDay:
    at = len(stocks.sessions) + row
    price = stocks.last_adjusted_close
    move = np.where(stocks.has_bar[at], price[at] / price[at - 1] - 1, np.nan)
    surged = Counter(boards[i] for i in np.flatnonzero(move >= least - 1e-12))

    def count(name: str) -> int:
        value = getattr(found, name)[at]
        return -1 if np.isnan(value) else int(value)

    names = (
        "stocks", "up", "down", "flat", "surges", "slumps", "limit_up", "limit_down", "touched", "consecutive",
    )  # fmt: skip
    return StockDay(
        date=stocks.sessions[at],
        surges_by_board=dict(sorted(surged.items())),
        seal_rate=float(found.seal_rate[at]),
        **{name: count(name) for name in names},
    )
