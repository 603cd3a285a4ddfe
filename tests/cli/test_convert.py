"""``sectorlead convert``, and the options that tell what files do not say, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from sectorlead.cli.reading import read_options
from sectorlead.data.errors import InputError
from sectorlead.data.load import load

ROWS = "时间,代码,现价,总手,成交额\n3/1/2024,512480,1.5,20,3000\n4/1/2024,512480,1.6,30,4800\n"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.csv"
    path.write_bytes(ROWS.encode("gbk"))
    return path


TOLD = ("--unit", "volume=lots", "--dates", "DMY", "--symbols", "512480=chips")


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet"])
def test_a_tidy_file_is_written_and_what_was_understood_is_said(
    command: Any, export: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / "new" / f"tidy.{ending}"
    done = command("convert", export, out, *TOLD)
    assert done.status == 0, done.err
    for text in ("现价", "close", "lots: x 100", "text in gb18030", "1 series x 2 sessions, 2024-01-03..2024-01-04"):
        assert text in done.out
    panel = load(out)
    assert (panel.symbols, panel.close.tolist(), panel.volume.tolist()) == (
        ("chips",), [[1.5], [1.6]], [[2_000.0], [3_000.0]],
    )  # fmt: skip
    again = command("convert", export, out, *TOLD)
    assert (again.status, "is there already; give another name, or --overwrite" in again.err) == (2, True)
    assert command("convert", export, out, *TOLD, "--overwrite").status == 0


def test_what_is_open_is_refused_and_names_the_way_out(command: Any, export: Path, tmp_path: Path) -> None:
    out = tmp_path / "tidy.csv"
    done = command("convert", export, out)
    assert done.status == 2
    assert 'dates="DMY" or dates="MDY"' in done.err
    assert "sectorlead convert" in done.err
    assert not out.exists()
    assert "needs at least one file to read" in command("convert", out).err
    assert "the file to write comes last" in command("convert", export, tmp_path / "tidy.xlsx").err


def test_a_check_and_a_study_are_told_alike(command: Any, export: Path, tmp_path: Path) -> None:
    done = command("check", export, "--json", *TOLD)
    found = json.loads(done.out)
    assert found["understood"][3] == {
        "column": "总手", "meaning": "volume", "unit": "lots: x 100", "rows": 2, "symbols": 1,
    }  # fmt: skip
    assert "refused-by-load" not in {each["rule"] for each in found["findings"]}
    open_ = json.loads(command("check", export, "--json").out)["findings"]
    assert {"refused-by-load", "ambiguous-dates"} <= {each["rule"] for each in open_}

    days = pd.bdate_range("2024-01-02", periods=60).strftime("%d/%m/%Y")
    prices = [[f"{10 + k + 0.07 * (i * (k + 2) % 11):.2f}" for k in range(4)] for i in range(60)]
    rows = zip(days, prices, strict=True)
    lines = [f"{day},{code},{row[k]}" for day, row in rows for k, code in enumerate("ABCD")]
    (tmp_path / "many.csv").write_text("when,what,worth\n" + "\n".join(lines))
    (tmp_path / "study.toml").write_text("""
[data]
path = "many.csv"
symbols = ["A", "B", "C=third"]
dates = "DMY"
accept = ["repeated-sessions", "closed-day-rows", "padded-holidays", "missing-sessions", "copied-bars"]
[data.columns]
when = "date"
what = "symbol"
worth = "close"
[run]
fill = "close"
market = "frictionless"
[[strategies]]
name = "momentum"
set = {lookback = 20, top = 2}
""")
    ran = command("run", tmp_path / "study.toml", "--out", tmp_path / "run", "--no-verify")
    assert ran.status == 0, ran.err
    weights = pd.read_csv(tmp_path / "run" / "weights.csv", index_col=0)
    assert set(weights.columns) <= {"A", "B", "third", "cash"}
    wrong = command("run", "--data", tmp_path / "many.csv", "--column", "what=symbol", "--column", "worth=closing")
    assert (wrong.status, "Did you mean 'close'" in wrong.err) == (2, True)


def test_options_as_they_are_typed() -> None:
    told = read_options(["a=b=close", "c="], ["volume=100", "amount=万元"], "A,B=C", "DMY", "raw")
    assert (told.columns, told.units) == ({"a=b": "close", "c": ""}, {"volume": 100.0, "amount": "万元"})
    assert told.chosen == (("A", "B"), {"B": "C"})
    assert read_options(["date,,open,high,low,close"]).order == ("date", "", "open", "high", "low", "close")
    assert (read_options(symbols="XLK").only, bool(read_options())) == ("XLK", False)
    with pytest.raises(InputError, match="--unit must be NAME=VALUE, was 'lots'"):
        read_options(unit=["lots"])
