"""The files of a sweep's result: one row per variant, and daily returns, written a block of variants at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.store.durable import replace_file
from sectorlead.research.sweep.chunk_store import ChunkStore
from sectorlead.research.sweep.constraints import Positions
from sectorlead.research.sweep.evaluated import NAMES, NEVER
from sectorlead.research.sweep.space import Space

TABLE, RETURNS = "table.parquet", "returns.parquet"
VARIANT, REASON, MEASURED_FROM, FIRST, HOW = "variant", "reason", "measured_from", "first_decision", "how"
NOTHING_DECIDED = "never decided: a score that looks back further than the data, or that can rank nothing, does that"
RESERVED = frozenset((VARIANT, REASON, MEASURED_FROM, FIRST, HOW))
_ROWS = 1 << 16
_BYTES = 1 << 25  # of returns in a row group


def column_of(axis: str) -> str:
    """The column of an axis: its name, after "parameter " where a metric has the same."""
    return f"parameter {axis}" if axis in RESERVED or axis in NAMES else axis


def write_result(folder: Path, chunks: ChunkStore, space: Space, sessions: pd.DatetimeIndex, measured: str) -> None:
    """Write the files from the chunks; a block of variants is in memory at a time.

    The same variants give the same bytes, however they were cut into chunks.

    Parameters
    ----------
    folder : Path
    chunks : ChunkStore
        Complete.
    space : Space
    sessions : DatetimeIndex of shape (T,)
        Of the panel.
    measured : str
        ISO date of the first measured session.
    """
    replace_file(folder / TABLE, lambda path: _write(path, _table(chunks, space, sessions, measured), _ROWS))
    first = next(chunks.measured())[1]
    if "returns" in first.column_names:
        kind = first.schema.field("returns").type
        rows = max(1, _BYTES // (kind.list_size * (kind.value_type.bit_width // 8)))
        replace_file(folder / RETURNS, lambda path: _write(path, _returns(chunks), rows))


def _table(chunks: ChunkStore, space: Space, sessions: pd.DatetimeIndex, measured: str) -> Iterator[Any]:
    import pyarrow as pa

    days = pa.array(sessions.to_numpy().astype("M8[D]"))
    labels = [pa.array(_of_a_kind(axis.labels)) for axis in space.axes]
    day = datetime.date.fromisoformat(measured)
    for part, found in chunks.measured():
        count = part.end - part.begin
        columns: dict[str, Any] = {VARIANT: pa.array(np.arange(part.begin, part.end))}
        for axis, texts, places in zip(space.axes, labels, space.positions[:, part.begin : part.end], strict=True):
            columns[column_of(axis.name)] = texts.take(pa.array(places))
        rows = found.column("first_decision").to_numpy()
        idle = rows == NEVER
        columns[MEASURED_FROM] = pa.array([day] * count, pa.date32())
        columns[FIRST] = days.take(pa.array(np.where(idle, 0, rows), mask=idle))
        columns[REASON] = pa.array(np.where(idle, NOTHING_DECIDED, "").tolist(), pa.string())
        columns[HOW] = found.column("how").combine_chunks()
        columns |= {name: found.column(name).combine_chunks() for name in NAMES}
        yield pa.table(columns)


def read_positions(folder: Path, axes: Sequence[Mapping[str, Any]]) -> Positions:
    """Which value of each axis every variant has, int32 of shape (A, V); what ``write_result`` wrote, read back.

    Parameters
    ----------
    folder : Path
    axes : sequence of mapping
        Each with its ``name`` and ``labels``.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if not axes:
        return np.zeros((0, pq.read_metadata(folder / TABLE).num_rows), np.int32)
    read = pq.read_table(folder / TABLE, columns=[column_of(axis["name"]) for axis in axes])
    found = [
        pc.index_in(read.column(k).combine_chunks(), value_set=pa.array(_of_a_kind(axis["labels"])))
        for k, axis in enumerate(axes)
    ]
    return np.stack([each.to_numpy(zero_copy_only=False).astype(np.int32) for each in found])


def _of_a_kind(labels: Sequence[Any]) -> list[Any]:
    """Whole numbers as floats where some are none."""
    floats = any(isinstance(label, float) for label in labels)
    return [None if label is None else float(label) for label in labels] if floats else list(labels)


def _returns(chunks: ChunkStore) -> Iterator[Any]:
    import pyarrow as pa

    for part, found in chunks.measured():
        column = found.column("returns").combine_chunks()
        yield pa.table({VARIANT: pa.array(np.arange(part.begin, part.end)), "returns": column})


def _encoding(schema: Any) -> dict[str, Any]:
    """How a file is encoded. Numbers of which no two are equal gain nothing by a dictionary, but for the time it takes.

    Daily returns have no extremes to go by, and are packed by what is quick: they hardly get smaller by anything else.
    """
    import pyarrow as pa

    if "returns" in schema.names:
        return {"compression": "snappy", "use_dictionary": False, "write_statistics": [VARIANT]}
    texts = [field.name for field in schema if not pa.types.is_floating(field.type) and field.name != VARIANT]
    return {"compression": "zstd", "use_dictionary": texts}


def _write(path: Path, tables: Iterator[Any], rows: int) -> None:
    """Write tables one after the other, in row groups of ``rows``."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer, held, count = None, list[Any](), 0
    try:
        for table in tables:
            writer = writer or pq.ParquetWriter(path, table.schema, **_encoding(table.schema))
            held.append(table)
            count += table.num_rows
            while count >= rows:
                whole = pa.concat_tables(held)
                writer.write_table(whole.slice(0, rows).combine_chunks(), row_group_size=rows)
                held, count = [whole.slice(rows)], count - rows
        if writer is not None and count:
            writer.write_table(pa.concat_tables(held).combine_chunks(), row_group_size=rows)
    finally:
        if writer is not None:
            writer.close()
