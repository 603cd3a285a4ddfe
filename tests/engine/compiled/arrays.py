"""Kernels' arrays by hand: one board, one fee, few series, everything else switched off."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import numpy as np

from sectorlead.engine.compiled.state import REJECTIONS, AccountArrays, MarketArrays, RunRules, Tracks
from sectorlead.engine.compiled.targets import list_active, list_held


class Desk(NamedTuple):
    """What an order kernel works on."""

    market: MarketArrays
    rules: RunRules
    account: AccountArrays
    tracks: Tracks

    def copied(self) -> Desk:
        """The same in other arrays."""
        return copy.deepcopy(self)

    def rejected(self) -> list[tuple[int, int, int, float, float]]:
        """Column, side, reason, wanted and filled of each rejection."""
        n, log = int(self.account.state[REJECTIONS]), self.tracks
        numbers = (log.reject_column, log.reject_side, log.reject_reason, *log.reject_shares.T)
        return [tuple(each[k].item() for each in numbers) for k in range(n)]  # type: ignore[misc]  # five of them


def market(price: list[list[float]], **changes: Any) -> MarketArrays:
    """Sessions x series that trade and are marked at these prices."""
    line = np.array(price, float)
    usual = MarketArrays(
        price=line, marks=line.T.copy(), known=line.copy(), value=line.copy(), high=line.copy(), low=line.copy(),
        volume=np.full(line.shape, 1e9), ratio=np.ones(line.shape), split=np.ones(line.shape),
        dividend=np.zeros((0, 0)), eventful=np.zeros(len(line), np.bool_),
        last_row=np.full(line.shape[1], len(line) - 1), lost=np.zeros((0, 0), np.bool_),
    )  # fmt: skip
    made = {key: np.array(value) for key, value in changes.items()}
    if "mark" in made:
        close = made.pop("mark")
        made = {"known": close, "marks": close.T.copy()} | made
    return usual._replace(**made)


def rules(
    sessions: int, series: int, *, rate: float = 0.0, least: float = 0.0, lot: float = 100.0, **more: Any
) -> RunRules:
    """A fee of ``rate`` on buys and twice that on sales, at least ``least``; lots of ``lot``, 0 for fractions."""
    sizes = np.broadcast_to(np.array([lot, lot, 0.01]), (sessions, 1, 3)).copy()
    usual = RunRules(
        board=np.zeros(series, np.int64), fees=np.full((sessions, 1, 2, 1), rate), least=np.full((2, 1), least),
        charged=np.arange(1 if rate or least else 0), sizes=sizes, limit=np.zeros((sessions, series)), policy=0,
        participation=0.0, slippage=0.0, half_spread=0.0, impact=0.0, pressure=np.zeros((sessions, series)),
        recovery=1.0, money_step=0.01, earns=False, accrual=np.ones(sessions), flows=False,
        flow=np.zeros(sessions), reinvests=False, dividend_tax=np.zeros((0, 0, 0)),
        month_from=np.zeros(0, np.int64), year_from=np.zeros(0, np.int64), size_at_fill=False, carry=True,
        same_close=False, early=False, no_trade=0.0, of_target=False, to_edge=False,
    )  # fmt: skip
    usual.fees[:, :, 1] *= 2
    return usual._replace(**more)


def account(cash: float, shares: list[float], goal: list[float]) -> AccountArrays:
    """What is held since row 0, with an order open for each target in shares that is not NaN."""
    held, n = np.array(shares, float), len(shares)
    made = AccountArrays(
        cash=np.array([cash]), due=np.zeros(1), shares=held, weight=np.zeros(n), goal=np.array(goal, float),
        buys=np.zeros(n, np.int64), buying=np.zeros((n, 6)), held=np.zeros(n, np.int64),
        active=np.zeros(n, np.int64), picked=np.zeros(n, np.int64),
        received=np.zeros(n), lots=np.zeros((0, 0)), owed=np.zeros((0, 0, 2)),
        since=np.where(held > 0, 0, -1), peak=np.zeros(n), stopped=np.zeros(n, np.bool_), state=np.zeros(6, np.int64),
    )  # fmt: skip
    list_active(made)
    list_held(made)
    return made


def tracks(series: int, room: int = 64) -> Tracks:
    """An empty log."""
    whole = {name: np.zeros(room, np.int64) for name in Tracks._fields if name.endswith(("_row", "_column", "_side"))}
    return Tracks(
        logged=True, first=0, equity=np.zeros(room), cash=np.zeros(room), interest=np.zeros(room),
        flows=np.zeros(room), shares=np.zeros((series, room)),
        decided=np.zeros(room, np.int64), planned=np.zeros(room, np.int64),
        held=np.zeros((room, series)), target=np.zeros((room, series)), fill_money=np.zeros((room, 3)),
        fill_costs=np.zeros((room, 3)), reject_reason=np.zeros(room, np.int64), reject_shares=np.zeros((room, 2)),
        **whole,
    )  # fmt: skip


def same(a: NamedTuple, b: NamedTuple) -> bool:
    """Whether all arrays of two tuples have the same bits."""
    return all(np.array_equal(x, y, equal_nan=np.asarray(x).dtype.kind == "f") for x, y in zip(a, b, strict=True))
