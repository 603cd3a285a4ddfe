"""Files as sources: what they share."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from ..errors import DataError, NoDataError, UnknownNameError
from .source import Fetched, SeriesInfo


@dataclass(frozen=True, eq=False)
class Contents:
    """What a file holds.

    Attributes
    ----------
    frames : mapping of str to DataFrame
        Symbol -> bars as in ``Fetched.frame``.
    parameters : mapping of str to str
        How it was read; goes into the provenance.
    """

    frames: Mapping[str, pd.DataFrame]
    parameters: Mapping[str, str] = field(default_factory=dict)


class FileSource(ABC):
    """Series of one file; subclasses say how to read it.

    Parameters
    ----------
    place : str
        ``PATH`` or ``PATH#PART``, where the form of the file has parts.
    """

    form = ""
    taxonomy = ""
    host = ""  # nobody is asked

    def __init__(self, place: str) -> None:
        path, _, self.part = place.partition("#")
        self.path = Path(path).expanduser()
        self.name = f"{self.form}:{place}"
        self.summary = f"series of the file {self.path.name}"

    @abstractmethod
    def read(self) -> Contents:
        """The file's series; raises ``DataError``."""

    @cached_property
    def _contents(self) -> Contents:
        return self.read()

    def listing(self) -> tuple[SeriesInfo, ...]:
        """All series of the file. When they were published it does not say."""
        return tuple(SeriesInfo(symbol, symbol) for symbol in sorted(self._contents.frames))

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """Its rows from ``start`` on.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day kept; default: all.

        Raises
        ------
        UnknownNameError
            A series that the file does not have.
        NoDataError
            No row from ``start`` on.
        DataError
            A file in another form: names the line.
        """
        contents = self._contents
        if series.symbol not in contents.frames:
            raise UnknownNameError(f"series of {self.path.name}", series.symbol, contents.frames)
        frame = contents.frames[series.symbol]
        if start is not None:
            frame = frame[frame["date"] >= start].reset_index(drop=True)
        if frame.empty:
            raise NoDataError(f"{self.path.name}: no row of {series.symbol}.")
        return Fetched(frame, "file", self.form, {"file": self.path.name, **contents.parameters}, "1")


def rows_of(path: Path) -> list[list[str]]:
    """Cells of a CSV file, plain, gzipped or alone in a zip archive, as they stand; raises ``DataError``."""
    try:
        data = path.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        elif data[:4] == b"PK\x03\x04":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                (only,) = archive.namelist()
                data = archive.read(only)
        text = data.decode("utf-8-sig", errors="replace")
        return list(csv.reader(io.StringIO(text), skipinitialspace=True))
    except (OSError, EOFError, ValueError, csv.Error, zipfile.BadZipFile, zlib.error) as error:
        raise DataError(f"{path}: can't be read: {error}. Give a CSV file, or its .gz or .zip.") from error
