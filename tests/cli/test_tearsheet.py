"""``sectorlead tearsheet``: a page, a table, and errors that say what to do."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ..conftest import Command


@pytest.fixture
def returns(tmp_path: Path) -> Path:
    days = pd.bdate_range("2022-01-03", periods=300)
    values = np.random.default_rng(3).normal(4e-4, 0.01, (300, 2))
    path = tmp_path / "returns.csv"
    pd.DataFrame(values, days, ["fund", "index"]).to_csv(path)
    return path


def test_a_file_of_returns_has_its_page_beside_it(command: Command, returns: Path) -> None:
    done = command("tearsheet", returns, "--benchmark", "index", "--locale", "zh")
    assert done.status == 0, done.err
    assert "年化收益" in done.out
    assert "fund" in done.out
    assert "最大回撤" in returns.with_suffix(".html").read_text(encoding="utf-8")


def test_a_program_gets_the_numbers(command: Command, returns: Path, tmp_path: Path) -> None:
    done = command("tearsheet", returns, "--column", "index", "--out", tmp_path / "a.html", "--json")
    told = json.loads(done.out)
    assert told["page"] == str(tmp_path / "a.html")
    own = pd.read_csv(returns, index_col=0)["index"]
    assert told["summary"]["total_return"] == pytest.approx(float((1 + own).prod() - 1))
    assert told["summary"]["beta"] is None


def test_less_than_a_year_is_not_annualised_for_programs(command: Command, returns: Path) -> None:
    short = returns.with_name("short.csv")
    short.write_text("\n".join(returns.read_text("utf-8").splitlines()[:150]), encoding="utf-8")
    told = json.loads(command("tearsheet", short, "--benchmark", "index", "--json").out)["summary"]
    assert told["total_return"] is not None
    assert {told[name] for name in ("cagr", "sharpe", "benchmark_cagr", "information_ratio")} == {None}


def test_what_is_wrong_is_said(command: Command, returns: Path, tmp_path: Path) -> None:
    for given, text in (
        (("none.csv",), "can't be read as CSV"),
        ((returns, "--column", "fnd"), "unknown column 'fnd'. Did you mean 'fund'?"),
        ((returns, "--locale", "fr"), "unknown locale 'fr'"),
    ):
        done = command("tearsheet", *given)
        assert done.status == 2
        assert text in done.err
    (tmp_path / "x.csv").write_text("a,b\nfoo,0.1\nbar,0.2\n")
    assert "are no dates" in command("tearsheet", tmp_path / "x.csv").err
    (tmp_path / "empty.csv").write_text("date,fund\n")
    assert f"{tmp_path / 'empty.csv'} has a header and no row" in command("tearsheet", tmp_path / "empty.csv").err
    done = command("tearsheet", returns, "--out", tmp_path / "x.pdf")
    assert (done.status, (tmp_path / "x.pdf").exists()) == (2, False)
    assert "does not end with .html" in done.err
