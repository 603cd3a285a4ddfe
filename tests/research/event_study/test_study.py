"""The study as a whole: what it finds where something was planted, and what it says where nothing was."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead import Current, Momentum, PullbackStrength, Resilience
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.panel import Benchmark, Panel
from sectorlead.data.simulate import simulate
from sectorlead.research.event_study.study import event_study

SCORE = Resilience(Current(0.05, 0.02, 60))
QUICK = {"flips": 500, "draws": 10}


def market(seed: int, *, steady: float, sessions: int = 2_500, symbols: int = 25) -> Panel:
    """A market whose sectors have drifts of their own that change slowly, in pullbacks as at any other time."""
    rng = np.random.default_rng(seed)
    common = 0.015 * rng.standard_t(5, sessions) / np.sqrt(5 / 3)
    drift = np.zeros((sessions, symbols))
    for t in range(1, sessions):
        drift[t] = 0.99 * drift[t - 1] + steady * np.sqrt(1 - 0.99**2) * rng.normal(size=symbols)
    moves = rng.uniform(0.7, 1.3, symbols) * common[:, None] + drift + 0.01 * rng.normal(size=(sessions, symbols))
    close = 100 * np.exp(np.cumsum(moves, axis=0))
    line = 1000 * np.exp(np.cumsum(common))
    blank = np.full(sessions, np.nan)
    days = pd.bdate_range("2010-01-04", periods=sessions)
    names = tuple(f"S{k:02d}" for k in range(symbols))
    return Panel(days, names, close, benchmark=Benchmark("B", "B", blank, blank, blank, line, blank, blank))


def test_planted_persistence_is_found_and_its_sign_too() -> None:
    for persistence, word in ((1.0, "leads"), (-1.0, "lags")):
        found = event_study(SCORE, simulate(seed=4, sessions=4_000, persistence=persistence), **QUICK)
        assert found.table.loc[found.table["p_family"].idxmin(), "ic_beta_neutral"] * persistence > 0.05
        assert f"Strength {word} afterwards" in found.verdict


def test_strength_that_always_persists_is_nothing_special() -> None:
    found = event_study(SCORE, market(1, steady=0.003), **QUICK)
    assert found.table["p_family"].min() < 0.01
    assert "no more than at any other time" in found.verdict


def test_without_an_effect_nothing_is_claimed() -> None:
    verdicts = [event_study(SCORE, market(seed, steady=0.0, sessions=1_500), **QUICK).verdict for seed in range(12)]
    assert sum("Can't be told from chance" in text for text in verdicts) >= 10


def test_any_score_and_any_dates() -> None:
    panel = simulate(seed=2, sessions=900)
    values = Momentum(60)(panel)
    by_part = event_study(Momentum(60), panel, **QUICK)
    for other in (values, pd.DataFrame(values, panel.sessions, list(panel.symbols)), lambda p: Momentum(60)(p)):
        pd.testing.assert_frame_equal(event_study(other, panel, **QUICK).table, by_part.table)
    dated = event_study(Momentum(60), panel, events=panel.sessions[100:800:50], horizons=(5, 20), **QUICK)
    assert dated.table["anchor"].tolist() == ["event", "event"]
    assert dated.table["episodes"].tolist() == [14, 14]
    assert set(dated.episodes["at"]) == set(panel.sessions[100:800:50])


def test_pullbacks_are_those_of_the_score() -> None:
    panel = simulate(seed=2, sessions=900)
    deep = event_study(PullbackStrength(enter=0.12, leave=0.03, window=250), panel, **QUICK)
    assert deep.episodes["episode"].nunique() < event_study(SCORE, panel, **QUICK).episodes["episode"].nunique()
    with_own = event_study(Momentum(60), panel, pullbacks=Current(0.12, 0.03, 250), **QUICK)
    assert with_own.episodes["episode"].nunique() == deep.episodes["episode"].nunique()


def test_hindsight_is_shown_and_never_tested() -> None:
    table = event_study(SCORE, simulate(seed=2, sessions=900), **QUICK).table
    trough = table[table["anchor"] == "trough"]
    assert trough["hindsight"].all()
    assert trough["p_family"].isna().all()
    assert table[~table["hindsight"]]["p_family"].notna().any()


def test_what_cannot_be_studied() -> None:
    panel = simulate(seed=2, sessions=200)
    with pytest.raises(ParameterError, match="shape"):
        event_study(np.zeros((3, 3)), panel)
    with pytest.raises(ParameterError, match="horizons"):
        event_study(SCORE, panel, horizons=(0,))
    with pytest.raises(ParameterError, match="flips must be 100 or more"):
        event_study(SCORE, panel, flips=5)
    flat = Panel(panel.sessions, panel.symbols, panel.close)
    with pytest.raises(DataError, match="benchmark"):
        event_study(SCORE, flat)


def test_what_was_not_published_is_not_ranked() -> None:
    panel = simulate(seed=2, sessions=900)
    late = panel.released([panel.sessions[-1]] * 25 + [np.datetime64("NaT")] * 6)
    with_few = event_study(SCORE, late, least=5, **QUICK).episodes
    assert with_few["n"].max() == 6
