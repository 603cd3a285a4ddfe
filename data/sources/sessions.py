"""Sessions of the Chinese exchanges, as Sina lists them."""

from __future__ import annotations

import pandas as pd

from .calls import ask, version
from .frames import normalised
from .source import SOURCES, Fetched, SeriesInfo


class Sessions:
    """One series, ``XSHG``, whose ``close`` is 1 on every session from 1990-12-19 to the end of this year.

    The coming year is added by the vendor late in December, or after it.
    """

    name = "calendar"
    summary = SOURCES["calendar"]
    taxonomy = "calendar"
    host = "sina.com.cn"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """The one series; no request is made."""
        return (SeriesInfo("XSHG", "A-share sessions", kind="calendar", known_from=pd.Timestamp("1990-12-19")),)

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """Dates of sessions, also those still to come.

        Parameters
        ----------
        series : SeriesInfo
            The one of ``listing``.
        start : Timestamp, optional
            First day kept; default: all.

        Returns
        -------
        Fetched
            A row per session, its ``close`` 1.

        Raises
        ------
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``.
        """
        function = "tool_trade_date_hist_sina"
        frame = ask(function, columns=("trade_date",)).frame.assign(open_today=1.0)
        names = {"date": "trade_date", "close": "open_today"}
        bars = normalised(frame, names, start=start, what=f"akshare.{function}")
        return Fetched(bars, "akshare", function, {}, version())
