"""Where market data comes from: the protocol every vendor is read through, and what there is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import pandas as pd

SOURCES: Mapping[str, str] = {
    "sw1": "Shenwan industries, level 1 (SW2021), from swsresearch.com",
    "sw2": "Shenwan industries, level 2 (SW2021), from swsresearch.com",
    "em-industry": "Eastmoney industry boards, from eastmoney.com",
    "em-concept": "Eastmoney concept boards, from eastmoney.com",
    "ths-industry": "Tonghuashun industry boards, from 10jqka.com.cn",
    "ths-concept": "Tonghuashun concept boards with the date they were made, from 10jqka.com.cn",
    "csi:CODE": "one index of China Securities Index with its launch date, e.g. csi:000300, from csindex.com.cn",
    "etf": "sector ETFs: raw prices and an adjustment factor, from eastmoney.com",
    "etf-sina": "the same funds, raw prices without a factor, from sina.com.cn",
    "index": "CSI 300, ChiNext and other benchmarks, from sina.com.cn",
    "index-em": "the same indices with amounts, from eastmoney.com",
    "index-tx": "the same indices, from qq.com",
    "calendar": "sessions of the Chinese exchanges, from sina.com.cn",
    "rate": "Shibor overnight, per cent a year, from eastmoney.com",
    "limit-up": "how many stocks closed at their upper limit, and how many fell back from it, from eastmoney.com",
    "breadth": "how many stocks rose and fell today, from legulegu.com",
    "yahoo:PATH": "a price file from Yahoo as it comes: download, copy of the page, or written by yfinance",
    "french:PATH": "a file of Kenneth French's data library as it comes; french:PATH#TITLE for another of its tables",
}  # fmt: skip


SPARES: Mapping[str, tuple[str, ...]] = {"etf": ("etf-sina",), "index": ("index-em", "index-tx")}
"""Sources that carry the same series under the same codes, in the order in which they are asked when one fails."""


@dataclass(frozen=True, slots=True)
class SeriesInfo:
    """One series that a source offers.

    Attributes
    ----------
    symbol, name : str
        The vendor's code and what it calls the series.
    group : str
        A parent in the vendor's taxonomy, or nothing.
    kind : str
        "index", "etf" or "stock"; "rate", "count" and "calendar" are series that can't be traded.
    known_from : Timestamp or None
        The date of publication; what lies before it is a backfill. None: the vendor does not say.
    last_date : Timestamp or None
        The last date on which it could trade. None: it goes on, or the vendor does not say.
    board : str
        The trading board, as in ``Panel.boards``, or nothing.
    """

    symbol: str
    name: str
    group: str = ""
    kind: str = "index"
    known_from: pd.Timestamp | None = None
    board: str = ""
    last_date: pd.Timestamp | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One answer of a vendor, normalised.

    Attributes
    ----------
    frame : DataFrame
        ``date`` (tz-naive midnights, ascending, none twice), ``close``, and any of ``open, high, low``, ``volume``
        (shares), ``amount`` (currency), ``adj_factor``, ``st`` (1 under special treatment, 0 not). All but ``date`` are
        float64, NaN where nothing is known.
    vendor, function, parameters, version
        What was called: ``"akshare"``, ``"index_hist_sw"``, ``{"symbol": "801010"}``, ``"1.19.5"``. Two calls are
        joined by a plus sign; where another source was asked first, what it said stands under ``"instead of"``.
    """

    frame: pd.DataFrame
    vendor: str
    function: str
    parameters: Mapping[str, str]
    version: str


@runtime_checkable
class Unlisted(Protocol):
    """A source that gives more series than it lists."""

    def one(self, code: str) -> SeriesInfo | None:
        """The series of a code, however it is written; None if there can be none."""
        ...


@runtime_checkable
class Source(Protocol):
    """A vendor's series, and the only place that knows its names, units and failures.

    Attributes
    ----------
    name, summary : str
        As in ``SOURCES``.
    taxonomy : str
        "SW2021", "EM-industry", "THS-concept", ...: series of two taxonomies are never joined, by code or by name.
    host : str
        Who is asked, for pacing: sources with the same host share one pace.
    """

    name: str
    summary: str
    taxonomy: str
    host: str

    def listing(self) -> tuple[SeriesInfo, ...]:
        """Every series on offer today, ascending by symbol. Raises the same errors as ``bars``."""
        ...

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """History of a series up to the vendor's last day.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day wanted; default: from the beginning.

        Returns
        -------
        Fetched
            Normalised: the units and columns that ``Fetched`` says.

        Raises
        ------
        NoDataError
            The vendor has nothing for it.
        BlockedError
            The vendor refuses or is silent: try later.
        SchemaChangedError
            The answer has another form; names the column.
        """
        ...
