"""The study as a whole: what it finds where something was planted, and what it says where nothing was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead import Current, Momentum, PullbackStrength, Resilience
from sectorlead.data.errors import DataError, InputError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.research.event_study.cells import interval
from sectorlead.research.event_study.study import event_study

SCORE = Resilience(Current(0.05, 0.02, 60))
QUICK = {"flips": 500, "draws": 10}


def test_planted_persistence_is_found_and_its_sign_too() -> None:
    for persistence, word in ((1.0, "leads"), (-1.0, "lags")):
        found = event_study(SCORE, simulate(seed=4, sessions=4_000, persistence=persistence), **QUICK)
        assert found.table.loc[found.table["p_family"].idxmin(), "ic_beta_neutral"] * persistence > 0.05
        assert f" sessions on strength {word} (" in found.found


def test_paths_meet_the_table_and_readings_the_score() -> None:
    panel = simulate(seed=2, sessions=900)
    found = event_study(SCORE, panel, **QUICK)
    means = found.paths.groupby(["anchor", "session"])[["q1", "q5"]].mean()
    for row in found.table.to_dict(orient="records"):
        for fifth in ("q1", "q5"):
            assert means.loc[(row["anchor"], row["horizon"]), fifth] == pytest.approx(row[fifth], abs=1e-12)
    assert (found.paths.loc[found.paths["session"] == 0, "q5"].dropna() == 0).all()
    one = found.readings[(found.readings["episode"] == 3) & (found.readings["anchor"] == "left")]
    at = panel.sessions.get_loc(one["at"].iloc[0])
    score = SCORE(panel)[at]
    assert one["score"].tolist() == score[np.isfinite(score)].tolist()
    assert one.loc[one["rank"] == 1, "symbol"].item() == panel.symbols[int(np.nanargmax(score))]
    assert one.loc[one["rank"] == 1, "fifth"].item() == 5


def test_an_episode_whose_trend_is_not_known_is_counted_as_that() -> None:
    panel = simulate(seed=2, sessions=900)
    days = panel.sessions[[100, 150, 220, 300, 400, 500]]  # the mean of 200 sessions is not known at the first two
    found = event_study(Momentum(60), panel, events=days, horizons=(20,), **QUICK).regimes
    trend = found[found["by"] == "trend"].set_index("regime")["episodes"]
    assert trend["unknown"] == 2
    assert trend.sum() == 6
    assert set(trend.index) <= {"held", "broken", "unknown"}
    alone = Panel(panel.sessions, panel.symbols, panel.close)
    without = event_study(Momentum(60), alone, events=days, horizons=(20,), **QUICK).regimes
    assert set(without["by"]) == {"year"}


def test_an_interval_by_hand() -> None:
    """Mean 0.2, standard deviation 0.1, four values: 0.2 ± 3.182446 x 0.1 / 2."""
    low, high = interval(np.array([0.1, 0.3, 0.2, 0.2]) + np.array([0, 0, 0, 0]))
    deviation = np.array([0.1, 0.3, 0.2, 0.2]).std(ddof=1)
    assert (low, high) == pytest.approx((0.2 - 3.182446 * deviation / 2, 0.2 + 3.182446 * deviation / 2), abs=1e-6)


def test_dates_from_a_file(tmp_path: Path) -> None:
    panel = simulate(seed=2, sessions=900)
    days = panel.sessions[100:800:50]
    plain, table = tmp_path / "plain.txt", tmp_path / "table.csv"
    plain.write_text("# plunges\n\n" + "\n".join(f"{day:%F}" for day in days), encoding="utf-8")
    table.write_text("what,Date\n" + "\n".join(f"a,{day:%F}" for day in days), encoding="utf-8")
    expected = event_study(Momentum(60), panel, events=days, horizons=(5,), **QUICK).table
    for path in (plain, str(table)):
        found = event_study(Momentum(60), panel, events=path, horizons=(5,), **QUICK).table
        pd.testing.assert_frame_equal(found, expected)
    plain.write_text("# nothing\n", encoding="utf-8")
    with pytest.raises(InputError, match="holds no date"):
        event_study(Momentum(60), panel, events=plain)
    with pytest.raises(InputError, match="can't be read"):
        event_study(Momentum(60), panel, events=tmp_path / "absent.csv")


def test_without_a_benchmark_the_raw_score_is_tested() -> None:
    panel = simulate(seed=2, sessions=900)
    alone = Panel(panel.sessions, panel.symbols, panel.close)
    found = event_study(Momentum(60), alone, events=panel.sessions[100:800:50], horizons=(5, 20), **QUICK)
    assert (found.table["ic_tested"] == found.table["ic_distinct"]).all()
    assert found.table["p_family"].notna().all()
    assert "beta" not in found.found


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
    with pytest.raises(ParameterError, match="flips must be a whole number from 100 to 100,000"):
        event_study(SCORE, panel, flips=5)
    flat = Panel(panel.sessions, panel.symbols, panel.close)
    with pytest.raises(DataError, match="benchmark"):
        event_study(SCORE, flat)


def test_what_was_not_published_is_not_ranked() -> None:
    panel = simulate(seed=2, sessions=900)
    late = panel.released([panel.sessions[-1]] * 25 + [np.datetime64("NaT", "ns")] * 6)
    with_few = event_study(SCORE, late, least=5, **QUICK).episodes
    assert with_few["n"].max() == 6


def test_what_is_read_does_not_change_when_later_rows_come() -> None:
    """Scores at causal anchors, their ranks and the beta that is taken out, to the last bit, whatever comes after."""
    panel = simulate(seed=3, sessions=900)
    whole = event_study(SCORE, panel, **QUICK)
    for cut in (300, 470, 641, 777):
        part = event_study(SCORE, panel.until(cut), **QUICK)
        for frame, other in ((part.readings, whole.readings), (part.paths, whole.paths)):
            here = frame[frame["anchor"] != "trough"].drop(columns=[c for c in frame if c.startswith("after")])
            both = here.merge(other, on=[c for c in ("episode", "anchor", "symbol", "session") if c in here])
            assert len(both) == len(here)
            for column in ("score", "rank", "fifth", "q5"):
                if f"{column}_x" in both:
                    known = both[f"{column}_x"].notna()  # a path ends with the panel
                    assert (both.loc[known, f"{column}_x"] == both.loc[known, f"{column}_y"]).all()
