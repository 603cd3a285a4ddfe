"""The Excel workbook, read back by another library: every number, date and text as it is in the run."""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.market_context import market_context
from sectorlead.reports import metrics
from sectorlead.reports.analyzers import analyse
from sectorlead.reports.manifest import manifest
from sectorlead.reports.render.excel import workbook
from sectorlead.reports.render.excel.workbook import write_workbook
from sectorlead.reports.sections.content import report_content
from sectorlead.strategies.library.registry import build

Make = Callable[..., Record]


@pytest.fixture(scope="module")
def run(market_run: Record) -> Record:
    """Under rules that charge every kind of cost and refuse orders."""
    market = Market(
        name="costly", rulebook="cn-a", board="main", commission_rate=0.0003, slippage_bps=5, participation=0.001
    )
    return backtest(build("pullback-leaders"), market_run.panel, market, start="2016-01-04", cash=1e8, cash_rate=0.02)


@pytest.fixture(scope="module")
def book(run: Record, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("book") / "made" / "run.xlsx"
    assert write_workbook(run, path) == path
    return openpyxl.load_workbook(path)


def read(book: Any, name: str) -> pd.DataFrame:
    head, *rows = book[name].iter_rows(values_only=True)
    return pd.DataFrame(rows, columns=list(head), dtype=object)


def numbers(column: pd.Series) -> np.ndarray:
    assert all(value is None or (isinstance(value, int | float) and not isinstance(value, bool)) for value in column)
    return np.array([math.nan if value is None else value for value in column], dtype=float)


def equal(column: pd.Series, expected: Any) -> None:
    np.testing.assert_allclose(numbers(column), np.asarray(expected, dtype=float), rtol=1e-14, atol=0)


def test_sheets(book: Any) -> None:
    data = [
        "Summary", "Equity", "Monthly returns", "Weights", "Holdings", "Fills", "Rejections", "Decisions", "Costs",
        "Series", "Rules", "Manifest",
    ]  # fmt: skip
    assert book.sheetnames[: len(data)] == data
    assert {"Charts", "Headline", "Risk", "Attribution"} <= set(book.sheetnames)
    for sheet in book.worksheets[: len(data)]:
        assert sheet.freeze_panes in ("B2", "C2")
        assert sheet.auto_filter.ref == sheet.dimensions
        assert all(cell.font.bold for cell in sheet[1])
        assert min(size.width for size in sheet.column_dimensions.values()) >= 9


def test_summary(book: Any, run: Record) -> None:
    sheet, told = read(book, "Summary"), metrics.summary(run, equal_weight=True)
    assert sheet["Name"].tolist() == list(told)
    equal(sheet["Value"], [value if math.isfinite(value) else math.nan for value in told.values()])
    assert all(sheet["Definition"])
    shown = {row[4].value: row[1].number_format for row in book["Summary"].iter_rows(min_row=2)}
    assert (shown["cagr"], shown["cost_total"], shown["fills"]) == ("0.00%", "#,##0.00", "#,##0")


def test_equity(book: Any, run: Record) -> None:
    sheet = read(book, "Equity")
    assert sheet["Session"].tolist() == run.sessions.to_pydatetime().tolist()
    assert book["Equity"]["A2"].number_format == "yyyy-mm-dd"
    for head, line in (("Equity", run.equity), ("Cash", run.cash), ("Interest", run.interest), ("Return", run.returns)):
        equal(sheet[head], line)
    equal(sheet["Benchmark, points"], run.benchmark)
    peak = np.maximum.accumulate(np.concatenate(([run.terms.cash], run.equity)))[1:]
    np.testing.assert_allclose(numbers(sheet["Drawdown"]), run.equity / peak - 1, rtol=1e-9, atol=1e-15)
    grown = numbers(sheet["Benchmark, growth of 1"])
    np.testing.assert_allclose(grown[1:] / grown[:-1] - 1, numbers(sheet["Benchmark, return"])[1:], atol=1e-12)
    even = numbers(sheet["Equal weight, growth of 1"])
    assert even[-1] - 1 == pytest.approx(metrics.summary(run, equal_weight=True)["equal_weight_total_return"])
    np.testing.assert_allclose(np.cumprod(1 + numbers(sheet["Equal weight, return"])), even, rtol=1e-12)
    high = np.maximum.accumulate(np.concatenate(([1.0], even)))[1:]
    np.testing.assert_allclose(numbers(sheet["Equal weight, drawdown"]), even / high - 1, rtol=1e-9, atol=1e-15)


def test_months_compound_to_years(book: Any, run: Record) -> None:
    sheet, cells = read(book, "Monthly returns"), []
    months = analyse(run)["Returns"]["monthly"]
    for row in sheet.to_dict("records"):
        known = [row[month] for month in list(sheet)[1:13] if row[month] is not None]
        assert row["Year's return"] == pytest.approx(np.prod([1 + value for value in known]) - 1)
        cells += known
    assert cells == pytest.approx(months.tolist(), rel=1e-14)
    assert np.prod(1 + numbers(sheet["Year's return"])) == pytest.approx(run.equity.iloc[-1] / run.terms.cash)
    assert np.prod(1 + numbers(sheet["Benchmark's"])) - 1 == pytest.approx(
        metrics.summary(run)["benchmark_total_return"]
    )


def test_weights(book: Any, run: Record) -> None:
    sheet = read(book, "Weights")
    assert list(sheet)[2:] == list(run.panel.symbols)
    weights = np.array([numbers(sheet[symbol]) for symbol in run.panel.symbols]).T
    np.testing.assert_allclose(weights, run.weights, rtol=1e-14)
    np.testing.assert_allclose(weights.sum(axis=1) + numbers(sheet["Cash"]), 1, rtol=1e-12)


def test_logs(book: Any, run: Record) -> None:
    fills, refused, made = read(book, "Fills"), read(book, "Rejections"), read(book, "Decisions")
    for sheet, frame in ((fills, run.fills), (refused, run.rejections), (made, run.decisions)):
        assert len(sheet) == len(frame) > 20
        assert sheet["Session"].tolist() == frame["session"].dt.to_pydatetime().tolist()
        assert sheet["Symbol"].tolist() == frame["symbol"].tolist()
    for name in set(run.fills) - {"session", "symbol", "side"}:
        equal(fills[name.replace("_", " ").capitalize()], run.fills[name])
    assert fills["Side"].tolist() == run.fills["side"].tolist()
    equal(refused["Wanted"], run.rejections["wanted"])
    assert refused["Reason"].tolist() == run.rejections["reason"].tolist()
    assert all(refused["Meaning"])
    equal(made["Target"], run.decisions["target"])
    equal(made["Score"], run.decisions["score"])
    ranks = run.decisions["rank"]
    equal(made["Rank"], ranks.where(ranks > 0))


def test_holdings(book: Any, run: Record) -> None:
    sheet, spells = read(book, "Holdings"), analyse(run)["Rotation"]["spells"]
    equal(sheet["Contribution"], spells["contribution"])
    equal(sheet["Return"], spells["return"])
    ends = [None if pd.isna(day) else day.to_pydatetime() for day in spells["end"]]
    assert sheet["To"].tolist() == ends
    assert None in ends
    made = run.equity.iloc[-1] - run.terms.cash - run.interest.sum()
    assert numbers(sheet["Contribution"]).sum() == pytest.approx(made)


def test_costs(book: Any, run: Record) -> None:
    sheet = read(book, "Costs").set_index("Kind")
    for kind, total in run.costs.items():
        assert sheet.loc[kind.replace("_", " ").capitalize(), "Total"] == pytest.approx(total)
    assert sheet.loc["All", "Total"] == pytest.approx(sum(run.costs.values()))
    assert sheet.loc["All", "Of mean equity, a year"] == pytest.approx(metrics.summary(run)["cost_drag"])
    years = [head for head in sheet if head.isdigit()]
    np.testing.assert_allclose(sheet[years].astype(float).sum(axis=1), sheet["Total"].astype(float), rtol=1e-12)


def test_rules_and_manifest(book: Any, run: Record) -> None:
    rules, told = read(book, "Rules"), read(book, "Manifest").set_index("Key")["Value"]
    fee = rules[(rules["Rule"] == "Transfer fee") & (rules["From"] == datetime.datetime(2022, 4, 29))]
    assert fee.empty, "later than the run"
    limit = rules[rules["Rule"] == "Price limit"].iloc[0]
    assert (limit["Value"], limit["Unit"], limit["Boards"]) == (0.1, "fraction", "main")
    assert all(rules["Source"])
    full = manifest(run)
    assert told["panel.hash"] == full["panel"]["hash"]
    assert told["market.data.parameters.slippage_bps"] == 5
    assert told["terms.cash"] == 1e8
    assert told["market.data.parameters.commission_includes_levies"] is True
    assert told["terms.seed"] is None


def test_codes_stay_text_and_text_is_no_formula(make: Make, tmp_path: Path) -> None:
    fills, decided = [(1, 0, 1, 1.0, 1.0, 1.0)], [(1, (0, 0), (0.5, 0.5), (0, 1), (np.nan, 2.0))]
    shares = [[1, 0], [1, 0]]
    record = make([100.0, 101.0], names=("A", "B"), fills=fills, decisions=decided, shares=shares, name="=1+1")
    bars, days = [np.ones((3, 2))] * 4, record.panel.sessions
    panel = Panel(days, ("000001", "399006"), *bars, names=("=2+2", "创业板指"), source="https://x.y")
    read_back = openpyxl.load_workbook(write_workbook(replace(record, panel=panel), tmp_path / "x.xlsx"))
    assert read(read_back, "Fills")["Symbol"].tolist() == ["000001"]
    assert read_back["Weights"]["C1"].value == "000001"
    names = list(read_back["Series"]["B"][1:])
    assert [(cell.value, cell.data_type) for cell in names] == [("=2+2", "s"), ("创业板指", "s")]
    assert read(read_back, "Manifest")["Value"].tolist()[0] == "=1+1"
    assert read(read_back, "Decisions")[["Rank", "Score"]].to_numpy().tolist() == [[None, None], [1, 2]]
    assert read(read_back, "Rules").empty
    assert "Benchmark, points" not in read(read_back, "Equity")


def test_a_run_without_anything(make: Make, tmp_path: Path) -> None:
    read_back = openpyxl.load_workbook(write_workbook(make([100.0, 0.0, 0.0]), tmp_path / "x.xlsx"))
    assert read(read_back, "Fills").empty
    assert read(read_back, "Equity")["Return"].tolist() == [0, -1, None]
    assert read(read_back, "Summary").set_index("Name").loc["beta", "Value"] is None


def test_the_same_run_gives_the_same_bytes(make: Make, tmp_path: Path) -> None:
    paths = [write_workbook(make([100.0, 101.0]), tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_too_large_for_a_sheet(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_ROWS", 40)
    with pytest.raises(InputError, match=r"sheet 'Summary' would have \d+ rows .* a sheet holds 40"):
        write_workbook(make([100.0, 101.0]), tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_a_text_longer_than_a_cell_says_that_it_is_cut(make: Make, tmp_path: Path) -> None:
    path = write_workbook(make([100.0, 101.0], strategy="x" * 40_000), tmp_path / "x.xlsx")
    text = read(openpyxl.load_workbook(path), "Manifest").set_index("Key").loc["strategy.text", "Value"]
    assert len(text) == 32_767
    assert text.endswith("(cut: longer than a cell)")


def test_the_missing_package_is_named(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(InputError, match=r"pip install 'sectorlead\[excel\]'"):
        write_workbook(make([100.0, 101.0]), tmp_path / "x.xlsx")


def test_sections_have_their_numbers_in_the_workbook(market_run: Record, tmp_path: Path) -> None:
    content = report_content(market_run, market_context(market_run))
    book = openpyxl.load_workbook(write_workbook(market_run, tmp_path / "a.xlsx", market_context(market_run)))
    rows = list(book["Market"].iter_rows(values_only=True))
    (head,) = (k for k, row in enumerate(rows) if row[0] == "Phase")
    for phase, row in zip(content.by_phase, rows[head + 1 :], strict=False):
        told = (phase.name, phase.sessions, phase.spells, phase.strategy, phase.benchmark, phase.equal_weight)
        assert (told[0], *(pytest.approx(value, rel=1e-12) for value in told[1:])) == row[:6]
    assert [len(sheet._charts) for sheet in book if sheet.title == "Charts"] == [2]
