"""Small tables of a broker, holdings and fills: columns by what brokers call them, numbers in shares and currency."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from sectorlead.data.bounds import path_of
from sectorlead.data.errors import DataError
from sectorlead.data.tidy.headers import unit_worth
from sectorlead.data.tidy.names import squeezed

_UNIT = re.compile(r"^(?P<name>.*?)\s*[(（\[](?P<unit>[^()（）\[\]]*)[)）\]]\s*$")
_NUMBER = re.compile(
    r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?(?:e[+-]?\d+)?|[+-]?(?:nan|inf|infinity)", re.IGNORECASE
)
"""As tables write numbers: a point before decimals, and commas between thousands alone."""
_ENCODINGS = ("utf-8-sig", "gb18030")


class Column(NamedTuple):
    """A column as it was found."""

    title: str  # in the file
    worth: float  # of one of its unit, in shares or currency


class Table(NamedTuple):
    """A table of texts.

    Attributes
    ----------
    frame : DataFrame
        Texts, "" where there is none, by known names; several columns of one name (kinds of fees) as ``name.1``.
    columns : mapping of str to Column
    unread : tuple of str
        Titles of columns that have no known name.
    file : str
        For messages.
    """

    frame: pd.DataFrame
    columns: Mapping[str, Column]
    unread: tuple[str, ...]
    file: str

    def numbers(self, name: str) -> list[float]:
        """A column as numbers in shares or currency; NaN where it says nothing.

        Raises
        ------
        DataError
            A cell that is no number: names the row.
        """
        found = []
        for row, text in enumerate(self.frame[name]):
            try:
                if not _NUMBER.fullmatch(text):
                    raise ValueError(text)
                found.append(float(text.replace(",", "")) * self.columns[name].worth if text else float("nan"))
            except ValueError:
                raise DataError(
                    f"{self.file}: {self.columns[name].title} must be a number, was {text!r} ({self._row(row)}); "
                    "write it as 1200, 1,200 or 1200.5"
                ) from None
        return found

    def dates(self, name: str) -> list[Any]:
        """A column of dates; NaT where it says nothing.

        Raises
        ------
        DataError
            A cell that is no date: names the row.
        """
        found = []
        for row, text in enumerate(self.frame[name]):
            plain = re.sub(r"[/.年月]", "-", text).rstrip("日")
            day = pd.to_datetime(plain, errors="coerce", format="%Y%m%d" if plain.isdigit() else "%Y-%m-%d")
            if text and pd.isna(day):
                raise DataError(
                    f"{self.file}: {self.columns[name].title} must be a date such as 2026-01-31, was {text!r} "
                    f"({self._row(row)})"
                )
            found.append(day)
        return found

    def _row(self, row: int) -> str:
        return f"row {row + 1}, {self.frame['symbol'].iloc[row]}"


def read_table(given: Any, what: str, names: Mapping[str, tuple[str, ...]], needed: tuple[str, ...]) -> Table:
    """A table of a file or a frame, its columns by known names.

    Parameters
    ----------
    given : str, Path or DataFrame
        A text of fields (comma, tab or semicolon; UTF-8 or GB 18030) or a workbook.
    what : str
        What it is, for messages.
    names : mapping of str to tuple of str
        Known names, and what files call them.
    needed : tuple of str
        Those that must be there.

    Raises
    ------
    DataError
        It can't be read, or lacks a column.
    """
    frame, file = (given.astype(object), what) if isinstance(given, pd.DataFrame) else (_read(given), str(given))
    if frame.index.name is not None:
        frame = frame.reset_index()
    known = {squeezed(word): name for name, words in names.items() for word in (name, *words)}
    kept: dict[str, Any] = {}
    columns: dict[str, Column] = {}
    unread = []
    for k, title in enumerate(map(str, frame.columns)):
        tail = _UNIT.match(title)
        name = known.get(squeezed(title)) or (known.get(squeezed(tail["name"])) if tail else None)
        worth = unit_worth(tail["unit"]) if tail and name and squeezed(title) not in known else 1.0
        if name is None:
            unread.append(title)
            continue
        if worth is None:
            raise DataError(f"{file}: {title}: unit {tail['unit']!r} is not known; give shares" if tail else title)
        key = name
        while key in kept:
            key += "."
        if key != name and not name.startswith("fee"):
            raise DataError(f"{file}: {columns[name].title} and {title} both say {name}; keep one of them")
        kept[key] = [_text(value) for value in frame.iloc[:, k]]
        columns[key] = Column(title, worth)
    for name in needed:
        if name not in kept:
            said = ", ".join(map(str, frame.columns)) or "none"
            raise DataError(
                f"{file}: {what} need a column {name!r} ({', '.join(names[name][:4])}); its columns are {said}"
            )
    texts = pd.DataFrame(kept)
    return Table(texts[(texts != "").any(axis=1)].reset_index(drop=True), columns, tuple(unread), file)


def _read(given: Any) -> pd.DataFrame:
    path = Path(path_of(given))
    if not path.is_file():
        raise DataError(f"{path}: no such file. Check the path; a relative one starts from the working directory.")
    if path.suffix.lower() in (".xlsx", ".xls"):
        try:
            return pd.read_excel(path, dtype=str)
        except ImportError:
            raise DataError(f"{path}: workbooks need pip install 'sectorlead[excel]'; or save it as CSV") from None
        except Exception as error:  # whatever a damaged workbook makes of its reader
            raise DataError(f"{path}: can't be read as a workbook: {error}") from None
    for encoding in _ENCODINGS:
        try:
            text = path.read_bytes().decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise DataError(f"{path}: is neither UTF-8 nor GB 18030; save it as CSV in UTF-8")
    from io import StringIO

    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        raise DataError(f"{path}: is empty; give a header line such as symbol,shares, and a row for each holding")
    separator = max("\t;,", key=lines[0].count)
    try:
        return pd.read_csv(StringIO("\n".join(lines)), dtype=str, sep=separator, skipinitialspace=True)
    except ValueError as error:
        raise DataError(f"{path}: can't be read: {str(error).strip()}") from None


def _text(value: Any) -> str:
    """A cell as text; a code that Excel shields as ="000001" without its shield."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    text = str(value).strip()
    shielded = re.fullmatch(r'="?([^"]*)"?', text)
    return shielded[1] if shielded else text
