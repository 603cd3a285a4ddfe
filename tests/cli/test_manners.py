"""What all commands have: JSON, quiet, examples, completion, no colour where none is wanted."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
from typer.main import get_command

from sectorlead.cli.examples import EXAMPLES
from sectorlead.cli.main import app
from sectorlead.cli.manners import NAMES
from sectorlead.cli.schema import answer_schema
from sectorlead.cli.shapes import SHAPES

from ..conftest import Command


def commands() -> dict[str, Any]:
    """Every command by its words."""

    def below(group: Any, context: Any, above: str) -> Iterator[tuple[str, Any]]:
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            yield above + name, command
            if hasattr(command, "list_commands"):
                yield from below(command, typer.Context(command, parent=context), f"{above}{name} ")

    root: Any = get_command(app)
    return dict(below(root, typer.Context(root), ""))


ALL = commands()


def test_every_command_has_options_a_shape_and_examples() -> None:
    for name, command in ALL.items():
        options = {option for each in command.params for option in each.opts}
        assert {"--json", "--quiet", "-q"} <= options, name
        assert command.epilog.startswith("\b\nExamples:\n  sectorlead "), name
    assert set(EXAMPLES) == set(ALL)
    assert set(SHAPES) == set(ALL) - {"schema"}  # which prints JSON of its own


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line in lines])
def test_an_example_is_read_by_its_command(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])[1:]
    name = " ".join(words[:2]) if " ".join(words[:2]) in ALL else words[0]
    command, rest = ALL[name], words[len(name.split()) :]
    command.make_context(name, rest, resilient_parsing=False)  # a word that is not known would be an error
    assert line in EXAMPLES[name]


def valid(name: str, text: str) -> dict[str, Any]:
    """The answer, which has the shape that the schema says."""
    told: dict[str, Any] = json.loads(text)
    jsonschema.validate(told, answer_schema(name))
    assert told["command"] == name
    return told


@pytest.fixture
def study(bars: Path) -> Path:
    path = bars.parent / "mine.toml"
    path.write_text(
        f'[data]\npath = "{bars.name}"\nbenchmark = "IX"\n[run]\nmarket = "frictionless"\nengine = "compiled"\n'
        '[compare]\nseeds = 0\nbootstrap = 100\n[sweep.grid]\nlookback = [20, 40]\n'
        '[[strategies]]\nname = "momentum"\nset = {lookback = 20, top = 2}\n[[strategies]]\nname = "equal-weight"\n',
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize(
    "words",
    [
        ("run", "STUDY", "--strategy", "momentum", "--out", "o"),
        ("sweep", "STUDY", "--strategy", "momentum", "--out", "o", "--store", "s"),
        ("factor", "--score", "resilience", "--data", "bars.csv", "--benchmark", "IX", "--out", "o"),
    ],
    ids=lambda words: words[0],
)
def test_what_writes_a_folder_says_what_is_in_it(command: Command, study: Path, words: tuple[str, ...]) -> None:
    given = [study if word == "STUDY" else word for word in words]
    told = valid(words[0], command(*given, "--json").out)
    assert told["folder"] == "o"
    assert all(Path("o", name).is_file() for name in told["files"])
    assert {"report.html", "manifest.json"} <= set(told["files"])
    if words[0] != "sweep":
        assert told["summary"] == json.loads(Path("o/summary.json").read_text(encoding="utf-8"))
    done = command(*given, "--quiet")
    assert (done.status, done.out) == (0, "o\n")


def test_the_others_answer_in_their_shapes(
    command: Command, study: Path, bars: Path, ledger: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SECTORLEAD_DATA", str(tmp_path / "store"))
    listed = valid("list", command("list", "strategies", "--json").out)
    (momentum,) = [each for each in listed["names"] if each["name"] == "momentum"]
    assert any("lookback=" in line for line in momentum["details"])
    assert command("run", study, "--strategy", "momentum", "--out", "o", "--json").status == 0
    (trial,) = valid("trials", command("trials", "--json").out)["trials"]
    assert valid("trials reproduce", command("trials", "reproduce", trial["id"], "--json").out)["same"]
    assert valid("trials registrations", command("trials", "registrations", "--json").out)["registrations"] == []
    assert valid("convert", command("convert", bars, "tidy.csv", "--json").out)["series"] == 5
    checked = command("check", bars, "--json", "--calendar", "weekdays")
    assert valid("check", checked.out)["findings"]
    differ = command("reconcile", bars, "tidy.csv", "--json")
    assert valid("reconcile", differ.out)["agree"] is (differ.status == 0)
    assert valid("data", command("data", "--json").out)["series"] == []
    words = ("audit", "momentum", "--set", "lookback=20", "--cuts", 2, "--sessions", 40, "--no-process", "--json")
    assert valid("audit", command(*words).out)["clean"]


def test_an_error_is_a_line_and_no_json(command: Command) -> None:
    done = command("run", "--strategy", "momentun", "--json")
    assert (done.status, done.out) == (2, "")
    assert "Did you mean 'momentum'" in done.err


def test_a_program_gets_what_is_not_finite_as_null(command: Command, study: Path) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(name)

    text = command("run", study, "--strategy", "equal-weight", "--out", "o", "--json").out
    json.loads(text, parse_constant=refuse)


def complete(words: str) -> list[str]:
    """What bash is offered after these words."""
    count = len(words.split()) - (not words.endswith(" "))
    asked = {"_SECTORLEAD_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(count)}
    done = subprocess.run(
        [sys.executable, "-m", "sectorlead"], env=os.environ | asked, capture_output=True, text=True, timeout=120
    )
    return done.stdout.split()


def test_a_shell_completes_commands_and_names() -> None:
    assert complete("sectorlead walk") == ["walkforward"]
    assert complete("sectorlead run --strategy pullback-l") == ["pullback-leaders", "pullback-laggards"]
    assert all(make() for make in NAMES.values())


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    from sectorlead.cli.terminal import console

    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    assert console().no_color
