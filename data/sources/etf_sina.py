"""Sector ETFs from Sina: what Eastmoney gives, without its factor."""

from __future__ import annotations

import pandas as pd

from .calls import ask, version
from .etf import SectorETFs
from .frames import normalised
from .source import SOURCES, Fetched, SeriesInfo

_NAMES = {key: key for key in ("date", "open", "high", "low", "close", "volume")}


class SinaETFs(SectorETFs):
    """The funds of ``etf``, raw: for days on which Eastmoney gives none.

    There is no factor, so a distribution or split in these days shows as a fall of the price; where they continue bars
    of ``etf``, its factor is carried on.
    """

    name = "etf-sina"
    summary = SOURCES["etf-sina"]
    host = "sina.com.cn"

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """Unadjusted bars, whole history in one request.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day kept; default: all.

        Returns
        -------
        Fetched
            Prices in CNY as quoted, volume in shares.

        Raises
        ------
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``.
        """
        function = "fund_etf_hist_sina"
        exchange = "sz" if series.symbol.startswith("1") else "sh"
        parameters = {"symbol": f"{exchange}{series.symbol}"}
        what = f"akshare.{function}({series.symbol})"
        bars = normalised(ask(function, parameters).frame, _NAMES, start=start, what=what)
        return Fetched(bars, "akshare", function, parameters, version())
