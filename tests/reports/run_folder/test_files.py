from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports.run_folder.files import FORMULA, inert, meant, write_csv


@given(st.text(alphabet="'=+-@\t\rab1"))
def test_a_cell_is_inert_and_its_text_comes_back(text: str) -> None:
    assert not inert(text).startswith(FORMULA)
    assert meant(inert(text)) == text


def test_texts_and_heads_are_made_inert_and_numbers_left_alone(tmp_path: Path) -> None:
    rows = [["-5", -5.0], ["@SUM(1)", 1e-7], ["'quoted", None]]
    write_csv(tmp_path / "a.csv", ("session", "=cmd|' /C calc'!A0"), rows)
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file)) == [
            ["session", "'=cmd|' /C calc'!A0"], ["'-5", "-5.0"], ["'@SUM(1)", "1e-07"], ["'quoted", ""],
        ]  # fmt: skip
    numbers = pd.read_csv(tmp_path / "a.csv").iloc[:, 1]
    assert numbers[:2].tolist() == [-5.0, 1e-7]
