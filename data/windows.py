"""Named windows of time in which runs are looked at: crashes and their like, calendar years, and one's own.

A window that is a fall runs from the close of the peak to that of the trough, so its first session is the one after the
peak. Dates are those of daily closes of the index that is named; where a source tells them, it is cited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from .dates import as_date
from .errors import ParameterError, UnknownNameError

YEARS = "years"
"""The set of all calendar years of a run."""


class Window(NamedTuple):
    """A stretch of time by name.

    Attributes
    ----------
    name : str
    first, last : str
        ISO dates, both included; what a run made in it counts from its close before ``first``.
    source : str
        What tells these dates; "" for one's own.
    """

    name: str
    first: str
    last: str
    source: str = ""


_CSI = "closes of the CSI 300 and the SSE Composite"
_SP = "S&P 500 closes, S&P Dow Jones Indices' table of bear markets (H. Silverblatt, June 2022)"
_NED = "Ned Davis Research's table of bear markets, in American Consequences, October 2019"
SETS: dict[str, tuple[Window, ...]] = {
    "china-crashes": (
        Window(
            "2015 crash",
            "2015-06-15",
            "2015-08-26",
            "SSE Composite from its close of 2015-06-12 to that of 08-26; Wikipedia, 2015-2016 Chinese stock market "
            "turbulence",
        ),
        Window(
            "2016 circuit breaker",
            "2016-01-04",
            "2016-01-28",
            "from the first halt to the low of the CSI 300; Wikipedia, 2015-2016 Chinese stock market turbulence "
            "(halts of 4 and 7 January)",
        ),
        Window("2018 bear market", "2018-01-25", "2019-01-03", f"{_CSI}: highs of 2018-01-24, lows of 2019-01-03"),
        Window(
            "2020 pandemic",
            "2020-01-20",
            "2020-03-23",
            f"{_CSI}: from the Monday before the lockdown of Wuhan to the lows of 2020-03-23, 2020-02-03 included",
        ),
        Window(
            "2021 growth selloff",
            "2021-02-18",
            "2021-03-09",
            "closes of the ChiNext index and the CSI 300: highs of 2021-02-10, low of the ChiNext of 03-09",
        ),
        Window(
            "2021 July",
            "2021-07-23",
            "2021-07-28",
            "closes of the CSI 500 and the SZSE Component: highs of 2021-07-22, lows of 07-28 (private tuition)",
        ),
        Window("2022 April", "2022-04-01", "2022-04-26", f"{_CSI}: to the lows of 2022-04-26; lockdown of Shanghai"),
        Window(
            "2024 micro caps",
            "2024-01-02",
            "2024-02-05",
            "SSE Composite low of 2024-02-05; CSI 1000 27% down that day since the year began (Bloomberg, 2024-02-05)",
        ),
        Window(
            "2024 September rally",
            "2024-09-24",
            "2024-10-08",
            f"{_CSI}: from the measures of 2024-09-24 to the highs of 10-08; a rise",
        ),
    ),
    "us-crashes": (
        Window(
            "1929",
            "1929-09-09",
            "1929-11-13",
            "S&P closes 31.92 of 1929-09-07, 17.66 of 11-13 (Yardeni Research)",
        ),
        Window("1987", "1987-08-26", "1987-12-04", f"336.77 to 223.92; {_SP}"),
        Window("2000-02", "2000-03-27", "2002-10-09", f"1527.46 to 776.76; {_SP}"),
        Window("2007-09", "2007-10-10", "2009-03-09", f"1565.15 to 676.53; {_SP}"),
        Window("2011", "2011-05-02", "2011-10-03", f"S&P 500 closes of 2011-04-29 and 10-03; {_NED}"),
        Window(
            "2015",
            "2015-05-22",
            "2016-02-11",
            "S&P 500 closes 2130.82 of 2015-05-21, 1829.08 of 2016-02-11 (FRED, SP500)",
        ),
        Window("2018 Q4", "2018-09-21", "2018-12-24", f"S&P 500 closes of 2018-09-20 and 12-24; {_NED}"),
        Window("2020", "2020-02-20", "2020-03-23", f"3386.15 to 2237.40; {_SP}"),
        Window(
            "2022", "2022-01-04", "2022-10-12", "S&P 500 closes of 2022-01-03 and 10-12 (Ned Davis Research, July 2023)"
        ),
    ),
}
"""The windows of each set, in the order of time."""
NAMES = (*SETS, YEARS)


def windows_of(given: Any) -> tuple[str, ...]:
    """Windows as texts: names of sets, and ``name=FIRST..LAST`` for one's own.

    Parameters
    ----------
    given : str, mapping or sequence
        A name of ``NAMES`` or such a text; a mapping of names to pairs of dates; or several of these.

    Raises
    ------
    UnknownNameError
        A set that is not known; says the nearest.
    ParameterError
        Dates that are none, or a window that ends before it begins. ``ValueError`` for what is no window at all.
    """
    if isinstance(given, str | Mapping):
        given = [given]
    if not isinstance(given, Sequence) or not given:
        raise ValueError(given)
    out: dict[str, None] = {}
    for each in given:
        texts = [each] if isinstance(each, str) else []
        if isinstance(each, Mapping):
            texts = [_text(*item) for item in each.items()]
        if not texts:
            raise ValueError(given)
        for text in texts:
            out[text if text in NAMES else _text(*_parts(text))] = None
    return tuple(out)


def windows_between(texts: Sequence[str], first: pd.Timestamp, last: pd.Timestamp) -> list[Window]:
    """The windows that some texts of ``windows_of`` name; of "years" those from ``first`` to ``last``.

    Parameters
    ----------
    texts : sequence of str
    first, last : Timestamp
        First and last session of a run.
    """
    return [window for text in texts for window in _named(text, first, last)]


def _named(text: str, first: pd.Timestamp, last: pd.Timestamp) -> Iterator[Window]:
    if text in SETS:
        yield from SETS[text]
    elif text == YEARS:
        yield from (Window(str(year), f"{year}-01-01", f"{year}-12-31") for year in range(first.year, last.year + 1))
    else:
        name, (begin, end) = _parts(text)
        yield Window(name, begin, end)


def _parts(text: str) -> tuple[str, tuple[str, str]]:
    """Name and dates of a window of one's own."""
    name, named, span = text.partition("=")
    begin, apart, end = span.partition("..")
    if not named:
        raise UnknownNameError("set of windows", text, NAMES)
    if not apart:
        raise ParameterError(f"a window is a name and two dates, name=2021-02-18..2021-07-30, was {text!r}")
    return name, (begin, end)


def _text(name: Any, span: Any) -> str:
    if not isinstance(name, str) or not name.strip() or name in NAMES or "=" in name:
        raise ParameterError(f"a window's name must be a text of its own, none of {', '.join(NAMES)}, was {name!r}")
    if isinstance(span, str) or not isinstance(span, Sequence) or len(span) != 2:
        raise ParameterError(f"window {name!r} must have a first and a last date, was {span!r}")
    first, last = (as_date(f"the dates of window {name!r}", day) for day in span)
    if last < first:
        raise ParameterError(f"window {name!r} ends on {last:%F}, before it begins on {first:%F}")
    return f"{name.strip()}={first:%F}..{last:%F}"
