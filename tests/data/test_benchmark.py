"""``Benchmark``: what it did before its panel begins is kept, and is no part of the panel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.bars import BARS
from sectorlead.data.benchmark import Benchmark, EarlierBars
from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.data.tidy.columns import to_tidy

NAN = float("nan")
DAYS = pd.bdate_range("2024-01-01", periods=7)
CLOSES = [100.0, 102.0, NAN, 99.0, NAN, 98.0, 101.0]


def panel(early: int = 4) -> Panel:
    """Two series on the last sessions of a benchmark; it has no bar in the panel's first session."""
    closes = pd.DataFrame({"A": 5.0, "B": 6.0}, DAYS[early:])
    return Panel.from_frames(closes, benchmark=pd.Series(CLOSES, DAYS, name="X"))


def bench_of(made: Panel) -> Benchmark:
    assert made.benchmark is not None
    return made.benchmark


def test_the_bars_before_the_panel_are_kept_beside_it() -> None:
    bench = bench_of(panel())
    assert bench.earlier.sessions.tolist() == DAYS[[0, 1, 3]].tolist()
    assert bench.before == 3
    assert bench.line.tolist() == [100.0, 102.0, 99.0, 99.0, 98.0, 101.0]
    assert bench.last_close.tolist() == [99.0, 98.0, 101.0]
    assert bench.close.tolist()[1:] == [98.0, 101.0]
    assert bench.base == 99.0
    assert np.isnan(bench_of(panel(0)).base)
    assert bench_of(panel(0)).before == 0


def test_a_view_keeps_them_and_the_hash_sees_them() -> None:
    whole = panel()
    view = bench_of(whole.until(1))
    assert view.line.tolist() == [100.0, 102.0, 99.0, 99.0, 98.0]
    assert view.whole("close").tolist() == pytest.approx([100.0, 102.0, 99.0, NAN, 98.0], nan_ok=True)
    bars = {key: getattr(bench_of(whole), key) for key in BARS}
    alone = Panel(whole.sessions, whole.symbols, whole.close, benchmark=Benchmark("X", "X", **bars))
    moved = EarlierBars.of_closes(DAYS[:3], bench_of(whole).earlier.close)
    later = Panel(whole.sessions, whole.symbols, whole.close, benchmark=Benchmark("X", "X", **bars, earlier=moved))
    other = EarlierBars.of_closes(bench_of(whole).earlier.sessions, np.array([100.0, 102.0, 99.5]))
    changed = Panel(whole.sessions, whole.symbols, whole.close, benchmark=Benchmark("X", "X", **bars, earlier=other))
    assert len({each.content_hash for each in (whole, alone, later, changed)}) == 4
    assert bench_of(whole.select(["B"])).before == 3


def test_bars_of_another_spacing_are_left_out_and_told() -> None:
    weeks = pd.date_range("2024-01-05", periods=5, freq="W-FRI")
    daily = pd.Series(10.0, pd.bdate_range("2023-10-02", "2024-02-02"), name="X")
    made = Panel.from_frames(pd.DataFrame({"A": 5.0}, weeks), benchmark=daily)
    assert bench_of(made).before == 0
    assert made.notes == ("benchmark X has 69 bars before 2024-01-05, 1 days apart where sessions are 7: left out",)
    fridays = daily[daily.index.day_of_week == 4]
    assert bench_of(Panel.from_frames(pd.DataFrame({"A": 5.0}, weeks), benchmark=fridays)).before == 13


@pytest.mark.parametrize(
    ("days", "closes", "says"),
    [
        (DAYS[3:5], [1.0, 2.0], "must end before its first session, 2024-01-05; they end 2024-01-05"),
        (DAYS[[1, 0]], [1.0, 2.0], "strictly increasing"),
        (DAYS[:2], [1.0, -2.0], "benchmark: close must be > 0.*2024-01-02 X"),
        (DAYS[:2], [1.0], r"earlier open has shape \(1,\), sessions \(2,\)"),
    ],
)
def test_impossible_earlier_bars(days: pd.DatetimeIndex, closes: list[float], says: str) -> None:
    line = np.array([3.0])
    blank = np.full(1, NAN)
    with pytest.raises(DataError, match=says):
        Panel(
            DAYS[4:5], ("A",), np.ones((1, 1)),
            benchmark=Benchmark("X", "X", blank, blank, blank, line, blank, blank,
                                EarlierBars.of_closes(days, np.array(closes))),
        )  # fmt: skip


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_files_hold_them(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bars{suffix}"
    table = to_tidy(panel())
    table.to_csv(path, index=False) if suffix == ".csv" else table.to_parquet(path, index=False)
    assert sl.load(path, benchmark="X").content_hash == panel().content_hash
    assert bench_of(sl.load(path, benchmark="X", start=DAYS[5])).before == 3  # the day without its bar is none


def test_a_long_frame_holds_them() -> None:
    table = to_tidy(panel())
    assert Panel.from_frame(table, benchmark="X").content_hash == panel().content_hash
    split = table["symbol"].eq("X") & table["date"].lt(DAYS[1])
    table.loc[split, "adj_factor"] = 0.5
    assert bench_of(Panel.from_frame(table, benchmark="X")).line.tolist() == [50.0, 102.0, 99.0, 99.0, 98.0, 101.0]


def test_an_earlier_split_of_the_benchmark_is_adjusted(tmp_path: Path) -> None:
    path = tmp_path / "bars.csv"
    bars = zip(DAYS, [8, 4, 4.4, 4], [1, 2, 2, 2], strict=False)
    rows = [f"{day:%F},X,{close},{factor}" for day, close, factor in bars]
    path.write_text("\n".join(["date,symbol,close,adj_factor", *rows, *(f"{day:%F},A,5,1" for day in DAYS[2:4])]))
    made = sl.load(path, benchmark="X")
    assert bench_of(made).line.tolist() == [8.0, 8.0, 8.8, 8.0]
    assert "benchmark X: prices multiplied by its adj_factor" in made.notes
    assert bench_of(sl.load(path, benchmark="X", start=DAYS[3])).line.tolist() == [8.0, 8.0, 8.8, 8.0]
