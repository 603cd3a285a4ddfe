"""With ``--locale zh`` no command leaves English in what it prints for people, or in what it writes for them.

Errors, warnings on stderr and ``--help`` stay English: they are searched for. Names are the same in every language:
those of series, strategies, measures, rules, sources, markets, parameters and their values, as a user types them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.cli import standings
from sectorlead.cli.language import hush, speak
from sectorlead.data.quality.gate import SUMMARIES
from sectorlead.data.sources.source import SOURCES
from sectorlead.data.tidy.columns import to_tidy
from sectorlead.engine.market.market import MARKETS
from sectorlead.research.selftest import selftest
from sectorlead.research.selftest.result import Checked, SelfTest
from sectorlead.strategies.library.registry import LIBRARY
from sectorlead.strategies.scores.registry import MEASURES

from .reading import TREATMENTS, english, marked, read

pytest.importorskip("pypdf")
pytest.importorskip("openpyxl")
pytest.importorskip("typst")

STUDY = """
[data]
path = "bars.csv"
benchmark = "SIMGEM"
[run]
market = "cn-etf"
[[strategies]]
name = "momentum"
label = "动量"
set = {lookback = 20, top = 3}
[[strategies]]
name = "equal-weight"
label = "等权组"
[sweep.grid]
lookback = [20, 60]
top = [2, 3]
[walkforward]
train = "1y"
test = "6m"
[compare]
seeds = 20
bootstrap = 100
"""
REGISTERED = '[registration]\ntrials = 4\nmetric = "sharpe"\nbar = 0.5\ntest_from = "2016-10-10"\n'
TYPED = ("cn-etf", "cn-a", "SIMGEM", "lookback", "top", "compiled", "adj_factor")
"""The market and its rule book, the benchmark, the parameters of the study, the engine."""
FORMULA = {"max", "mean", "sum", "std", "sqrt", "exp", "ceil", "alpha", "beta", "sigma", "top", "base", "peak", "rank"}
"""Functions and Greek letters of formulas."""
DATA = ("--data", "bars.csv", "--benchmark", "SIMGEM")


@pytest.fixture(scope="module")
def market() -> sl.Panel:
    """Twelve series with Chinese names."""
    whole = sl.simulate(sessions=520)
    return whole.select(whole.symbols[:12])


@pytest.fixture
def folder(market: sl.Panel, command: Any, ledger: Path) -> Path:
    """Where a command runs: a file of bars, a study, a study of one strategy."""
    here = Path.cwd()
    to_tidy(market).to_csv("bars.csv", index=False)
    Path("study.toml").write_text(STUDY, encoding="utf-8")
    begin, _, rest = STUDY.partition('[[strategies]]\nname = "equal-weight"\nlabel = "等权组"\n')
    Path("one.toml").write_text(begin + rest, encoding="utf-8")
    Path("registered.toml").write_text(begin + rest + REGISTERED, encoding="utf-8")
    return here


def names(market: sl.Panel) -> set[str]:
    """Of what is in the data."""
    groups = {word for group in market.groups for word in str(group).split()}
    return {*market.symbols, *market.names, *groups, "bars.csv", *TYPED}


def left(done: Any, folder: Path, known: set[str]) -> dict[str, dict[str, list[str]]]:
    """English in what a command printed, and in every file for people below the folder."""
    found = {"terminal": english(done.out.split("\n"), known)}
    for path in sorted(folder.rglob("*")):
        page = path.with_suffix(".html")
        code = marked(page.read_text(encoding="utf-8")) if page.is_file() else set()
        found[path.name] = english(read(path), known, code)
    return {name: texts for name, texts in found.items() if texts}


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (("run", "one.toml", "--chance", 20, "--audit", "--also", "pdf", "--also", "excel"), ()),
        (("sweep", "one.toml"), ("momentum", "sharpe")),
        (("walkforward", "one.toml"), ("momentum, walk-forward", "momentum", "best", "sharpe")),
        (("events", *DATA, "--score", "momentum"), ("Momentum", "skip")),
        (("factor", *DATA, "--score", "momentum"), ("Momentum", "skip")),
        (("brief", "bars.csv", "--benchmark", "SIMGEM", "--rule", "momentum", "--also", "pdf"), ("momentum", "terms")),
        (("orders", "one.toml", "--holdings", "none", "--cash", 500_000), ()),
        (("sweep", "registered.toml"), ("momentum", "sharpe")),
    ],
    ids=lambda each: "-".join(each[:2]) if isinstance(each, tuple) and "one.toml" in each[:2] else None,
)
def test_what_is_written_is_chinese(
    words: tuple[Any, ...], typed: tuple[str, ...], command: Any, folder: Path, market: sl.Panel
) -> None:
    done = command(*words, "--out", "o", "--locale", "zh")
    assert done.status == 0, done.err
    assert left(done, folder / "o", names(market) | {*typed}) == {}


def test_a_comparison_is_chinese_in_every_format(command: Any, folder: Path, market: sl.Panel) -> None:
    also = [word for kind in ("pdf", "excel", "md") for word in ("--also", kind)]
    done = command("compare", "study.toml", *also, "--out", "o", "--locale", "zh")
    assert done.status == 0, done.err
    assert {path.suffix for path in (folder / "o").iterdir()} >= {".html", ".pdf", ".xlsx", ".md"}
    assert left(done, folder / "o", names(market)) == {}


def test_a_tearsheet_of_returns_is_chinese(command: Any, folder: Path, market: sl.Panel) -> None:
    close = pd.DataFrame(market.close[:, :2], market.sessions, ["基金", "指数"])
    close.pct_change().dropna().to_csv("returns.csv")
    done = command("tearsheet", "returns.csv", "--benchmark", "指数", "--out", "o/returns.html", "--locale", "zh")
    assert done.status == 0, done.err
    assert left(done, folder / "o", names(market)) == {}


def test_what_fills_came_to_is_chinese(command: Any, folder: Path, market: sl.Panel) -> None:
    assert command("orders", "one.toml", "--holdings", "none", "--cash", 500_000, "--out", "o").status == 0
    asked = json.loads(Path("o/orders.json").read_text(encoding="utf-8"))["lines"]
    rows = [f"{each['symbol']},{each['side']},{each['shares']},{each['price']},6" for each in asked if each["shares"]]
    Path("fills.csv").write_text("\n".join(["symbol,side,shares,price,fees", *rows]), encoding="utf-8")
    given = ("--fills", "fills.csv", "--journal", "o/orders.jsonl", "--out", "f")
    done = command("orders", "one.toml", *given, "--locale", "zh")
    assert done.status == 0, done.err
    assert left(done, folder / "f", names(market)) == {}


def test_the_ledger_is_chinese(command: Any, folder: Path, market: sl.Panel) -> None:
    assert command("sweep", "registered.toml", "--out", "o").status == 0
    assert command("run", "registered.toml", "--final", "--no-verify", "--out", "p").status == 0
    trial = sl.trials().index[-1]
    for words, typed in (
        ((), ("momentum", "sharpe", "skip")),
        (("registrations",), ("registered", "sharpe")),
        (("reproduce", trial, "--data", "bars.csv", "--benchmark", "SIMGEM"), ()),
        (("--export", "t.csv"), ()),
    ):
        done = command("trials", *words, "--locale", "zh")
        assert done.status == 0, done.err
        code = sl.trials()["strategy"]
        assert english(done.out.split("\n"), names(market) | {*typed}, code) == {}, words


@pytest.mark.parametrize("what", ["strategies", "measures", "sources", "markets"])
def test_lists_are_chinese(what: str, command: Any) -> None:
    done = command("list", what, "--locale", "zh")
    domains = [each for entry in LIBRARY.values() for each in (*entry.parameters, *entry.defaults.values())]
    choices = [each for entry in LIBRARY.values() for domain in entry.parameters.values() for each in domain.choices]
    typed = {*LIBRARY, *MEASURES, *MARKETS, *TYPED, *map(str, domains), *map(str, choices), "Name", "module", "none"}
    typed |= {word for name in SOURCES for word in name.split(":")} | {"PATH", "TITLE", "simulated", "list measures"}
    assert english(done.out.split("\n"), typed | FORMULA | {"date", "symbol", "close", "yfinance", "csv"}) == {}


def test_what_is_found_in_files_is_chinese(command: Any, folder: Path, market: sl.Panel) -> None:
    bars = pd.read_csv("bars.csv", dtype={"symbol": str})
    third, fourth = (bars.index[bars["symbol"] == market.symbols[k]] for k in (2, 3))
    prices = ["open", "high", "low", "close"]
    bars.loc[third[100], prices] *= 1.6
    bars.loc[fourth[300:], prices] *= 0.5
    bars.drop(index=third[200:210]).to_csv("faulty.csv", index=False)
    known = names(market) | {*bars.columns, *SUMMARIES, *TREATMENTS, "weekdays", "faulty.csv"}
    for words, status in (
        (("check", "bars.csv", "--benchmark", "SIMGEM"), 0),
        (("check", "faulty.csv", "--accept", "bad-tick"), 1),
        (("convert", "bars.csv", "tidy.csv"), 0),
        (("reconcile", "bars.csv", "faulty.csv"), 1),
        (("reconcile", "bars.csv", "bars.csv"), 0),
    ):
        done = command(*words, "--locale", "zh")
        assert done.status == status, done.err
        assert english(done.out.split("\n"), known | {"reconcile"}) == {}, words
    also = [word for kind in ("pdf", "excel", "md") for word in ("--also", kind)]
    done = command("check", "faulty.csv", "--html", "o/faulty.html", *also, "--locale", "zh")
    assert {path.suffix for path in (folder / "o").iterdir()} == {".html", ".pdf", ".xlsx", ".md"}, done.err
    assert left(done, folder / "o", known) == {}


def test_an_audit_is_chinese(command: Any, folder: Path, market: sl.Panel) -> None:
    done = command("audit", "one.toml", "--cuts", 3, "--no-process", "--locale", "zh")
    assert done.status == 0, done.err
    assert english(done.out.split("\n"), names(market)) == {}


def test_the_demonstration_is_chinese(command: Any, market: sl.Panel) -> None:
    done = command("demo", "--sessions", 300, "--markets", 0, "--locale", "zh", "--out", "o")
    assert done.status == 0, done.err
    assert left(done, Path("o"), {*LIBRARY, *names(sl.simulate(sessions=60))}) == {}


def test_a_self_test_is_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    """Every check by its name, as the module has it, and one that failed."""
    source = Path(selftest.__file__).read_text(encoding="utf-8")
    checks = [*re.findall(r'told\(\s*"([^"]+)"', source), "engines agree, turns"]
    assert len(checks) > 20
    passed = [Checked(each, "simulated", "frictionless", "compiled", 9, 0.0, 1e-9, True) for each in checks]
    ruled = [
        Checked(f"{each}, {rule}", "events", "plain rules", "both", 9, 2.0, 1.0, False, "number 3 is 2.5, 2 is known")
        for each in checks for rule in ("turns", "equal weight")
    ]  # fmt: skip
    note = "given: fewer than 3 series trade in every one of the last 120 sessions"
    speak("zh")
    standings.self_tested(SelfTest((*passed, *ruled), (note,)))
    hush()
    assert english(capsys.readouterr().out.split("\n"), TYPED) == {}


def test_errors_and_help_stay_english(command: Any) -> None:
    """They are searched for, by people and by programs."""
    assert "unknown market" in command("run", "--market", "cn-eft", "--locale", "zh").err
    assert "Trading rules" in command("run", "--locale", "zh", "--help").out
