"""Market indices to measure against, from Sina, Eastmoney or Tencent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

import pandas as pd

from ..errors import BlockedError
from .calls import ask, version
from .frames import LOT, normalised
from .source import SOURCES, Fetched, SeriesInfo

_INDICES = """
000001 上证指数 1991-07-15, 399001 深证成指 1995-01-23, 000016 上证50 2004-01-02, 000300 沪深300 2005-04-08
000905 中证500 2007-01-15, 000906 中证800 2007-01-15, 399006 创业板指 2010-06-01, 000985 中证全指 2011-08-02
399673 创业板50 2014-06-18, 000852 中证1000 2014-10-17, 000688 科创50 2020-07-23
"""
_LONGEST_BREAK = pd.Timedelta(days=60)  # holidays take eleven days at most
_PRICES = {key: key for key in ("date", "open", "high", "low", "close")}


class Indices:
    """Indices of the Chinese exchanges by their code of six, with the day each was published, from one host.

    Volume in shares; amount only from Eastmoney. Any other code works in ``bars``, too: 399xxx is Shenzhen's, the rest
    Shanghai's.

    Parameters
    ----------
    name : {"index", "index-em", "index-tx"}
        Of Sina, Eastmoney or Tencent.
    """

    taxonomy = "exchange indices"

    def __init__(self, name: str = "index") -> None:
        self.name, self.summary = name, SOURCES[name]
        self.host, self._ask = _HOSTS[name]

    def listing(self) -> tuple[SeriesInfo, ...]:
        """The usual benchmarks; no request is made."""
        words = [entry.split() for entry in _INDICES.replace("\n", ",").split(",") if entry.strip()]
        found = (SeriesInfo(code, name, known_from=pd.Timestamp(day)) for code, name, day in words)
        return tuple(sorted(found, key=lambda info: info.symbol))

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """History.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day wanted; default: all.

        Raises
        ------
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``.
        """
        return self._ask(("sz" if series.symbol.startswith("399") else "sh") + series.symbol, start)


def _sina(symbol: str, start: pd.Timestamp | None) -> Fetched:
    """Whole history in one request; volume in shares, no amount."""
    return _fetched("stock_zh_index_daily", {"symbol": symbol}, _PRICES | {"volume": "volume"}, {}, start)


def _eastmoney(symbol: str, start: pd.Timestamp | None) -> Fetched:
    """Volume in lots, amount in CNY."""
    since = "19900101" if start is None else f"{start:%Y%m%d}"
    parameters = {"symbol": symbol, "start_date": since, "end_date": "20500101"}
    names = _PRICES | {"volume": "volume", "amount": "amount"}
    return _fetched("stock_zh_index_daily_em", parameters, names, {"volume": LOT}, start)


def _tencent(symbol: str, start: pd.Timestamp | None) -> Fetched:
    """One request a year; its column ``amount`` holds the volume in lots, and there is no amount."""
    parameters = {"symbol": symbol}
    if start is not None:
        parameters |= {"start_date": f"{start:%Y%m%d}", "end_date": f"{date.today():%Y%m%d}"}
    return _fetched("stock_zh_index_daily_tx", parameters, _PRICES | {"volume": "amount"}, {"volume": LOT}, start)


def _fetched(
    function: str,
    parameters: dict[str, str],
    names: dict[str, str],
    units: dict[str, float],
    start: pd.Timestamp | None,
) -> Fetched:
    frame = ask(function, parameters).frame
    what = f"akshare.{function}({parameters['symbol']})"
    bars = normalised(frame, names, units, start=start, what=what)
    late = bars["date"][bars["date"].diff() > _LONGEST_BREAK]
    if len(late):
        message = f"{what}: nothing for more than {_LONGEST_BREAK.days} days before {late.iloc[0]:%F}. Try again later."
        raise BlockedError(message, done=bars)
    return Fetched(bars, "akshare", function, parameters, version())


_HOSTS: Mapping[str, tuple[str, Callable[[str, pd.Timestamp | None], Fetched]]] = {
    "index": ("sina.com.cn", _sina), "index-em": ("eastmoney.com", _eastmoney), "index-tx": ("qq.com", _tencent),
}  # fmt: skip
