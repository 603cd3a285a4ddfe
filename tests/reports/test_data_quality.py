"""What the quality gate found is told wherever a run is: page, notebook, manifest, comparison, in both languages."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.reports.compare.papers import write_comparison
from sectorlead.reports.render.notebook import notebook
from sectorlead.reports.run_folder.load import load
from sectorlead.reports.sections.facts import facts, lot_warning, provenance, shared_notes


@pytest.fixture(scope="module")
def market() -> sl.Panel:
    """A simulated market with a bad tick, and a move in its last bar."""
    whole = sl.simulate(seed=3, sessions=300)
    close, high = whole.close.copy(), whole.high.copy()
    close[150, 4] *= 1.4
    close[-1, 6] *= 1.4
    return whole._replaced(close=close, high=np.fmax(high, close), source="made.csv")


@pytest.fixture(scope="module")
def run(market: sl.Panel) -> sl.Run:
    return sl.run(sl.Momentum(20), market, "cn-etf", accept=["bad-tick"])


def test_a_run_tells_the_counts_and_names_errors_and_warnings(run: sl.Run, market: sl.Panel) -> None:
    found = run.panel.findings or ()
    counts = [sum(each.severity == name for each in found) for name in ("error", "warning", "note")]
    assert counts[:2] == [1, 1]
    assert run.quality == f"1 error, 1 warning, {counts[2]} notes"
    assert repr(run.panel).endswith(f"'made.csv', {run.quality})")
    assert [note for note in run.panel.notes if note.startswith("accepted error in the data: bad-tick SIM05")]
    (doubt,) = (note for note in run.notes if "about the data" in note)
    assert doubt.startswith("1 warning about the data: open-extreme SIM07: ")
    told = facts(run)
    assert ("Data quality", f"{run.quality}.") in told
    assert ("Note", doubt) in told
    assert ("Data quality", f"{run.quality}.") in provenance(run)
    assert run.manifest["panel"]["quality"] == run.quality
    assert sl.run(sl.Momentum(20), market._replaced(checked=False), "cn-etf").quality == "not checked"


def test_page_and_notebook_show_them_in_both_languages(run: sl.Run, tmp_path: Path) -> None:
    counts = run.quality.split(", ")[2].split()[0]
    for page in (run.tearsheet(tmp_path / "en.html").read_text(encoding="utf-8"), notebook(run)):
        assert f"{run.quality}." in page
        assert "accepted error in the data: bad-tick SIM05" in page
        assert "1 warning about the data: open-extreme SIM07" in page
    chinese = run.tearsheet(tmp_path / "zh.html", locale="zh").read_text(encoding="utf-8")
    for page in (chinese, notebook(run, locale="zh")):
        assert "数据质量" in page
        assert f"1 项错误，1 项警告，{counts} 项提示" in page.replace(", ", "，")
        assert "已接受的数据错误：bad-tick SIM05" in page
        assert "数据有 1 项警告：open-extreme SIM07" in page


def test_a_run_that_is_opened_again_tells_the_same(run: sl.Run, tmp_path: Path) -> None:
    again = load(run.save(tmp_path / "run"))
    assert again.quality == run.quality
    assert facts(again) == facts(run)


def test_a_comparison_tells_them_once(run: sl.Run, market: sl.Panel, tmp_path: Path) -> None:
    other = sl.run("equal-weight", market, "cn-etf", accept=["bad-tick"])
    assert shared_notes([run, other]) == tuple(note for note in run.notes if "about the data" in note)
    write_comparison([run, other], tmp_path / "lines.html")
    found = sl.compare(
        ["momentum", "equal-weight"], market, "cn-etf", seeds=0, sensitivity=False, start="2015-10-01",
        accept=["bad-tick"],
    )  # fmt: skip
    found.save(tmp_path / "compared")
    for name in ("lines.html", "compared/tournament.html"):
        page = (tmp_path / name).read_text(encoding="utf-8")
        assert page.count("<dt>Data quality</dt>") == 1, name
        assert run.quality in page, name
        assert page.count("1 warning about the data: open-extreme SIM07") == 1, name


# --- most buys below a lot --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def poor() -> sl.Run:
    """Index points bought in lots of 100 with little money."""
    return sl.run(sl.Momentum(20), sl.simulate(seed=3, sessions=300), "cn-etf", cash=300.0)


def test_a_run_of_buys_below_a_lot_says_so_first(poor: sl.Run, tmp_path: Path) -> None:
    warning = lot_warning(poor)
    assert warning.startswith("Most buys were less than one lot (")
    assert poor.notes[0] == warning
    assert facts(poor)[0] == ("Warning", warning)
    assert ("Note", warning) not in facts(poor)
    assert '<p class="sl-warn">Warning: Most buys were less than one lot (' in notebook(poor)
    found = sl.compare(
        ["momentum", "equal-weight"], poor.panel, "cn-etf", cash=300.0, seeds=0, sensitivity=False
    )  # fmt: skip
    found.save(tmp_path)
    page = (tmp_path / "tournament.html").read_text(encoding="utf-8")
    assert page.index("Most buys were less than one lot") < page.index("<dt>Period</dt>")


def test_a_run_whose_buys_filled_does_not(run: sl.Run) -> None:
    assert lot_warning(run) == ""
    assert not [label for label, _ in facts(run) if label == "Warning"]


def test_sessions_equal_up_to_rounding_are_not_ahead() -> None:
    """A portfolio identical to the benchmark was ahead of it in about half of the sessions."""
    from sectorlead.data.benchmark import Benchmark

    days = pd.bdate_range("2023-01-02", periods=300)
    close = 10 * np.exp(np.cumsum(np.random.default_rng(1).normal(0, 0.01, (300, 3)), axis=0))
    line, none = close.mean(axis=1), np.full(300, np.nan)
    bench = Benchmark("B", "B", none, none, none, line, none, none)
    panel = sl.Panel(days, ("A", "B1", "C"), close, benchmark=bench, checked=False)
    held = {"A": 1 / 3, "B1": 1 / 3, "C": 1 / 3}
    first = panel.close[0]
    weights = first / first.sum()

    class Same:
        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> dict[str, float] | None:
            return dict(zip(held, weights, strict=True)) if len(view.sessions) == 1 else None

    run = sl.run(Same(), panel, "frictionless", fill="same-close")
    noise = run.returns.to_numpy()[1:] - np.diff(line) / line[:-1]
    assert 0 < np.abs(noise).max() < 1e-12
    assert (noise > 0).mean() > 0.2
    assert run.summary()["batting_average"] == 0.0
    assert run.summary()["hit_rate"] == 0.0
