"""One index of China Securities Index, with the day it was launched."""

from __future__ import annotations

from datetime import date

import pandas as pd

from .calls import ask, version
from .frames import HUNDRED_MILLION, TEN_THOUSAND_LOTS, normalised
from .source import Fetched, SeriesInfo

_NAMES = {
    "date": "日期", "open": "开盘", "high": "最高", "low": "最低", "close": "收盘",
    "volume": "成交量", "amount": "成交金额",
}  # fmt: skip
_UNITS = {"volume": TEN_THOUSAND_LOTS, "amount": HUNDRED_MILLION}
_BEFORE_ALL = pd.Timestamp("1990-01-06")  # a Saturday before the exchanges opened


class Index:
    """The index of one code, e.g. ``000300``; ``H00300`` and the like are total-return indices.

    What lies before the launch is computed backwards: ``known_from`` is the launch, or None where the list of indices
    does not hold the code, as with total-return codes. Volume comes in 10^4 lots, amount in 10^8 CNY; some indices have
    closes only.
    """

    taxonomy = "CSI"
    host = "csindex.com.cn"

    def __init__(self, code: str) -> None:
        self.code = code
        self.name = f"csi:{code}"
        self.summary = f"index {code} of China Securities Index with its launch date, from csindex.com.cn"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """This one index."""
        table = ask("index_csindex_all", columns=("指数代码", "指数简称", "发布时间")).frame
        row = table[table["指数代码"].astype(str) == self.code]
        if row.empty:
            return (SeriesInfo(self.code, self.code),)
        launched = pd.to_datetime(row["发布时间"].iloc[0], errors="coerce")
        known_from = None if pd.isna(launched) else pd.Timestamp(launched).normalize()
        return (SeriesInfo(self.code, str(row["指数简称"].iloc[0]), known_from=known_from),)

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """History.

        The vendor's first row may carry the *requested* first day with the values of another. So it is asked from a
        Saturday on, and a row of that day is no session.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day wanted; default: all.

        Returns
        -------
        Fetched
            Open, high and low only if the vendor gives all three; volume in shares, amount in CNY.

        Raises
        ------
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``.
        """
        since = _BEFORE_ALL if start is None else start - pd.Timedelta(days=(start.weekday() - 5) % 7)
        parameters = {"symbol": series.symbol, "start_date": f"{since:%Y%m%d}", "end_date": f"{date.today():%Y%m%d}"}
        frame = ask("stock_zh_index_hist_csindex", parameters).frame
        what = f"akshare.stock_zh_index_hist_csindex({series.symbol})"
        names = {ours: theirs for ours, theirs in _NAMES.items() if ours in ("date", "close") or _told(frame, theirs)}
        if not {"open", "high", "low"} <= set(names):
            names = {ours: theirs for ours, theirs in names.items() if ours not in ("open", "high", "low")}
        bars = normalised(frame, names, _UNITS, start=max(since + pd.Timedelta(days=1), start or since), what=what)
        return Fetched(bars, "akshare", "stock_zh_index_hist_csindex", parameters, version())


def _told(frame: pd.DataFrame, column: str) -> bool:
    """Whether a column is there and says something."""
    return column not in frame or bool((pd.to_numeric(frame[column], errors="coerce").fillna(0) != 0).any())
