"""``sectorlead orders`` as a user types it."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from rich.console import Console

from sectorlead.cli.schema import answer_schema


@pytest.fixture
def study(bars: Path) -> Path:
    path = bars.with_name("study.toml")
    path.write_text(
        f'[data]\npath = "{bars}"\nbenchmark = "IX"\n[run]\nmarket = "cn-etf"\n'
        '[[strategies]]\nname = "momentum"\nlabel = "mine"\n[strategies.set]\ntop = 2\nlookback = 20\n',
        encoding="utf-8",
    )
    return path


def test_an_evening_then_its_fills(command: Any, study: Path) -> None:
    Path("h.csv").write_text("symbol,shares\nA,1000\n", encoding="utf-8")
    asked = ("orders", study, "--holdings", "h.csv", "--cash", 50_000, "--out", "o", "--end", "2020-04-30")
    done = command(*asked)
    assert done.status == 0, done.err
    assert "Orders for 2020-05-01 · mine" in done.out  # bars on weekdays keep the calendar of weekdays
    assert "bring newer bars" in done.err
    told = json.loads(Path("o/orders.json").read_text(encoding="utf-8"))
    sent = [line for line in told["lines"] if line["shares"] and line["side"] != "keep"]
    assert sent
    answer = json.loads(command(*asked, "--json").out)
    jsonschema.validate(answer, answer_schema("orders"))
    assert (answer["orders"], answer["fills"], answer["journal"]) == (told, None, "o/orders.jsonl")
    assert command(*asked, "--quiet").out == "o\n"
    assert len(Path("o/orders.jsonl").read_text(encoding="utf-8").splitlines()) == 1
    rows = [f"{line['symbol']},{line['side']},{line['shares']},{line['price']},6" for line in sent]
    Path("f.csv").write_text("\n".join(["symbol,side,shares,price,fees", *rows]), encoding="utf-8")
    done = command("orders", study, "--fills", "f.csv", "--out", "o", "--locale", "zh")
    assert done.status == 0, done.err
    assert "成交占委托金额: 100.0%" in done.out
    found = json.loads(Path("o/fills.json").read_text(encoding="utf-8"))
    assert found["totals"]["fees"] == 6 * len(sent)
    answer = json.loads(command("orders", study, "--fills", "f.csv", "--out", "o", "--json").out)
    jsonschema.validate(answer, answer_schema("orders"))
    assert (answer["orders"], answer["fills"]) == (None, found)


def test_without_a_journal_nothing_is_kept(command: Any, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(Path.cwd() / "data"))
    done = command("orders", study, "--holdings", "none", "--cash", 50_000, "--no-journal", "--locale", "zh")
    assert done.status == 0, done.err
    assert not Path("data").exists()
    assert command("orders", study, "--holdings", "none", "--cash", 50_000).status == 0
    assert Path("data/sectorlead/orders/study-mine.jsonl").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "--holdings FILE (or none) and --cash AMOUNT"),
        (("--holdings", "none", "--cash", "1", "--journal", "j", "--no-journal"), "leave one of them out"),
        (("--holdings", "nowhere.csv", "--cash", "1"), "nowhere.csv: no such file"),
        (("--holdings", "none", "--cash", "nan"), "cash must be a finite number"),
        (("--holdings", "none", "--cash", "1", "--locale", "de"), "unknown locale 'de'"),
        (("--fills", "f.csv", "--journal", "none.jsonl"), "has no orders to compare fills with"),
    ],
)
def test_what_is_refused_is_one_line(command: Any, study: Path, words: tuple[str, ...], told: str) -> None:
    done = command("orders", study, *words)
    assert (done.status, told in done.err, done.out) == (2, True, "")


@pytest.mark.parametrize(("width", "rows"), [(30, False), (60, True)])
def test_a_narrow_terminal_shows_every_cell(width: int, rows: bool) -> None:
    from sectorlead.cli.terminal import print_table

    out = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    heads, cells = ("Side", "Symbol", "Shares", "Why"), ("buy", "512400.SH", "15,500", "rank 2 of 31")
    print_table(out, heads, [cells, cells], right=[2])
    shown = out.file.getvalue()  # type: ignore[attr-defined]
    assert all(shown.count(cell) == 2 for cell in cells)
    assert ("Symbol: 512400.SH" in shown) is not rows
    assert shown.count("Symbol") == (1 if rows else 2)
    assert all(len(line) <= width for line in shown.splitlines())
