"""Rules about how a file is written: what ``load`` would refuse or misread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
import pandas as pd

from .columns import ADJUST_COLUMNS, adjustment
from .finding import NO_SESSIONS, Hit, counted, rule, some
from .prices import off_tick
from .table import first_of_each
from .vendor_file import VendorFile

SHOWN = 3
_WAYS = {"qfq": "forward", "hfq": "backward"}
_YAHOO = {"Open", "High", "Low", "Close", "Volume"}
_LOAD = "Write the tidy form that load reads: "


@rule(
    "unreadable-dates", "error",
    effect="The rows can't be placed in time and are left out here.",
    treatment=_LOAD + "dates such as 2020-01-31, without time or time zone.",
)  # fmt: skip
def unreadable_dates(file: VendorFile) -> Iterator[Hit]:
    """Rows whose date can't be read, or carries a time of day."""
    if file.undated:
        text = f"{counted(len(file.undated), 'row')} without a readable date: {_lines(file.undated)}"
        yield Hit("", NO_SESSIONS, text)
    if file.dates.timed:
        yield Hit("", NO_SESSIONS, "dates carry a time of day, which is not looked at", "warning")


@rule(
    "ambiguous-dates", "error",
    effect="A reader that takes the month first puts these rows on other days without any error: the series is "
    "shuffled, and tomorrow's price stands before yesterday's.",
    treatment=_LOAD + "ISO dates, converted with the day and month order named, e.g. format='%d/%m/%Y'.",
)  # fmt: skip
def ambiguous_dates(file: VendorFile) -> Iterator[Hit]:
    """Dates that are other dates if day and month change places."""
    count = int(file.dates.ambiguous.sum())
    if count:
        days = pd.DatetimeIndex(np.unique(file.dates.days[file.dates.ambiguous]))
        text = f"{count:,} of {len(file.dates.days):,} dates also read as another day; taken as {file.dates.form}"
        yield Hit("", days, text)


@rule(
    "other-date-form", "warning",
    effect="load refuses the file.",
    treatment=_LOAD + "ISO dates such as 2020-01-31.",
)  # fmt: skip
def other_date_form(file: VendorFile) -> Iterator[Hit]:
    """Dates that are not written in ISO form."""
    if file.dates.form != "ISO":
        yield Hit("", NO_SESSIONS, f"dates are written {file.dates.form}")


@rule(
    "not-a-bar", "error",
    effect="Dividends, splits or remarks stand between the bars; a reader that forces them to numbers makes holes.",
    treatment="Drop these rows when converting; put dividends and splits into adj_factor.",
)  # fmt: skip
def not_a_bar(file: VendorFile) -> Iterator[Hit]:
    """Rows that hold text where numbers belong."""
    if file.odd:
        text = f"{counted(len(file.odd), 'row')} with text in place of a number: {_lines(file.odd)}"
        yield Hit("", NO_SESSIONS, text)


@rule(
    "duplicate-rows", "error",
    effect="Which of the rows counts depends on the reader; averages and volumes are counted twice.",
    treatment="Keep one row of each date and symbol; if they differ, find out which one is right.",
)  # fmt: skip
def duplicate_rows(file: VendorFile) -> Iterator[Hit]:
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
    "thousands-separators", "warning",
    effect="load refuses the file; other readers take the numbers as text or cut them at the comma.",
    treatment=_LOAD + "plain numbers.",
)  # fmt: skip
def thousands_separators(file: VendorFile) -> Iterator[Hit]:
    """Numbers with separators of thousands."""
    if file.separated:
        yield Hit("", NO_SESSIONS, f"{counted(file.separated, 'number')} written like 1,234,567")


@rule(
    "several-headers", "warning",
    effect="load refuses the file; other readers make text of every column.",
    treatment="Flatten the columns before saving: yfinance.download(..., multi_level_index=False).",
)  # fmt: skip
def several_headers(file: VendorFile) -> Iterator[Hit]:
    """More than one header line."""
    if file.headers > 1:
        yield Hit("", NO_SESSIONS, f"{file.headers} header lines")


