from __future__ import annotations

import csv
import json
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.reports.run_folder.files import FORMULA, inert, meant, plain, write_csv


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


def test_anything_is_plain_data() -> None:
    found = {date(2024, 1, 2): (np.float64(0.5), float("inf")), "made": datetime(2024, 1, 2, 15), 3: {1}}
    assert plain(found) == {"2024-01-02": [0.5, None], "made": "2024-01-02T15:00:00", "3": "{1}"}
    json.dumps(plain(found), allow_nan=False)
