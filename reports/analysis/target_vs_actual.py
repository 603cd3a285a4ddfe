"""Targets beside what was held, with a reason for every difference."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.types import Flags, Floats, Ints
from ...engine.market.arithmetic import DUST
from ...engine.market.rule_tables import rules_in_force
from ...engine.record import LOT, REASONS, TERMINATED, WRITTEN_OFF, Record
from ...engine.suspended import last_rows
from ..decision_windows import DecisionWindows, decision_windows, fills_of, rejections_of, splits, target_shares

GAPS = (*REASONS, "drift", "unexplained", "written_off")
"""Why a weight is not what was asked for: the reasons of rejections, and three more.

``lot``
    Also a remainder below one lot of an order that filled.
``drift``
    Prices and costs moved the weight between the decision and the close of the first fill session: nothing is wrong.
``unexplained``
    None of these: a defect in an engine, or a record that was made by hand.
``written_off``
    What was held had no bar for too long and was given up.
"""
_DRIFT, _UNEXPLAINED, _GIVEN_UP = range(len(REASONS), len(REASONS) + 3)
_NEVER = 2**62


def target_vs_actual(record: Record) -> pd.DataFrame:
    """Targets and what was held: a row per decision and symbol held or wanted, by session and symbol.

    Returns
    -------
    DataFrame
        session, symbol
            Of the decision.
        target
            Weight asked for.
        first, actual_first, missing_first, value_first
            Session of the first fill pass; after its close the weight, the shares that lack to the target's shares
            (negative: too many), and their money at that close. Where a symbol had no price to size by, the shares
            are NaN and the money is ``target * equity``.
        last, actual_last, missing_last, value_last
            The same after the close of the last session of the decision's window.
        gap
            ``target - actual_first``, which is ``value_first / equity + drift``.
        drift
            The part of the gap that prices and costs made: ``target`` less the weight that the target's shares would
            have had at that close.
        reason
            Names in ``GAPS`` joined by ", ": the reasons of the window's rejections in the order of their first
            appearance; ``terminated`` where the series ended under a holding, ``written_off`` where that was given up;
            ``lot`` (or ``unexplained``, where a lot is not so large) where shares lack for none of these; ``drift``
            where that is the larger part of the gap. "" only where there is no gap.

    Notes
    -----
    The target's shares are ``weight * equity / price``, sized as ``docs/session.md`` says, and multiplied by later
    splits. Shares that lack by less than 1e-9 of the order are float noise, and none.
    """
    panel, log, windows = record.panel, record.outcome.decisions, decision_windows(record)
    d, i = np.nonzero(windows.named & ((log.held > 0) | (log.target > 0)))
    target, first, last = log.target[d, i], windows.first[d], windows.last[d, i]
    shares, sized = target_shares(record, windows)
    begin, end = (
        _moment(record, row, i, shares[d, i] * splits(record, sized[d], row, i), target) for row in (first, last)
    )
    gap = target - begin.weight
    drift = gap - begin.value / begin.equity
    reasons = _explained(record, windows, d * len(panel.symbols) + i, i, begin, end)
    reasons.add(_DRIFT, (np.abs(drift) > np.abs(gap - drift)) & (np.abs(gap) > DUST))
    return pd.DataFrame(
        {
            "session": panel.sessions[log.row[d]],
            "symbol": np.array(panel.symbols, dtype=object)[i],
            "target": target,
            "first": panel.sessions[first],
            "actual_first": begin.weight,
            "missing_first": begin.missing,
            "value_first": begin.value,
            "last": panel.sessions[last],
            "actual_last": end.weight,
            "missing_last": end.missing,
            "value_last": end.value,
            "gap": gap,
            "drift": drift,
            "reason": reasons.texts(),
        }
    )


class _Moment(NamedTuple):
    """The closes of ``row``, each in one of M windows of a target."""

    row: Ints
    equity: Floats
    weight: Floats
    missing: Floats  # shares
    value: Floats  # of what is missing


def _moment(record: Record, row: Ints, column: Ints, wanted: Floats, target: Floats) -> _Moment:
    held = record.outcome.shares[row - record.terms.first, column]
    equity = record.outcome.equity[row - record.terms.first]
    equity = np.where(equity > 0, equity, 1.0)  # fees can eat up the last fen
    mark = record.panel.last_close[row, column]
    missing = wanted - held
    missing[np.abs(missing) <= DUST * np.maximum(wanted, held)] = 0.0
    value = np.where(np.isnan(wanted), target * equity, np.where(missing == 0, 0.0, missing * mark))
    return _Moment(row, equity, np.where(held > 0, held * mark, 0.0) / equity, missing, value)


def _explained(
    record: Record, windows: DecisionWindows, keys: Ints, column: Ints, begin: _Moment, end: _Moment
) -> _Reasons:
    """Why shares lack after the first session, and at the end."""
    outcome, symbols, count = record.outcome, len(record.panel.symbols), len(keys)
    reasons, refused, fills = _Reasons(keys), outcome.rejections, outcome.fills
    event, at = reasons.find(rejections_of(record, windows) * symbols + refused.column)
    reasons.add_events(at, refused.reason[event])
    first_refusal, last_refusal, last_fill, ended = (np.full(count, edge) for edge in (_NEVER, -1, -1, _NEVER))
    np.minimum.at(first_refusal, at, refused.row[event])
    np.maximum.at(last_refusal, at, refused.row[event])
    event, at = reasons.find(fills_of(record, windows) * symbols + fills.column)
    chosen, lost = fills.traded[event], fills.side[event] == WRITTEN_OFF
    np.maximum.at(last_fill, at[chosen], fills.row[event[chosen]])
    ended[at[~chosen]] = fills.row[event[~chosen]]
    given_up = np.zeros(count, np.bool_)
    given_up[at[lost]] = True
    silent = (first_refusal > begin.row, (last_refusal < 0) | (last_refusal < last_fill))
    for moment, quiet in zip((begin, end), silent, strict=True):
        over = (ended <= moment.row) & (moment.missing != 0)
        reasons.add(TERMINATED, over & ~given_up)
        reasons.add(_GIVEN_UP, over & given_up)
        rest = quiet & (moment.missing != 0) & (ended > moment.row)
        small = np.abs(moment.missing) < _lots(record, begin.row, moment.row, column) * (1.0 + DUST)
        gone = last_rows(record.panel, record.terms.ended)[column] < moment.row  # before anything of it was held
        reasons.add(LOT, rest & small)
        reasons.add(TERMINATED, rest & ~small & gone)
        reasons.add(_UNEXPLAINED, rest & ~small & ~gone)
    return reasons


def _lots(record: Record, traded: Ints, row: Ints, column: Ints) -> Floats:
    """The largest remainder that lots explain, in shares of ``row``."""
    rules = rules_in_force(record.market, record.panel, record.terms.first, record.terms.last)
    board = rules.board[column]
    lots = [np.maximum(rules.minimum[at, board], rules.step[at, board]) for at in (traded, row)]
    return np.maximum(*lots) * np.maximum(1.0, splits(record, traded, row, column))


class _Reasons:
    """A list of distinct reasons for each of M rows, kept as one number: four bits for each reason.

    Parameters
    ----------
    keys : int64 array of shape (M,)
        Ascending; by which events find their row.
    """

    def __init__(self, keys: Ints) -> None:
        self._keys = keys
        self._code = np.zeros(len(keys), np.int64)
        self._count = np.zeros(len(keys), np.int64)
        self._has = np.zeros((len(keys), len(GAPS)), np.bool_)

    def find(self, keys: Ints) -> tuple[Ints, Ints]:
        """Positions of the keys that have a row, and these rows."""
        at = np.searchsorted(self._keys, keys)
        there = np.flatnonzero(at < len(self._keys))
        there = there[self._keys[at[there]] == keys[there]]
        return there, at[there]

    def add_events(self, rows: Ints, reasons: Ints) -> None:
        """The reasons of events, in the order they happened."""
        _, once = np.unique(rows * len(GAPS) + reasons, return_index=True)
        once = once[np.lexsort((once, rows[once]))]
        rows, reasons = rows[once], reasons[once]
        place = np.arange(len(rows)) - np.searchsorted(rows, rows)
        np.bitwise_or.at(self._code, rows, (reasons + 1) << (4 * place))
        np.add.at(self._count, rows, 1)
        self._has[rows, reasons] = True

    def add(self, reason: int, chosen: Flags) -> None:
        """One more reason for the rows chosen that do not have it yet."""
        fresh = chosen & ~self._has[:, reason]
        self._code[fresh] |= (reason + 1) << (4 * self._count[fresh])
        self._count[fresh] += 1
        self._has[fresh, reason] = True

    def texts(self) -> NDArray[Any]:
        """The names of each row, joined."""
        codes, back = np.unique(self._code, return_inverse=True)
        return np.array([", ".join(_names(code)) for code in codes.tolist()], dtype=object)[back]


def _names(code: int) -> Iterator[str]:
    while code:
        yield GAPS[(code & 15) - 1]
        code >>= 4
