"""Options of a command from the fields of RunConfig: every term, its words, its choices, its default."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from sectorlead.cli import compare, run
from sectorlead.cli.option_group import option_groups
from sectorlead.cli.terms import given, term_option, term_options
from sectorlead.engine.config import TERMS, RunConfig, Term


def app_of(seen: list[dict[str, Any]]) -> typer.Typer:
    app = typer.Typer(rich_markup_mode=None, add_completion=False)

    @app.command()
    @option_groups(terms=term_options(engine="both", start="the beginning"))
    def command(study: str = "s", data: str = "d", *, terms: dict[str, Any], out: str = "o") -> None:
        seen.append({"study": study, "data": data, "out": out, **terms})

    return app


def called(known: Term) -> str:
    """Its option; prices of the data have the plain name on the command line."""
    return {"prices": "bt-prices", "cash_flows": "cash-flow"}.get(known.name, known.name.replace("_", "-"))


def test_every_term_is_an_option_that_says_what_it_is() -> None:
    text = re.sub(r"(?<=\w-)\n +", "", CliRunner().invoke(app_of([]), ["--help"]).output)  # broken at a hyphen
    told = re.split(r"\n  --(?=[a-z])", text)[1:]
    lines = {line.split()[0]: " ".join(line.split()) for line in told}
    names = [called(known) for known in TERMS.values() if known.section]
    assert list(lines) == ["study", "data", *names, "out", "help"]
    for known in TERMS.values():
        if known.section:
            line = lines[called(known)]
            assert known.says in line
            for choice in known.form.choices:
                assert choice in line
    for name, words in {
        "cash": "1000000", "engine": "both", "start": "the beginning", "cash-rate": "nothing", "unfilled": "carry",
    }.items():  # fmt: skip
        assert f"[default: ({words})]" in lines[name]
    assert "default" not in lines["seed"] + lines["accept"]
    assert "open, close, vwap, at or same-close." in lines["fill"]


def test_what_is_given_becomes_terms_and_nothing_else() -> None:
    seen: list[dict[str, Any]] = []
    words = ["--cash", "5e5", "--seed", "0", "--accept", "bad-tick", "--accept", "stale", "--cash-rate", "0.02"]
    assert CliRunner().invoke(app_of(seen), [*words, "--fill", "close", "--start", "2020-01-02"]).exit_code == 0
    assert seen[0] == {
        "study": "s", "data": "d", "out": "o", "cash": 5e5, "seed": 0, "accept": ["bad-tick", "stale"],
        "cash_rate": "0.02", "fill": "close", "start": "2020-01-02",
    }  # fmt: skip
    assert given({"bt_prices": "raw"}) == {"prices": "raw"}
    assert CliRunner().invoke(app_of(seen), []).exit_code == 0
    assert seen[1] == {"study": "s", "data": "d", "out": "o"}
    assert CliRunner().invoke(app_of(seen), ["--cash", "much"]).exit_code == 2


@pytest.mark.parametrize("command", [run.run, compare.compare])
def test_commands_have_them_all(command: Any) -> None:
    shown = inspect.signature(command).parameters
    assert {called(known).replace("-", "_") for known in TERMS.values() if known.section} < set(shown)
    assert not any(item.kind is item.VAR_KEYWORD for item in shown.values())


def test_a_term_of_its_own_type_is_read_as_that() -> None:
    kinds = {name: term_option(known).annotation.__args__[0] for name, known in TERMS.items()}
    assert kinds["cash"] == float | None
    assert kinds["seed"] == int | None
    assert kinds["accept"] == kinds["cash_flows"] == list[str] | None
    assert {kinds[name] for name in ("fill", "start", "cash_rate")} == {str | None}


def test_an_option_reaches_the_run(command: Any, bars: Path) -> None:
    words = ["--strategy", "momentum", "--data", bars, "--no-verify", "--unfilled", "drop", "--size", "fill"]
    done = command("run", *words, "--cash-rate", "0.02", "--start", "2020-02-03", "--out", "o")
    assert done.status == 0, done.err
    told = json.loads(Path("o/manifest.json").read_text(encoding="utf-8"))["terms"]
    asked = {"unfilled": "drop", "size": "fill", "start": "2020-02-03", "cash_rate": "2.00% a year", "accept": []}
    usual = RunConfig()
    assert {name: told[name] for name in asked} == asked
    assert (told["cash"], told["fill"], told["engine"]) == (usual.cash, usual.fill, "compiled")
