"""The benchmark of a brief goes along its own days, also those that the panel lacks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.panel import Panel
from sectorlead.research.brief.result import Brief

DAY, LACKING = 330, [120, 200, 301, 319, 325, 329, 340, 360]


@pytest.fixture(scope="module")
def frames() -> tuple[pd.DataFrame, pd.Series]:
    market = sl.simulate(seed=5, sessions=400)
    line = market.benchmark.close  # type: ignore[union-attr]
    days = pd.bdate_range("2023-01-02", periods=len(market.sessions))
    return pd.DataFrame(market.close, days, list(market.symbols)), pd.Series(line, days, name="B")


@pytest.fixture(scope="module")
def holed(frames: tuple[pd.DataFrame, pd.Series]) -> Panel:
    close, line = frames
    return Panel.from_frames(close.drop(close.index[LACKING]), benchmark=line)


@pytest.fixture(scope="module")
def told(holed: Panel, frames: tuple[pd.DataFrame, pd.Series]) -> Brief:
    return sl.brief(holed, frames[0].index[DAY])


def test_what_is_told_of_the_benchmark_is_that_of_a_panel_that_lacks_no_day(
    told: Brief, frames: tuple[pd.DataFrame, pd.Series]
) -> None:
    close, line = frames
    whole = sl.brief(Panel.from_frames(close, benchmark=line), close.index[DAY]).as_dict()
    own = told.as_dict()
    for part in ("benchmark", "trend", "days_like"):
        assert own[part] == whole[part], part
    assert own["provenance"]["benchmark_bars"] == DAY + 1
    assert told.trend.levels[0].value == pytest.approx(line.iloc[DAY - 19 : DAY + 1].mean(), rel=1e-12)


def test_plunge_days_are_the_benchmarks_and_a_series_without_that_day_has_no_move(
    told: Brief, frames: tuple[pd.DataFrame, pd.Series]
) -> None:
    close, line = frames
    through, fall = told.held_up, told.trend.fall
    assert through is not None
    assert fall is not None
    moves = line.pct_change()[line.index <= told.date]
    fell = moves[(moves <= -0.015) & (moves.index > fall.peak.date)]
    assert [day.date for day in through.plunges] == list(fell.index)
    lacking = set(close.index[LACKING])
    before = dict(zip(close.index[1:], close.index[:-1], strict=True))
    known = [not {day, before[day]} & lacking for day in fell.index]
    assert 0 < sum(known) < len(known)
    for row in through.rows:
        moves = close[row.symbol].pct_change()[fell.index]
        exact = np.where(known, moves, np.nan)
        assert row.plunges == pytest.approx(exact, nan_ok=True)


def test_a_peak_on_a_day_that_the_panel_lacks_is_taken_for_the_session_before(
    told: Brief, frames: tuple[pd.DataFrame, pd.Series]
) -> None:
    close, line = frames
    peak = told.trend.fall.peak.date  # type: ignore[union-attr]
    without = Panel.from_frames(close.drop(peak), benchmark=line)
    found = sl.brief(without, told.date)
    assert found.trend.fall == told.trend.fall
    assert found.held_up is not None
    before, low = close.index[close.index.get_loc(peak) - 1], found.held_up.low
    assert found.held_up.peak == before
    assert found.held_up.benchmark == pytest.approx(line[low] / line[before] - 1)
    for row in found.held_up.rows:
        moved = close[row.symbol][low] / close[row.symbol][before]
        assert (row.ahead > 0) == (moved > line[low] / line[before])


def test_a_view_knows_of_no_later_bar(holed: Panel, frames: tuple[pd.DataFrame, pd.Series]) -> None:
    days = frames[0].index
    assert list(holed.benchmark.alone.bars.sessions) == list(days[LACKING])  # type: ignore[union-attr]
    wide = frames[0].reindex(holed.sessions).reindex(days).assign(B=frames[1]).rename_axis("date").reset_index()
    of_rows = Panel.from_frame(wide.melt("date", var_name="symbol", value_name="close").dropna(), benchmark="B")
    assert list(of_rows.benchmark.alone.bars.close) == list(frames[1].iloc[LACKING])  # type: ignore[union-attr]
    for at in (119, 121, 318, 320, DAY):
        row = int(holed.sessions.get_loc(days[at]))
        seen = holed.until(row).benchmark.alone  # type: ignore[union-attr]
        assert list(seen.bars.sessions) == [days[k] for k in LACKING if k < at]
        assert len(seen.after) == len(seen.bars.close)


def test_a_day_is_the_same_on_a_panel_that_ends_with_it(told: Brief, holed: Panel) -> None:
    row = int(holed.sessions.get_loc(told.date))
    assert told.as_dict() == sl.brief(holed.until(row)).as_dict()


def test_the_benchmarks_own_days_do_not_change_a_run(holed: Panel, frames: tuple[pd.DataFrame, pd.Series]) -> None:
    bare = Panel.from_frames(frames[0].drop(frames[0].index[LACKING]), benchmark=frames[1].reindex(holed.sessions))
    assert holed.content_hash == bare.content_hash
    assert (holed.benchmark.line == bare.benchmark.line).all()  # type: ignore[union-attr]


def test_days_alone_are_counted_up_to_the_day(frames: tuple[pd.DataFrame, pd.Series], tmp_path: Path) -> None:
    close, line = frames
    kept = close.drop(close.index[LACKING])
    wide = kept.reindex(close.index).assign(B=line).rename_axis("date").reset_index()
    wide.melt("date", var_name="symbol", value_name="close").dropna().to_csv(tmp_path / "bars.csv", index=False)
    panel = sl.load(tmp_path / "bars.csv", benchmark="B")
    assert [note for note in panel.notes if "alone has a bar on 8 days" in note]
    days = close.index

    def noted(at: int) -> list[str]:
        notes = sl.brief(panel, days[at]).provenance.sources[0].notes
        return [note for note in notes if "alone has" in note]

    first = f"no sessions here: {days[120]:%F}, {days[200]:%F}"
    assert noted(DAY) == [f"benchmark B alone has a bar on 6 days, {first}, {days[301]:%F}, ..."]
    assert noted(250) == [f"benchmark B alone has a bar on 2 days, {first}"]
    assert noted(100) == []
