"""A column of a file, as texts, numbers or dates."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.load import load
from sectorlead.data.tidy.column import Column, Growing, of_arrow

from ..files import write

ROWS = (
    "date,symbol,close,group,name\n2024-01-02,A,5, banks,\n2024-01-03,A,5,banks ,  \n2024-01-02,B,5,  ,NA\n"
    "2024-01-03,B,5,,NA \n"
)


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_blanks_around_a_label_are_no_part_of_it(tmp_path: Path, suffix: str) -> None:
    """One group in two spellings would be refused as one that changes; a label of blanks is none; NA is a name."""
    path = write(tmp_path, ROWS)
    if suffix == ".parquet":
        frame = pd.read_csv(path, keep_default_na=False)
        path = tmp_path / "bars.parquet"
        frame.to_parquet(path)
    panel = load(path)
    assert panel.groups == ("banks", "")
    assert panel.names == ("A", "NA")


def test_labels_are_positions_in_the_distinct_texts() -> None:
    code, words = Column(pd.Series([" a", None, "a ", "  ", "b"])).labels()
    assert code.tolist() == [0, -1, 0, -1, 1]
    assert words.tolist() == ["a", "b"]
    again, same = Column(["a", " ", "a "], np.array([2, 1, -1, 0])).labels()
    assert (again.tolist(), same.tolist()) == ([0, -1, -1, 0], ["a"])


@pytest.mark.parametrize("position", [2, 7, -2])
def test_a_text_that_a_damaged_file_does_not_have_is_told(position: int) -> None:
    indices = pa.array([0, 1, position], pa.int32())
    part = pa.DictionaryArray.from_arrays(indices, pa.array(["A", "B"]), safe=False)
    for read in (lambda: of_arrow(pa.chunked_array([part, part])), lambda: Growing().add(part)):
        with pytest.raises(DataError, match="the file is damaged"):
            read()
