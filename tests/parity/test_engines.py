"""Compiled engine = backtrader engine = simulator, over random panels and on real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead import Equal, Every, Rotation, TopN, build
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.fees import COSTS
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.engine.strategy import Portfolio

from .markets import MONEY, Case, Dice, Replay, cases
from .rules_of_the_day import Rate
from .simulator import Ask, Simulator, Weights

SHARE = 1e-6
CENT = 0.005
ENGINES = ("compiled", "backtrader")


@pytest.mark.parametrize("engine", ENGINES)
@given(case=cases(**MONEY))
def test_random_targets(engine: str, case: Case) -> None:
    def told(t: int, _: Simulator) -> Weights | None:
        return None if np.isnan(case.table[t, 0]) else dict(enumerate(case.table[t].tolist()))

    run = backtest(Replay(case.table), engine=engine, **case.arguments)
    assert_same(run, simulated(run, told, range(case.sessions), case.cash_rate))


@pytest.mark.parametrize("engine", ENGINES)
@given(case=cases(**MONEY), age=st.integers(1, 8), every=st.integers(1, 7))
def test_random_stops(engine: str, case: Case, age: int, every: int) -> None:
    """Decisions and answers between them that depend on when a holding was opened; the account is seen alike."""
    stops, seen = case.stops(age, every), []

    def asked(answer: Callable[[int, list[int]], np.ndarray | None]) -> Ask:
        def ask(t: int, account: Simulator) -> Weights | None:
            seen.append((t, list(account.since), list(account.held)))
            told = answer(t, account.since)
            return None if told is None else {i: w for i, w in enumerate(told.tolist()) if w == w}

        return ask

    run = backtest(stops, engine=engine, **case.arguments)
    rows = range(run.terms.first, case.sessions, every)
    assert_same(run, simulated(run, asked(stops.decided), rows, case.cash_rate, asked(stops.answered)))
    told = run.strategy.seen  # of the copy that ran
    assert [s[:2] for s in told] == [s[:2] for s in seen]
    close([s[2] for s in told], [s[2] for s in seen], SHARE)


@pytest.mark.parametrize("engine", ENGINES)
@given(cases(**MONEY), st.integers(1, 4), st.integers(0, 2), st.integers(1, 7), st.sampled_from([1.0, 0.6]))
def test_random_rotations(engine: str, case: Case, top: int, band: int, every: int, total: float) -> None:
    """The pick and the hold band are written again here; scores are dice, often equal, sometimes missing."""
    dice = Dice(case.seed)

    def best(t: int, account: Simulator) -> Weights | None:
        scores, opened, day = dice(case.panel)[t].tolist(), case.panel.open[t].tolist(), case.days[t]
        if case.decide_at:  # what has no price yet can't be ranked
            opened = case.panel.field(f"price_{case.decide_at}")[t].tolist()
        able = [i for i in range(case.symbols) if scores[i] == scores[i] and opened[i] == opened[i]]
        able = [i for i in able if not case.panel.known_from[i] > day.to_datetime64()]
        ranked = sorted(able, key=lambda i: (-scores[i], i))
        stay = [i for i in ranked[: top + band] if account.held[i] > 0][:top]
        join = [i for i in ranked if account.held[i] == 0][: top - len(stay)]
        return {i: total / len(stay + join) for i in stay + join} or None

    rotation = Rotation(dice, TopN(top, top + band), Equal(total), schedule=Every(every))
    run = backtest(rotation, engine=engine, **case.arguments)
    assert_same(run, simulated(run, best, range(run.terms.first, case.sessions, every), case.cash_rate))


class Stopped:
    """Wants A and B, and B out again the next day."""

    watchful = True

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
        return {"A": 0.5, "B": 0.1} if len(view.sessions) == 1 else None

    def between(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
        return {"B": 0.0} if len(view.sessions) == 2 else None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("size", ["decision", "fill"])
def test_an_answer_for_another_symbol_leaves_an_open_buy_open(size: str, engine: str) -> None:
    """Of 500 A, 100 were to be had; that the rest never comes is told when A ends, whatever was said about B."""
    close = np.array([[10.0, 10.0], [10.0, 10.0], [np.nan, 10.0], [np.nan, 10.0]])
    volume = np.where(np.isnan(close), np.nan, [1e3, 1e6])
    days = pd.bdate_range("2024-01-02", periods=4)
    panel = Panel(days, ("A", "B"), close, close, close, close, volume, last_date=[days[1], None])
    market = Market(lot=100, participation=0.1)
    run = backtest(Stopped(), panel, market, cash=10_000, size=size, engine=engine)
    told = run.rejections.drop(columns="session").to_numpy().tolist()
    assert told == [["A", "buy", 500, 100, "participation"], ["A", "buy", 500, 0, "terminated"]]


FUNDS, CHINEXT = "cn_sector_etf/bars.csv.gz", "cn_index/bars.csv.gz:399006"
SHARES = Market(
    commission_rate=0.0003, commission_min=5.0, stamp_duty_rate=0.0005, transfer_fee_rate=0.00001, lot=100,
    price_limit=0.1, tick=0.01, t_plus_one=True, participation=0.01, slippage_bps=5.0, money_step=0.01,
)  # fmt: skip
REAL: dict[str, tuple[str, str, str | Market, Rotation, dict[str, Any]]] = {
    "funds": (FUNDS, CHINEXT, "cn-etf", build("pullback-leaders"), {}),
    "funds, thin": (
        FUNDS, CHINEXT, SHARES, build("momentum", schedule="weekly", weights="inverse-volatility"),
        {"cash": 1e8, "fill": "close", "size": "fill", "start": "2019-01-01"},
    ),
    "shenwan 2021": (
        "cn_sw2021_l1/bars.csv.gz", CHINEXT, "cn-etf", build("pullback-laggards", hold_until_rank=None),
        {"cash": 1e7, "size": "fill"},
    ),
    "shenwan 2014": (
        "cn_sw2014_l1/bars.csv.gz", CHINEXT, "frictionless", build("momentum", top=3, hold_until_rank=6, trend=120),
        {"fill": "same-close"},
    ),
    "random walks": (
        "bench/sectors31.parquet", "BENCH", "cn-etf", build("random", seed=3, schedule="every-10"),
        {"unfilled": "drop"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REAL)
def test_real_panels(name: str, shared_data: Path) -> None:
    file, benchmark, market, rotation, terms = REAL[name]
    panel = load(shared_data / file, f"{shared_data}/{benchmark}" if ":" in benchmark else benchmark)

    def asked(t: int, account: Simulator) -> Weights | None:
        """The strategy itself, on a view that ends at t, in place of the plan that the compiled engine runs."""
        held = np.array(account.held)
        worth = float(account.worth())
        weights = np.where(held > 0, held * panel.last_close[t], 0.0) / worth
        since = np.array(account.since)
        decision = rotation.decide(panel.until(t), Portfolio(float(account.cash), worth, held, weights, since))
        return None if decision is None else dict(enumerate(decision.tolist()))

    run = backtest(rotation, panel, market, engine="both", **terms)
    rows = np.flatnonzero(rotation.schedule.decision_sessions(panel.sessions, run.terms.first)).tolist()
    assert len(run.fills) > 100
    assert_same(run, simulated(run, asked, rows))


def simulated(
    run: Record, decide: Ask, rows: Iterable[int], cash_rate: Rate = None, between: Ask | None = None
) -> Simulator:
    """The simulator on the same panel, market and terms as ``run``."""
    terms = run.terms
    kept = terms.cash, terms.fill, terms.size, terms.unfilled, terms.first, terms.last
    ends = terms.ended, terms.write_off
    flows = {t: amount for t, amount in enumerate(terms.flow.tolist()) if amount}
    band, times = (terms.no_trade, terms.no_trade_of, terms.no_trade_to), (terms.price_at, terms.decide_at)
    more = *ends, terms.dividends, flows, *band, *times
    return Simulator(run.panel, run.market, decide, rows, *kept, cash_rate, between, *more).run()


def assert_same(run: Record, answer: Simulator) -> None:
    """Share for share, cent for cent, reason for reason; in the order of session, column, side.

    A run that has lost all but the float noise which fractional units leave in cash has nothing to compare.
    """
    if run.outcome.equity.min() <= 1e-6 * run.terms.cash and not run.terms.flow.any():
        return
    log = run.outcome.rejections
    keys = ["row", "column", "side", "reason", "wanted", "filled"]
    found = [*run.rejections.assign(row=log.row, column=log.column)[keys].itertuples(index=False, name=None)]
    told = [(r.row, r.column, r.side, r.reason, r.wanted, r.filled) for r in answer.rejections]
    left, right = sorted(found), sorted(told)
    assert [r[:4] for r in left] == [r[:4] for r in right]
    close([(r[4], r[4] - r[5]) for r in left], [(r[4], r[4] - r[5]) for r in right], SHARE)

    log = run.outcome.fills
    keys = ["row", "column", "side", "shares", "price", "value", *COSTS]
    found = [*run.fills.assign(row=log.row, column=log.column)[keys].itertuples(index=False, name=None)]
    left, right = sorted(found), sorted(map(tuple, answer.fills))
    assert [f[:3] for f in left] == [f[:3] for f in right]
    close([f[3:5] for f in left], [f[3:5] for f in right], SHARE)
    close([f[5:] for f in left], [f[5:] for f in right], CENT)

    log = run.outcome.decisions
    assert log.row.tolist() == [t for t, _ in answer.decisions]
    close(log.target, np.array([target for _, target in answer.decisions]).reshape(log.target.shape), 1e-9)

    close(run.outcome.shares, answer.shares, SHARE)
    close(run.outcome.interest, answer.interest, CENT)
    close(run.outcome.flows, answer.moved, CENT)
    close(run.outcome.cash, answer.cash_line, CENT)
    close(run.outcome.equity, answer.equity, CENT)


def close(left: Any, right: Any, within: float) -> None:
    np.testing.assert_allclose(np.array(left, float), np.array(right, float), rtol=1e-9, atol=within)
