"""``Mapped``: signals from one panel, orders in another: rank the sector indices, trade their ETFs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ...data.errors import DataError, ParameterError, UnknownNameError
from ...data.panel import Panel
from ...data.types import Floats, Ints
from ...engine.canonical import describe
from ...engine.strategy import Portfolio, Schedule, Strategy, as_strategy, can_decide
from ...engine.weights import target_weights
from .tracking import fund_columns, tracking

MISSING = ("cash", "next")
STALE = 5
"""Sessions of the traded panel that a signal may be old."""
ENDED = 20
"""Sessions without a bar after which a fund counts as gone."""


class _Seen(NamedTuple):
    """What is there at a decision: S sectors of the signal panel."""

    signal: Panel  # up to now
    columns: dict[int, list[int]]  # sector -> its funds
    in_force: dict[int, int]  # sector -> the fund that stands for it


@dataclass(frozen=True, eq=False, repr=False)
class Mapped(Strategy):
    """A strategy that sees one panel and trades another.

    In each session the strategy is shown the signal panel up to its last session on or before the session of the
    traded panel, with a portfolio of sectors: a sector is held if one of its funds is. What it answers for a sector
    goes to the sector's *fund in force*: the first of its list that is published, has had a bar, and had its last one
    no more than 20 sessions ago. Once a fund higher in the list is there, the next decision moves the holding to it.

    *Sessions.* Decisions are made in sessions of the traded panel; the strategy's ``schedule`` is asked about those. If
    the signal panel has no session on such a date, its last one before decides, so the signal is one session old. One
    that is more than 5 sessions of the traded panel old is an error, as is a decision before the signal panel begins.

    *Before a fund is listed.* With ``missing="cash"`` the strategy may pick a sector without a fund, and what it gives
    to it stays in cash. With ``"next"`` a sector can't be ranked before the first of its funds is in force: it is shown
    as not yet published, so the next sector takes its place. In both ways a sector that is not in ``funds`` is a sector
    whose fund is never listed.

    Parameters
    ----------
    strategy : Strategy
        Anything with ``decide(view, portfolio)``, such as a ``Rotation``.
    signal : Panel
        What it sees: sector indices, as a rule with their benchmark.
    funds : mapping of str to sequence of str
        Sector symbol to fund symbols in order of preference.
    missing : {"cash", "next"}
        What becomes of the place of a sector without a fund.

    Raises
    ------
    ParameterError
        ``funds`` is empty, names no fund for a sector, or names a fund twice; the strategy can't decide.
    UnknownNameError
        For a sector that the signal panel does not have, at once; for a fund that the traded one does not have, when it
        is first seen; for another ``missing``.

    Examples
    --------
    >>> from sectorlead.data.simulate import simulate
    >>> from sectorlead import Momentum, Rotation, TopN
    >>> market = simulate(1, 300)
    >>> indices = market.select(["SIM01", "SIM02", "SIM03"])
    >>> rule = Mapped(Rotation(Momentum(60), TopN(1)), indices, {"SIM01": ["SIM11"], "SIM02": ["SIM12", "SIM13"]})
    >>> rule.tracked(market)["fund"].tolist()
    ['SIM11', 'SIM12', 'SIM13']
    """

    strategy: Any
    signal: Panel
    funds: Mapping[str, Sequence[str]]
    missing: str = "cash"

    def __post_init__(self) -> None:
        if not can_decide(self.strategy):
            raise ParameterError(f"Mapped.strategy must have decide(view, portfolio), was {self.strategy!r}")
        if not isinstance(self.signal, Panel) or not len(self.signal.sessions):
            raise ParameterError(f"Mapped.signal must be a Panel with sessions, was {self.signal!r}")
        if self.missing not in MISSING:
            raise UnknownNameError("way with a missing fund", str(self.missing), MISSING)
        object.__setattr__(self, "funds", _checked(self.funds, self.signal))

    def __repr__(self) -> str:
        return describe(self)

    @property
    def _inner(self) -> Strategy:
        return as_strategy(self.strategy)

    @property
    def schedule(self) -> Schedule | None:  # type: ignore[override]  # a value of the strategy's
        """When the strategy decides, in sessions of the traded panel; None for every session."""
        return self._inner.schedule

    @property
    def watchful(self) -> bool:  # type: ignore[override]
        """Whether the strategy wants ``between`` asked."""
        return self._inner.watchful

    def decide(self, view: Panel, portfolio: Portfolio) -> Floats | None:
        """Target weights of funds from what the strategy says of their sectors.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        float array of shape (N,) or None
            By the traded panel's symbols; None leaves the portfolio alone.
        """
        seen = self._seen(view)
        answer = self._inner.decide(seen.signal, _of_sectors(portfolio, seen, view))
        if answer is None:
            return None
        weights = target_weights(answer, seen.signal, view.session)
        out = np.zeros(len(view.symbols))
        for sector, fund in seen.in_force.items():
            out[fund] = weights[sector]
        return out

    def between(self, view: Panel, portfolio: Portfolio) -> Floats | None:
        """What the strategy wants changed outside its decisions; what is 0 for a sector is 0 for all its funds.

        What is 0 for a sector is 0 for all its funds.

        Parameters
        ----------
        view : Panel
            The panel up to the close of the session that decides.
        portfolio : Portfolio
            What is held then.

        Returns
        -------
        float array of shape (N,) or None
            NaN stays as it is; None is nothing.
        """
        seen = self._seen(view)
        answer = self._inner.between(seen.signal, _of_sectors(portfolio, seen, view))
        if answer is None:
            return None
        weights = target_weights(answer, seen.signal, view.session, partial=True)
        out = np.full(len(view.symbols), np.nan)
        for sector, funds in seen.columns.items():
            if not np.isnan(weights[sector]):
                out[funds] = 0.0
                if sector in seen.in_force:
                    out[seen.in_force[sector]] = weights[sector]
        return out

    def ranking(self, view: Panel) -> tuple[Ints, Floats]:
        """Rank and score of a sector at its fund in force, shape (N,) each; 0 and NaN for all other symbols."""
        rank, score = super().ranking(view)
        seen = self._seen(view)
        ranks, scores = self._inner.ranking(seen.signal)
        for sector, fund in seen.in_force.items():
            rank[fund], score[fund] = ranks[sector], scores[sector]
        return rank, score

    def with_seed(self, seed: int) -> Mapped:
        """The same with another seed for the strategy; itself if that has none."""
        seeded = self._inner.with_seed(seed)
        return self if seeded is self.strategy else replace(self, strategy=seeded)

    def tracked(self, traded: Panel, first: Any = None, last: Any = None) -> pd.DataFrame:
        """How each fund followed its sector; see ``tracking``.

        Parameters
        ----------
        traded : Panel
            With the funds.
        first, last : date, optional
            Both included; default: all.

        Returns
        -------
        DataFrame
            A row per fund.
        """
        return tracking(self.funds, self.signal, traded, first, last)

    # --- what is there now -------------------------------------------------------------------------------------------

    def _seen(self, view: Panel) -> _Seen:
        signal = self.signal.until(self._row(view))
        by_symbol = fund_columns(self.funds, signal, view)
        columns = {signal.column(sector): funds for sector, funds in by_symbol.items()}
        last = len(view.sessions) - 1
        usable = view.tradable[max(0, last - ENDED) :].any(axis=0) & view.published[last]
        there = {sector: [i for i in funds if usable[i]] for sector, funds in columns.items()}
        if self.missing == "next":
            signal = signal.released(_listed(signal, there, view))
        return _Seen(signal, columns, {sector: funds[0] for sector, funds in there.items() if funds})

    def _row(self, view: Panel) -> int:
        """Row of the signal panel's last session on or before the view's."""
        now, days = view.session, self.signal.sessions
        row = int(days.searchsorted(now, side="right")) - 1
        if row < 0:
            raise DataError(
                f"decision of {now:%F}: the signal panel begins {days[0]:%F}; begin the run there (start), or give a "
                "signal panel that reaches further back"
            )
        age = len(view.sessions) - int(view.sessions.searchsorted(days[row], side="right"))
        if age > STALE:
            raise DataError(
                f"decision of {now:%F}: the signal panel's last session before it is {days[row]:%F}, {age} sessions "
                f"ago; {STALE} are allowed. End the run there (end), or complete the signal panel"
            )
        return row


def _checked(funds: Mapping[str, Sequence[str]], signal: Panel) -> dict[str, tuple[str, ...]]:
    """Sectors in ascending order, each with its funds."""
    if not (isinstance(funds, Mapping) and funds and all(isinstance(sector, str) for sector in funds)):
        raise ParameterError(f"Mapped.funds must map sectors to funds: {{'801780': ['512800.SH']}}; was {funds!r}")
    out: dict[str, tuple[str, ...]] = {}
    home: dict[str, str] = {}
    for sector in sorted(funds):
        given = funds[sector]
        if not isinstance(given, str | Sequence) or not all(isinstance(fund, str) for fund in given):
            raise ParameterError(f"Mapped.funds must give symbols of funds for {sector}, was {given!r}")
        out[sector] = (given,) if isinstance(given, str) else tuple(given)
        if sector not in signal.symbols:
            raise UnknownNameError("sector of the signal panel", sector, signal.symbols)
        if not out[sector]:
            raise ParameterError(f"Mapped.funds names no fund for {sector}; leave the sector out, or name one")
        for fund in out[sector]:
            if fund in home:
                raise ParameterError(
                    f"Mapped.funds names {fund} twice, for {home[fund]} and for {sector}; a fund stands for one sector"
                )
            home[fund] = sector
    return out


def _of_sectors(portfolio: Portfolio, seen: _Seen, view: Panel) -> Portfolio:
    """The portfolio as the strategy sees it: shares and weights of a sector are those of its funds together.

    A sector is held since the earliest of its holdings was opened, in rows of the signal panel.
    """
    n = len(seen.signal.symbols)
    shares, weights, since = np.zeros(n), np.zeros(n), np.full(n, -1, np.int64)
    home = {fund: sector for sector, funds in seen.columns.items() for fund in funds}
    for fund in np.flatnonzero(portfolio.shares > 0).tolist():
        sector = home.get(fund, -1)
        if sector >= 0:
            shares[sector] += portfolio.shares[fund]
            weights[sector] += portfolio.weights[fund]
            opened = view.sessions[int(portfolio.since[fund])]
            row = max(0, int(seen.signal.sessions.searchsorted(opened, side="right")) - 1)
            since[sector] = row if since[sector] < 0 else min(since[sector], row)
    for array in (shares, weights, since):
        array.flags.writeable = False
    return replace(portfolio, shares=shares, weights=weights, since=since)


def _listed(signal: Panel, there: Mapping[int, Sequence[int]], view: Panel) -> NDArray[np.datetime64]:
    """Since when each sector is known and has a fund, shape (S,): the later of both; the day after if it has none."""
    days, traded = (panel.sessions.to_numpy().astype("M8[ns]") for panel in (signal, view))
    out = np.full(len(signal.symbols), days[-1] + np.timedelta64(1, "D"))
    for sector, funds in there.items():
        if funds:
            begun = min(np.fmax(traded[view.tradable[:, i].argmax()], view.known_from[i]) for i in funds)  # not the NaT
            row = int(days.searchsorted(begun, side="right")) - 1
            listed = days[row] if row >= 0 else np.datetime64("NaT", "ns")  # before all that is seen
            out[sector] = np.fmax(signal.known_from[sector], listed)
    return out
