"""Answers that others found: engines of other people on a benchmark panel, and Faber's published exhibit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead import Equal, Momentum, Monthly, Rotation, TopN, build
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
@pytest.mark.parametrize(
    ("size", "equity"),
    [
        ("decision", 22_858_188.60),  # pybroker, carrotquant and an independent simulator
        ("fill", 22_890_954.83),  # vectorbt and an independent simulator
    ],
)
def test_benchmark_panel(size: str, equity: float, engine: str, shared_data: Path) -> None:
    """2,500 sessions of 31 random walks: the best 5 over 60 sessions at 19% each, monthly, next open, 3 bp a side."""
    panel = load(shared_data / "bench" / "sectors31.parquet", "BENCH")
    rule = Rotation(score=Momentum(60), pick=TopN(5), weigh=Equal(total=0.95), schedule=Monthly())
    market = Market(commission_rate=0.0003, commission_min=0, lot=0)
    run = backtest(rule, panel, market, cash=10_000_000, size=size, engine=engine)
    assert run.equity.iloc[-1] == pytest.approx(equity, abs=0.005)


# CAGR in percent, 1928-01..2009-12, of the best 1..9 of ten industries by 12-month return, and of all ten, as published
# in SSRN 1585517, exhibits 4.5 and 3.
FABER_2010 = np.array([16.05, 14.75, 13.94, 13.41, 12.96, 12.50, 11.67, 11.48, 10.82, 10.28])
YEARS = 82


@pytest.fixture(scope="module")
def industries(shared_data: Path) -> pd.DataFrame:
    """Monthly total returns of Ken French's ten industries."""
    return pd.read_csv(shared_data / "us_ff10" / "ind10_monthly_vw.csv.gz", index_col="date", parse_dates=True)


def test_faber(industries: pd.DataFrame) -> None:
    """Decided on and filled at the month's close, no costs, on a close-only panel of cumulated returns."""
    start = pd.DataFrame(1.0, [pd.Timestamp("1926-06-30")], industries.columns)
    panel = Panel.from_frames(pd.concat([start, (1 + industries).cumprod()]))

    def cagr(rule: Rotation) -> float:
        run = backtest(rule, panel, "frictionless", fill="same-close", start="1927-12-31", end="2009-12-31")
        assert len(run.equity) == 12 * YEARS + 1
        return 100 * ((run.equity.iloc[-1] / run.equity.iloc[0]) ** (1 / YEARS) - 1)

    rules = [build("momentum", lookback=12, top=top, schedule="every-1") for top in range(1, 10)]
    found = np.array([cagr(rule) for rule in [*rules, build("equal-weight", schedule="every-1")]])
    np.testing.assert_allclose(found, cagr_without_engine(industries), rtol=0, atol=1e-6)
    assert found[0] > found[2] > found[8] > found[9]
    apart = np.abs(found - FABER_2010)  # French revises history, so the published numbers come back only nearly
    assert apart[0] <= 1.0
    assert (apart[2:] <= 0.5).all()


def cagr_without_engine(returns: pd.DataFrame) -> list[float]:
    """The same rule as means of next month's returns: nothing traded, nothing held, no accounts."""
    trailing = (1 + returns).rolling(12).apply(np.prod, raw=True)
    rank = trailing.rank(axis=1, ascending=False, method="first").shift(1)
    months = [returns.where(rank <= top).mean(axis=1)["1928-01":"2009-12"] for top in range(1, 11)]
    return [float(100 * ((1 + line).prod() ** (1 / YEARS) - 1)) for line in months]
