"""Random rule books and cash rates, whose dates fall inside the panel."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd

from sectorlead.engine.market.rulebook import Board, Entry, RuleBook

VALUES: dict[str, tuple[float, ...]] = {
    "stamp_duty_buy": (0.0, 0.0, 0.001, 0.003),
    "stamp_duty_sell": (0.0, 0.0005, 0.001),
    "transfer_fee": (0.0, 0.00001, 0.002),
    "handling_fee": (0.0000341, 0.0000487, 0.01),
    "levy": (0.0, 0.00002),
    "lot_min": (0.0, 1.0, 100.0, 200.0),
    "lot_step": (0.0, 1.0, 1.0, 100.0, 100.0),
    "tick": (0.01, 0.001),
    "limit": (0.0, 0.05, 0.1, 0.1, 0.2),
    "limit_special": (0.0, 0.05, 0.1),
    "free_sessions": (0.0, 1.0, 5.0),
    "t_plus_one": (0.0, 1.0),
    "dividend_tax_month": (0.0, 0.2, 0.2),
    "dividend_tax_year": (0.0, 0.1),
    "dividend_tax_longer": (0.0, 0.0, 0.05),
}
BOARDS = ("north", "south", "west")


def build_book(seed: int, days: pd.DatetimeIndex, uncovered: str) -> RuleBook:
    """Three boards whose every rule changes up to twice within ``days``; with ``uncovered``
    "nearest" some begin there, and all but "raise" lets it be read before the last of them.

    "north" takes the stocks with even numbers, "south" all funds and indices, "west" what nothing places elsewhere.
    """
    rng = np.random.default_rng(seed)
    entries = []
    for item, values in VALUES.items():
        for board in BOARDS:
            first = days[0] - pd.Timedelta(days=1)
            starts = {rng.choice(days[:4]) if uncovered == "nearest" else first, *rng.choice(days, rng.integers(3))}
            entries += [
                Entry(item, (board,), start.date(), float(rng.choice(values)), "made up", True)
                for start in sorted(map(pd.Timestamp, starts))
            ]
    boards = Board("north", "stock", ("S[024]",)), Board("south", "etf", (r"S\d",)), Board("west", "stock", ())
    entries = [entries[k] for k in rng.permutation(len(entries))]
    read = days[-1] if uncovered == "raise" else days[rng.integers(len(days))]
    return RuleBook("made up", "1", read.date(), boards, tuple(entries))


def flat_book(**boards: dict[str, float]) -> RuleBook:
    """Boards whose rules never change; what is not given is 0, or 0.01 for the tick."""
    start, read = datetime.date(1990, 1, 1), datetime.date(2090, 1, 1)
    entries = [
        Entry(item, (board,), start, given.get(item, 0.01 if item == "tick" else 0.0), "made up", True)
        for board, given in boards.items()
        for item in VALUES
    ]
    return RuleBook("made up", "1", read, tuple(Board(board, "stock", ()) for board in boards), tuple(entries))


def build_rate(seed: int, days: pd.DatetimeIndex) -> pd.Series:
    """A yearly rate that changes every few days, weekends included; the first is known before the panel begins."""
    rng = np.random.default_rng(seed)
    known = pd.date_range(days[0] - pd.Timedelta(days=9), days[-1])
    kept = np.sort(rng.choice(len(known) - 9, len(known) // 5, replace=False)) + 9
    dates = known[np.concatenate(([0], kept))]
    return pd.Series(np.round(rng.uniform(0, 0.2, len(dates)), 4), dates, name="made up")
