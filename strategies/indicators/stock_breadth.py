"""Breadth of stocks: how many rose, moved by 9%, closed at their price limit, and held it, by the rules of each day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.panel import Panel
from ...data.types import Floats
from ...engine.market.market import Market, find_market
from ...engine.market.rule_tables import price_limits
from ..domain import parameter
from .indicator import Indicator


class StockBreadthReading(NamedTuple):
    """What was known after the close of each session: shape (T,), ``runs`` (T, N). NaN where it isn't known.

    Attributes
    ----------
    stocks : ndarray
        Number of stocks with a bar in the session and one before; the others are in no count.
    up, down, flat : ndarray
        How many closed above, below, and at the close before.
    surges, slumps : ndarray
        How many rose, or fell, by ``move`` or more.
    limited : ndarray
        How many had a price limit; the others are in none of the counts below.
    limit_up, limit_down : ndarray
        How many closed at their limit.
    touched : ndarray
        How many traded at their upper limit, whether they closed at it or not; NaN where bars are closes alone.
    seal_rate : ndarray
        ``limit_up / touched``; NaN where none was touched.
    consecutive : ndarray
        How many closed at their upper limit for the second time in a row or more.
    longest : ndarray
        Limit-ups in a row of the stock that has most.
    runs : ndarray
        For how many of its bars in a row each stock has closed at its upper limit: 0 where it did not, or had no limit
        that day; NaN where it has no bar, or none before.
    """

    stocks: Floats
    up: Floats
    down: Floats
    flat: Floats
    surges: Floats
    slumps: Floats
    limited: Floats
    limit_up: Floats
    limit_down: Floats
    touched: Floats
    seal_rate: Floats
    consecutive: Floats
    longest: Floats
    runs: Floats


@dataclass(frozen=True)
class StockBreadth(Indicator):
    """Breadth of a panel of stocks, with the price limits that the market's rules gave each on each day.

    The limit of a stock goes by its board and the date (``engine.market.rule_tables.price_limits``): 10% or 20%, 5%
    under special treatment, none in the free sessions after a listing. The upper limit price is the close before, less
    dividends and splits, times ``1 + limit``, rounded half up to a tick; a close or a high counts as at it from half a
    tick below. A series whose kind the panel leaves at "index" is taken for a stock.

    Parameters
    ----------
    market : Market or str
        Whose rules they are, such as "cn-stock"; one without limits leaves all counts of limits NaN.
    move : float
        Size of a surge or slump; 0.09 is 9%.
    tolerance : float, optional
        For prices that are adjusted, whose ticks are lost: at the limit is a change that is at most this short of it, a
        fraction; and a close has to be the high of its bar as well, as one at the limit is (the low for limit-down).
        Default: prices are those that were traded.

    Raises
    ------
    DataError
        For a stock whose board the market does not know.
    RuleDateError
        For a session that the market's rule book does not cover.

    Notes
    -----
    Market practice in China (涨停, 封板率, 连板). Bars don't tell the limits of a first session, nor special
    treatment, which the panel has to say (``special``).

    Examples
    --------
    >>> import pandas as pd
    >>> days = pd.bdate_range("2021-07-05", periods=3)
    >>> closes = pd.DataFrame({"600000.SH": [10.0, 11.0, 12.1], "300001.SZ": [10.0, 11.0, 13.2]}, days)
    >>> StockBreadth("cn-stock").table(Panel.from_frames(closes))[["up", "surges", "limit_up", "longest"]]
                 up  surges  limit_up  longest
    2021-07-05  NaN     NaN       NaN      NaN
    2021-07-06  2.0     2.0       1.0      1.0
    2021-07-07  2.0     2.0       2.0      2.0
    """

    market: Market | str
    move: float = parameter(0.09, low=0.0001, high=1.0)
    tolerance: float | None = parameter(None, kind=float, low=0.0, high=0.05)

    def __post_init__(self) -> None:
        super().__post_init__()
        find_market(self.market)

    def __call__(self, panel: Panel) -> StockBreadthReading:
        """The breadth of every session."""
        kinds = tuple("stock" if kind == "index" else kind for kind in panel.kinds)
        rules = price_limits(find_market(self.market), panel, kinds)
        from .stock_breadth_kernel import COUNTS, Stocks, count_nb

        close = np.where(panel.published, panel.close, np.nan)
        stocks = Stocks(close, panel.high, panel.low, panel.adj_factor, rules.limit, rules.tick)
        counts, runs = np.zeros((len(close), len(COUNTS))), np.full(close.shape, np.nan)
        past = np.full((3, close.shape[1]), np.nan)
        count_nb(stocks, self.move, -1.0 if self.tolerance is None else self.tolerance, past, counts, runs)
        table = dict(zip(COUNTS, counts.T, strict=True))
        seal_rate = table["limit_up"] / np.where(table["touched"] > 0, table["touched"], np.nan)
        return StockBreadthReading(**table, seal_rate=seal_rate, runs=runs)

    def table(self, panel: Panel) -> pd.DataFrame:
        """The counts of every session as a table: sessions x the fields of the reading but for ``runs``."""
        found = self(panel)._asdict()
        del found["runs"]
        return pd.DataFrame(found, panel.sessions)

    def in_a_row(self, panel: Panel, least: int = 2) -> pd.Series:
        """The stocks that closed at their limit in the panel's last session, by how many times in a row.

        Parameters
        ----------
        panel : Panel
            For another day, ``panel.until(row)``.
        least : int
            The shortest run that is listed.

        Returns
        -------
        Series of int by symbol
            Longest first, then by symbol.
        """
        last = pd.Series(self(panel).runs[-1], pd.Index(panel.symbols, name="symbol"), name="in_a_row")
        listed: pd.Series = last[last >= least].astype(int)
        return listed.sort_index().sort_values(ascending=False, kind="stable")
