"""What idle cash earns: Shibor overnight, from Eastmoney, else Jin10."""

from __future__ import annotations

from functools import partial

import pandas as pd

from ..errors import BlockedError
from .calls import Answer, ask, version
from .chain import first_of
from .frames import normalised
from .source import SOURCES, Fetched, SeriesInfo


class Shibor:
    """One series, ``SHIBOR-ON``: ``close`` in per cent a year, since 2006-10-08 (Jin10: 2017-03-17).

    Fixed on working days, which are not quite the sessions: make-up Saturdays are in it. Take the last value known, not
    the one of the same date.
    """

    name = "rate"
    summary = SOURCES["rate"]
    taxonomy = "rate"
    host = "eastmoney.com"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """The one series; no request is made."""
        return (SeriesInfo("SHIBOR-ON", "Shibor overnight", kind="rate", known_from=pd.Timestamp("2006-10-08")),)

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """Whole history from the first host that gives it.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day kept; default: all. The whole history is asked for either way.

        Returns
        -------
        Fetched
            ``close`` is the rate in per cent a year.

        Raises
        ------
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``, of the last host that was asked.
        """
        return first_of([partial(_eastmoney, start), partial(_jin10, start)])


def _eastmoney(start: pd.Timestamp | None) -> Fetched:
    function = "rate_interbank"
    parameters = {"market": "上海银行同业拆借市场", "symbol": "Shibor人民币", "indicator": "隔夜"}
    answer = ask(function, parameters)
    _check_count(answer, function)
    bars = normalised(answer.frame, {"date": "报告日", "close": "利率"}, start=start, what=f"akshare.{function}")
    return Fetched(bars, "akshare", function, parameters, version())


def _check_count(answer: Answer, function: str) -> None:
    """Pages may be fewer than the rows need."""
    body = answer.exchanges[-1].data
    result = body.get("result") if isinstance(body, dict) else None
    count = result.get("count") if isinstance(result, dict) else None
    if isinstance(count, int) and len(answer.frame) < count:
        message = f"akshare.{function}: {len(answer.frame)} of {count} rows arrived. Try again later."
        raise BlockedError(message, done=answer.frame)


def _jin10(start: pd.Timestamp | None) -> Fetched:
    function = "macro_china_shibor_all"
    names = {"date": "日期", "close": "O/N-定价"}
    bars = normalised(ask(function).frame, names, start=start, what=f"akshare.{function}")
    return Fetched(bars, "akshare", function, {}, version())
