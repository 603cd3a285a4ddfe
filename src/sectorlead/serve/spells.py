"""Holding spells of a stored run, and what happened in one of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.reports.holdings import HoldingSpells, holding_spells
from sectorlead.serve.history import StoredHistory, fee_kinds, stored_history
from sectorlead.serve.stored import StoredRun, Table


class Spell(NamedTuple):
    """A holding spell of a stored run; see ``reports.holdings``.

    Attributes
    ----------
    place : int
        Its position among the spells of the run.
    symbol : str
    first, last : Timestamp
        The session in which it was bought, and the last after whose close it was held; of a spell without a close both
        are the session in which it was bought and sold.
    closed : Timestamp or None
        The session in which it was sold; None if it was held at the end of the run.
    sessions : int
        Closes at which it was held.
    start, stop : float
        Where it lies in the run's time, in [0, 1].
    number : int
        From 1, among the spells of the series that begin in the same session.
    """

    place: int
    symbol: str
    first: pd.Timestamp
    last: pd.Timestamp
    closed: pd.Timestamp | None
    sessions: int
    start: float
    stop: float
    number: int

    @property
    def key(self) -> str:
        """What a URL calls it."""
        return f"{self.symbol}@{self.first:%F}" + f".{self.number}" * (self.number > 1)

    @property
    def span(self) -> str:
        """From when to when, in words."""
        if not self.sessions:
            return f"bought and sold on {self.first:%F}"
        count = f"{self.sessions:,} session{'s' * (self.sessions != 1)}"
        return f"{self.first:%F} to {self.last:%F}, {count}"


class StoredSpells(NamedTuple):
    """The holding spells of a stored run.

    Attributes
    ----------
    by_symbol : dict of str to list of Spell
        In order of time; symbols in the order of the file, none that was never held.
    told : StoredHistory or None
        What they were found in; None where there is nothing.
    found : HoldingSpells or None
        By ``Spell.place``.
    """

    by_symbol: dict[str, list[Spell]]
    told: StoredHistory | None = None
    found: HoldingSpells | None = None


class Decided(NamedTuple):
    """A decision on the series of a spell."""

    session: pd.Timestamp
    did: str  # "opened", "kept" or "closed" it; "not yet closed" where the sale had not filled by the run's end
    rank: float  # 0 or NaN: none
    score: float
    held: float
    target: float


class Detail(NamedTuple):
    """What happened in a spell.

    Attributes
    ----------
    fills, rejections : Table
        Of this series, while the spell was being opened, held and closed.
    kinds : tuple of str
        Kinds of fees that are not zero throughout; slippage is none, it is inside the prices.
    bought, sold, fees, worth, result : float
        In currency; ``worth`` is what was still held at the end of the run, ``result`` is sold and still held, less
        bought, less fees. NaN where a file does not tell.
    decisions : tuple of Decided
    undecided : str
        Why no decisions are shown, "" if they are.
    """

    spell: Spell
    fills: Table
    kinds: tuple[str, ...]
    bought: float
    sold: float
    fees: float
    worth: float
    result: float
    rejections: Table
    decisions: tuple[Decided, ...]
    undecided: str


def spells(run: StoredRun) -> StoredSpells:
    """The holding spells that the run's tables tell of."""
    told = stored_history(run)
    if told is None:
        return StoredSpells({})
    found, days, symbols = holding_spells(told.history), told.history.sessions, told.history.symbols
    at = (days - days[0]).days.to_numpy() / max((days[-1] - days[0]).days, 1)
    out: dict[str, list[Spell]] = {}
    fields = (found.column, found.start, found.sessions, found.ended)
    for place, (column, start, count, ended) in enumerate(zip(*(each.tolist() for each in fields), strict=True)):
        mine = out.setdefault(symbols[column], [])
        stop = start + count
        mine.append(
            Spell(
                place, symbols[column], days[start], days[max(stop - 1, start)], days[stop] if ended else None, count,
                float(at[start]), float(at[stop]) if ended else 1.0,
                1 + sum(each.first == days[start] for each in mine),
            )
        )  # fmt: skip
    return StoredSpells(out, told, found)


def detail(run: StoredRun, spells: StoredSpells, spell: Spell) -> Detail:
    """Everything about one spell that the run's files tell.

    Parameters
    ----------
    run : StoredRun
    spells : StoredSpells
        Of the run.
    spell : Spell
        One of them.
    """
    told, found, k = spells.told, spells.found, spell.place
    assert told is not None  # there is a spell
    assert found is not None
    chosen, undecided = _decisions(run, spell)
    opening = next((each.session for each in chosen if each.did == "opened"), spell.first)
    fills, mine = run.fills, told.rows[found.spell_of_fill == k]
    if not fills.problem:
        fills = fills._replace(frame=fills.frame.iloc[np.sort(mine[mine >= 0])])
    paid = {kind: float(fills.frame[kind].sum()) for kind in fee_kinds(fills.frame)}
    buys = fills.frame["side"] == "buy" if len(fills.frame) else pd.Series(dtype=bool)
    value = fills.frame["value"] if len(fills.frame) else pd.Series(dtype=float)
    return Detail(
        spell, fills, tuple(kind for kind, sum_ in paid.items() if sum_), float(value[buys].sum()),
        float(value[~buys].sum()), float(found.fees[k]),
        0.0 if found.ended[k] else float(told.history.last_worth[found.column[k]]), float(found.contribution[k]),
        _within(run.rejections, spell, opening), chosen, undecided,
    )  # fmt: skip


def _within(table: Table, spell: Spell, since: pd.Timestamp) -> Table:
    if table.problem:
        return table
    frame = table.frame
    until = spell.closed or spell.last
    return table._replace(
        frame=frame[(frame["symbol"] == spell.symbol) & (frame["session"] >= since) & (frame["session"] <= until)]
    )


def _decisions(run: StoredRun, spell: Spell) -> tuple[tuple[Decided, ...], str]:
    """From the decision that opened the spell to the one that closed it.

    A decision fills in a later session, or, with "same-close", in its own: so the one that opened a spell is the last
    before its first session, and the one that closed it is the last before the session in which it was sold.
    """
    if run.decisions.problem:
        return (), run.decisions.problem
    frame = run.decisions.frame
    mine = frame[frame["symbol"] == spell.symbol]
    sessions, same = mine["session"], run.same_close
    wanted = mine[(sessions <= spell.first if same else sessions < spell.first) & (mine["target"] > 0)]
    since = wanted["session"].iloc[-1] if len(wanted) else spell.first
    until = spell.closed if same and spell.closed is not None else spell.last
    rows: list[Any] = list(mine[(sessions >= since) & (sessions <= until)].itertuples())
    last = max((k for k, row in enumerate(rows) if row.target > 0), default=-1)
    left = "closed" if spell.closed is not None else "not yet closed"
    out = []
    for k, row in enumerate(rows):
        did = left if k > last else "opened" if k == 0 and len(wanted) else "kept"
        out.append(Decided(row.session, did, row.rank, row.score, row.held, row.target))
    return tuple(out), ""
