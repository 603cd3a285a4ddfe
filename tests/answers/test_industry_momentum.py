"""The example of Moskowitz and Grinblatt's overlapping portfolios, against means of H portfolios without an engine."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("industry_momentum", ROOT / "examples" / "04_industry_momentum.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def without_an_engine(returns: pd.DataFrame, formation: int, holding: int, top: int, side: int) -> pd.Series:
    """Mean over the ``holding`` latest portfolios of next month's returns; ``side`` -1 takes the last ones."""
    returns = returns.sort_index(axis=1)  # ties go by symbol
    start = pd.DataFrame(1.0, [returns.index[0] - pd.offsets.MonthEnd(1)], returns.columns)
    close = pd.concat([start, (1 + returns).cumprod()])  # equal returns tie, or not, by the bits of the closes
    past = (close / close.shift(formation) - 1).iloc[1:]
    rank = (-side * past).rank(axis=1, method="first")
    held = (rank <= top).where(past.notna()).astype(float) / top
    weights = sum(held.shift(lag) for lag in range(1, holding + 1)) / holding
    monthly: pd.Series = (weights * returns).sum(axis=1, min_count=1)
    return monthly.iloc[formation + holding - 1 :]


@pytest.mark.parametrize(("formation", "holding", "top"), [(1, 1, 3), (6, 6, 3), (12, 3, 2), (3, 12, 1)])
def test_both_sides_are_means_of_overlapping_portfolios(
    example: ModuleType, formation: int, holding: int, top: int
) -> None:
    rng = np.random.default_rng(formation)
    months = pd.date_range("2000-01-31", periods=90, freq="ME")
    returns = pd.DataFrame(rng.normal(0.008, 0.05, (90, 7)), months, list("ABCDEFG"))
    found = example.winners_and_losers(example.of_returns(returns), formation, holding, top)
    for name, side in (("winners", 1), ("losers", -1)):
        known = without_an_engine(returns, formation, holding, top, side)
        assert len(known) == len(found) == 90 - formation - holding + 1
        np.testing.assert_allclose(found[name], known, rtol=0, atol=1e-12)


def test_both_engines_hold_the_same_portfolios(example: ModuleType) -> None:
    returns = pd.DataFrame(
        np.random.default_rng(3).normal(0.01, 0.05, (30, 5)), pd.date_range("2000-01-31", periods=30, freq="ME"),
        list("ABCDE"),
    )  # fmt: skip
    panel, rule = example.of_returns(returns), example.overlapping(sl.Momentum(3), 4, 2)
    run = sl.run(rule, panel, "frictionless", fill="same-close", engine="both", start=panel.sessions[6])
    assert run.verified
    line = example.winners_and_losers(panel, 3, 4, 2)["winners"]
    np.testing.assert_allclose(run.equity.pct_change().iloc[1:], line, rtol=0, atol=1e-12)


def test_us_industries(example: ModuleType, shared_data: Path) -> None:
    file = shared_data / "us_ff10" / "ind10_monthly_vw.csv.gz"
    returns = pd.read_csv(file, index_col="date", parse_dates=True)
    panel = example.of_returns(returns)
    apart, grundy_martin = {}, example.winners_and_losers(panel, 6, 1)["1963-07":"1995-07"]
    for formation, holding in ((1, 1), (6, 6)):
        found = example.winners_and_losers(panel, formation, holding)
        for name, side in (("winners", 1), ("losers", -1)):
            known = without_an_engine(returns, formation, holding, 3, side)
            np.testing.assert_allclose(found[name], known, rtol=0, atol=1e-9)
        apart[formation] = found["winners"] - found["losers"]
    # Winners go on to lead among ten industries too, most over one month, as in the paper among twenty.
    assert apart[1].mean() > apart[6].mean() > 0
    # Grundy and Martin (2001) report 0.47% a month (t 2.27) for L = 6, H = 1 and three of the paper's 20 industries,
    # July 1963 to July 1995, 385 months; these are ten.
    monthly = grundy_martin["winners"] - grundy_martin["losers"]
    assert len(monthly) == 385
    assert 100 * monthly.mean() == pytest.approx(0.47, abs=0.15)
    assert monthly.mean() / monthly.std() * 385**0.5 == pytest.approx(2.27, abs=0.5)
