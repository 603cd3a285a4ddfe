from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.data.tidy.columns import to_tidy
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.study.prepared import Options, job
from sectorlead.study.study import Signal
from sectorlead.study.study_file import read_study

STRATEGY = '[[strategies]]\nname = "momentum"\n'


def study(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_documented_study_says_what_the_page_says(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "studies.md"
    blocks = r"^```toml\n(.*?)^```"
    first, market, signal = re.findall(blocks, page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    read = read_study(study(tmp_path, first))
    assert (read.data, read.hash) == (str(tmp_path / "bars.csv.gz"), "0123456789ab")
    assert read.accept == ("bad-tick:801010",)
    assert read.benchmark == f"{tmp_path}/../index/bars.csv.gz:399006"
    assert (read.data_start, read.data_end) == ("2015-01-01", "2026-03-31")
    assert (read.start, read.end) == ("2020-01-01", "2025-12-31")
    assert (read.cash, read.fill, read.size, read.unfilled) == (1e6, "open", "decision", "carry")
    assert (read.engine, read.seed) == ("both", 1)
    assert [choice.label for choice in read.strategies] == ["leaders of 3", "momentum"]
    chosen = job(study(tmp_path, first.replace("seed = 1", "")), Options(strategy="momentum", parameters=("top=2",)))
    assert (chosen.strategy.score.lookback, chosen.strategy.pick.n) == ((20, 60, 120), 2)

    own = read_study(study(tmp_path, market + STRATEGY)).market
    assert own == dataclasses.replace(MARKETS["cn-etf"], name="custom", slippage_bps=5.0, commission_min=0.0)
    sectors = read_study(study(tmp_path, signal + STRATEGY)).signal
    assert sectors == Signal(
        funds={"801780": ["512800.SH"], "801080": ["512480.SH", "159995.SZ"]}, data="sw1", benchmark="399006",
        missing="next",
    )  # fmt: skip
    assert all(f"`{item.name}`" in page.read_text(encoding="utf-8") for item in dataclasses.fields(Market))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no strategy to run"),
        ("[[strategies]]\nname = \"momentum\n", r"study.toml is not valid TOML: .*line 2"),
        ("[runn]\n" + STRATEGY, r"section in .*study.toml: 'runn'. Did you mean 'run'"),
        ("[run]\ncsh = 1\n" + STRATEGY, r"key of \[run\] in .*study.toml: 'csh'. Did you mean 'cash'"),
        ('[run]\ncash = "much"\n' + STRATEGY, r"cash in \[run\] must be a number, was 'much'"),
        ("[run]\ncash = true\n" + STRATEGY, "must be a number, was True"),
        ("[run]\ncash = -1\n" + STRATEGY, "study.toml: cash must be a finite number > 0"),
        ("[run]\nseed = 1.5\n" + STRATEGY, "must be a whole number"),
        ('[run]\nfill = "opne"\n' + STRATEGY, "unknown fill 'opne'. Did you mean 'open'"),
        ('[run]\nmarket = "cn-eft"\n' + STRATEGY, "Did you mean 'cn-etf'"),
        ('[run]\nstart = "2020-13-01"\n' + STRATEGY, "start must be a date such as 2020-01-31, was '2020-13-01'"),
        ("[run]\nstart = 2020-01-01T10:00:00\n" + STRATEGY, "a date without time, such as .*, was 2020-01-01 10:00:00"),
        ("[data]\naccept = [3]\n" + STRATEGY, r"accept in \[data\] must be a list of texts .*, was \[3\]"),
        ('[run]\nmarket = "cn-etf"\n[market]\nlot = 1\n' + STRATEGY, "keep one of them"),
        ("[signal]\nmissing = 'next'\n" + STRATEGY, re.escape("[signal] has no path; name the file or source of")),
        ("[signal]\npath = 'sw1'\n" + STRATEGY, re.escape("[signal] has no funds; write [signal.funds] and below it")),
        (
            "[signal]\npath = 'sw1'\nmissing = 'nxt'\nfunds = {A = ['F']}\n" + STRATEGY,
            re.escape("unknown missing in [signal] 'nxt'. Did you mean 'next'?"),
        ),
        (
            "[signal]\npath = 'sw1'\nfunds = {A = 'F'}\n" + STRATEGY,
            re.escape("A in [signal.funds] must be a list of symbols, was 'F'"),
        ),
        ("[run]\ncash_rate = true\n" + STRATEGY, re.escape("cash_rate in [run] must be a fraction such as 0.02")),
        ("[market]\nlot = -1\n" + STRATEGY, "Market.lot must be a number >= 0"),
        ("[market]\nprice_limt = 0.1\n" + STRATEGY, "Did you mean 'price_limit'"),
        ("[market]\nt_plus_one = 1\n" + STRATEGY, "must be true or false, was 1"),
        ('[data]\nbenchmark = "X"\n' + STRATEGY, "give the path of the data as well"),
        ('[[strategies]]\nlabel = "x"\n', "strategy 1: has no name"),
        (STRATEGY + "set = 3\n", "set in .* must be a table"),
        (STRATEGY + STRATEGY, "two strategies are called 'momentum'"),
        ('strategies = "momentum"\n', "no strategy to run"),
        ("run = 3\n" + STRATEGY, r"run must be a section, written \[run\]"),
    ],
)
def test_a_study_that_cannot_be_used_says_why(text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read_study(study(tmp_path, text))


def test_a_study_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_study(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes("# é".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_study(tmp_path / "latin.toml")


def test_one_of_several_has_to_be_picked(tmp_path: Path) -> None:
    path = study(tmp_path, STRATEGY + '[[strategies]]\nname = "random"\n')
    with pytest.raises(InputError, match="pick one with --strategy: momentum, random"):
        job(path, Options())
    with pytest.raises(InputError, match="Did you mean 'random'"):
        job(path, Options(strategy="randm"))
    assert job(path, Options(strategy="random")).choice.name == "random"


def test_options_replace_what_the_file_says(tmp_path: Path) -> None:
    terms = '[run]\ncash = 5\nmarket = "cn-etf"\nfill = "close"\n'
    path = study(tmp_path, terms + STRATEGY + "set = {top = 2, skip = 1}\n")
    given = {"cash": 7.0, "market": "frictionless", "fill": None}
    chosen = job(path, Options(parameters=("top=3",), data="x.csv", terms=given))
    assert (chosen.study.cash, chosen.study.market.name, chosen.study.fill) == (7.0, "frictionless", "close")
    assert chosen.study.data == "x.csv"
    assert (chosen.strategy.pick.n, chosen.strategy.score.skip) == (3, 1)


def test_sectors_decide_and_their_funds_are_held(tmp_path: Path) -> None:
    sectors = simulate(1, 300, start="2024-01-02")
    funds = {sector: [f"F{sector[3:]}"] for sector in sectors.symbols[:3]}
    traded = Panel(sectors.sessions, tuple(held for [held] in funds.values()), sectors.close[:, :3] / 100)
    for name, panel in (("sectors", sectors), ("funds", traded)):
        to_tidy(panel).to_parquet(tmp_path / f"{name}.parquet")
    pairs = "".join(f"{sector} = {held}\n" for sector, held in funds.items())
    text = (
        "[data]\npath = 'funds.parquet'\n[run]\nmarket = 'frictionless'\nfill = 'close'\n"
        "[signal]\npath = 'sectors.parquet'\nmissing = 'next'\n"
        f"[signal.funds]\n{pairs}[[strategies]]\nname = 'momentum'\nset = {{top = 2, lookback = 20}}\n"
    )
    asked = job(study(tmp_path, text), Options())
    run = asked.run(asked.panel())
    assert run.verified
    assert set(run.fills["symbol"]) == {"F01", "F02", "F03"}
    assert list(asked.strategy.tracked(run.panel)["correlation"].round(12)) == [1.0, 1.0, 1.0]
