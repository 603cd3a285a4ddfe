"""What people do with a sweep: read its files, rank, draw, run a variant again, keep it and open it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, RunFolderError, UnknownNameError

WHOLE = sl.simulate(seed=3, sessions=200)
PANEL = WHOLE.select(WHOLE.symbols[:5])
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())
GRID: dict[str, Any] = {
    "score.lookback": [5, 10, 20, 2_000], "pick.hold_until_rank": [None, 4], "schedule": [sl.Weekly(), sl.Weekly(2)],
}  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> sl.SweepResult:
    return sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path_factory.mktemp("store"))


def test_pandas_and_duckdb_read_the_files(found: sl.SweepResult) -> None:
    duckdb = pytest.importorskip("duckdb")
    table, returns = (f"'{found.folder / name}'" for name in ("table.parquet", "returns.parquet"))
    query = f'select "score.lookback" as lookback, max(sharpe) as best from {table} where reason = \'\' group by 1'
    expected = pd.read_parquet(found.folder / "table.parquet").groupby("score.lookback")["sharpe"].max().dropna()
    assert dict(duckdb.sql(query).fetchall()) == expected.to_dict()
    daily = f"select variant, unnest(returns) as r from {returns}"
    grown = duckdb.sql(f"select variant, product(1 + r) - 1 from ({daily}) group by 1")
    for variant, total in grown.fetchall():
        if variant in found.table.index[found.table["reason"] == ""]:
            assert total == pytest.approx(found.table["total_return"][variant], abs=1e-12)


def test_the_first_of_a_ranking(found: sl.SweepResult) -> None:
    table = found.table
    ranked = table["cagr"].sort_values(ascending=False, kind="stable")
    assert found.top(4, "cagr").index.tolist() == ranked.index[:4].tolist()
    assert found.top(2, "volatility", ascending=True)["volatility"].tolist() == sorted(table["volatility"].dropna())[:2]
    assert len(found.top(99)) == 16
    with pytest.raises(UnknownNameError, match="sharpe"):
        found.top(by="sharp")


def test_a_table_by_two_parameters_is_the_median_over_the_others(found: sl.SweepResult) -> None:
    table = found.medians("schedule", "lookback", "cagr")
    own = found.table
    cell = own[(own["score.lookback"] == 10) & (own["schedule"] == "Weekly(offset=2)")]["cagr"]
    assert table.loc[10, "Weekly(offset=2)"] == np.median(cell)
    assert np.isnan(table.loc[2_000].to_numpy()).all()
    drawn = found.plot("heatmap", x="schedule", y="lookback", metric="cagr")
    assert [text.get_text() for text in drawn.get_xticklabels()] == ["Weekly(offset=0)", "Weekly(offset=2)"]
    assert found.plot("spread", metric="cagr").get_title() == "Total return of all variants"  # under a year
    with pytest.raises(UnknownNameError, match=r"Known: returns, spread, heatmap, parallel"):
        found.plot("heat")
    with pytest.raises(UnknownNameError):
        found.medians("schedule", "lookbak")


def test_parallel_lines_go_through_the_values_of_their_variants(found: sl.SweepResult) -> None:
    drawn = found.plot("parallel", metric="cagr")
    lines = [line for line in drawn.get_lines() if len(line.get_xdata()) == 4]
    assert len(lines) == 12  # of 16, those that decided
    best = found.top(1, "cagr").iloc[0]
    y = lines[-1].get_ydata()  # drawn last, on top
    assert y[-1] == max(line.get_ydata()[-1] for line in lines)
    places = {5: 0, 10: 1, 20: 2, 2_000: 3}
    assert y[1] == pytest.approx(0.06 + 0.88 * places[best["score.lookback"]] / 3)


def test_a_sweep_that_was_saved_is_opened_again(found: sl.SweepResult, tmp_path: Path) -> None:
    folder = found.save(tmp_path / "kept")
    again = sl.open(folder)
    assert isinstance(again, sl.SweepResult)
    pd.testing.assert_frame_equal(again.table, found.table)
    pd.testing.assert_frame_equal(again.returns([3, 1]), found.returns([3, 1]))
    for variant in (1, 6):
        assert again.strategy(variant) == found.strategy(variant)
        assert again.run(variant).equity.equals(found.run(variant).equity)
    assert found.save(folder) == folder
    names = {path.name for path in folder.iterdir()} - {".lock"}
    assert names == {
        "report.html", "report.pdf", "table.parquet", "returns.parquet", "ranking.csv", "sweep.json", "manifest.json",
        "panel.parquet", "files.json",
    }  # fmt: skip
    with pytest.raises(InputError, match="holds a sweep"):
        found.run(1).save(folder)


def test_without_its_panel_it_has_to_be_given(found: sl.SweepResult, tmp_path: Path) -> None:
    bare = sl.open(found.save(tmp_path / "bare", panel=False))
    assert isinstance(bare, sl.SweepResult)
    assert bare.top(1).index[0] == found.top(1).index[0]
    with pytest.raises(InputError, match="open\\(folder, panel\\)"):
        bare.run(1)
    with pytest.raises(RunFolderError, match=PANEL.content_hash):
        sl.open(tmp_path / "bare", WHOLE)
    given = sl.open(tmp_path / "bare", PANEL)
    assert isinstance(given, sl.SweepResult)
    assert given.run(1).equity.equals(found.run(1).equity)


def test_a_variant_is_called_by_its_number_and_parameters(found: sl.SweepResult) -> None:
    assert found.label(0) == "0: schedule Weekly(offset=0), lookback 5, hold_until_rank none"
    assert found.run(1).name == "1: schedule Weekly(offset=0), lookback 5, hold_until_rank 4"
    for wrong in (-1, 16, True):
        with pytest.raises(InputError, match="from 0 to 15"):
            found.run(wrong)


@pytest.mark.parametrize(("name", "begins"), [("a.html", b"<!doctype"), ("a.pdf", b"%PDF"), ("a.png", b"\x89PNG")])
def test_reports_by_their_ending(found: sl.SweepResult, tmp_path: Path, name: str, begins: bytes) -> None:
    path = found.report(tmp_path / name)
    assert path.read_bytes()[:15].lower().startswith(begins.lower())
    with pytest.raises(InputError, match="html"):
        found.report(tmp_path / "a.doc")


def test_the_verdict_is_that_of_all_variants_against_equal_weight(found: sl.SweepResult, tmp_path: Path) -> None:
    control = sl.run("equal-weight", PANEL, "cn-etf", measured_from=found.measured_from).returns.to_numpy()
    own, expected = found.verdict(resamples=200), sl.verdict(
        found.returns().to_numpy(), {"equal weight": control}, names=[str(i) for i in range(16)], resamples=200,
    )  # fmt: skip
    assert own.sentences == expected.sentences
    page = found.report(tmp_path / "a.html", verdict=own).read_text(encoding="utf-8")
    assert "equal weight" in page


def test_what_a_notebook_shows_says_that_it_is_not_corrected(found: sl.SweepResult) -> None:
    assert "16 variants, uncorrected" in found._repr_html_()
