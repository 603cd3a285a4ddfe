"""Holding spells of a stored run, and what happened in one of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.serve.stored import COSTS_AFTER, StoredRun, Table


class Spell(NamedTuple):
    """A stretch of sessions after whose close a series was held.

    Attributes
    ----------
    symbol : str
    first, last : Timestamp
        Its first and last session.
    closed : Timestamp or None
        The session in which it was sold; None if it was held at the end of the run.
    sessions : int
    start, stop : float
        Where it lies in the run's time, in [0, 1].
    """

    symbol: str
    first: pd.Timestamp
    last: pd.Timestamp
    closed: pd.Timestamp | None
    sessions: int
    start: float
    stop: float

    @property
    def key(self) -> str:
        """What a URL calls it."""
        return f"{self.symbol}@{self.first:%F}"

    @property
    def span(self) -> str:
        """From when to when, in words."""
        count = f"{self.sessions:,} session{'s' * (self.sessions != 1)}"
        return f"{self.first:%F} to {self.last:%F}, {count}"


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
    bought, sold, fees, worth : float
        In currency; ``worth`` is what was still held at the end of the run.
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
    rejections: Table
    decisions: tuple[Decided, ...]
    undecided: str

    @property
    def result(self) -> float:
        """Money made: sold and still held, less bought, less fees."""
        return self.sold + self.worth - self.bought - self.fees


def spells(run: StoredRun) -> dict[str, list[Spell]]:
    """Spells by symbol, in order of time; symbols in the order of the file, none that was never held."""
    weights = run.weights.frame
    if weights.empty:
        return {}
    days = pd.DatetimeIndex(weights.index)
    at = (days - days[0]).days.to_numpy() / max((days[-1] - days[0]).days, 1)
    held = np.pad(weights.to_numpy() > 0, ((1, 1), (0, 0))).astype(np.int8)
    step = np.diff(held, axis=0)
    out = {}
    for column in np.flatnonzero(held.any(axis=0)).tolist():
        starts, stops = np.flatnonzero(step[:, column] == 1), np.flatnonzero(step[:, column] == -1)
        symbol = str(weights.columns[column])
        out[symbol] = [
            Spell(
                symbol, days[a], days[b - 1], days[b] if b < len(days) else None, b - a,
                float(at[a]), float(at[b]) if b < len(days) else 1.0,
            )
            for a, b in zip(starts.tolist(), stops.tolist(), strict=True)
        ]  # fmt: skip
    return out


def detail(run: StoredRun, spell: Spell) -> Detail:
    """Everything about one spell that the run's files tell."""
    chosen, undecided = _decisions(run, spell)
    opening = next((each.session for each in chosen if each.did == "opened"), spell.first)
    fills = _within(run.fills, spell, spell.first)
    kinds = _kinds(fills.frame)
    paid = {kind: float(fills.frame[kind].sum()) for kind in kinds}
    buys = fills.frame["side"] == "buy" if len(fills.frame) else pd.Series(dtype=bool)
    value = fills.frame["value"] if len(fills.frame) else pd.Series(dtype=float)
    return Detail(
        spell, fills, tuple(kind for kind, sum_ in paid.items() if sum_), float(value[buys].sum()),
        float(value[~buys].sum()), sum(paid.values()), _worth(run, spell),
        _within(run.rejections, spell, opening), chosen, undecided,
    )  # fmt: skip


def _kinds(fills: pd.DataFrame) -> list[str]:
    names = list(fills.columns)
    after = names.index(COSTS_AFTER) + 1 if COSTS_AFTER in names else len(names)
    return [name for name in names[after:] if name != "slippage"]


def _within(table: Table, spell: Spell, since: pd.Timestamp) -> Table:
    if table.problem:
        return table
    frame = table.frame
    until = spell.closed or spell.last
    return table._replace(
        frame=frame[(frame["symbol"] == spell.symbol) & (frame["session"] >= since) & (frame["session"] <= until)]
    )


def _worth(run: StoredRun, spell: Spell) -> float:
    """What a spell that was not closed was worth after the run's last close."""
    if spell.closed is not None or run.equity.problem:
        return 0.0
    return float(run.weights.frame[spell.symbol].iloc[-1] * run.equity.frame["equity"].iloc[-1])


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
