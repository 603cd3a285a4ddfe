"""What was held in each session of a run and why, as compact data for the script of its page."""

from __future__ import annotations

from typing import Any

from ...engine.record import Record
from ..analysis.execution import Move, rotations
from ..charts.wait import Wait
from ..history import history_of
from ..holdings import holding_spells
from ..series_colours import series_colours

MOST_MOVES = 8_000
"""Comings and goings that a page holds, the latest; of a run with more, earlier ones are in decisions.csv only."""


def held_data(record: Record, wait: Wait) -> dict[str, Any]:
    """Names, spells and decisions, by the points of the growth line.

    Parameters
    ----------
    record : Record
    wait : Wait
        The axis that the points are on.

    Returns
    -------
    dict
        ``names`` and ``roles`` of all series; ``spells``: series, first and last point at whose close it was
        held; ``moves``, the earliest first: the point of each decision that moved something, what came in and what
        left, each as a series and its rank with the score in brackets.
    """
    spells = holding_spells(history_of(record))
    first = wait.before + 1
    at = {session: first + k for k, session in enumerate(record.sessions)}
    column = {symbol: k for k, symbol in enumerate(record.panel.symbols)}

    def told(moves: tuple[Move, ...]) -> list[list[Any]]:
        return [[column[move.symbol], move.basis] for move in moves]

    moves: list[list[Any]] = []
    room = MOST_MOVES
    for row in rotations(record):  # the latest first
        room -= len(row.came) + len(row.left)
        if room < 0:
            break
        if row.came or row.left:
            moves.append([at.get(row.session, first - 1), told(row.came), told(row.left)])
    fields = zip(spells.column.tolist(), spells.start.tolist(), spells.sessions.tolist(), strict=True)
    return {
        "names": list(record.panel.names),
        "roles": series_colours(record, spells),
        "spells": [[series, first + start, first + start + count - 1] for series, start, count in fields if count],
        "moves": moves[::-1],
    }
