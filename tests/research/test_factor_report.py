"""The factor view: by hand, against alphalens, and what it says of a planted truth."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead import Momentum, Ranked, Score
from sectorlead.data.errors import LookAheadError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.research.event_study.study import event_study
from sectorlead.research.factor_report import factor_report

ALPHALENS = "alphalens-reloaded"


def panel_of(close: np.ndarray, **more: object) -> Panel:
    names = tuple("ABCDEFGHIJ"[: close.shape[1]])
    return Panel(pd.bdate_range("2024-01-02", periods=len(close)), names, close, **more)


def test_against_alphalens() -> None:
    alphalens = pytest.importorskip("alphalens", reason=f"{ALPHALENS} is not installed (extra dev)")
    panel = simulate(seed=3, sessions=400)
    score = Momentum(40)(panel)
    frame = pd.DataFrame(score, panel.sessions, list(panel.symbols)).stack()  # noqa: PD013
    frame.index.names = ["date", "asset"]
    prices = pd.DataFrame(panel.last_adjusted_close, panel.sessions, list(panel.symbols))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        data = alphalens.utils.get_clean_factor_and_forward_returns(
            frame, prices, quantiles=5, periods=(1, 5, 20), max_loss=1
        )
        theirs = alphalens.performance.factor_information_coefficient(data)
        again = alphalens.performance.factor_rank_autocorrelation(data, 5).mean()
    found = factor_report(score, panel, horizons=(1, 5, 20))
    ours = found.ic.loc[theirs.index]
    np.testing.assert_allclose(ours.to_numpy(), theirs.to_numpy(), atol=1e-12)
    row = found.table.set_index("horizon").loc[5]
    assert row["rank_autocorrelation"] == pytest.approx(again, abs=0.02)  # theirs keeps a series' last rank


def test_by_hand() -> None:
    """Five series that always rank A < B < ... < E, and earn 0, 1, ..., 4% a session: everything is 1 or known."""
    steps = np.arange(30)[:, None]
    panel = panel_of(100 * (1 + np.arange(5) / 100) ** steps)
    score = np.tile(np.arange(5.0), (30, 1))
    found = factor_report(score, panel, horizons=(1,), least=5, rebalance=1, cost_bps=10)
    row = found.table.iloc[0]
    assert row["ic"] == 1
    assert row["sessions"] == 29
    np.testing.assert_allclose([row[f"q{k}"] for k in range(1, 6)], [-0.02, -0.01, 0, 0.01, 0.02], atol=1e-12)
    assert row["turnover"] == 0
    assert row["net_spread"] == pytest.approx(0.04)
    # long E, short A: 4% a session on what it was formed with; the first formation trades 2, each later one the drift
    growth = 1.0
    held = np.zeros(2)
    for _ in range(29):
        growth *= (1 - 0.001 * np.abs(np.array([1.0, -1.0]) - held).sum()) * 1.04
        held = np.array([1.04, -1.0]) / 1.04
    assert found.line.iloc[-1] == pytest.approx(growth)


def test_turnover_and_its_cost() -> None:
    """The order turns round every session: both fifths are new each time, and a spread pays four times the cost."""
    rng = np.random.default_rng(0)
    panel = panel_of(100 * np.exp(np.cumsum(rng.normal(0, 0.01, (40, 5)), axis=0)))
    score = np.arange(5.0) * np.where(np.arange(40) % 2, 1, -1)[:, None]
    row = factor_report(score, panel, horizons=(1, 2), least=5, cost_bps=10).table.set_index("horizon")
    assert row.loc[1, "turnover"] == 1
    assert row.loc[2, "turnover"] == 0
    assert row.loc[1, "net_spread"] == pytest.approx(row.loc[1, "spread"] - 0.004)
    assert row.loc[1, "rank_autocorrelation"] == pytest.approx(-1)


def test_parts_add_up() -> None:
    panel = simulate(seed=5, sessions=700)
    found = factor_report(Momentum(60), panel, horizons=(5, 20))
    counted = found.ic.notna().sum()
    inside, outside = found.phases.loc["inside"], found.phases.loc["outside"]
    assert inside["sessions"] + outside["sessions"] == len(panel.sessions)
    assert found.months.index[0] == panel.sessions.to_period("M")[0]
    for step in (5, 20):
        assert (
            min(inside[step], outside[step])
            <= found.table.set_index("horizon").loc[step, "ic"]
            <= max(inside[step], outside[step])
        )
        assert counted[step] == found.table.set_index("horizon").loc[step, "sessions"]
    assert set(found.groups.index) <= set(panel.groups)


def test_bad_terms() -> None:
    panel = simulate(seed=5, sessions=100)
    for terms in ({"horizons": ()}, {"rebalance": 0}, {"cost_bps": -1}):
        with pytest.raises(ParameterError, match=next(iter(terms))):
            factor_report(Momentum(20), panel, **terms)


def test_correlations_do_not_change_when_later_rows_come() -> None:
    panel = simulate(seed=3, sessions=500)
    whole = factor_report(Momentum(40), panel, horizons=(5,)).ic
    for cut in (120, 333, 450):
        part = factor_report(Momentum(40), panel.until(cut), horizons=(5,)).ic
        known = part[5].notna()
        assert known.sum() > cut - 60
        assert (part.loc[known, 5] == whole.loc[part.index[known], 5]).all()


class Ahead(Score):
    """What a series is going to earn."""

    def __call__(self, panel: Panel) -> np.ndarray:
        return panel.frame("last_adjusted_close").pct_change(5).shift(-5).to_numpy()


def ahead(panel: Panel) -> np.ndarray:
    return Ahead()(panel)


@pytest.mark.parametrize(("score", "name"), [(Ahead(), "Ahead"), (ahead, "ahead"), (Ranked(Ahead()), "Ahead")])
@pytest.mark.parametrize("study", [factor_report, event_study])
def test_a_score_of_ones_own_that_looks_ahead_is_refused(study: Any, score: Any, name: str) -> None:
    panel = simulate(seed=1, sessions=700)
    with pytest.raises(LookAheadError, match=f"^{name}: .* on the whole panel"):
        study(score, panel)


def test_a_score_of_ones_own_that_does_not_is_read() -> None:
    panel = simulate(seed=1, sessions=400)

    def behind(panel: Panel) -> np.ndarray:
        return panel.frame("last_adjusted_close").pct_change(5).to_numpy()

    assert factor_report(behind, panel).label == "behind"
