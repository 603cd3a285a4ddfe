"""Arrays of any shape in one Parquet file, exactly, and one text beside them.

The file has one row and a column per array: a list of its elements, column by column of the array ("Fortran order": the
sessions of the first series, then those of the second). The column ``about`` is a JSON object; ``shapes`` in it has the
shape of each array. Elements are float64, int64 or bool, NaN included; nothing is null. Equal content gives equal bytes
with the same version of pyarrow.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...data.bounds import check_parquet
from ...data.errors import DataError, RunFolderError

Array = NDArray[Any]

ABOUT, SHAPES = "about", "shapes"
_KINDS = ("float64", "int64", "bool")


def write_arrays(path: Path, arrays: Mapping[str, Array], about: Mapping[str, Any]) -> str:
    """Write arrays and a JSON object; returns the file's digest (see ``digest``).

    Parameters
    ----------
    path : Path
        Written over where it exists.
    arrays : mapping of str to float64, int64 or bool array
        By column name, in the order of the file.
    about : mapping
        Plain values, without the key "shapes".
    """
    import pyarrow as pa

    shapes = {name: list(array.shape) for name, array in arrays.items()}
    text = json.dumps({**about, SHAPES: shapes}, ensure_ascii=False, allow_nan=False)
    columns = {ABOUT: pa.array([text])}
    for name, array in arrays.items():
        flat = pa.array(array.ravel(order="F"))
        columns[name] = pa.LargeListArray.from_arrays(pa.array([0, len(flat)], pa.int64()), flat)
    return write_table(path, pa.table(columns), dictionary=True)


def read_arrays(path: Path, expected: str) -> tuple[dict[str, Array], dict[str, Any]]:
    """What ``write_arrays`` wrote: read-only arrays by name, and the JSON object without its shapes.

    Parameters
    ----------
    path : Path
    expected : str
        Digest that the file must have.

    Raises
    ------
    RunFolderError
        The file can't be read, is not the one with the ``expected`` digest, or holds something else.
    """
    table = read_table(path, expected)
    try:
        about: dict[str, Any] = json.loads(table.column(ABOUT)[0].as_py())
        arrays = {
            name: _shaped(table.column(name)[0].values.to_numpy(zero_copy_only=False), shape)
            for name, shape in about.pop(SHAPES).items()
        }
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        raise RunFolderError(f"{path.name} does not hold the arrays of a run: {error}") from None
    return arrays, about


def write_table(path: Path, table: Any, *, dictionary: bool | list[str]) -> str:
    """Write a table with the settings of all our files; returns the file's digest.

    Parameters
    ----------
    path : Path
    table : pyarrow.Table
    dictionary : bool or list of str
        Columns that are written as a dictionary of their values.
    """
    from pyarrow import parquet

    content = io.BytesIO()
    parquet.write_table(table, content, compression="zstd", compression_level=1, use_dictionary=dictionary)
    path.write_bytes(content.getbuffer())
    return digest(content.getbuffer())


def read_table(path: Path, expected: str) -> Any:
    """A Parquet file as a table.

    Parameters
    ----------
    path : Path
    expected : str
        Digest that the file must have.

    Raises
    ------
    RunFolderError
        There is no such file, it can't be read, or it is not the one with the ``expected`` digest.
    """
    from pyarrow import ArrowException, BufferReader, parquet

    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise RunFolderError(f"{path.name} is missing from {path.parent}") from None
    except OSError as error:
        raise RunFolderError(f"{path} can't be read: {error.strerror}") from None
    if (found := digest(content)) != expected:
        raise RunFolderError(
            f"{path} is not the file that was saved: its digest is {found}, manifest.json says {expected}. It was cut "
            "short, damaged or replaced; run again, or take the folder from a backup"
        )
    try:
        with parquet.ParquetFile(BufferReader(content)) as file:
            check_parquet(str(path), file.metadata, len(content))
            return file.read()
    except DataError as error:
        raise RunFolderError(str(error)) from None
    except (ArrowException, OSError, ValueError) as error:  # a name of a column may be no text
        raise RunFolderError(f"{path} is not a Parquet file: {' '.join(str(error).split())[:120]}") from None


def digest(content: bytes | memoryview) -> str:
    """BLAKE2b of a file's bytes, 16 hex digits."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def _shaped(flat: Array, shape: list[int]) -> Array:
    if str(flat.dtype) not in _KINDS:
        raise ValueError(f"an array of {flat.dtype}")
    array = np.ascontiguousarray(flat.reshape(shape, order="F"))
    array.flags.writeable = False
    return array
