"""``panel.parquet``: the panel of a run up to the run's end, warm-up included.

One row per series and session, whether it has a bar or not: all sessions of the first series, then those of the second,
and so on, then those of the benchmark, if any, and at last its bars on days that are no sessions: before the first,
then between. Columns are those of a tidy file (``docs/data.md``), so ``load`` reads it too. What belongs to no series
is JSON in the metadata, under "sectorlead".
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ...data.bars import BARS
from ...data.benchmark import BarsAlone, Benchmark, EarlierBars
from ...data.errors import DataError, RunFolderError
from ...data.fields import Fields
from ...data.panel import Origin, Panel
from ...data.spans import Span
from ...data.tidy.columns import DAYS
from ...data.types import Flags
from .arrays import read_table, write_table

NUMBERS = (*BARS, "adj_factor")
LABELS = {"symbol": "symbols", "name": "names", "group": "groups", "kind": "kinds", "board": "boards"}
"""Texts of each series: column, and field of ``Panel``."""
_KEY = b"sectorlead"


def write_panel(path: Path, panel: Panel) -> str:
    """Write all rows of a panel, with what it knows of the one it is the beginning of; returns the file's digest.

    Parameters
    ----------
    path : Path
    panel : Panel
    """
    import pyarrow as pa

    bench, (rows, series) = panel.benchmark, panel.shape
    other = () if bench is None else (bench.earlier, bench.alone.bars)
    before, between = (len(bars.sessions) for bars in other) if other else (0, 0)
    count, off = series + (bench is not None), before + between
    each = np.append(np.repeat(np.arange(count, dtype=np.int32), rows), np.full(off, series, np.int32))
    last = [] if bench is None else [bench.symbol, bench.name, "", "index", ""]
    days = np.tile(panel.sessions.to_numpy().astype("M8[D]"), count)
    columns = {"date": pa.array(np.concatenate([days, *(bars.sessions.to_numpy().astype("M8[D]") for bars in other)]))}
    for k, (key, field) in enumerate(LABELS.items()):
        own = panel.stated_kinds if field == "kinds" else getattr(panel, field)
        texts = pa.array([*own, *last[k : k + 1]]).dictionary_encode()  # of each once: pyarrow 26
        columns[key] = texts.take(each)  # writes other texts for a dictionary in which one comes twice
    for key in NUMBERS:
        own = getattr(panel, key).ravel(order="F")
        extra = []
        if bench is not None:
            factor = key == "adj_factor"
            extra = [np.ones(rows + off)] if factor else [getattr(bars, key) for bars in (bench, *other)]
        columns[key] = pa.array(np.concatenate([own, *extra]))
    unknown = np.full((count - series) * rows + off, np.nan)
    for name, values in panel.fields.items():
        columns[name] = pa.array(np.concatenate([values.ravel(order="F"), unknown]))
    columns["st"] = pa.array(np.pad(panel.special.ravel(order="F"), (0, (count - series) * rows + off)))
    columns |= {key: pa.array(np.append(getattr(panel, key), [np.datetime64("NaT", "ns")])[each]) for key in DAYS}
    about = {
        "shape": [rows, series],
        "earlier": before,
        "alone": between,
        "fields": list(panel.fields),
        "sessions": {"unit": panel.sessions.unit, "name": panel.sessions.name and str(panel.sessions.name)},
        "goes_on": (panel.last_bar >= rows).tolist(),
        "source": panel.source,
        "notes": list(panel.notes),
        "spans": [each.as_dict() for each in panel.spans],
    }
    text = json.dumps(about, ensure_ascii=False, allow_nan=False)
    table = pa.table(columns).replace_schema_metadata({_KEY: text.encode()})
    return write_table(path, table, dictionary=["date", *DAYS, *LABELS])


def read_panel(path: Path, expected: str, origin: Origin) -> Panel:
    """The panel that was saved, as the beginning of ``origin``.

    Parameters
    ----------
    path : Path
    expected : str
        The file's digest.
    origin : Origin
        What the run says of the panel that it was made on.

    Raises
    ------
    RunFolderError
        The file can't be read, is not the one with this digest, or holds something else.
    """
    table = read_table(path, expected)
    try:
        about: dict[str, Any] = json.loads(table.schema.metadata[_KEY])
        rows, series = about["shape"]
        before, between = (about.get(key, 0) for key in ("earlier", "alone"))  # older folders have none
        size = table.num_rows - before - between
        if size not in (rows * series, rows * (series + 1)):
            raise ValueError(f"{table.num_rows} rows for {series} series of {rows} sessions, {before + between} more")
        labels = {key: table.column(key).take(np.arange(0, size, rows)).to_pylist() for key in LABELS}
        extra = about.get("fields", ())
        numbers = {key: table.column(key).to_numpy() for key in (*NUMBERS, "st", *extra)}
        wide = {key: values[: rows * series].reshape((rows, series), order="F") for key, values in numbers.items()}
        bench = None
        if size > rows * series:
            days = pd.DatetimeIndex(table.column("date").to_numpy().astype("M8[ns]"))
            earlier, alone = (
                EarlierBars(days[part], *(numbers[key][part] for key in BARS))
                for part in (slice(size, size + before), slice(size + before, None))
            )
            after = days[:rows].searchsorted(alone.sessions) - 1
            own = {key: numbers[key][size - rows : size] for key in BARS}
            bench = Benchmark(
                labels["symbol"][-1], labels["name"][-1], **own, earlier=earlier, alone=BarsAlone(alone, after)
            )
        panel = Panel(
            sessions=_sessions(table.column("date").slice(0, rows).to_numpy(), **about["sessions"]),
            **{field: labels[key][:series] for key, field in LABELS.items()},
            **{key: wide[key] for key in NUMBERS},
            special=wide["st"],
            **{key: table.column(key).to_numpy()[: rows * series : rows] for key in DAYS if key in table.column_names},
            benchmark=bench,
            fields=Fields({name: wide[name] for name in extra}),
            source=about["source"],
            notes=about["notes"],
            spans=tuple(Span.from_dict(each) for each in about.get("spans", ())),  # older folders have none
        )
        goes_on: Flags = np.array(about["goes_on"], np.bool_)
    except (KeyError, TypeError, ValueError, AttributeError, DataError) as error:
        raise RunFolderError(f"{path} does not hold the panel of a run: {error}") from None
    return panel.beginning(origin, goes_on)


def _sessions(days: Any, unit: str, name: str | None) -> pd.DatetimeIndex:
    if unit not in ("s", "ms", "us", "ns"):
        raise ValueError(f"sessions in the unit {unit!r}, not in one that pandas has")
    return pd.DatetimeIndex(days.astype(f"M8[{unit}]"), name=name)
