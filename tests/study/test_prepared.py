"""A study and options made ready to run: what stands in place of what, which engine, which panel."""

from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead.data.errors import InputError, QualityError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate
from sectorlead.data.tidy.columns import to_tidy
from sectorlead.study.prepared import Options, engine_of, prepare_run, prepare_runs
from sectorlead.study.study import Source, Study

STRATEGY = '[[strategies]]\nname = "momentum"\n'
TRADER = "import backtrader as bt\n\nclass Trader(bt.Strategy):\n    def next(self):\n        pass\n"


def study(folder: Path, text: str) -> Path:
    path = folder / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_of_several_has_to_be_picked(tmp_path: Path) -> None:
    path = study(tmp_path, STRATEGY + '[[strategies]]\nname = "random"\n')
    with pytest.raises(InputError, match="pick one with --strategy: momentum, random"):
        prepare_run(path, Options())
    with pytest.raises(InputError, match="Did you mean 'random'"):
        prepare_run(path, Options(strategy="randm"))
    assert prepare_run(path, Options(strategy="random")).config.name == "random"


def test_options_replace_what_the_file_says(tmp_path: Path) -> None:
    terms = '[run]\ncash = 5\nmarket = "cn-etf"\nfill = "close"\n'
    path = study(tmp_path, terms + STRATEGY + "set = {top = 2, skip = 1}\n")
    given = {"cash": 7.0, "fill": None, "seed": 0}
    chosen = prepare_run(path, Options(parameters=("top=3",), data="x.csv", market="frictionless", terms=given))
    assert (chosen.config.cash, chosen.study.market.name, chosen.config.fill) == (7.0, "frictionless", "close")
    assert (chosen.config.seed, chosen.config.engine, chosen.config.accept) == (0, "both", ())
    assert chosen.study.data == Source(path="x.csv")
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
    asked = prepare_run(study(tmp_path, text), Options())
    run = asked.run(asked.panel())
    assert run.verified
    assert set(run.fills["symbol"]) == {"F01", "F02", "F03"}
    assert list(asked.strategy.tracked(run.panel)["correlation"].round(12)) == [1.0, 1.0, 1.0]


def test_the_engine_is_the_study_s_or_the_command_s(tmp_path: Path) -> None:
    (tmp_path / "trader_of_study.py").write_text(TRADER, encoding="utf-8")
    trader = '[[strategies]]\nname = "trader_of_study:Trader"\nlabel = "bt"\n'
    path = study(tmp_path, STRATEGY + trader)
    assert [each.config.engine for each in prepare_runs(path, Options())] == ["compiled", "backtrader"]
    both = prepare_runs(path, Options(terms={"engine": "both"}))
    assert [each.config.engine for each in both] == ["both", "backtrader"]
    assert prepare_run(path, Options(strategy="momentum")).config.engine == "both"
    assert prepare_run(path, Options(strategy="bt")).config.engine == "backtrader"
    with pytest.raises(InputError, match="for engine backtrader only; leave the engine out"):
        prepare_run(path, Options(strategy="bt", terms={"engine": "compiled"}))


def test_terms_that_can_not_be_are_told_before_anything_is_built() -> None:
    with pytest.raises(InputError, match="Did you mean 'fill'"):
        Study(terms={"fil": "open"})
    with pytest.raises(InputError, match="Did you mean 'close'"):
        prepare_run(None, Options(strategy="nowhere:X", terms={"fill": "clse"}))


def test_verify_is_another_word_for_an_engine() -> None:
    assert (engine_of(None, True), engine_of(None, False), engine_of("backtrader", None)) == (
        "both", "compiled", "backtrader",
    )  # fmt: skip
    with pytest.raises(InputError, match="--no-verify means --engine compiled, but --engine both was given"):
        engine_of("both", False)


def test_a_command_asks_the_quality_gate_unless_an_error_is_accepted(tmp_path: Path) -> None:
    good = simulate(1, 120)
    close = good.close.copy()
    close[60, 3] *= 100
    to_tidy(Panel(good.sessions, good.symbols, close)).to_parquet(tmp_path / "bars.parquet")
    text = "[data]\npath = 'bars.parquet'\n{}[run]\nfill = 'close'\n" + STRATEGY
    stopped = prepare_run(study(tmp_path, text.format("")), Options())
    with pytest.raises(QualityError) as raised:
        stopped.panel()
    rules = ", ".join(f"'{rule}'" for rule in raised.value.rules)
    let = prepare_run(study(tmp_path, text.format(f"accept = [{rules}]\n")), Options())
    assert any(note.startswith("accepted error") for note in let.panel().notes)
    assert let.config.accept == raised.value.rules
    named = prepare_run(study(tmp_path, text.format("")), Options(terms={"accept": list(raised.value.rules)}))
    assert named.panel().notes == let.panel().notes
