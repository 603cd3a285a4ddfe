"""Eastmoney industry and concept boards: names, history, constituents."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from ..errors import BlockedError, SchemaChangedError
from .calls import Answer, ask, version
from .exchanges import Exchange
from .frames import LOT, normalised
from .source import SOURCES, Fetched, SeriesInfo

KLINE = {
    "date": "日期", "open": "开盘", "high": "最高", "low": "最低", "close": "收盘",
    "volume": "成交量", "amount": "成交额",
}  # fmt: skip
KLINE_UNITS = {"volume": LOT}  # 手; amounts are CNY
_PERIOD = {"industry": "日k", "concept": "daily"}


class Boards:
    """Boards of one kind.

    The list is today's: boards that were closed are not on it, and since 2026-02 the industry list holds boards of
    three levels without saying which is which, so that a parent and its children are ranked side by side. When a board
    was made is not told: ``known_from`` is None.
    """

    host = "eastmoney.com"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name = f"em-{kind}"
        self.summary = SOURCES[self.name]
        self.taxonomy = f"EM-{kind}"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """All boards of today."""
        function = f"stock_board_{self.kind}_name_em"
        answer = ask(function, columns=("板块代码", "板块名称"), fresh=True)
        table = labelled(answer, "板块代码", r"BK\d{4,5}", function)
        found = zip(table["板块代码"], table["板块名称"].astype(str), strict=True)
        return tuple(SeriesInfo(code, name) for code, name in sorted(found))

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """History, unadjusted: boards have neither splits nor dividends.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day wanted; default: all.

        Returns
        -------
        Fetched
            Volume in shares, amount in CNY; no adjustment factor.

        Raises
        ------
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``.
        """
        function = f"stock_board_{self.kind}_hist_em"
        since = "19900101" if start is None else f"{start:%Y%m%d}"
        parameters = {
            "symbol": series.symbol, "period": _PERIOD[self.kind], "start_date": since, "end_date": "20500101",
            "adjust": "",
        }  # fmt: skip
        frame = ask(function, parameters).frame
        what = f"akshare.{function}({series.symbol})"
        return Fetched(
            normalised(frame, KLINE, KLINE_UNITS, start=start, what=what), "akshare", function, parameters, version()
        )

    def constituents(self, symbol: str) -> pd.DataFrame:
        """Members of a board today: ``symbol, name`` of the stocks, ascending. Who has left is not listed."""
        function = f"stock_board_{self.kind}_cons_em"
        answer = ask(function, {"symbol": symbol}, columns=("代码", "名称"))
        table = labelled(answer, "代码", r"\d{6}", function)
        out = table[["代码", "名称"]].set_axis(["symbol", "name"], axis=1).astype(str)
        return out.sort_values("symbol", ignore_index=True)


def labelled(answer: Answer, column: str, pattern: str, function: str) -> pd.DataFrame:
    """The table of a paged list, if it is complete and its columns are what they are called.

    The columns get their names by position; keys in another order would be read as something else.

    Parameters
    ----------
    answer : Answer
        Of a function that reads page after page.
    column, pattern : str
        The column of codes, and the regular expression that each must match as a whole.
    function : str
        Of akshare, for errors.

    Returns
    -------
    DataFrame
        A row per code; rows that came twice are left out.

    Raises
    ------
    BlockedError
        Fewer different codes than the vendor says there are: a page was left out, or the order moved between pages.
    SchemaChangedError
        A code that is none.
    """
    codes = answer.frame[column].astype(str)
    strange = codes[~codes.str.fullmatch(pattern)]
    if len(strange):
        raise SchemaChangedError(f"akshare.{function}: {strange.iloc[0]!r} stands in {column!r}.", column=column)
    total = _total(answer.exchanges)
    if total is not None and codes.nunique() < total:
        message = f"akshare.{function}: {codes.nunique()} of {total} rows arrived. Try again later."
        raise BlockedError(message, done=answer.frame)
    return answer.frame.drop_duplicates(column)


def _total(exchanges: Sequence[Exchange]) -> int | None:
    for exchange in reversed(exchanges):
        body = exchange.data.get("data") if isinstance(exchange.data, dict) else None
        if isinstance(body, dict) and isinstance(body.get("total"), int):
            return int(body["total"])
    return None