@rule(
    "newest-first", "note",
    effect="None here: load sorts. Code that takes the file as it stands runs backward in time.",
    treatment="Nothing.",
)  # fmt: skip
def newest_first(file: VendorFile) -> Iterator[Hit]:
    """Rows in descending order of date."""
    days = file.dates.days[~np.isnat(file.dates.days)]
    falling, rising = (days[1:] < days[:-1]).sum(), (days[1:] > days[:-1]).sum()
    if falling > rising:
        yield Hit("", NO_SESSIONS, "the newest row comes first")


@rule(
    "other-columns", "note",
    effect="load needs the names of the tidy form.",
    treatment=_LOAD + "date, symbol, open, high, low, close, volume, amount.",
)  # fmt: skip
def other_columns(file: VendorFile) -> Iterator[Hit]:
    """Columns under other names than those of the tidy form, or one column per series."""
    texts = [f"{theirs} read as {ours}" for theirs, ours in file.renamed.items()]
    if file.wide:
        texts.append(f"one column for each of {len(file.rows.symbols)} series")
    if file.rows.unused:
        texts.append(f"not read: {', '.join(file.rows.unused)}")
    if texts:
        yield Hit("", NO_SESSIONS, "; ".join(texts))


@rule(
    "other-encoding", "warning",
    effect="load refuses the file.",
    treatment="iconv -f GBK -t UTF-8 OLD > NEW",
)  # fmt: skip
def other_encoding(file: VendorFile) -> Iterator[Hit]:
    """Text that is not UTF-8."""
    if file.encoding == "gb18030":
        yield Hit("", NO_SESSIONS, "written in GBK (GB 18030)")


@rule(
    "vendor-adjusted", "warning",
    effect="Orders fill at prices that never were: limits, lots and minimum fees are wrong. Where dividends were "
    "subtracted, old returns are as well.",
    treatment="Take unadjusted prices with an adjustment factor: baostock adjustflag=3, akshare adjust='', tushare "
    "adj=None with adj_factor, yfinance auto_adjust=False.",
)  # fmt: skip
def vendor_adjusted(file: VendorFile) -> Iterator[Hit]:
    """A column, a name or the form of the file that says its prices are adjusted."""
    said = [
        f"{name} = {value}: adjusted {_WAYS[way]}"
        for name, values in file.flags.items()
        for value in values
        if (way := adjustment(value, ADJUST_COLUMNS[name.lower()]))
    ]
    named = (*(name for name in file.header if name not in file.flags), file.rows.file)
    said += [f"{name} in its name: adjusted {_WAYS[way]}" for name in named if (way := adjustment(name))]
    if not said and set(file.header) >= _YAHOO and not any(name.startswith("Adj") for name in file.header):
        close = file.rows.values["close"]  # noqa: PD011
        off = off_tick(close, 0.001).mean()
        if off > 0.5:
            said.append(f"columns as yfinance writes them, no Adj Close, and {off:.0%} of the closes off any tick: "
                        "adjusted forward, as auto_adjust does by default")  # fmt: skip
    if said:
        factor = file.rows.values["adj_factor"]  # noqa: PD011
        twice = bool((factor[~np.isnan(factor)] != factor[:1]).any())
        text = "; ".join(said[:SHOWN]) + ("; and adj_factor adjusts them once more" if twice else "")
        yield Hit("", NO_SESSIONS, text, "error" if twice else None)


@rule(
    "unfinished-last-row", "warning",
    effect="The last close is the price of that moment: a decision on it can't be repeated.",
    treatment="Drop the last session and fetch it after the close.",
)  # fmt: skip
def unfinished_last_row(file: VendorFile) -> Iterator[Hit]:
    """A last row whose time of day is another than that of the rows before."""
    last, usual = file.dates.last_time, file.dates.usual_time
    if last and last != usual:
        rest = f"the others of {usual}" if usual else "the others carry none"
        yield Hit("", pd.DatetimeIndex([np.nanmax(file.dates.days)]), f"the last row is of {last}, {rest}")


def _lines(rows: list[tuple[int, str]]) -> str:
    shown = "; ".join(f"line {line} ({text[:60]})" for line, text in rows[:SHOWN])
    return shown + ("; ..." if len(rows) > SHOWN else "")


RULES = (
    unreadable_dates, ambiguous_dates, other_date_form, not_a_bar, duplicate_rows, thousands_separators,
    several_headers, newest_first, other_columns, other_encoding, vendor_adjusted, unfinished_last_row,
)  # fmt: skip
