"""Market data from files and frames: ``load``, and what it understood: ``reading``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd

from .distributions import with_distributions
from .panel import Panel
from .proxies import with_proxies
from .tidy.assemble import assemble, split
from .tidy.columns import Tidy, rows_frame
from .tidy.distributions import Distributions
from .tidy.elsewhere import series_of
from .tidy.options import Prices, ReadOptions
from .tidy.read import accepted, named, read
from .tidy.reading import Reading

Data = str | Path | pd.DataFrame | Sequence[str | Path | pd.DataFrame] | Mapping[str, pd.DataFrame]
"""A file, a folder, a pattern, a frame, several of them, or frames by symbol."""


def load(  # noqa: PLR0913  # what a file can leave open, each by its name
    data: Data,
    benchmark: str | None = None,
    *,
    start: Any = None,
    end: Any = None,
    columns: Mapping[str, str] | Sequence[str] = (),
    units: Mapping[str, str | float] | None = None,
    symbols: str | Sequence[str] | Mapping[str, str] = (),
    dates: str | None = None,
    prices: Prices | None = None,
    fields: Mapping[str, int] | Sequence[str] | None = None,
    proxies: Mapping[str, str | pd.Series | pd.DataFrame] | None = None,
    trade_proxies: bool = False,
    distributions: Distributions | None = None,
) -> Panel:
    """A panel from files or frames, as vendors and people write them (``docs/your_data.md``).

    The sessions are the dates on which at least one tradable series has a bar; a series without a row has no bar there
    (NaN). The order of rows means nothing. Names of columns, units in them and forms of dates are understood in English
    and Chinese; ``reading`` tells what was understood. Whatever was left out is told in ``Panel.notes``; what is open
    is refused with the option that decides it, and nothing is repaired.

    Parameters
    ----------
    data : str, Path, DataFrame, or a sequence of these, or a mapping of symbols to DataFrames
        A text with any separator (``.csv``, ``.txt``, ``.tsv``, or ``.gz`` of these; UTF-8, GBK or UTF-16), ``.xlsx``,
        ``.xls``, ``.parquet``, ``.feather``; a folder or a pattern of such files; a frame that is long, wide (dates x
        symbols), indexed by date and symbol, or has two levels of columns as yfinance writes them. The tidy form, which
        needs no guess, has the columns ``date, symbol, close`` and any of ``open, high, low`` (all three or none),
        ``volume`` (units), ``amount`` (currency), ``adj_factor`` (default 1), ``name``, ``group``, ``kind`` ("index",
        the default, "etf" or "stock"), ``known_from``, ``last_date``, ``board`` (see ``Panel``), ``st`` (1 or true in a
        session under special treatment; empty: as before). All four prices empty: no bar.
    benchmark : str, optional
        A symbol of the same data, which is then not a tradable series, or ``PATH:SYMBOL``. A six-digit code also finds
        the one symbol it begins, as ``399006`` finds ``399006.SZ``. Sessions before its first or after its last bar are
        left out; a bar it lacks in between is NaN. Its own bars before the panel are kept (``Benchmark.earlier``): they
        warm up what is read of it alone, and the last of them is what its first return is over. Its prices are
        multiplied by its ``adj_factor``.
    start, end : date, optional
        First and last date of the panel, both included. Of the series that can be traded nothing before ``start`` is
        kept to warm up an indicator: a run has a start of its own.
    columns : mapping of str to str, or sequence of str
        What a column means, by its name: a column of the tidy form, "adjusted_close", or "" to leave it out. A
        sequence names the columns of a file without a header, in order.
    units : mapping of str to str or float
        The unit of "volume", "amount" or "close" ("lots", "thousand", "万元", ...), or what one of it is worth in units
        or currency.
    symbols : str, sequence of str, or mapping of str to str
        What to call the only series; or the series to keep, "512480=chips" under another name; or new names by old.
    dates : str, optional
        "DMY" or "MDY" where day and month can't be told apart; a format of ``strptime``; or a time zone such as
        "Asia/Shanghai", where the sessions are that a file gives in UTC.
    prices : {"raw", "adjusted"}, optional
        Whether prices are quotes. Adjusted prices with a factor are divided by it; without one they are taken as they
        are, and orders fill at prices that never were.
    fields : mapping of str to int, or sequence of str, optional
        Columns of numbers that are no part of a bar (a premium, a flow, a valuation) and come along as
        ``Panel.field(name)``, each with its lag: how many sessions after its date a value is known. A sequence says 0,
        after the close of its date. Default: all such columns with a lag of 0; ``()`` is none.
    proxies : mapping of str to str, Series or DataFrame, optional
        For series that begin late, what stands in for them before: another symbol of the data, ``PATH:SYMBOL``, closes
        or bars by session. Scaled at the first common session, for signals only, and told on every report: see
        ``with_proxies``. So series of two taxonomies are joined, where that is asked for.
    trade_proxies : bool
        Whether orders fill in the bars of proxies as if they were the series.
    distributions : str, Path, DataFrame, sequence or mapping of these, optional
        A vendor's table of dividends and splits, several, or one for each symbol: see ``with_distributions``.

    Raises
    ------
    DataError
        Data that can't be used: names the file, the rule, the first offending rows and what to do; or something that is
        open: names the option.
    UnknownNameError
        A benchmark, symbol or column that is not there: names the nearest.
    ParameterError
        ``start`` or ``end`` is not a date, the two are in the wrong order, or an option has no such value.
    """
    options = ReadOptions(
        columns=columns, units=units or {}, symbols=symbols, dates=dates, prices=prices, fields=fields
    )
    stand_ins = Proxies(proxies or {}, trade_proxies)
    return panel_of(
        data, benchmark, options, start=start, end=end, proxies=stand_ins, distributions=distributions
    )


class Proxies(NamedTuple):
    """What stands in for series that begin late, by their symbol, and whether orders fill in it."""

    named: Mapping[str, str | pd.Series | pd.DataFrame] = MappingProxyType({})
    trade: bool = False

    def lines(self, rows: Tidy, store: Any = None) -> dict[str, Any]:
        """Their bars by session.

        Parameters
        ----------
        rows : Tidy
            The data, which some may be series of.
        store : Store, optional
            Where those are that the data do not have.
        """
        each = self.named.items()
        return {symbol: series_of(line, rows, store) if isinstance(line, str) else line for symbol, line in each}


NO_PROXIES = Proxies()


def panel_of(
    data: Data,
    benchmark: str | None,
    options: ReadOptions,
    *,
    start: Any = None,
    end: Any = None,
    store: Any = None,
    proxies: Proxies = NO_PROXIES,
    distributions: Distributions | None = None,
) -> Panel:
    """As ``load``, with what a study or a command tells of the files, and benchmarks that a store holds.

    Parameters
    ----------
    data, benchmark, start, end
        As ``load``.
    options : ReadOptions
    store : Store, optional
        Where a benchmark or proxy is looked for that the data do not have.
    proxies : Proxies
        As ``load``.
    distributions : str, Path, DataFrame, sequence or mapping of these, optional
        As ``load``.
    """
    found = read(data, options)
    path = Path(data) if isinstance(data, str | Path) and Path(data).is_file() else None
    rows = accepted(found)
    parts: list[Any] = [*split(rows, benchmark, path, store)]
    notes = found.notes
    lines = proxies.lines(rows, store)
    del rows
    del found
    against = parts.pop()
    lags = options.lags
    panel = assemble(parts.pop().check(), against, named(data), start, end, lags)  # nothing else holds the rows
    panel = panel if distributions is None else with_distributions(panel, distributions)
    panel = with_proxies(panel, lines, trade=proxies.trade, start=start) if lines else panel
    return panel.noted(*notes) if notes else panel


def reading(  # as load
    data: Data,
    *,
    columns: Mapping[str, str] | Sequence[str] = (),
    units: Mapping[str, str | float] | None = None,
    symbols: str | Sequence[str] | Mapping[str, str] = (),
    dates: str | None = None,
    prices: Prices | None = None,
) -> pd.DataFrame:
    """What ``load`` understands of data, refused or not.

    Parameters
    ----------
    data, columns, units, symbols, dates, prices
        As ``load``.

    Returns
    -------
    DataFrame
        A row per column of the data: ``column``, its ``meaning`` ("" if it is not used), ``unit``, ``rows`` and
        ``symbols`` that have it. ``attrs["notes"]`` and ``attrs["problems"]`` hold what is told and what is refused.

    Raises
    ------
    DataError, UnknownNameError, ParameterError
        As ``load``, for what can't be read at all.
    """
    found = read(data, ReadOptions(columns=columns, units=units or {}, symbols=symbols, dates=dates, prices=prices))
    table = found.table()
    table.attrs.update(notes=list(found.notes), problems=list(found.problems))
    return table


def converted(found: Reading) -> pd.DataFrame:
    """The tidy form of what was read: what ``load`` reads back without a question.

    Parameters
    ----------
    found : Reading

    Raises
    ------
    DataError
        Something in it is open or can't be.
    """
    return rows_frame(accepted(found).check())
