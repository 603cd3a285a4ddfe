"""What a strategy decides on a panel, as arrays, and where that differs from what it decided on another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.errors import SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats, Ints
from sectorlead.engine.backtest import backtest
from sectorlead.engine.class_names import backtrader_class
from sectorlead.engine.code_version import digest
from sectorlead.engine.config import Engine, RunConfig
from sectorlead.engine.lookahead import own_parts
from sectorlead.engine.market.market import Market

ROUNDING = 1e-9
"""Relative; what differs by less is told as rounding, which goes by no later price."""
FAILED = "error"


@dataclass(frozen=True, eq=False)
class Decisions:
    """All decisions of one run.

    Attributes
    ----------
    sessions : DatetimeIndex of shape (T,)
        Of the panel.
    symbols : tuple of str, N of them
    rows : int64 array of shape (D,)
        Panel rows of the decisions.
    target, score : float64 arrays of shape (D, N)
        Weights asked for, and scores; NaN where there is none.
    orders : tuple of tuples
        Row, symbol, side, kind, shares and price of each order of a ``backtrader.Strategy``.
    error : str
        Why the run stopped; "" where it did not.
    """

    sessions: pd.DatetimeIndex
    symbols: tuple[str, ...]
    rows: Ints
    target: Floats
    score: Floats
    orders: tuple[tuple[Any, ...], ...] = ()
    error: str = ""

    @property
    def held(self) -> frozenset[str]:
        """Symbols that were ever asked for."""
        return frozenset(self.symbols[i] for i in np.flatnonzero((self.target > 0).any(axis=0)))

    @property
    def varied(self) -> bool:
        """Whether targets differ from one decision to another."""
        return len(self.rows) > 1 and bool((np.abs(self.target - self.target[0]) > ROUNDING).any())


class Difference(NamedTuple):
    """The first decision that is not the same in two runs."""

    row: int  # of the panel of the first
    what: str  # "decision", "target", "score", "order" or "error"
    symbol: str
    before: float
    after: float
    changed: int  # decisions that differ
    compared: int  # decisions that were compared
    rounding: bool = False  # nothing differs by more than rounding
    error: str = ""

    @property
    def share(self) -> float:
        """Of the decisions that were compared."""
        return self.changed / max(1, self.compared)


@dataclass(frozen=True)
class Terms:
    """On what terms a strategy is audited."""

    market: Market
    config: RunConfig
    first: pd.Timestamp

    def on(self, panel: Panel, first: pd.Timestamp | None, last: int | None) -> RunConfig:
        """The terms from a date to a row of a panel.

        Parameters
        ----------
        panel : Panel
        first : Timestamp or None
            Of the run; None is that of the terms.
        last : int or None
            Row; None is the panel's last.
        """
        start = self.first if first is None else first
        end = panel.sessions[-1 if last is None else last]
        return replace(self.config, start=f"{start:%F}", end=f"{end:%F}")


def terms_of(strategy: Any, market: Market, config: RunConfig, first: pd.Timestamp) -> Terms:
    """The terms of a run, as decisions go by them.

    Parameters
    ----------
    strategy : object
    market : Market
    config : RunConfig
    first : Timestamp
        First session of the run.
    """
    engine: Engine = "compiled" if backtrader_class(strategy) is None else "backtrader"
    kept = replace(config, engine=engine, measured_from="start", name="audit", seed=None, start=None, end=None)
    return Terms(market, kept, first)


def decided(
    strategy: Any, panel: Panel, terms: Terms, *, first: pd.Timestamp | None = None, last: int | None = None
) -> Decisions:
    """What a strategy decides.

    Parameters
    ----------
    strategy : object
        Any that ``backtest`` takes; it works on a copy of its own.
    panel : Panel
    terms : Terms
    first : Timestamp, optional
        Of the run; default: that of the terms.
    last : int, optional
        Row of the run's last session, in which nothing is decided; default: the panel's last.

    Returns
    -------
    Decisions
        With ``error`` where the strategy, or what it asked for, can't be run.
    """
    for part in own_parts(strategy):  # they have been tried by themselves
        key = digest(part)
        if key is not None:
            panel.causal[key] = True
    config = terms.on(panel, first, last)
    try:
        record = backtest(strategy, panel, terms.market, config=config)
    except SectorLeadError as error:
        none = np.zeros((0, len(panel.symbols)))
        told = f"{type(error).__name__}: {error}"
        return Decisions(panel.sessions, panel.symbols, np.zeros(0, np.int64), none, none, error=told)
    log = record.outcome.decisions
    names = (*panel.symbols, "")  # the last for a feed that can't be traded
    orders = tuple(
        (each.row, names[each.column], each.side, each.kind, each.shares, each.price) for each in record.sent
    )
    return Decisions(panel.sessions, panel.symbols, log.row, log.target, log.score, orders)


def difference(
    one: Decisions,
    other: Decisions,
    until: int | None = None,
    *,
    since: int = 0,
    known_ahead: int = 0,
    symbols: Mapping[str, str] | None = None,
    offset: int = 0,
    tolerance: float = ROUNDING,
) -> Difference | None:
    """Where two runs part.

    Parameters
    ----------
    one, other : Decisions
    until : int, optional
        The last row of ``one`` that is compared; default: all.
    since : int
        The first.
    known_ahead : int
        So many rows before ``until``, that a decision was made at all is not compared: a calendar is known ahead.
    symbols : mapping of str to str, optional
        What a symbol of ``one`` is called in ``other``; what is not in ``other`` is left out. Default: the same.
    offset : int
        What is added to a row of ``one`` to find it in ``other``.
    tolerance : float
        Relative.

    Returns
    -------
    Difference or None
    """
    if one.error or other.error:
        if bool(one.error) == bool(other.error):
            return None
        return Difference(max(0, until or 0), FAILED, "", np.nan, np.nan, 1, 1, error=one.error or other.error)
    last = len(one.sessions) if until is None else until
    name = {symbol: symbol for symbol in one.symbols} if symbols is None else symbols
    there = {symbol: i for i, symbol in enumerate(other.symbols)}
    pairs = [(i, there[name[symbol]]) for i, symbol in enumerate(one.symbols) if name.get(symbol) in there]
    mine, theirs = [i for i, _ in pairs], [j for _, j in pairs]
    here = {int(row): k for k, row in enumerate(one.rows) if since <= row <= last}
    those = {int(row) - offset: k for k, row in enumerate(other.rows) if since <= row - offset <= last}
    found: Difference | None = None
    changed = 0
    for row in sorted(here.keys() | those.keys()):
        step = _step(one, other, here.get(row), those.get(row), mine, theirs, tolerance)
        if step is None or (step[0] == "decision" and row > last - known_ahead):
            continue
        changed += 1
        if found is None or (found.rounding and not step[4]):
            symbol = one.symbols[mine[step[1]]] if step[1] >= 0 else ""
            found = Difference(row, step[0], symbol, step[2], step[3], 0, 0, step[4])
    if found is None and one.orders != other.orders:
        found = _orders(one, other, last, since, offset, name)
    total = len(here.keys() | those.keys())
    return None if found is None else found._replace(changed=max(1, changed), compared=max(1, total))


def _step(
    one: Decisions, other: Decisions, k: int | None, m: int | None, mine: list[int], theirs: list[int], tolerance: float
) -> tuple[str, int, float, float, bool] | None:
    """What differs in one session: name, column, both values, and whether it is rounding."""
    if k is None or m is None:
        held = one.target[k, mine] if k is not None else other.target[m, theirs]
        i = int(np.argmax(held)) if held.size and held.max() > 0 else -1
        size = float(held[i]) if i >= 0 else 0.0
        return "decision", i, *((np.nan, size) if k is None else (size, np.nan)), False
    bits = None
    for name in ("target", "score"):
        a, b = getattr(one, name)[k, mine], getattr(other, name)[m, theirs]
        apart = ~((a == b) | (np.isnan(a) & np.isnan(b)))
        plain = apart & ~np.isclose(a, b, rtol=tolerance, atol=tolerance * 1e-3)
        where = plain if plain.any() else apart
        if where.any():
            i = int(np.argmax(where))
            step = name, i, float(a[i]), float(b[i]), not plain.any()
            if plain.any():
                return step
            bits = bits or step
    return bits if tolerance <= ROUNDING else None


def _orders(
    one: Decisions, other: Decisions, last: int, since: int, offset: int, name: Mapping[str, str]
) -> Difference | None:
    mine = [order for order in one.orders if since <= order[0] <= last and order[1] in (*name, "")]
    theirs = [order for order in other.orders if since <= order[0] - offset <= last]
    for a, b in zip(mine, theirs, strict=False):
        if (a[0] + offset, name.get(a[1], ""), *a[2:4]) != (b[0], b[1], *b[2:4]) or not _alike(a[4:], b[4:]):
            return Difference(int(a[0]), "order", a[1], float(a[4] * a[2]), float(b[4] * b[2]), 1, 1)
    if len(mine) != len(theirs):
        row, symbol, side, _, shares, _ = (mine if len(mine) > len(theirs) else theirs)[min(len(mine), len(theirs))]
        before, after = (shares * side, np.nan) if len(mine) > len(theirs) else (np.nan, shares * side)
        return Difference(int(row), "order", symbol, before, after, 1, 1)
    return None


def _alike(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Shares and price of two orders, to rounding."""
    a, b = ([np.nan if each is None else float(each) for each in side] for side in (one, other))
    return bool(np.allclose(a, b, rtol=1e-9, atol=0, equal_nan=True))
