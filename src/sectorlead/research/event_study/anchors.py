"""When a score is read: the anchors of pullbacks, or dates from elsewhere."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.bounds import read_bounded
from sectorlead.data.dates import as_date
from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.pullback import Episode
from sectorlead.data.types import Floats, Ints

CAUSAL = ("entry", "turn", "left")
"""Anchors that are known in their own session."""
HINDSIGHT = ("trough",)
"""Anchors that are known only later: shown, never tested."""
EVENT = "event"
"""The anchor of dates that the user brings."""
ORDER = ("entry", "trough", "turn", "left")
"""Anchors of a pullback as they are usually reached."""
TURN = 0.03
"""Rise from the lowest close since the peak that makes a turn."""


@dataclass(frozen=True)
class Anchor:
    """One reading of a score: episode ``episode``, read after the close of panel row ``row``.

    Attributes
    ----------
    episode : int
        Position of the episode, in order of time.
    name : str
        Which anchor of the episode this is.
    start : int
        Panel row that the episode counts from: the peak of a pullback, the event itself otherwise.
    row : int
        Panel row in which the score is read.
    """

    episode: int
    name: str
    start: int
    row: int


def pullback_anchors(
    index: Floats, episodes: Sequence[Episode], names: Iterable[str] = (*CAUSAL, *HINDSIGHT), *, turn: float = TURN
) -> tuple[Anchor, ...]:
    """The anchors of pullbacks, by anchor and episode.

    ``entry``
        The session in which the pullback was entered.
    ``turn``
        The first session after the entry, not later than the end, that closes at least ``turn`` above the lowest close
        since the peak.
    ``left``
        The session in which the pullback was over.
    ``trough``
        The lowest close from the peak to the end: known only in hindsight. An episode that lasts has none.

    Parameters
    ----------
    index : array of shape (T,)
        Closes of the benchmark, carried; > 0.
    episodes : sequence of Episode
    names : iterable of str
        Which anchors; of those above.
    turn : float
        Fraction; 0.03 is 3%.

    Returns
    -------
    tuple of Anchor
        An episode lacks the anchors that it has not reached.

    Raises
    ------
    UnknownNameError
        For an anchor that is not known.
    """
    asked = tuple(names)
    for name in asked:
        if name not in (*CAUSAL, *HINDSIGHT):
            raise UnknownNameError("anchor", name, (*CAUSAL, *HINDSIGHT))
    found = []
    for name in asked:
        for number, episode in enumerate(episodes):
            row = _row(name, index, episode, turn)
            if row is not None:
                found.append(Anchor(number, name, episode.peak, row))
    return tuple(found)


def dated_anchors(panel: Panel, dates: Iterable[Any]) -> tuple[Anchor, ...]:
    """An anchor for each date within the panel: its session, or the first one after it.

    Parameters
    ----------
    panel : Panel
    dates : iterable of dates
        ISO text, dates or timestamps; order and repetition don't matter.

    Returns
    -------
    tuple of Anchor
        In order of time, one for each session.

    Raises
    ------
    InputError
        When no date lies in the panel.
    """
    days = pd.DatetimeIndex(sorted({as_date("event", day) for day in dates}))
    within = days[(days >= panel.sessions[0]) & (days <= panel.sessions[-1])]
    rows: Ints = np.unique(panel.sessions.searchsorted(within, side="left"))
    if not len(rows):
        raise InputError(
            f"none of {len(days)} event dates lies in the panel, {panel.sessions[0]:%F} to {panel.sessions[-1]:%F}"
        )
    return tuple(Anchor(number, EVENT, int(row), int(row)) for number, row in enumerate(rows))


def dates_in_file(path: Path) -> list[str]:
    """Dates of events in a text file: the column ``date`` of a CSV, or the first of each line where there is none.

    Parameters
    ----------
    path : Path
        Blank lines, and those that begin with "#", are left out.

    Raises
    ------
    InputError
        The file can't be read or has no line.
    """
    try:
        text = read_bounded(path).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise InputError(f"events {path} can't be read: {reason}; give a text file with a date in each line") from None
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    try:
        rows = [[cell.strip() for cell in row] for row in csv.reader(lines)]
    except csv.Error as error:
        raise InputError(f"events {path} can't be read: {error}; write one date in each line, as 2021-07-07") from None
    head = [cell.lower() for cell in rows[0]] if rows else []
    column = head.index("date") if "date" in head else 0
    found = [row[column] for row in rows["date" in head :] if len(row) > column]
    if not found:
        raise InputError(f"events {path} holds no date; write one in each line, as 2021-07-07")
    return found


def _row(name: str, index: Floats, episode: Episode, turn: float) -> int | None:
    peak, entered, left = episode.peak, episode.entered, episode.left
    stop = len(index) if left is None else left + 1
    if name == "entry":
        return entered
    if name == "left":
        return left
    line = index[peak:stop]
    if name == "trough":
        return None if left is None else peak + int(np.argmin(line))
    risen = line >= (1 + turn) * np.minimum.accumulate(line)
    risen[: entered + 1 - peak] = False
    return peak + int(np.argmax(risen)) if risen.any() else None
