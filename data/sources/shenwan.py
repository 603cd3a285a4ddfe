"""Shenwan industry indices (SW2021): history from swsresearch.com, lists from legulegu.com."""

from __future__ import annotations

import pandas as pd

from ..errors import BlockedError, SchemaChangedError
from .calls import ask, version
from .frames import HUNDRED_MILLION, normalised
from .source import SOURCES, Fetched, SeriesInfo

_NAMES = {
    "date": "日期", "open": "开盘", "high": "最高", "low": "最低", "close": "收盘",
    "volume": "成交量", "amount": "成交额",
}  # fmt: skip
_UNITS = {"volume": HUNDRED_MILLION, "amount": HUNDRED_MILLION}  # 亿股, 亿元
_LISTS = {"1": "sw_index_first_info", "2": "sw_index_second_info"}
_FIRST_LEVEL = 31  # series, by definition of SW2021

_CARRIED = pd.Timestamp("2014-02-21")  # all 28 industries of SW2014 were published by then, some of them since 2003
_BORN = dict.fromkeys(("801950", "801960", "801970", "801980"), pd.Timestamp("2021-12-13"))
"""Industries that SW2021 made. What stands before is computed backwards."""


class Shenwan:
    """Industries of one level.

    Volume and amount come in 10^8 shares and 10^8 CNY. Prices are price indices without dividends. A level-1 code
    carried over from SW2014 keeps its number, not its members: 801030 was chemicals, and is basic chemicals. Which of
    the level-2 codes are older than SW2021 is not known here: their ``known_from`` is None.
    """

    taxonomy = "SW2021"
    host = "swsresearch.com"

    def __init__(self, level: str) -> None:
        self.level = level
        self.name = f"sw{level}"
        self.summary = SOURCES[self.name]

    def listing(self) -> tuple[SeriesInfo, ...]:
        """All industries of the level; ``group`` is the parent's name."""
        function = _LISTS[self.level]
        table = ask(function, columns=("行业代码", "行业名称"), pages=("legulegu.com",)).frame
        codes = table["行业代码"].astype(str).str.removesuffix(".SI").str.strip()
        strange = codes[~codes.str.fullmatch(r"\d{6}")]
        if len(strange):
            message = f"akshare.{function}(): {strange.iloc[0]!r} is no industry code."
            raise SchemaChangedError(message, column="行业代码")
        if self.level == "1" and len(codes) != _FIRST_LEVEL:
            message = f"akshare.{function}(): {len(codes)} industries instead of {_FIRST_LEVEL}."
            if len(codes) < _FIRST_LEVEL:
                raise BlockedError(f"{message} The list came without its end; try again later.", done=table)
            raise SchemaChangedError(f"{message} This is not SW2021.", column="行业代码")
        groups = table["上级行业"].astype(str).str.strip() if "上级行业" in table else [""] * len(table)
        names = table["行业名称"].astype(str).str.partition("[")[0].str.strip()  # level 2: name[parent]
        found = zip(codes, names, groups, strict=True)
        return tuple(sorted((self._info(*each) for each in found), key=lambda info: info.symbol))

    def _info(self, code: str, name: str, group: str) -> SeriesInfo:
        known_from = _BORN.get(code, _CARRIED) if self.level == "1" else None
        return SeriesInfo(code, name, group, known_from=known_from)

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """History since 1999-12-30 at most, all of it in one request whatever ``start`` is.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day kept; default: all.

        Returns
        -------
        Fetched
            Index points; volume in shares, amount in CNY.

        Raises
        ------
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``.
        """
        parameters = {"symbol": series.symbol, "period": "day"}
        frame = ask("index_hist_sw", parameters).frame
        what = f"akshare.index_hist_sw({series.symbol})"
        return Fetched(
            normalised(frame, _NAMES, _UNITS, start=start, what=what), "akshare", "index_hist_sw", parameters, version()
        )
