"""Exports: the libraries they are for take them, and find what we find."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import empyrical
import numpy as np
import pandas as pd
import pytest

from sectorlead.data.panel import Panel
from sectorlead.engine.record import Record
from sectorlead.reports import metrics
from sectorlead.reports.analyzers import analyse
from sectorlead.reports.run_folder.exports import to_pyfolio, to_quantstats

Make = Callable[..., Record]


@pytest.fixture(autouse=True)
def drawing_without_a_screen_or_a_trace() -> Iterator[None]:
    import matplotlib.pyplot as plt

    with plt.rc_context():
        before = plt.get_backend()
        plt.switch_backend("Agg")
        yield
        plt.close("all")
        plt.switch_backend(before)


# --- form -------------------------------------------------------------------------------------------------------------


def test_pyfolio_frames_are_the_run(market_run: Record) -> None:
    returns, positions, transactions = to_pyfolio(market_run)
    for one in (returns, positions, transactions):
        assert str(one.index.tz) == "UTC"
    assert positions.columns[-1] == "cash"
    np.testing.assert_allclose(positions.sum(axis=1), market_run.equity, rtol=1e-12)
    assert set(positions.columns[:-1]) == set(market_run.fills["symbol"])
    fills = market_run.fills
    signed = np.where(fills["side"] == "buy", 1, -1) * fills["shares"]
    assert transactions["amount"].tolist() == signed.tolist()
    assert transactions["symbol"].tolist() == fills["symbol"].tolist()
    assert transactions["commission"].sum() == pytest.approx(sum(market_run.costs.values()))
    assert transactions.index.tz_localize(None).equals(pd.DatetimeIndex(fills["session"]))
    assert np.array_equal(returns, market_run.returns)


def test_adjusted_shares_bring_the_same_money(market_run: Record) -> None:
    (_, _, raw), (_, _, adjusted) = to_pyfolio(market_run), to_pyfolio(market_run, adjusted=True)
    np.testing.assert_allclose(raw["amount"] * raw["price"], adjusted["amount"] * adjusted["price"], rtol=1e-12)


def test_without_a_benchmark_there_is_none(make: Make) -> None:
    returns, benchmark = to_quantstats(make([101.0, 102.0]))
    assert benchmark is None
    assert returns.name == "hand"


def test_a_late_benchmark_begins_late_and_ruin_ends_the_returns(make: Make) -> None:
    record = make([110.0, 0.0, 0.0], benchmark=[np.nan, np.nan, 100.0, 110.0])
    returns, benchmark = to_quantstats(record)
    assert returns.tolist() == pytest.approx([0.1, -1.0])
    assert benchmark is not None
    assert benchmark.to_dict() == {record.sessions[-1]: pytest.approx(0.1)}
    assert to_pyfolio(record)[0].tolist() == pytest.approx([0.1, -1.0])


# --- empyrical and pyfolio --------------------------------------------------------------------------------------------


def test_empyrical_agrees(market_run: Record) -> None:
    returns, told = to_pyfolio(market_run)[0], metrics.summary(market_run)
    market = to_quantstats(market_run)[1].tz_localize("UTC")
    assert empyrical.sharpe_ratio(returns) == pytest.approx(told["sharpe"], rel=1e-9)
    assert empyrical.sortino_ratio(returns) == pytest.approx(told["sortino"], rel=1e-9)
    assert empyrical.max_drawdown(returns) == pytest.approx(told["max_drawdown"], rel=1e-9)
    assert empyrical.annual_volatility(returns) == pytest.approx(told["volatility"], rel=1e-9)
    assert empyrical.cum_returns_final(returns) == pytest.approx(told["total_return"], rel=1e-9)
    assert empyrical.beta(returns, market) == pytest.approx(told["beta"], rel=1e-9)
    grown = 1 + told["total_return"]
    assert empyrical.cagr(returns) == pytest.approx(grown ** (252 / len(returns)) - 1, rel=1e-9)
    monthly = empyrical.aggregate_returns(returns, "monthly")
    np.testing.assert_allclose(monthly, analyse(market_run)["Returns"]["monthly"], rtol=1e-9, atol=1e-12)


@pytest.mark.filterwarnings("ignore")
def test_pyfolio_takes_all_three(market_run: Record) -> None:
    from pyfolio import pos, timeseries, txn

    returns, positions, transactions = to_pyfolio(market_run)
    told, market = metrics.summary(market_run), to_quantstats(market_run)[1].tz_localize("UTC")
    stats = timeseries.perf_stats(returns, factor_returns=market, positions=positions, transactions=transactions)
    assert stats["Sharpe ratio"] == pytest.approx(told["sharpe"], rel=1e-9)
    assert stats["Max drawdown"] == pytest.approx(told["max_drawdown"], rel=1e-9)
    assert stats["Beta"] == pytest.approx(told["beta"], rel=1e-9)
    assert stats["Gross leverage"] == pytest.approx(told["exposure"], rel=1e-9)
    weights = pos.get_percent_alloc(positions)
    pd.testing.assert_frame_equal(
        weights.drop(columns="cash").tz_localize(None), market_run.weights[weights.columns[:-1]], check_freq=False
    )
    traded = txn.get_txn_vol(transactions)["txn_volume"].sum()
    assert traded == pytest.approx(market_run.fills["value"].sum(), rel=1e-6)  # values are rounded to fen
    by_pyfolio = txn.get_turnover(positions, transactions, "portfolio_value")
    both_ways = analyse(market_run)["Turnover"]["by_session"] * 2
    over_today = both_ways * market_run.equity.shift(1, fill_value=market_run.terms.cash) / market_run.equity
    np.testing.assert_allclose(by_pyfolio, over_today, rtol=1e-6)


@pytest.mark.filterwarnings("ignore")
def test_pyfolio_round_trips_over_a_split(make: Make) -> None:
    """10 bought at 30, three for one, 30 sold at 12: 60 made; counted as traded, pyfolio finds another number."""
    from pyfolio import round_trips

    close = np.array([[30.0], [30.0], [11.0], [12.0]])
    fills = [(1, 0, 1, 10.0, 30.0, 300.0), (3, 0, -1, 30.0, 12.0, 360.0)]
    record = make(
        [1_000.0, 1_030.0, 1_060.0], 1_000.0, names=("A",), fills=fills, shares=[[10.0], [30.0], [0.0]], close=close
    )
    split = Panel(record.panel.sessions, ("S0",), close, adj_factor=np.array([[1.0], [1.0], [3.0], [3.0]]))
    record = replace(record, panel=split)
    made = [
        round_trips.extract_round_trips(to_pyfolio(record, adjusted=adjusted)[2])["pnl"].tolist()
        for adjusted in (True, False)
    ]
    assert made[0] == [pytest.approx(60.0)]
    assert made[1] != made[0]
    assert analyse(record)["Rotation"]["spells"]["contribution"].tolist() == made[0]


# --- quantstats -------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
def test_quantstats_agrees(market_run: Record) -> None:
    from quantstats import stats

    returns, benchmark = to_quantstats(market_run)
    told = metrics.summary(market_run)
    for name, value in {
        "sharpe": told["sharpe"],
        "sortino": told["sortino"],
        "volatility": told["volatility"],
        "max_drawdown": told["max_drawdown"],
        "comp": told["total_return"],
        "cagr": (1 + told["total_return"]) ** (252 / len(returns)) - 1,
    }.items():
        assert getattr(stats, name)(returns) == pytest.approx(value, rel=1e-9), name
    greeks = stats.greeks(returns, benchmark)
    assert greeks["beta"] == pytest.approx(told["beta"], rel=1e-9)
    assert greeks["alpha"] == pytest.approx(told["alpha"], rel=1e-9)
    assert stats.information_ratio(returns, benchmark) * 252**0.5 == pytest.approx(told["information_ratio"], rel=1e-9)


@pytest.mark.filterwarnings("ignore")
def test_quantstats_writes_its_report(market_run: Record, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    from quantstats import reports

    caplog.set_level(logging.ERROR, "matplotlib.font_manager")  # it misses Arial 200 times
    returns, benchmark = to_quantstats(market_run)
    out = tmp_path / "report.html"
    reports.html(returns, benchmark=benchmark, output=str(out), match_dates=False)  # by default it leaves out idle days
    page, told = out.read_text(encoding="utf-8"), metrics.summary(market_run)
    for label, value in {
        "Cumulative Return": f"{told['benchmark_total_return']:.2%}</td><td>{told['total_return']:.2%}",
        "Sharpe": f"{round(told['benchmark_sharpe'], 2)}</td><td>{round(told['sharpe'], 2)}",
        "Max Drawdown": f"{told['benchmark_max_drawdown']:.2%}</td><td>{told['max_drawdown']:.2%}",
    }.items():
        assert f"<td>{label}</td><td>{value}</td>" in page, label
    assert market_run.panel.benchmark is not None
    assert market_run.panel.benchmark.symbol in page
