"""Rules about how a file is written: what ``load`` refuses, and what other readers misread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..tidy.reading import Reading
from .finding import NO_SESSIONS, Hit, counted, rule, some
from .table import first_of_each

SHOWN = 3
_LOAD = "Write the tidy form that load reads: "
_CONVERT = "sectorlead convert, which writes the tidy form."


@rule(
    "unreadable-dates", "error",
    effect="The rows can't be placed in time and are left out here.",
    treatment=_LOAD + "dates such as 2020-01-31, without time or time zone.",
)  # fmt: skip
def unreadable_dates(file: Reading) -> Iterator[Hit]:
    """Rows whose date can't be read, or carries a time of day."""
    if file.undated:
        text = f"{counted(len(file.undated), 'row')} without a readable date: {_lines(file.undated)}"
        yield Hit("", NO_SESSIONS, text)
    if file.dates.timed:
        yield Hit("", NO_SESSIONS, "dates carry a time of day, which is not looked at", "warning")


@rule(
    "ambiguous-dates", "error",
    effect="A reader that takes the month first puts these rows on other days without any error: the series is "
    "shuffled, and tomorrow's price stands before yesterday's. load reads them by the order that all rows allow, and "
    "refuses them where both do.",
    treatment="Name the order: dates='DMY' or 'MDY'; or write ISO dates.",
)  # fmt: skip
def ambiguous_dates(file: Reading) -> Iterator[Hit]:
    """Dates that are other dates if day and month change places."""
    count = int(file.dates.ambiguous.sum())
    if count:
        days = pd.DatetimeIndex(np.unique(file.dates.days[file.dates.ambiguous]))
        text = f"{count:,} of {len(file.dates.days):,} dates also read as another day; taken as {file.dates.form}"
        yield Hit("", days, text, "warning" if file.dates.decided else None)


@rule(
    "other-date-form", "note",
    effect="load reads them; other readers may take them for other days.",
    treatment="Nothing, or " + _CONVERT,
)  # fmt: skip
def other_date_form(file: Reading) -> Iterator[Hit]:
    """Dates that are not written in ISO form."""
    if file.dates.form != "ISO":
        yield Hit("", NO_SESSIONS, f"dates are written {file.dates.form}")


@rule(
    "not-a-bar", "error",
    effect="Dividends, splits or remarks stand between the bars; a reader that forces them to numbers makes holes.",
    treatment="Drop these rows when converting; put dividends and splits into adj_factor.",
)  # fmt: skip
def not_a_bar(file: Reading) -> Iterator[Hit]:
    """Rows that hold text where numbers belong."""
    if file.odd:
        text = f"{counted(len(file.odd), 'row')} with text in place of a number: {_lines(file.odd)}"
        yield Hit("", NO_SESSIONS, text)


@rule(
    "duplicate-rows", "error",
    effect="Which of the rows counts depends on the reader; averages and volumes are counted twice.",
    treatment="Keep one row of each date and symbol; if they differ, find out which one is right.",
)  # fmt: skip
def duplicate_rows(file: Reading) -> Iterator[Hit]:
    """A date and symbol that come more than once."""
    rows = file.rows
    again = ~first_of_each(rows)
    for symbol in np.unique(rows.symbol[again]):
        here = np.flatnonzero(again & (rows.symbol == symbol))
        days = rows.dates[np.unique(rows.date[here])]
        same = (rows.symbol == symbol) & np.isin(rows.date, rows.date[here])
        distinct = set(zip(rows.date[same].tolist(), rows.values["close"][same].tolist(), strict=True))  # noqa: PD011
        differ = sum(count > 1 for count in Counter(day for day, _ in distinct).values())
        text = f"{counted(len(here), 'row')} more than one a day: {some(days)}"
        text += f"; on {counted(differ, 'day')} with different closes" if differ else "; with the same closes"
        yield Hit(rows.symbols[symbol], days, text)


@rule(
    "thousands-separators", "note",
    effect="load reads over them; other readers take the numbers as text or cut them at the comma.",
    treatment="Nothing, or " + _CONVERT,
)  # fmt: skip
def thousands_separators(file: Reading) -> Iterator[Hit]:
    """Numbers with separators of thousands."""
    if file.separated:
        yield Hit("", NO_SESSIONS, f"{counted(file.separated, 'number')} written like 1,234,567")


@rule(
    "several-headers", "note",
    effect="load reads them; other readers make text of every column.",
    treatment="Nothing, or " + _CONVERT,
)  # fmt: skip
def several_headers(file: Reading) -> Iterator[Hit]:
    """More than one header line."""
    if file.headers > 1:
        yield Hit("", NO_SESSIONS, f"{file.headers} header lines")


