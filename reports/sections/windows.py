"""Named windows of time as a table that pages show: a window down, the benchmark and every line across."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ...engine.record import Record
from ..analysis.windows import window_table
from ..formatting import percent

BENCHMARK = "Benchmark"


@dataclass(frozen=True)
class WindowRow:
    """One window: its dates in the run, how many sessions, and each line's return and deepest fall as text."""

    name: str
    span: str
    sessions: str
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class WindowsView:
    """What a page shows of windows.

    Attributes
    ----------
    columns : tuple of str
        The benchmark, where there is one, then the runs.
    rows : tuple of WindowRow
    missed : str
        On windows that the run has no session in; "" for none.
    """

    columns: tuple[str, ...]
    rows: tuple[WindowRow, ...]
    missed: str

    def __bool__(self) -> bool:
        return bool(self.rows or self.missed)


def windows_view(table: pd.DataFrame, labels: Sequence[str], missed: str) -> WindowsView:
    """The view of a table of windows.

    Parameters
    ----------
    table : DataFrame
        As ``window_table`` makes it.
    labels : sequence of str
        Its strategies, in the order of the columns.
    missed : str
    """
    rows = []
    against = bool(table["benchmark_total_return"].notna().any())
    for name in dict.fromkeys(table["window"]):
        here = table[table["window"] == name].set_index("strategy")
        first = here.iloc[0]
        cells = [_cell(first["benchmark_total_return"], first["benchmark_max_drawdown"])] if against else []
        own = here[["total_return", "max_drawdown"]].reindex(list(labels)).to_numpy(np.float64)
        cells += [_cell(*pair) for pair in own.tolist()]
        span = f"{first['first']:%F} to {first['last']:%F}" + ", in part" * bool(first["part"])
        rows.append(WindowRow(str(name), span, f"{first['sessions']:,}", tuple(cells)))
    return WindowsView((*([BENCHMARK] if against else []), *labels), tuple(rows), missed)


def windows_of_runs(records: Mapping[str, Record]) -> WindowsView:
    """The view of runs over the same sessions; empty where their terms name no windows."""
    table = window_table(records)
    return windows_view(table, list(records), table.attrs["missed"])


def _cell(total: float, deepest: float) -> tuple[str, str]:
    return (percent(total), percent(deepest)) if total == total else ("", "")
