"""The batch kernel gives what the logged kernel gives, to the last bit, whatever can happen in a session."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.engine.backtest import backtest
from sectorlead.engine.cash_flows import still_due
from sectorlead.engine.compiled.batch import run as batch
from sectorlead.engine.compiled.batch.arrays import (
    COSTS,
    DECISIONS,
    DEEPEST,
    FILLS,
    FINAL,
    GROWTH,
    MEASURES,
    TRADED,
    Blocks,
    Table,
    new_work,
)
from sectorlead.engine.compiled.batch.packed import packed_market, why_not
from sectorlead.engine.compiled.batch.plans import plan_blocks
from sectorlead.engine.compiled.state import read_only
from sectorlead.engine.market.market import MARKETS
from sectorlead.engine.record import DIVIDEND, Record
from sectorlead.reports.metrics.drawdowns import max_drawdown

from ....parity.markets import MONEY, Case, Dice, cases

rotations: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "top": st.integers(1, 4),
        "band": st.integers(0, 2),
        "min_hold": st.sampled_from([0, 0, 3]),
        "max_swaps": st.sampled_from([None, None, 0, 1]),
        "every": st.sampled_from([1, 2, 5]),
        "weigh": st.sampled_from([sl.Equal(), sl.Equal(0.6), sl.Equal(0.0), sl.InverseVolatility(3)]),
        "exits": st.sampled_from([sl.Exits(), sl.Exits(), sl.Exits(stop=0.02), sl.Exits(trailing=0.03, sessions=4)]),
    }
)


def rotation_of(case: Case, top: int, band: int, every: int, **parts: Any) -> sl.Rotation:
    pick = sl.TopN(top, top + band, min_hold=parts["min_hold"], max_swaps=parts["max_swaps"])
    return sl.Rotation(Dice(case.seed), pick, parts["weigh"], schedule=sl.Every(every), exits=parts["exits"])


def compare_kernels(run: Record, case: Any, rule: sl.Rotation) -> None:
    terms = run.terms
    plan = rule.plan(case.panel, terms.first, terms.last - 1)
    assert plan is not None
    blocks = plan_blocks(plan, np.full(terms.last - terms.first + 1, np.nan))
    found = batch.run_variants(packed_market(case.panel, case.market, terms), *blocks, returns=True)
    line = np.concatenate(([terms.cash], run.outcome.equity))
    measures = found.measures[0]
    assert measures[FINAL] == line[-1]
    with np.errstate(invalid="ignore", divide="ignore"):
        np.testing.assert_array_equal(found.returns[0], (line[1:] - run.outcome.flows) / line[:-1] - 1.0)
    if np.isfinite(found.returns).all():  # after ruin there is no growth
        assert measures[GROWTH] == run.wealth[-1]
        np.testing.assert_allclose(measures[DEEPEST], max_drawdown(run.wealth), rtol=1e-12, atol=1e-15)
    log = run.outcome.fills
    assert measures[FILLS] == (log.side != DIVIDEND).sum()
    assert measures[DECISIONS] == len(run.outcome.decisions.row)
    np.testing.assert_allclose(measures[TRADED], log.value[log.traded].sum(), rtol=1e-12)
    np.testing.assert_allclose(measures[COSTS], sum(run.costs.values()), rtol=1e-9, atol=1e-9)


@given(cases(times=st.sampled_from(["", "10:00"]), **MONEY), rotations)
def test_random_rotations_in_random_markets(case: Case, parts: dict[str, Any]) -> None:
    rule = rotation_of(case, **parts)
    run = backtest(rule, engine="compiled", **case.arguments)
    if why_not(case.panel, case.market, run.terms):
        assert run.terms.dividends != "reinvested"
        return
    compare_kernels(run, case, rule)


@pytest.mark.parametrize("dividends", ["cash", "reinvest-at-open"])
@pytest.mark.parametrize("size", ["decision", "fill"])
def test_dividends_and_flows_of_a_year(dividends: Literal["cash", "reinvest-at-open"], size: str) -> None:
    """Long enough for due withdrawals, interest, leaps between events, and dividends on lots."""
    whole = sl.simulate(seed=9, sessions=300)
    panel = whole.select(whole.symbols[:6])
    paid = np.zeros(panel.shape)
    paid[70::11] = 0.02 * panel.close[69:-1:11]
    factor = np.ones(panel.shape)
    factor[1:] = panel.close[:-1] / (panel.close[:-1] - paid[1:])
    factor = np.cumprod(np.nan_to_num(factor, nan=1.0), axis=0)
    panel = replace(panel, adj_factor=factor, fields={"dividend": paid}, checked=False)
    market = sl.market("cn-etf", dividend_tax_rate=0.1, participation=0.3)
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())
    flows = ["monthly -9000", "2015-06-01 50000", "2015-09-01 -400000"]
    run = backtest(rule, panel, market, cash=300_000, cash_flows=flows, dividends=dividends, size=size, cash_rate=0.02)
    assert (run.outcome.fills.side == DIVIDEND).sum() > 5
    assert still_due(run.terms, run.outcome).any()
    compare_kernels(run, SimpleNamespace(panel=panel, market=market), rule)


def test_odd_lots_of_a_distribution_are_sold_with_the_rest() -> None:
    whole = sl.simulate(seed=9, sessions=120)
    grown = np.where(np.arange(120)[:, None] >= 60, 1.053, 1.0)
    panel = sl.Panel(
        whole.sessions, whole.symbols[:6], whole.close[:, :6] / grown, whole.open[:, :6] / grown,
        whole.high[:, :6] / grown, whole.low[:, :6] / grown, whole.volume[:, :6], adj_factor=np.tile(grown, 6),
    )  # fmt: skip
    market = sl.Market(name="lots", commission_rate=0.0003, commission_min=5, lot=100, money_step=0.01)
    rule = sl.Rotation(sl.Momentum(5), sl.TopN(2), schedule=sl.Every(5))
    run = backtest(rule, panel, market, cash=300_000)
    fills = run.outcome.fills
    odd = (fills.shares % 100 > 0.01) & (fills.side < 0)
    assert odd.any()
    compare_kernels(run, SimpleNamespace(panel=panel, market=market), rule)


@pytest.mark.parametrize("impact", [0.0, 0.5])
@pytest.mark.parametrize("exits", [sl.Exits(), sl.Exits(stop=0.05, trailing=0.1)])
@pytest.mark.parametrize("fill", ["open", "same-close"])
def test_plain_python_gives_the_same_bits(fill: str, exits: sl.Exits, impact: float) -> None:
    whole = sl.simulate(seed=5, sessions=90)
    panel = whole.select(whole.symbols[:7])
    market = sl.Market(
        commission_rate=0.0003, commission_min=5, lot=100, money_step=0.01, price_limit=0.1, tick=0.001, impact=impact,
        slippage_bps=5, participation=0.2,
    )  # fmt: skip
    rule = sl.Rotation(sl.Momentum(10), sl.TopN(3, hold_until_rank=4), schedule=sl.Every(3), exits=exits)
    terms = sl.run(rule, panel, market, cash=20_000, fill=fill, cash_rate=0.02).terms
    plan = rule.plan(panel, terms.first, terms.last - 1)
    assert plan is not None
    blocks, table = map(read_only, plan_blocks(plan, np.linspace(-0.01, 0.01, terms.last + 1)))
    packed = packed_market(panel, market, terms, measured=30)
    found = []
    for kernel in (batch.chunk, batch.chunk_nb):
        measures, lines = np.empty((1, MEASURES)), np.empty((1, terms.last - 30 + 1))
        kernel(packed, blocks, table, new_work(7, terms.last + 1), 0, 1, measures, lines)
        found.append((measures, lines))
    assert found[0][0][0, FILLS] > 20
    np.testing.assert_array_equal(found[0][0], found[1][0])
    np.testing.assert_array_equal(found[0][1], found[1][1])


def many(panel: sl.Panel, count: int) -> tuple[Any, Blocks, Table]:
    terms = sl.run(sl.Rotation(sl.Momentum(20)), panel, "cn-etf").terms
    plan = sl.Rotation(sl.Momentum(20), schedule=sl.Weekly()).plan(panel, terms.first, terms.last - 1)
    assert plan is not None
    blocks, one = plan_blocks(plan, np.full(terms.last + 1, np.nan))
    rng = np.random.default_rng(1)
    tops = rng.integers(1, 20, (count, 1)) + np.zeros(len(plan.rows), np.int64)
    whole = np.repeat(one.whole, count, axis=0)
    whole[:, 4] = np.arange(count)
    whole[:, 5] = rng.choice([0, 30], count)
    return (
        packed_market(panel, MARKETS["cn-etf"], terms),
        blocks._replace(top=tops, keep=tops + 2),
        Table(whole, np.repeat(one.real, count, axis=0)),
    )


def test_threads_chunks_and_order_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    packed, blocks, table = many(sl.simulate(seed=6, sessions=300), 150)
    expected = batch.run_variants(packed, blocks, table, returns=True)
    assert len(np.unique(expected.measures[:, FINAL])) > 30
    for threads, chunk in ((2, 64), (3, 7), (1, 1)):
        monkeypatch.setattr(batch, "CHUNK", chunk)
        found = batch.run_variants(packed, blocks, table, returns=True, threads=threads)
        np.testing.assert_array_equal(found.measures, expected.measures)
        np.testing.assert_array_equal(found.returns, expected.returns)
    order = np.random.default_rng(2).permutation(150)
    found = batch.run_variants(packed, blocks, Table(table.whole[order], table.real[order]), threads=2)
    np.testing.assert_array_equal(found.measures, expected.measures[order])


def test_what_a_thread_raises_is_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    packed, blocks, table = many(sl.simulate(seed=6, sessions=60), 3)

    def broken(*_: Any) -> None:
        raise MemoryError("no room")

    monkeypatch.setattr(batch, "chunk_nb", broken)
    with pytest.raises(MemoryError, match="no room"):
        batch.run_variants(packed, blocks, table, threads=2)


def test_measured_sessions_begin_where_they_are_told() -> None:
    panel = sl.simulate(seed=7, sessions=200)
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(3), schedule=sl.Weekly())
    run = sl.run(rule, panel, "cn-etf", measured_from=panel.sessions[100])
    terms = sl.run(rule, panel, "cn-etf").terms
    plan = rule.plan(panel, terms.first, terms.last - 1)
    assert plan is not None
    packed = packed_market(panel, MARKETS["cn-etf"], terms, measured=100)
    found = batch.run_variants(packed, *plan_blocks(plan, np.full(200, np.nan)), returns=True)
    expected = run.summary()
    assert found.returns.shape == (1, 100)
    assert found.measures[0, FILLS] == expected["fills"]
    assert found.measures[0, DECISIONS] == expected["decisions"]
    np.testing.assert_allclose(found.measures[0, COSTS], expected["cost_total"], rtol=1e-12)
    np.testing.assert_allclose(found.measures[0, DEEPEST], expected["max_drawdown"], rtol=1e-12)