@rule(
    "newest-first", "note",
    effect="None here: load sorts. Code that takes the file as it stands runs backward in time.",
    treatment="Nothing.",
)  # fmt: skip
def newest_first(file: Reading) -> Iterator[Hit]:
    """Rows in descending order of date."""
    days = file.dates.days[~np.isnat(file.dates.days)]
    falling, rising = (days[1:] < days[:-1]).sum(), (days[1:] > days[:-1]).sum()
    if falling > rising:
        yield Hit("", NO_SESSIONS, "the newest row comes first")


@rule(
    "other-columns", "note",
    effect="load takes them for what is said here.",
    treatment="If that is wrong, say what they are: columns={\"NAME\": \"close\"} or [data.columns] in a study.",
)  # fmt: skip
def other_columns(file: Reading) -> Iterator[Hit]:
    """Columns under other names than those of the tidy form, or one column per series."""
    texts = [f"{theirs} read as {ours}" for theirs, ours in file.renamed.items()]
    if file.wide:
        texts.append(f"one column for each of {len(file.rows.symbols)} series")
    if file.rows.unused:
        texts.append(f"not read: {', '.join(file.rows.unused)}")
    if texts:
        yield Hit("", NO_SESSIONS, "; ".join(texts))


@rule(
    "other-encoding", "note",
    effect="load reads it; other readers show other letters.",
    treatment="Nothing, or " + _CONVERT,
)  # fmt: skip
def other_encoding(file: Reading) -> Iterator[Hit]:
    """Text that is not UTF-8."""
    if file.encoding == "gb18030":
        yield Hit("", NO_SESSIONS, "written in GBK (GB 18030)")
    elif file.encoding.startswith("utf-16"):
        yield Hit("", NO_SESSIONS, "written in UTF-16")


@rule(
    "vendor-adjusted", "warning",
    effect="Orders fill at prices that never were: limits, lots and minimum fees are wrong. Where dividends were "
    "subtracted, old returns are as well.",
    treatment="Take unadjusted prices with an adjustment factor: baostock adjustflag=3, akshare adjust='', tushare "
    "adj=None with adj_factor, yfinance auto_adjust=False.",
)  # fmt: skip
def vendor_adjusted(file: Reading) -> Iterator[Hit]:
    """A column, a name or the form of the file that says its prices are adjusted."""
    if file.said_adjusted:
        factor = file.rows.values["adj_factor"]  # noqa: PD011
        twice = bool((factor[~np.isnan(factor)] != factor[:1]).any())
        text = "; ".join(file.said_adjusted[:SHOWN]) + ("; and adj_factor adjusts them once more" if twice else "")
        yield Hit("", NO_SESSIONS, text, "error" if twice else None)


@rule(
    "unfinished-last-row", "warning",
    effect="The last close is the price of that moment: a decision on it can't be repeated.",
    treatment="Drop the last session and fetch it after the close.",
)  # fmt: skip
def unfinished_last_row(file: Reading) -> Iterator[Hit]:
    """A last row whose time of day is another than that of the rows before."""
    last, usual = file.dates.last_time, file.dates.usual_time
    if last and last != usual:
        rest = f"the others of {usual}" if usual else "the others carry none"
        yield Hit("", pd.DatetimeIndex([np.nanmax(file.dates.days)]), f"the last row is of {last}, {rest}")


def _lines(rows: tuple[tuple[int, str], ...]) -> str:
    shown = "; ".join(f"line {line} ({text[:60]})" for line, text in rows[:SHOWN])
    return shown + ("; ..." if len(rows) > SHOWN else "")


@rule(
    "refused-by-load", "warning",
    effect="load, run and studies stop here.",
    treatment="Decide what is open by the option that is named, or correct the file.",
)  # fmt: skip
def refused_by_load(file: Reading) -> Iterator[Hit]:
    """What is open or broken, so that the file is not taken as it is."""
    if file.problems:
        more = len(file.problems) - 1
        yield Hit("", NO_SESSIONS, file.problems[0] + (f" And {counted(more, 'other thing')}." if more else ""))


RULES = (
    refused_by_load, unreadable_dates, ambiguous_dates, other_date_form, not_a_bar, duplicate_rows,
    thousands_separators, several_headers, newest_first, other_columns, other_encoding, vendor_adjusted,
    unfinished_last_row,
)  # fmt: skip
