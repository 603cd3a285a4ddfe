from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import pytest

from sectorlead.data.errors import InputError
from sectorlead.engine.config import TERMS, RunConfig
from sectorlead.engine.market.market import MARKETS, Market
from sectorlead.study.prepared import Options, prepare_run
from sectorlead.study.study import Signal, Source
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
    assert read.data == Source(
        path=str(tmp_path / "bars.csv.gz"), benchmark=f"{tmp_path}/../index/bars.csv.gz:399006", hash="0123456789ab",
        start="2015-01-01", end="2026-03-31", distributions=str(tmp_path / "fund_fh.csv"),
    )  # fmt: skip
    told = {"start": "2020-01-01", "end": "2025-12-31", "cash_rate": 0.02, "engine": "both", "seed": 1}
    told |= {"measured_from": "start", "write_off": 250, "cash_flows": {"2021-03-01": 50_000, "monthly": -2_000}}
    told |= {"price_at": "10:00", "decide_at": "09:45", "periods": "years"}
    assert read.config() == RunConfig(accept=("bad-tick:801010",), **told)
    assert set(read.terms) == {known.name for known in TERMS.values() if known.section}
    assert [choice.label for choice in read.strategies] == ["leaders of 3", "momentum"]
    unseeded = study(tmp_path, first.replace("seed = 1", ""))
    chosen = prepare_run(unseeded, Options(strategy="momentum", parameters=("top=2",)))
    assert (chosen.strategy.score.lookback, chosen.strategy.pick.n) == ((20, 60, 120), 2)

    own = read_study(study(tmp_path, market + STRATEGY)).market
    assert own == dataclasses.replace(MARKETS["cn-etf"], name="custom", slippage_bps=5.0, commission_min=0.0)
    sectors = read_study(study(tmp_path, signal + STRATEGY)).signal
    assert sectors == Signal(
        funds={"801780": ["512800.SH"], "801080": ["512480.SH", "159995.SZ"]},
        source=Source(path="sw1", benchmark="399006"), missing="next",
    )  # fmt: skip
    assert all(f"`{item.name}`" in page.read_text(encoding="utf-8") for item in dataclasses.fields(Market))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no strategy to run"),
        ('[[strategies]]\nname = "momentum\n', r"study.toml is not valid TOML: .*line 2"),
        ("[runn]\n" + STRATEGY, r"study.toml: unknown section 'runn'. Did you mean 'run'"),
        ("[run]\ncsh = 1\n" + STRATEGY, r"study.toml: unknown key of \[run\] 'csh'. Did you mean 'cash'"),
        ('[run]\ncash = "much"\n' + STRATEGY, r"study.toml: cash in \[run\] must be a finite number > 0, was 'much'"),
        ("[run]\ncash = true\n" + STRATEGY, r"cash in \[run\] must be a finite number > 0, was True"),
        ("[run]\ncash = -1\n" + STRATEGY, r"study.toml: cash in \[run\] must be a finite number > 0, was -1"),
        ("[run]\nseed = 1.5\n" + STRATEGY, "must be a whole number"),
        ('[run]\nfill = "opne"\n' + STRATEGY, r"study.toml: unknown fill in \[run\] 'opne'. Did you mean 'open'"),
        ('[run]\nmarket = "cn-eft"\n' + STRATEGY, "Did you mean 'cn-etf'"),
        ('[run]\nstart = "2020-13-01"\n' + STRATEGY, "start in .* must be a date without time .*, was '2020-13-01'"),
        ("[run]\nstart = 2020-01-01T10:00:00\n" + STRATEGY, "a date without time .*, was 2020-01-01 10:00:00"),
        ('[data]\naccept = ["bad-tik"]\n' + STRATEGY, "rule of the quality gate 'bad-tik'. Did you mean 'bad-tick'"),
        ("[run]\naccept = []\n" + STRATEGY, r"unknown key of \[run\] 'accept'"),
        ('[run]\nname = "x"\n' + STRATEGY, r"unknown key of \[run\] 'name'"),
        ("[run]\ncash_rate = 2\n" + STRATEGY, "surely per cent"),
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
        ("[run]\ncash_rate = true\n" + STRATEGY, re.escape("cash_rate in [run] must be a fraction a year such")),
        ("[market]\nlot = -1\n" + STRATEGY, "Market.lot must be a number >= 0"),
        ("[market]\nprice_limt = 0.1\n" + STRATEGY, "Did you mean 'price_limit'"),
        ("[market]\nt_plus_one = 1\n" + STRATEGY, "must be true or false, was 1"),
        ('[data]\nbenchmark = "X"\n' + STRATEGY, "give the path of the data as well"),
        ('[[strategies]]\nlabel = "x"\n', "study.toml: strategy 1: has no name"),
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


def test_rates_are_found_beside_the_study_or_in_the_store(tmp_path: Path) -> None:
    def asked(rate: str) -> object:
        return read_study(study(tmp_path, f"[run]\ncash_rate = {rate}\n{STRATEGY}")).terms["cash_rate"]

    assert asked('"rates.csv:shibor"') == f"{tmp_path}/rates.csv:shibor"
    assert (asked('"rate:O/N"'), asked('"rate"'), asked("0.02")) == ("rate:O/N", "rate", 0.02)
