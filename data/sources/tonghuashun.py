"""Tonghuashun industry and concept boards; for concepts, the date they were made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pandas as pd

from ..errors import BlockedError, NoDataError, SchemaChangedError
from .calls import Answer, ask, version
from .exchanges import Exchange
from .failures import nothing_in
from .frames import normalised
from .source import SOURCES, Fetched, SeriesInfo

_NAMES = {
    "date": "日期", "open": "开盘价", "high": "最高价", "low": "最低价", "close": "收盘价",
    "volume": "成交量", "amount": "成交额",
}  # fmt: skip
_PAGES = ("q.10jqka.com.cn",)
_FIRST_YEAR = 2000
_NEW_YEAR = 15  # days of January in which a year without bars means nothing


class Boards:
    """Boards of one kind; volume in shares, amount in CNY, price indices.

    History comes in one request a year. A concept that is no longer listed can't be had. ``known_from`` of a concept is
    the day it was listed; its history before that day was computed with members chosen later.
    """

    host = "10jqka.com.cn"

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.name = f"ths-{kind}"
        self.summary = SOURCES[self.name]
        self.taxonomy = f"THS-{kind}"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """All boards of today."""
        function = f"stock_board_{self.kind}_name_ths"
        table = ask(function, columns=("name", "code"), pages=_PAGES, fresh=True).frame
        strange = table["code"].astype(str)[lambda code: ~code.str.fullmatch(r"\d{6}")]
        if len(strange):
            raise SchemaChangedError(f"akshare.{function}: {strange.iloc[0]!r} is no code of a board.", column="code")
        made = self._made() if self.kind == "concept" else {}
        found = zip(table["code"].astype(str), table["name"].astype(str), strict=True)
        return tuple(SeriesInfo(code, name, known_from=made.get(name)) for code, name in sorted(found))

    def _made(self) -> dict[str, pd.Timestamp]:
        """Name of a concept -> the day it was listed."""
        function = "stock_board_concept_summary_ths"
        answer = ask(function, columns=("日期", "概念名称"), pages=_PAGES)
        _check_pages(answer, function)
        days = pd.to_datetime(answer.frame["日期"], errors="coerce")
        if days.isna().all():
            raise SchemaChangedError(f"akshare.{function}: no date in '日期'.", column="日期")
        found = zip(answer.frame["概念名称"].astype(str), days, strict=True)
        return {name: pd.Timestamp(day).normalize() for name, day in found if not pd.isna(day)}

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """History by name. A year in the middle that did not come is an error, for akshare leaves it out silently.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day wanted; default: from 2000 on.

        Returns
        -------
        Fetched
            Volume in shares, amount in CNY.

        Raises
        ------
        BlockedError
            A year between years with bars is missing; ``done`` is the frame of the others. Or as ``Source.bars``.
        NoDataError, SchemaChangedError
            As ``Source.bars``.
        """
        function = f"stock_board_{self.kind}_index_ths"
        since = f"{_FIRST_YEAR}0101" if start is None else f"{start:%Y%m%d}"
        today = date.today()
        parameters = {"symbol": series.name, "start_date": since, "end_date": f"{today:%Y%m%d}"}
        answer = ask(function, parameters, pages=_PAGES)
        what = f"akshare.{function}({series.name})"
        frame = normalised(answer.frame, _NAMES, start=start, what=what)
        missing = _missing_years(answer.exchanges, today)
        if missing:
            years = ", ".join(map(str, missing))
            raise BlockedError(f"{what}: nothing for {years} between years with bars. Try again later.", done=frame)
        return Fetched(frame, "akshare", function, parameters, version())


def _missing_years(exchanges: Sequence[Exchange], today: date) -> list[int]:
    """Years after the first with bars that have none; but for the first days of this year."""
    years: dict[int, bool] = {}
    for exchange in exchanges:
        found = re.search(r"/(\d{4})\.js$", exchange.url.partition("?")[0])
        if found:
            years[int(found[1])] = exchange.status == 200 and not nothing_in(exchange)
    given = [year for year, some in years.items() if some]
    if not given:
        raise NoDataError("no year with bars")
    excused = today.year if (today.month, today.day) <= (1, _NEW_YEAR) else None
    return [year for year, some in years.items() if not some and year > min(given) and year != excused]


def _check_pages(answer: Answer, function: str) -> None:
    """akshare stops without a word at the first page that holds no table."""
    pages = [exchange for exchange in answer.exchanges if "/page/" in exchange.url]
    told = re.search(r"page_info[^>]*>\s*\d+\s*/\s*(\d+)", pages[0].text) if pages else None
    if told is None:
        raise SchemaChangedError(f"akshare.{function}: the number of pages is gone.", column="page_info")
    full = {exchange.url for exchange in pages if "<table" in exchange.text}
    if len(full) < int(told[1]):
        message = f"akshare.{function}: {len(full)} of {told[1]} pages hold a table. Try again later."
        raise BlockedError(message, done=answer.frame)
