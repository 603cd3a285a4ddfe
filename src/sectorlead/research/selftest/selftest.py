"""``selftest``: strategies with a known answer, on both engines, free of costs and under full rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.errors import SectorLeadError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.data.types import Floats
from sectorlead.engine.backtest import backtest
from sectorlead.engine.config import Engine
from sectorlead.engine.market.default import market_or_default
from sectorlead.engine.market.market import Market, find_market
from sectorlead.engine.parity import compare_outcomes
from sectorlead.engine.record import CASH as CASH_SHORT
from sectorlead.engine.record import LOT, Record
from sectorlead.research.audit.panels import copied
from sectorlead.research.selftest.account import ROUNDING, charged, rebooked, reference
from sectorlead.research.selftest.orders import settlement
from sectorlead.research.selftest.result import Checked, SelfTest
from sectorlead.research.selftest.rules import Cash, Draws, Equal, Hold, Turns, eventful, round_limit

SESSIONS, SERIES, DRAWS = 120, 8, 30
ENGINES: tuple[Engine, ...] = ("compiled", "backtrader")
CASH, RATE = 1_000_000.0, 0.03
EXACT = 1e-9
"""Relative, where money is not rounded: what floats lose over a run."""
PLAIN = Market(
    name="plain rules", commission_rate=0.001, commission_min=5.0, stamp_duty_rate=0.0005, lot=100, price_limit=0.1,
    tick=0.01, t_plus_one=True, slippage_bps=5.0, money_step=0.01,
)  # fmt: skip
"""Rules in plain numbers, for a market of which every event is known."""


class Ground(NamedTuple):
    """What the checks stand on."""

    name: str
    panel: Panel
    start: pd.Timestamp
    whole: tuple[str, ...]  # series that can be traded in every session from the start on


def selftest(panel: Panel | None = None, market: str | Market | None = None) -> SelfTest:
    """Runs strategies whose result is known without an engine, and compares.

    Free of costs: cash stays what it is, or earns exactly its interest; what is bought and held grows as the series do;
    equal weights grow by the mean; random picks grow by the mean of what was drawn, and on average as equal weights do.
    Under full rules: the account is booked once more from the fills; fees are computed once more; what is lost is the
    sum of the costs; fills are inside their bars, in whole lots, within price limits; a sale pays for a purchase of the
    same session; both engines agree to the last step of money. ``docs/audit.md`` has the list.

    Parameters
    ----------
    panel : Panel, optional
        Tried besides the simulated market and one in which everything happens: its last sessions and some series.
    market : str or Market, optional
        The full rules; default: the usual ones of the panel, or ``cn-etf``.

    Returns
    -------
    SelfTest
        ``passed``, and a row per check.

    Examples
    --------
    >>> selftest().passed
    True
    """
    simulated = simulate(seed=11, sessions=400)
    grounds, notes = [_ground("simulated", simulated)], []
    if panel is not None:
        grounds.append(_ground("given", panel))
    checks: list[Checked] = []
    for ground in grounds:
        rules, _ = market_or_default(market, ground.panel)
        if rules.name == "frictionless":
            rules = find_market("cn-index")
        if len(ground.whole) < 3:
            notes.append(f"{ground.name}: fewer than 3 series trade in every one of the last {SESSIONS} sessions")
        else:
            for engine in ENGINES:
                checks += _free(ground, engine)
        checks += _ruled(ground, replace(rules, slippage_bps=5.0))
    checks += _ruled(_all_of("events", eventful()), PLAIN)
    checks += settlement()
    return SelfTest(tuple(checks), tuple(notes))


def _ground(name: str, panel: Panel) -> Ground:
    first = max(0, len(panel.sessions) - SESSIONS)
    part = panel.tradable[first:] & ~(panel.volume[first:] == 0)
    able = [symbol for symbol, every in zip(panel.symbols, np.all(part, axis=0).tolist(), strict=True) if every]
    there = np.any(panel.has_bar[first:], axis=0).tolist()
    others = [symbol for symbol, some in zip(panel.symbols, there, strict=True) if some and symbol not in able]
    chosen = sorted((able[: SERIES - 2] + others + able[SERIES - 2 :])[:SERIES])
    small = copied(panel.select(chosen))  # taken as it is: the quality gate has its own say elsewhere
    return Ground(name, small, panel.sessions[first], tuple(symbol for symbol in able if symbol in chosen))


def _all_of(name: str, panel: Panel) -> Ground:
    return Ground(name, panel, panel.sessions[0], panel.symbols)


# --- free of costs ----------------------------------------------------------------------------------------------------


def _free(ground: Ground, engine: Engine) -> Iterator[Checked]:
    """Every number is known without an engine."""
    panel, symbols = ground.panel, ground.whole
    first = int(panel.sessions.searchsorted(ground.start))
    columns = [panel.column(symbol) for symbol in symbols]
    growth = panel.adjusted_close[first + 1 :, columns] / panel.adjusted_close[first:-1, columns]  # rows first + 1 ...

    def ran(strategy: Any, **terms: Any) -> Record:
        usual: dict[str, Any] = {"fill": "close", "size": "fill", "cash": CASH, "start": f"{ground.start:%F}"}
        return backtest(strategy, panel, "frictionless", engine=engine, **usual | terms)

    def told(check: str, got: Any, want: Any, allowed: float = EXACT) -> Checked:
        return _compared(check, ground.name, "frictionless", engine, got, want, allowed)

    equity = ran(Cash()).outcome.equity
    yield told("cash is constant", equity, np.full(len(equity), CASH), 0.0)
    days = np.diff(panel.sessions[first:].to_numpy().astype("M8[D]").astype(int))
    due = CASH * np.cumprod(np.concatenate(([1.0], 1 + RATE * days / 365)))
    yield told("cash earns its interest", ran(Cash(), cash_rate=RATE).outcome.equity, due)

    bought = np.concatenate((np.ones((2, len(symbols))), np.cumprod(growth[1:], axis=0)))  # filled at the second close
    held = ran(Hold(symbols[:1])).outcome.equity
    yield told("buy and hold, one series", held, CASH * bought[:, 0])
    yield told("buy and hold, all", ran(Hold(symbols)).outcome.equity, CASH * bought.mean(axis=1))
    mean = CASH * np.cumprod(np.concatenate(([1.0, 1.0], growth[1:].mean(axis=1))))
    yield told("equal weight", ran(Equal(symbols)).outcome.equity, mean)
    place = [(first + 1 + k) % len(symbols) for k in range(len(growth))]  # decided with so many sessions in view
    turned = [growth[k, place[k - 1]] for k in range(1, len(growth))]
    yield told("turns", ran(Turns(symbols)).outcome.equity, CASH * np.cumprod([1.0, 1.0, *turned]))
    if engine == "compiled":
        yield from _drawn(symbols, growth, first, ran, told)


def _drawn(
    symbols: tuple[str, ...], growth: Floats, first: int, ran: Callable[..., Record], told: Callable[..., Checked]
) -> Iterator[Checked]:
    """Random picks: each draw exactly, all together within the interval of their mean."""
    count, lines, wants, turnover = max(1, len(symbols) // 2), [], [], []
    for seed in range(DRAWS):
        rule = Draws(symbols, count, seed)
        record = ran(rule)
        picked = [list(rule.drawn(first + k)) for k in range(len(growth))]
        wants.append(CASH * np.cumprod([1.0, 1.0, *(growth[k, picked[k - 1]].mean() for k in range(1, len(growth)))]))
        lines.append(record.outcome.equity)
        log = record.outcome.decisions
        turnover.append(float(np.abs(log.target[1:] - log.held[1:]).sum(axis=1).mean() / 2))
    yield told("random picks, each", np.array(lines).ravel(), np.array(wants).ravel())
    ends = np.array([np.log(line[-1] / CASH) / len(growth) for line in lines])
    mean = float(np.log(np.prod(growth[1:].mean(axis=1))) / len(growth))
    spread = growth[1:].std(axis=1)  # of one draw of half of them: what log loses to it on average
    loss = float((spread**2 * (1 / count - 1 / len(symbols)) * len(symbols) / max(1, len(symbols) - 1) / 2).mean())
    error, n = 5 * float(ends.std(ddof=1)) / np.sqrt(DRAWS), len(growth)
    yield told("random picks, their mean", np.exp([n * (ends.mean() + loss)]), np.exp([n * mean]), n * error)
    due = 1 - count / len(symbols)
    own = 5 * float(np.std(turnover, ddof=1)) / np.sqrt(DRAWS) + 0.01
    yield told("random picks, turnover", np.array([np.mean(turnover)]), np.array([due]), own)


# --- under full rules -------------------------------------------------------------------------------------------------


def _ruled(ground: Ground, market: Market) -> Iterator[Checked]:
    """The books, and the rules that every fill has to keep."""
    rules = {"turns": Turns(ground.whole or ground.panel.symbols), "equal weight": Equal(ground.panel.symbols)}
    for name, strategy in rules.items():
        done: list[Record] = []
        for engine in ENGINES:
            terms: dict[str, Any] = {"cash": CASH, "start": f"{ground.start:%F}", "size": "fill", "cash_rate": RATE}
            record = backtest(strategy, ground.panel, market, engine=engine, **terms)
            done.append(record)

            def told(
                check: str, got: Any, want: Any, allowed: float, name: str = name, engine: str = engine
            ) -> Checked:
                label = f"{check}, {name}"
                return _compared(label, ground.name, market.name, engine, got, want, allowed, relative=False)

            yield from _booked(record, told)
            yield from _kept(record, told)
            if name == "turns":
                yield from _in_turn(record, told)
        try:
            compare_outcomes(done[0].outcome, done[1].outcome, ground.panel, done[0].terms)
            said = ""
        except SectorLeadError as error:
            said = str(error).splitlines()[0]
        fills = len(done[0].outcome.fills.row)
        label = f"engines agree, {name}"
        yield Checked(label, ground.name, market.name, "both", fills, float(bool(said)), 0.0, not said, said)


def _booked(record: Record, told: Callable[..., Checked]) -> Iterator[Checked]:
    """The account once more, its fees, and what the costs took."""
    books, out = rebooked(record), record.outcome
    step = record.market.money_step
    allowed = ROUNDING + 1e-12 * record.terms.cash
    yield told("cash from fills", out.cash, books.cash, allowed)
    yield told("shares from fills", out.shares, books.shares, 1e-6)
    yield told("equity from fills", out.equity, books.equity, allowed + 1e-9 * float(out.equity.max()))
    values = np.array([round(float(a) * float(b), 10) for a, b in zip(out.fills.shares, out.fills.price, strict=True)])
    traded = out.fills.traded
    yield told("value is shares x price", out.fills.value[traded], values[traded], step / 2 + ROUNDING)
    fees = list(charged(record))
    exact = 1e-9 if step else 1e-6
    yield told("fees of each fill", [each[2] for each in fees], [each[3] for each in fees], exact)
    free = rebooked(record, costs=False)
    lost = free.equity[-1] - books.equity[-1]
    allowed = step * max(1, int(traded.sum())) + ROUNDING
    yield told("loss is sum of costs", [lost], [sum(record.costs.values())], allowed)
    before = np.concatenate(([record.terms.cash], out.cash[:-1]))
    days = record.panel.sessions[max(0, record.terms.first - 1) : record.terms.last + 1].to_numpy()
    gaps = np.diff(days) / np.timedelta64(1, "D")
    due = before[-len(gaps) :] * RATE * gaps / 365
    mine = out.interest[-len(gaps) :].copy()
    if record.terms.first > 0:
        due[0] = 0.0  # nothing is earned before the first session
    yield told("interest", mine, due, step / 2 + ROUNDING)


def _kept(record: Record, told: Callable[..., Checked]) -> Iterator[Checked]:
    """What no fill may break."""
    panel, log, market = record.panel, record.outcome.fills, record.market
    traded = np.flatnonzero(log.traded)
    row, column, side = log.row[traded], log.column[traded], log.side[traded]
    at = np.array([reference(record, int(t), int(i)) for t, i in zip(row, column, strict=True)])
    low, high = (panel.low, panel.high) if panel.has_ohlc else (panel.close, panel.close)
    outside = np.fmax(low[row, column] - at, at - high[row, column])
    yield told("fills inside bars", np.fmax(outside, 0), np.zeros(len(at)), 1e-9)
    dearer = side * (log.price[traded] - at) / at
    yield told("slippage is against it", np.fmin(dearer, 0), np.zeros(len(at)), 1e-12)
    yield told("volume is there", (panel.volume[row, column] == 0).astype(float), np.zeros(len(at)), 0.0)
    yield told("cash is not negative", np.fmin(record.outcome.cash, 0), np.zeros(len(record.outcome.cash)), 0.0)
    if market.lot:
        whole = np.abs(log.shares[traded] / market.lot - np.round(log.shares[traded] / market.lot))
        yield told("buys in whole lots", whole[side > 0], np.zeros((side > 0).sum()), 1e-9)
    if market.price_limit:
        split = panel.last_factor[row, column] / panel.last_factor[row - 1, column]
        limit = market.price_limit * side
        pairs = zip(panel.last_close[row - 1, column] / split, limit, strict=True)
        limits = np.array([round_limit(float(price), float(share)) for price, share in pairs])
        reached = side * (at - limits) > -market.tick / 2 if market.tick else np.zeros(len(at), bool)
        yield told("no fill at the limit", reached.astype(float), np.zeros(len(at)), 0.0)


def _in_turn(record: Record, told: Callable[..., Checked]) -> Iterator[Checked]:
    """What was sold pays for what is bought in the same session, the session after the decision."""
    log, out = record.outcome.fills, record.outcome
    stuck = set(out.rejections.row[~np.isin(out.rejections.reason, (CASH_SHORT, LOT))].tolist())
    sessions = range(record.terms.first + 1, record.terms.last + 1)
    calm = [t for t in sessions if not {t - 1, t} & stuck and t - 1 > record.terms.first]
    ends = record.panel.last_date[~np.isnat(record.panel.last_date)]
    calm = [t for t in calm if not (ends < record.panel.sessions[t].to_datetime64()).any()]
    both = [{int(side) for side in log.side[log.row == t]} == {1, -1} for t in calm]
    yield told("sold and bought in turn", np.array(both, float), np.ones(len(both)), 0.0)
    left = np.array([out.cash[t - record.terms.first] / out.equity[t - record.terms.first] for t in calm])
    yield told("a sale pays for a buy", left, np.zeros(len(left)), 0.01)


def _compared(
    check: str, panel: str, market: str, engine: str, got: Any, want: Any, allowed: float, *, relative: bool = True,
) -> Checked:  # fmt: skip
    a, b = np.asarray(got, dtype=np.float64), np.asarray(want, dtype=np.float64)
    if a.shape != b.shape:
        return Checked(check, panel, market, engine, a.size, np.inf, allowed, False, f"{a.shape} and {b.shape} values")
    if not a.size:
        return Checked(check, panel, market, engine, 0, 0.0, allowed, True, "nothing to compare")
    apart = np.abs(a - b) / (np.abs(b) + (b == 0) if relative and allowed else 1.0)
    apart = np.where(np.isnan(apart), np.inf, apart)
    worst = int(np.argmax(apart))
    off = float(apart.flat[worst])
    where = f"number {worst} is {a.flat[worst]:.10g}, {b.flat[worst]:.10g} is known"
    return Checked(check, panel, market, engine, a.size, off, allowed, bool(off <= allowed), where)
