"""The tables of a run folder as its CSV files have them: all there is of a run that was saved by version 0.2."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np
import pandas as pd

from ...data.errors import RunFolderError
from .files import meant
from .json_file import read_manifest, read_object
from .names import DECISIONS, EQUITY, FILLS, REJECTIONS, RUN, SERIES, SUMMARY, WEIGHTS


class Columns(NamedTuple):
    """Columns that a table must have; ``numbers`` None: all but ``texts`` are numbers."""

    texts: tuple[str, ...]
    numbers: tuple[str, ...] | None


COLUMNS = {
    EQUITY: Columns(("session",), ("equity", "cash", "benchmark")),
    WEIGHTS: Columns(("session",), None),
    FILLS: Columns(("session", "symbol", "side"), ("shares", "price", "value", "slippage")),
    REJECTIONS: Columns(("session", "symbol", "side", "reason"), ("wanted", "filled")),
    DECISIONS: Columns(("session", "symbol"), ("rank", "score", "held", "target")),
    SERIES: Columns(("symbol", "name", "colour"), ()),
}
"""Of the tables that can be read, by file."""
_BY_SESSION = (EQUITY, WEIGHTS)
MEASURED = "measured"
"""Column of ``equity.csv``: 0 up to the base point, 1 from the first measured session on."""


def read_csv(folder: Path, name: str) -> pd.DataFrame:
    """One of the tables in ``COLUMNS``; those with a row for each session have it as index.

    Parameters
    ----------
    folder : Path
    name : str
        Of the file; a key of ``COLUMNS``.

    Returns
    -------
    DataFrame
        Sessions as timestamps, texts as text ("" where the file is blank), numbers as floats (NaN where it is blank);
        columns that nobody asked for are kept where they hold numbers.

    Raises
    ------
    RunFolderError
        The file is missing, a link, cut short, or has other columns; names the file.
    """
    path, (texts, numbers) = folder / name, COLUMNS[name]
    if path.is_symlink() or not path.is_file():
        raise RunFolderError(f"{name} is missing from the folder")
    try:
        frame = pd.read_csv(path, dtype=dict.fromkeys(texts, str), keep_default_na=False, na_values=[""])
        frame = frame.rename(columns=meant)
    except pd.errors.EmptyDataError:
        raise RunFolderError(f"{name} is empty: not even its header is there") from None
    except (OSError, ValueError) as error:
        raise RunFolderError(f"{name} can't be read: {' '.join(str(error).split())[:120]}") from None
    typed = _typed(frame, name, texts, numbers)
    return typed.set_index("session") if name in _BY_SESSION else typed


def _typed(frame: pd.DataFrame, name: str, texts: Sequence[str], numbers: Sequence[str] | None) -> pd.DataFrame:
    if missing := [column for column in (*texts, *(numbers or ())) if column not in frame]:
        raise RunFolderError(f"{name} has no column {', '.join(missing)}")
    out: dict[str, pd.Series] = {}
    for column in map(str, frame):
        values = frame[column]
        try:
            if column == "session":
                out[column] = pd.to_datetime(values, format="%Y-%m-%d")
            elif column in texts:
                out[column] = values.fillna("").map(meant)
            else:
                out[column] = pd.to_numeric(values).astype("float64")
        except (ValueError, TypeError):
            if column in texts or numbers is None or column in numbers:
                raise RunFolderError(f"{name}: column {column} holds something else than it should") from None
    if "session" in out and out["session"].isna().any():
        raise RunFolderError(f"{name}: a row has no session")
    return pd.DataFrame(out)


def measured_rows(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of an ``equity.csv`` that are measured; all of one that says nothing of it.

    Parameters
    ----------
    table : DataFrame
    """
    return table[table[MEASURED] > 0] if MEASURED in table else table


def base_row(table: pd.DataFrame) -> pd.Series | None:
    """The row before the first measured session; None where the file has none.

    Parameters
    ----------
    table : DataFrame
    """
    early = table[table[MEASURED] == 0] if MEASURED in table else table[:0]
    return early.iloc[-1] if len(early) else None


class RunTables:
    """A run of which only tables were kept, as version 0.2 did; read when asked for.

    ``equity``, ``cash``, ``benchmark``, ``returns``, ``weights``, ``fills``, ``rejections``, ``decisions``,
    ``summary()`` and ``manifest`` are as those of a run (ranks are floats). All else of a run is an error that says so.

    Parameters
    ----------
    folder : path

    Attributes
    ----------
    folder : Path
    manifest : dict
    missing : tuple of str
        What this is not, and which of its files are not there.

    Raises
    ------
    RunFolderError
        No run folder, or one that is not complete; later, a file that can't be read.
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.manifest = read_manifest(self.folder)
        gone = [name for name in (*list(COLUMNS)[:5], SUMMARY) if not (self.folder / name).is_file()]
        self.missing = (
            f"{RUN} is not there: version 0.2 kept tables only, no positions and no panel; run it again and save it",
            *(f"{name} is not in the folder" for name in gone),
        )

    def __repr__(self) -> str:
        return f"RunTables({self.name!r}, {str(self.folder)!r}; missing: {'; '.join(self.missing)})"

    def __getattr__(self, name: str) -> NoReturn:
        raise AttributeError(name if name.startswith("_") else f"{self.folder} has no {name}: {self.missing[0]}")

    @property
    def name(self) -> str:
        """Label of the strategy."""
        return str(self.manifest.get("name") or self.folder.name)

    @property
    def verified(self) -> str:
        """What both engines agreed on, or "" if only one ran."""
        return str(self.manifest.get("verified") or "")

    def summary(self) -> dict[str, float]:
        """Metrics by name, plain numbers; NaN where one is not defined."""
        values = read_object(self.folder / SUMMARY).items()
        return {name: float("nan") if value is None else float(value) for name, value in values}

    @cached_property
    def equity(self) -> pd.Series:
        """Account value after each close, shape (S,), in currency."""
        return self._line("equity")

    @cached_property
    def cash(self) -> pd.Series:
        """Cash after each close, shape (S,), in currency."""
        return self._line("cash")

    @cached_property
    def benchmark(self) -> pd.Series:
        """Last known close of the benchmark, shape (S,), in points; all NaN if there was none."""
        return self._line("benchmark")

    @property
    def sessions(self) -> pd.DatetimeIndex:
        """The run's sessions, S of them."""
        return pd.DatetimeIndex(self.equity.index)

    @cached_property
    def returns(self) -> pd.Series:
        """Return of each session, shape (S,), as a fraction; the first is against the starting cash; NaN after ruin."""
        line = self.equity.to_numpy()
        before = np.concatenate(([self.summary()["starting_cash"]], line[:-1]))
        return pd.Series(line / np.where(before > 0, before, np.nan) - 1, index=self.sessions, name="returns")

    @cached_property
    def weights(self) -> pd.DataFrame:
        """Fraction of equity per symbol after each close, shape (S, N)."""
        return read_csv(self.folder, WEIGHTS)

    @cached_property
    def fills(self) -> pd.DataFrame:
        """One row per fill."""
        return read_csv(self.folder, FILLS)

    @cached_property
    def rejections(self) -> pd.DataFrame:
        """One row per shortfall."""
        return read_csv(self.folder, REJECTIONS)

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """One row per decision and symbol held or wanted."""
        return read_csv(self.folder, DECISIONS)

    @cached_property
    def _lines(self) -> pd.DataFrame:
        return measured_rows(read_csv(self.folder, EQUITY))

    def _line(self, name: str) -> pd.Series:
        return self._lines[name]
