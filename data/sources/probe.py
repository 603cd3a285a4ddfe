"""Whether the sources answer today: one small question to each, for users with a network and for maintainers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from ..errors import BlockedError, NoDataError, SchemaChangedError
from .source import SeriesInfo, Source

RECENT = pd.Timedelta(days=30)
QUESTIONS: dict[str, SeriesInfo] = {
    "sw1": SeriesInfo("801010", "农林牧渔"),
    "sw2": SeriesInfo("801016", "种植业"),
    "em-industry": SeriesInfo("BK0475", "银行"),
    "em-concept": SeriesInfo("BK0815", "昨日涨停"),
    "ths-industry": SeriesInfo("881155", "银行"),
    "ths-concept": SeriesInfo("301558", "阿里巴巴概念"),
    "csi:000300": SeriesInfo("000300", "沪深300"),
    "etf": SeriesInfo("512480", "半导体ETF", kind="etf"),
    "etf-sina": SeriesInfo("512480", "半导体ETF", kind="etf"),
    "index": SeriesInfo("000300", "沪深300"),
    "index-em": SeriesInfo("000300", "沪深300"),
    "index-tx": SeriesInfo("000300", "沪深300"),
    "calendar": SeriesInfo("XSHG", "A-share sessions", kind="calendar"),
    "rate": SeriesInfo("SHIBOR-ON", "Shibor overnight", kind="rate"),
    "limit-up": SeriesInfo("limit-up", "closed at the upper limit", kind="count"),
    "breadth": SeriesInfo("rising", "上涨", kind="count"),
}
"""Each source that asks somebody, and the series that it is asked for."""

Outcome = Literal["answers", "nothing", "refuses", "changed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one question.

    Attributes
    ----------
    source, host : str
    outcome : {"answers", "nothing", "refuses", "changed"}
        It gave bars; it answered and has none; it refuses or is silent; its answer has another form.
    text : str
        The last bar, or what went wrong; of a changed form the column.
    """

    source: str
    host: str
    outcome: Outcome
    text: str


def probe(source: Source, series: SeriesInfo, today: pd.Timestamp) -> Answer:
    """One source asked for the last days of one series; nothing is stored.

    Parameters
    ----------
    source : Source
    series : SeriesInfo
        One of its series.
    today : Timestamp
        A tz-naive midnight.

    Returns
    -------
    Answer
        Whatever comes; only a defect here raises.
    """
    try:
        frame = source.bars(series, today - RECENT).frame
    except NoDataError as error:
        return Answer(source.name, source.host, "nothing", str(error))
    except SchemaChangedError as error:
        return Answer(source.name, source.host, "changed", f"column {error.column!r}: {error}")
    except (BlockedError, OSError) as error:
        return Answer(source.name, source.host, "refuses", f"{type(error).__name__}: {error}")
    if not len(frame):
        return Answer(source.name, source.host, "nothing", f"no row of {series.symbol}")
    columns = ", ".join(str(key) for key in frame.columns)
    return Answer(source.name, source.host, "answers", f"{series.symbol} to {frame['date'].iloc[-1]:%F} ({columns})")


def probed(names: Iterable[str], find: Callable[[str], Source], today: pd.Timestamp) -> Iterable[Answer]:
    """Each of these sources asked in turn.

    Parameters
    ----------
    names : iterable of str
        Of ``QUESTIONS``.
    find : callable
        Gives a source by its name.
    today : Timestamp
        A tz-naive midnight.

    Yields
    ------
    Answer
    """
    for name in names:
        yield probe(find(name), QUESTIONS[name], today)
