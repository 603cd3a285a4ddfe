"""What a run made in windows of time, against numbers worked out by hand, and the same from a sweep's returns."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.reports.analysis.windows import in_windows, stretches, window_table

from ..read_back import without_tags

DAYS = pd.bdate_range("2021-02-15", periods=8)  # a Monday
CLOSE = pd.DataFrame({"A": [10.0, 10.0, 11.0, 9.9, 12.0, 12.0, 6.0, 9.0]}, DAYS)
MARKET = pd.Series([100.0, 100.0, 105.0, 84.0, 90.0, 99.0, 99.0, 110.0], DAYS, name="M")


class Held:
    """All in A from the first close on."""

    def decide(self, view: sl.Panel, portfolio: Any) -> dict[str, float] | None:
        return {"A": 1.0} if len(view.sessions) == 1 else None


def held(windows: Any) -> sl.Run:
    panel = sl.Panel.from_frames(CLOSE, benchmark=MARKET, checked=False)
    return sl.run(Held(), panel, "frictionless", fill="same-close", periods=windows)


def test_a_window_counts_from_the_close_before_it() -> None:
    several = {"fall": ("2021-02-17", "2021-02-18"), "rise and fall": ("2021-02-19", "2021-02-23")}
    run = held([several, "early=2020-01-01..2020-06-30"])
    table = window_table({"held": run})
    first, second = table.to_dict(orient="records")
    assert (first["window"], first["sessions"], first["part"], first["strategy"]) == ("fall", 2, "", "held")
    assert first["total_return"] == pytest.approx(9.9 / 10 - 1)
    assert first["max_drawdown"] == pytest.approx(9.9 / 11 - 1)
    assert first["benchmark_total_return"] == pytest.approx(84 / 100 - 1)
    assert first["benchmark_max_drawdown"] == pytest.approx(84 / 105 - 1)
    assert first["excess"] == pytest.approx(-0.01 + 0.16)
    assert np.isnan(first["volatility"])  # two sessions are no year
    assert second["total_return"] == pytest.approx(6 / 9.9 - 1)
    assert second["max_drawdown"] == pytest.approx(-0.5)
    assert table.attrs["missed"] == "No session of the run lies in early (2020-01-01 to 2020-06-30)."


def test_a_window_that_the_run_has_in_part_says_so() -> None:
    sessions = pd.bdate_range("2021-02-15", "2021-12-15")
    found, missed = stretches({"long": ("2020-01-01", "2022-12-31"), "near": ("2021-02-11", "2021-03-01")}, sessions)
    assert [each.part for each in found] == ["from 2021-02-15 to 2021-12-15", ""]
    assert [each.sessions for each in found] == [len(sessions), 11]
    assert missed == ""
    assert [each.window.name for each in stretches("years", sessions).found] == ["2021"]
    assert stretches(None, sessions) == ((), "")
    assert "1929 (1929-09-09 to 1929-11-13), 1987" in stretches("us-crashes", sessions).missed


def test_pages_show_them_in_both_languages_and_a_run_without_has_none(tmp_path: Path) -> None:
    run = held(["china-crashes", {"fall": ("2021-02-17", "2021-02-18")}])
    page = run.tearsheet(tmp_path / "a.html").read_text(encoding="utf-8")
    assert "Windows of time" in page
    assert "2021 growth selloff" in page
    assert "No session of the run lies in 2015 crash (2015-06-15 to 2015-08-26)" in without_tags(page)
    chinese = run.tearsheet(tmp_path / "b.html", locale="zh").read_text(encoding="utf-8")
    assert "分时段表现" in chinese
    assert "2021年抱团股下跌" in chinese
    assert "Windows of time" not in held(None).tearsheet(tmp_path / "c.html").read_text(encoding="utf-8")


def test_a_sweep_tells_the_same_as_a_full_run() -> None:
    panel = sl.simulate(seed=2, sessions=500)
    windows = ["years", "old=1999-01-04..1999-02-01"]
    found = sl.sweep(sl.Rotation(sl.Momentum(20)), {"pick.n": [2, 4]}, panel, periods=windows)
    table = found.windows()
    assert set(table["window"]) == {"2015", "2016"}
    assert "old (1999-01-04" in table.attrs["missed"]
    for variant in (0, 1):
        whole = window_table({"x": found.run(variant)})
        mine = table[table["variant"] == variant].reset_index(drop=True)
        for name in ("first", "last", "part", "sessions"):
            assert mine[name].tolist() == whole[name].tolist()
        for name in ("total_return", "max_drawdown", "benchmark_total_return", "benchmark_max_drawdown", "excess"):
            np.testing.assert_allclose(mine[name], whole[name], rtol=1e-12)
    assert [len(row.cells) for row in found.content().windows.rows] == [3, 3]


def test_falls_of_many_lines() -> None:
    returns = np.array([[0.1, -0.5, 1.0], [-0.1, 0.0, 0.2], [0.1, 0.1, 0.1]])
    total, deepest = in_windows(returns, [(0, 3), (1, 2)])
    np.testing.assert_allclose(total, [[0.1, -0.5], [0.08, 0.0], [0.331, 0.1]])
    np.testing.assert_allclose(deepest, [[-0.5, -0.5], [-0.1, 0.0], [0.0, 0.0]])


def test_the_folder_of_a_run_has_its_windows(tmp_path: Path) -> None:
    run = held({"mine": ("2021-02-17", "2021-02-18")})
    folder = run.save(tmp_path / "run", panel=False)
    told = pd.read_csv(folder / "windows.csv")
    table = window_table({run.name: run})
    assert told.window.tolist() == ["mine"]
    assert told.total_return.tolist() == table.total_return.tolist()
    assert sl.open(folder, panel=run.panel).equity.equals(run.equity)
    plain = held(None).save(tmp_path / "plain", panel=False)
    assert not (plain / "windows.csv").exists()
