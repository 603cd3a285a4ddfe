"""Every bound lets through what lies on it, and names itself beyond."""

from __future__ import annotations

import gzip
import io
import struct
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

import sectorlead as sl
from sectorlead.data import bounds
from sectorlead.data.errors import DataError, InputError, ParameterError, RunFolderError
from sectorlead.reports.run_folder.arrays import read_arrays, write_arrays


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(bounds.UNPACKED, "1M")


def test_what_may_become_of_how_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(bounds.UNPACKED, raising=False)
    assert bounds.allowed(0) == bounds.ROOM
    assert bounds.allowed(bounds.ROOM) == bounds.TIMES * bounds.ROOM
    bounds.check_unpacked("a", bounds.ROOM, 1)
    with pytest.raises(
        DataError, match=r"a: it unpacks to 256 MB or more; the limit is 256 MB .*SECTORLEAD_UNPACKED=1G"
    ):
        bounds.check_unpacked("a", bounds.ROOM + 1, 1)
    for text, size in (("800M", 800 << 20), ("16 GiB", 16 << 30), ("1t", 1 << 40), ("5", 5), ("2kb", 2048)):
        monkeypatch.setenv(bounds.UNPACKED, text)
        assert bounds.allowed(0) == size
        assert bounds.allowed(1 << 60) == bounds.TIMES << 60
    for text in ("much", "-1", "1.5G", "1G2"):
        monkeypatch.setenv(bounds.UNPACKED, text)
        with pytest.raises(ParameterError, match=f"was '{text}'"):
            bounds.allowed(0)


def test_a_wrong_bound_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with gzip.open(tmp_path / "a.csv.gz", "wt") as file:
        file.write("date,symbol,close\n2024-01-02,A,1\n")
    monkeypatch.setenv(bounds.UNPACKED, "lots")
    with pytest.raises(ParameterError, match=r"must be a number of bytes such as 800M or 16G, was 'lots'$"):
        sl.load(tmp_path / "a.csv.gz")


@pytest.mark.usefixtures("tight")
def test_lists_in_parquet_count_their_values(tmp_path: Path) -> None:
    about = {"a": 1}
    for count, fits in ((100_000, True), (200_000, False)):
        path = tmp_path / f"{count}.parquet"
        digest = write_arrays(path, {"zeros": np.zeros(count)}, about)
        assert path.stat().st_size < 3_000
        if fits:
            assert read_arrays(path, digest)[1] == about
            continue
        with pytest.raises(RunFolderError, match=r"the limit is 1\.0 MB"):
            read_arrays(path, digest)


@pytest.mark.usefixtures("tight")
def test_short_cells_of_packed_text_count_as_numbers(tmp_path: Path) -> None:
    """Two bytes a cell are eight in memory."""
    days = pd.bdate_range("2000-01-03", periods=2_500).strftime("%Y%m%d")
    for count, fits in ((40, True), (80, False)):
        head = ",".join(("date", *(f"s{i:02d}" for i in range(count))))
        text = "\n".join((head, *(f"{day}{',1' * count}" for day in days)))
        assert len(text) < 1 << 20
        (tmp_path / "a.csv.gz").write_bytes(gzip.compress(text.encode()))
        if fits:
            assert sl.load(tmp_path / "a.csv.gz").shape == (2_500, 40)
            continue
        with pytest.raises(DataError, match="its columns take"):
            sl.load(tmp_path / "a.csv.gz")


def test_strings_in_parquet_count_their_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(bounds.UNPACKED, "1M")
    names = pa.table({"date": ["2024-01-02"] * 100, "close": [1.0] * 100, "name": [f"{i:020000d}" for i in range(100)]})
    parquet.write_table(names, tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    with pytest.raises(DataError, match=r"it unpacks to 1\.9 MB"):
        sl.load(tmp_path / "a.parquet")


def test_a_file_that_says_it_is_larger_than_any_is_damaged(tmp_path: Path) -> None:
    days = pd.bdate_range("2000-01-03", periods=1_001).strftime("%Y-%m-%d")
    path = tmp_path / "a.feather"
    frame = pd.DataFrame({"date": days, "symbol": "A", "close": np.arange(1.0, 1_002.0)})
    feather.write_feather(frame, str(path), compression="zstd")
    assert sl.load(path).shape == (1_001, 1)
    content = path.read_bytes()
    honest = struct.pack("<q", 8 * 1_001)  # before the packed closes
    assert content.count(honest) == 1
    path.write_bytes(content.replace(honest, struct.pack("<q", 1 << 58)))
    with pytest.raises(DataError, match=r"it says that it takes .*GB"):
        sl.load(path)


def test_what_is_counted_is_what_was_there() -> None:
    content = bytes(range(256)) * 1_000
    assert io.BufferedReader(bounds.Counted(io.BytesIO(content), "a", 1)).read() == content


def test_paths_and_names() -> None:
    assert bounds.path_of("a" * 255) == Path("a" * 255)
    assert bounds.path_of("/".join(["a" * 100] * 40)) == Path("/".join(["a" * 100] * 40))
    for path, told in (("强" * 86, "255 bytes"), ("a/" * 2_049, "4,096"), ("a\0b", "NUL")):
        with pytest.raises(InputError, match=told):
            bounds.path_of(path)


@pytest.mark.parametrize(
    "text", ["a" + ".a" * 31, "x = '" + "a." * 20 + "'", 'a = ["b.c.d.e.f"]\nb.c = 1.5', "", "'a' . \"b\".c = 1"]
)
def test_names_of_parts_that_are_read(text: str) -> None:
    bounds.check_dotted(text, "s")


@pytest.mark.parametrize(
    "text", ["a" + ".a" * 33 + " = 1", "\n[" + "'x' . " * 33 + "y]", "a = {" + '"b".' * 40 + "c = 1}"]
)
def test_names_of_too_many_parts(text: str) -> None:
    with pytest.raises(InputError, match=f"s: line {text.count(chr(10)) + 1} has a name of more than 32 parts"):
        bounds.check_dotted(text, "s")


def test_documents() -> None:
    deep: object = 1
    for _ in range(bounds.TEXT_DEPTH):
        deep = [deep]
    bounds.check_document({"a": -(2**63), "b": 2**63 - 1, "c": deep[0]}, "s")  # type: ignore[index]
    for document, told in (({"a": [[[{"big": 2**63}]]]}, "big is a whole number"), ([[deep]], "more than 32 deep")):
        with pytest.raises(InputError, match=told):
            bounds.check_document(document, "s")


def test_counts_and_values_in_messages() -> None:
    bounds.check_count("n", 20, 20, 30)
    bounds.check_count("n", np.int64(30), 20, 30)
    for value in (19, 31, 20.0, True, "20", None, 10**5_000):
        with pytest.raises(ParameterError, match="n must be a whole number from 20 to 30, was "):
            bounds.check_count("n", value, 20, 30)
    assert len(bounds.shown(10**5_000)) < 100
    assert len(bounds.shown("x" * 10_000)) < 300
