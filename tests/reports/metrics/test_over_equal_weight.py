"""Over equal weight: found again from equity.csv, blank where a run is short, left out of the usual summary."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.simulate import simulate
from sectorlead.engine.backtest import backtest
from sectorlead.reports import metrics
from sectorlead.reports.run_folder.save import save
from sectorlead.strategies.library.registry import build


@pytest.fixture(scope="module")
def saved(market_run, tmp_path_factory) -> Path:
    return save(market_run, tmp_path_factory.mktemp("saved") / "run", panel=False)


def test_it_is_found_again_from_the_files(saved: Path) -> None:
    told = json.loads((saved / "summary.json").read_text("utf-8"))
    table = pd.read_csv(saved / "equity.csv", parse_dates=["session"], index_col="session")
    lines = table.iloc[int((table["measured"] == 0).sum()) - 1 :][["equity", "equal_weight"]]
    assert len(lines) > 400
    years = (lines.index[-1] - lines.index[0]).days / 365.25
    own, equal = (lines.iloc[-1] / lines.iloc[0]) ** (1 / years) - 1
    returns = lines.pct_change().dropna()
    gap = returns["equity"] - returns["equal_weight"]
    ends = lines.groupby([lines.index.year, lines.index.month]).tail(1)
    ends = pd.concat([lines.iloc[:1], ends[ends.index > lines.index[0]]])
    months = ends.pct_change().dropna()
    over = lines["equity"] / lines["equal_weight"]
    wanted = {
        "excess_over_equal_weight": own - equal,
        "relative_return_over_equal_weight": (over.iloc[-1] / over.iloc[0]) ** (1 / years) - 1,
        "tracking_error_over_equal_weight": gap.std() * math.sqrt(252),
        "information_ratio_over_equal_weight": gap.mean() / gap.std() * math.sqrt(252),
        "hit_rate_over_equal_weight": (months["equity"] > months["equal_weight"] + 1e-9).mean(),
        "equal_weight_cagr": equal,
        "equal_weight_total_return": lines["equal_weight"].iloc[-1] / lines["equal_weight"].iloc[0] - 1,
        "equal_weight_max_drawdown": (lines["equal_weight"] / lines["equal_weight"].cummax() - 1).min(),
        "equal_weight_volatility": returns["equal_weight"].std() * math.sqrt(252),
    }
    assert {name: told[name] for name in wanted} == pytest.approx(wanted, rel=1e-9)
    assert abs(wanted["excess_over_equal_weight"]) > 0.001


def test_a_run_of_equal_weight_is_ahead_of_it_by_nothing() -> None:
    run = backtest(build("equal-weight"), simulate(sessions=300), start="2015-01-05")
    found = metrics.summary(run, equal_weight=True)
    assert found["excess_over_equal_weight"] == found["relative_return_over_equal_weight"] == 0
    assert found["hit_rate_over_equal_weight"] == found["tracking_error_over_equal_weight"] == 0
    assert math.isnan(found["information_ratio_over_equal_weight"])
    assert found["equal_weight_cagr"] == found["cagr"]


def test_a_short_run_has_nothing_per_year(make) -> None:
    run = make(100.0 + np.arange(50.0) % 7)
    found = metrics.readable(metrics.summary(run, equal_weight=True), run)
    yearly = {"excess", "relative_return", "tracking_error", "information_ratio"}
    assert all(math.isnan(found[f"{name}_over_equal_weight"]) for name in yearly)
    assert math.isnan(found["equal_weight_cagr"])
    assert math.isfinite(found["equal_weight_total_return"])
    assert math.isfinite(found["hit_rate_over_equal_weight"])
