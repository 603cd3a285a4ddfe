"""What a workbook becomes when it is read, told before it is: a reader sets up every cell up to the last of a sheet."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np

from ..bounds import check_unpacked

_CELL = 32
"""Bytes of one, empty or not."""
_PLACE = re.compile(rb'\br="([A-Z]{0,3})(\d{1,7})"')
_TEXT = re.compile(rb't="s"[^>]*+><v>(\d{1,9})<')
_MOST_ROWS, _MOST_COLUMNS = 1 << 20, 1 << 14


def check_workbook(path: Path, name: str) -> None:
    """Raise ``DataError`` for a workbook that becomes more than is allowed.

    Parameters
    ----------
    path : Path
        An xlsx; another kind is left to its reader, which can hold no more than 65,536 rows of 256 columns of it.
    name : str
        What to call it.

    Raises
    ------
    ValueError
        It is no workbook, or is damaged.
    """
    if not zipfile.is_zipfile(path):
        return
    size = path.stat().st_size
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            check_unpacked(name, sum(part.file_size for part in parts), size)
            sheets = [part for part in parts if "worksheets" in part.filename and part.filename.endswith(".xml")]
            if not sheets:
                raise ValueError("an archive without sheets")
            lengths = [_lengths(archive.read(part)) for part in parts if part.filename.endswith("sharedStrings.xml")]
            words = lengths[0] if lengths else np.zeros(0, np.int64)
            becomes = 0
            for part in sheets:
                becomes += _becomes(archive.read(part), words)
                check_unpacked(name, becomes, size, "its cells take")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise ValueError(str(error)) from None


def _lengths(xml: bytes) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Bytes of each shared text."""
    return np.array([len(each) for each in xml.split(b"<si>")[1:]], np.int64)


def _becomes(xml: bytes, words: np.ndarray[tuple[int], np.dtype[np.int64]]) -> int:
    """Bytes of the cells of a sheet, from its first to its last row and column, and of the texts in them."""
    bottom = right = 0
    for letters, digits in _PLACE.findall(xml):
        bottom = max(bottom, int(digits))
        if letters:
            right = max(right, _column(letters))
    right = max(right, 1)
    used = np.array([int(each) for each in _TEXT.findall(xml)], np.int64)
    return min(bottom, _MOST_ROWS) * min(right, _MOST_COLUMNS) * _CELL + int(words[used[used < len(words)]].sum())


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
