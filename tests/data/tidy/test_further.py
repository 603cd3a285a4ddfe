"""Columns that are no part of a bar: fields, as they were known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.cli.reading import read_options
from sectorlead.data.errors import DataError, InputError, ParameterError, UnknownNameError
from sectorlead.data.load import load, reading
from sectorlead.data.panel import Panel
from sectorlead.data.tidy.columns import to_tidy
from sectorlead.study.study_file import read_study

NAN = float("nan")
TEXT = """date,symbol,close,premium,nav,remark,flag
2024-01-02,A,5,0.01,4.95,x,
2024-01-03,A,6,0.04,,,
2024-01-03,B,7,-0.02,7.1,y,
2024-01-04,A,6,,5.9,,
2024-01-06,A,,0.09,5.8,,
2024-01-08,B,7,0.05,7,,
"""


def file(folder: Path, text: str = TEXT) -> Path:
    path = folder / "bars.csv"
    path.write_text(text)
    return path


def test_every_column_of_numbers_comes_along(tmp_path: Path) -> None:
    p = load(file(tmp_path))
    assert tuple(p.fields) == ("nav", "premium")
    np.testing.assert_array_equal(p.field("premium"), [[0.01, NAN], [0.04, -0.02], [NAN, NAN], [NAN, 0.05]])
    folder = tmp_path.name
    assert p.notes == (
        f"columns of {folder}/bars.csv not used: remark, flag",
        "field premium: 1 values on days that are no sessions left out",
        "field nav: 1 values on days that are no sessions left out",
        "fields beside the bars: premium, nav",
    )
    told = reading(file(tmp_path)).set_index("column")
    assert told["meaning"].to_dict() == {
        "date": "date", "symbol": "symbol", "close": "close", "premium": "field", "nav": "field", "remark": "",
        "flag": "",
    }  # fmt: skip


def test_a_lag_says_when_a_value_was_known(tmp_path: Path) -> None:
    p = load(file(tmp_path), fields={"premium": 1})
    assert tuple(p.fields) == ("premium",)
    np.testing.assert_array_equal(p.field("premium"), [[NAN, NAN], [0.01, NAN], [0.04, -0.02], [NAN, NAN]])
    assert p.notes[-1] == "fields beside the bars: premium (known 1 session after its date)"
    assert "nav, remark, flag" in p.notes[0]
    assert tuple(load(file(tmp_path), fields=["nav"]).fields) == ("nav",)
    assert not load(file(tmp_path), fields=()).fields
    assert tuple(load(file(tmp_path), columns={"nav": ""}).fields) == ("premium",)
    assert tuple(load(file(tmp_path), start="2024-01-03").fields) == ("nav", "premium")


@pytest.mark.parametrize(
    ("fields", "error", "says"),
    [
        ({"premum": 0}, UnknownNameError, "Did you mean 'premium'"),
        (["close"], DataError, "close is read as close, not as a field"),
        (["remark"], DataError, "field remark must be finite numbers, or empty"),
        ({"premium": -1}, ParameterError, "lag of field premium must be a whole number"),
        ("premium", ParameterError, "fields must be a list of names"),
    ],
)
def test_what_is_no_field_is_refused(tmp_path: Path, fields: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        load(file(tmp_path), fields=fields)


def test_a_command_and_a_study_say_it_too(tmp_path: Path) -> None:
    assert read_options(field=["premium=2", "nav"]).lags == {"premium": 2, "nav": 0}
    assert read_options().fields is None
    with pytest.raises(InputError, match="--field premium: the lag must be a whole number"):
        read_options(field=["premium=x"])
    study = file(tmp_path).with_name("study.toml")
    study.write_text('[data]\npath = "bars.csv"\n[data.fields]\npremium = 1\n[[strategies]]\nname = "equal-weight"\n')
    assert read_study(study).data.reading.lags == {"premium": 1}


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_gives_the_fields_back(tmp_path: Path, suffix: str) -> None:
    days = pd.bdate_range("2024-01-01", periods=4)
    close = pd.DataFrame({"B": [5.0, NAN, 5.0, 5.0], "A": [6.0] * 4}, days)
    premium = pd.DataFrame({"B": [NAN, 0.1, 0.2, NAN], "A": [0.5, NAN, NAN, 0.25]}, days)
    bench = pd.Series(9.0, pd.bdate_range("2023-12-27", days[-1]), name="X")
    p = Panel.from_frames(close, benchmark=bench, fields={"premium": premium}, lags={"premium": 1})
    path = tmp_path / f"bars{suffix}"
    table = to_tidy(p)
    table.to_csv(path, index=False) if suffix == ".csv" else table.to_parquet(path, index=False)
    again = load(path, benchmark="X")
    assert again.content_hash == p.content_hash
    np.testing.assert_array_equal(again.field("premium"), p.field("premium"))


@pytest.mark.parametrize("odd", ["unknown", "inf"])
def test_a_column_with_one_cell_that_is_no_finite_number_is_no_field(tmp_path: Path, odd: str) -> None:
    path = file(tmp_path, TEXT.replace("0.04", odd))
    assert tuple(load(path).fields) == ("nav",)
    with pytest.raises(DataError, match="field premium must be finite numbers"):
        load(path, fields=["premium"])


def test_what_is_dated_before_the_start_is_known_after_it(tmp_path: Path) -> None:
    """A run that begins later sees in each session what the whole panel shows there."""
    path = file(tmp_path)
    for lag in (1, 2, 3, 7):
        whole = load(path, fields={"premium": lag})
        for k, day in enumerate(whole.sessions):
            late = load(path, start=day, fields={"premium": lag})
            mine = [whole.column(symbol) for symbol in late.symbols]
            np.testing.assert_array_equal(late.field("premium"), whole.field("premium")[k:, mine])
