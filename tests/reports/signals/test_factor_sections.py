"""The report of a factor view: complete, well-formed, and true to the tables."""

from __future__ import annotations

import csv
import html
import json
from pathlib import Path

import numpy as np
import pytest

from sectorlead import Momentum, factor_report
from sectorlead.data.errors import UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.reports.render.report_page import report_page
from sectorlead.reports.signals.factor_content import by_year
from sectorlead.reports.signals.factor_report import FactorReport
from sectorlead.reports.signals.factor_sections import factor_paper

from .test_event_sections import read


@pytest.fixture(scope="module")
def found() -> FactorReport:
    return factor_report(Momentum(60), simulate(seed=4, sessions=1_200), horizons=(5, 20))


def test_the_page_says_what_the_tables_say(found: FactorReport) -> None:
    text = read(report_page(factor_paper(found)))
    assert found.found in text
    assert "Inside pullbacks" in text
    row = found.table.iloc[0]
    assert f"{row['turnover'] * 100:.0f}%" in text
    assert "After costs" in text


def test_costs_only_take(found: FactorReport) -> None:
    assert found.line.iloc[-1] < found.gross.iloc[-1]
    free = factor_report(Momentum(60), simulate(seed=4, sessions=1_200), horizons=(5, 20), cost_bps=0)
    np.testing.assert_array_equal(free.line, found.gross)


def test_holm_by_hand() -> None:
    found = factor_report(Momentum(60), simulate(seed=7, sessions=900), horizons=(1, 5, 20)).table
    p = np.sort(found["p"])
    expected = np.maximum.accumulate(np.minimum(p * [3, 2, 1], 1))
    np.testing.assert_allclose(np.sort(found["p_holm"]), expected)
    assert (found["p_holm"] >= found["p"]).all()


def test_months_lie_in_their_years(found: FactorReport) -> None:
    years = dict(by_year(found))
    first = found.months.index[0]
    for month, value in found.months[20].items():
        np.testing.assert_equal(years[month.year][month.month - 1], value)
    assert np.isnan(years[first.year][first.month - 2]) or first.month == 1


def test_the_folder(found: FactorReport, tmp_path: Path) -> None:
    folder = found.save(tmp_path / "o")
    there = {path.name for path in folder.iterdir()}
    assert there >= {
        "report.html", "table.csv", "ic.csv", "months.csv", "phases.csv", "groups.csv", "line.csv", "summary.json",
        "manifest.json",
    }  # fmt: skip
    with (folder / "line.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert float(rows[-1]["after_costs"]) == found.line.iloc[-1]
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert summary["found"] == found.found
    assert summary["phases"][0]["where"] == "inside"


def test_print_pictures_axes_and_notebook(found: FactorReport, tmp_path: Path) -> None:
    folder = found.save(tmp_path / "o", locale="zh")
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF")
    for name in ("horizons", "rolling", "line"):
        assert (folder / f"{name}.png").read_bytes().startswith(b"\x89PNG")
    for kind in ("horizons", "fifths", "rolling", "line"):
        assert found.plot(kind).get_title()
    with pytest.raises(UnknownNameError, match="rolling"):
        found.plot("roling")
    assert found.found.split(":")[0] in html.unescape(found._repr_html_())


def test_without_a_benchmark_and_with_few_sessions() -> None:
    panel = simulate(seed=2, sessions=120)
    alone = Panel(panel.sessions, panel.symbols, panel.close)
    found = factor_report(Momentum(20), alone, horizons=(100,))
    assert "are too few for any horizon" in found.found
    read(report_page(factor_paper(found)))
