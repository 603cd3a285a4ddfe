"""Text files into columns: encoding, separator and header are found in the first lines, the rest is read by Arrow."""

from __future__ import annotations

import csv
import gzip
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

from ..bounds import Counted, check_columns, check_unpacked
from ..errors import DataError
from .column import Column, Growing
from .headers import LOOKED_AT, Layout, layout, meaning
from .raw import Raw, is_footer, no_rows, stem_of

HEAD = 1 << 17  # bytes in which the encoding, the separator and the header show
BLOCK = 1 << 20
SHOWN = 3
_SEPARATORS = ("\t", ";", ",", "|")
_DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+(\.\d{3})*,\d+\s*")
_NUMBERS = frozenset(("open", "high", "low", "close", "adjusted", "volume", "amount", "adj_factor"))
_MISSING = ["", "NaN", "nan", "NA", "null", "None"]  # that need no second look; other words for nothing do


class Dialect(NamedTuple):
    """How a text is written."""

    encoding: str
    separator: str
    decimal: str


def read_text(path: Path, name: str) -> Raw:
    """The table of a delimited text, plain or gzipped.

    Numbers are read as such at once where all of them are plain; otherwise every column is text, for a closer look.

    Parameters
    ----------
    path : Path
    name : str
        What to call it in messages.

    Raises
    ------
    DataError
        The file is empty, or no line of it is a bar.
    ValueError, OSError
        It can't be decoded or decompressed.
    """
    dialect, top, lines = _look(path, name)
    width = _width(top, lines, dialect.separator)
    check_columns(name, width)
    if top is None:
        raise no_rows(name, [line for line in _cells(lines, dialect.separator) if any(line)])
    fields = [meaning(cell).field for cell in top.headers[top.main]] if top.headers else []
    numeric = {i for i, field in enumerate(fields) if field in _NUMBERS}
    titles = tuple(line.strip() for line in lines[: top.titles] if line.strip())
    attempts = [(dialect, numeric), (dialect, set())]
    if dialect.encoding == "utf-8":
        attempts += [(dialect._replace(encoding="gb18030"), set())]
    for attempt, (form, typed) in enumerate(attempts):
        try:
            columns, odd = _read(path, name, form, top, width, typed)
            break
        except (pa.ArrowInvalid, UnicodeDecodeError):
            if attempt + 1 == len(attempts):
                raise
    footers, short = _sorted_out(odd, dialect.separator)
    line = _line_numbers(len(columns[0]), top.above, [number for number, _, _ in odd])
    columns, line, below = _without_footers(columns, line)
    return Raw(name, stem_of(path.name), "line", tuple(columns), top, line, titles, (*below, *footers), short,
               form.encoding, form.decimal)  # fmt: skip


def _look(path: Path, name: str) -> tuple[Dialect, Layout | None, list[str]]:
    """The dialect, the header and the first lines of a text."""
    with path.open("rb") as file:
        zipped = file.read(2) == b"\x1f\x8b"
    if zipped != path.name.lower().endswith(".gz"):
        raise ValueError("it is not compressed by gzip" if not zipped else "it is compressed; end its name with .gz")
    with gzip.open(path) if zipped else path.open("rb") as stream:
        head = stream.read(HEAD)
    whole = len(head) < HEAD
    encoding = _encoding(head, whole)
    text = head.decode(encoding, errors="ignore").lstrip("\ufeff")
    if not whole and len(text.splitlines()) < 2:
        raise DataError(f"{name}: its first line is longer than {HEAD:,} bytes, the limit. Is it a table of bars?")
    lines = text.splitlines() if whole else text.splitlines()[:-1]
    lines = lines[: 2 * LOOKED_AT]
    if not any(line.strip() for line in lines):
        raise DataError(f"{name}: no row below the header; the file is empty. Give a file with at least one bar.")
    separator = _separator(lines)
    cells = _cells(lines, separator)
    numbers = [cell for line in cells for cell in line if _DECIMAL_COMMA.fullmatch(cell)]
    points = any(re.fullmatch(r"\s*[-+]?\d+\.\d+\s*", cell) for line in cells for cell in line)
    decimal = "," if separator in (";", "\t") and numbers and not points else "."
    return Dialect(encoding, separator, decimal), layout(cells), lines


def _encoding(head: bytes, whole: bool) -> str:
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return encoding
    if head[:200].count(0) > len(head[:200]) / 4:
        return "utf-16-le" if head[1:2] == b"\0" else "utf-16-be"
    for encoding in ("utf-8", "gb18030"):
        for cut in range(1 if whole else 4):  # a letter may be cut in the middle
            try:
                head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
            return encoding
    raise ValueError("its text is neither UTF-8 nor GBK nor UTF-16; save it as UTF-8")


def _separator(lines: Sequence[str]) -> str:
    """The separator that most lines have, as often as each other."""
    filled = [line for line in lines if line.strip()]

    def share(separator: str) -> float:
        counts = [len(next(csv.reader([line], delimiter=separator), [])) for line in filled]
        usual = max(set(counts), key=counts.count) if counts else 1
        return counts.count(usual) / len(counts) if usual > 1 else 0.0

    shares = {separator: share(separator) for separator in _SEPARATORS}
    return max(_SEPARATORS, key=lambda separator: round(shares[separator], 1)) if any(shares.values()) else ","


def _cells(lines: Sequence[str], separator: str) -> list[list[str]]:
    return [[cell.strip() for cell in next(csv.reader([line], delimiter=separator), [])] or [""] for line in lines]


def _width(top: Layout | None, lines: Sequence[str], separator: str) -> int:
    """How many cells a row has: as many as the header, or more if what is more is empty."""
    if top is None:
        return 0
    rows = [cells for cells in _cells(lines[top.above : top.above + 20], separator) if len(cells) > 1]
    if not top.headers:
        return max((len(cells) for cells in rows), default=0)
    named = len(top.headers[top.main])
    longer = [len(cells) for cells in rows if len(cells) > named and not any(cells[named:])]
    return longer[0] if rows and len(longer) == len(rows) else named


@contextmanager
def _opened(path: Path, name: str) -> Iterator[Any]:
    """A text as Arrow reads it; a packed one is counted while it is unpacked."""
    if not path.name.lower().endswith(".gz"):
        with pa.input_stream(str(path), compression=None) as stream:
            yield stream
        return
    size = path.stat().st_size
    with (
        pa.input_stream(str(path), compression="gzip") as packed,
        pa.PythonFile(Counted(packed, name, size), mode="r") as stream,
    ):
        yield stream


def _read(
    path: Path, name: str, form: Dialect, top: Layout, width: int, typed: set[int]
) -> tuple[list[Column], list[tuple[int, str, int]]]:
    """The columns below the header, and the lines that have another number of cells, with their numbers."""
    text = pa.dictionary(pa.int32(), pa.string())
    names = [str(i) for i in range(width)]
    odd: list[tuple[int, str, int]] = []

    def aside(row: Any) -> str:
        odd.append((row.number, row.text, row.actual_columns))
        return "skip"

    size, rows = path.stat().st_size, 0
    with _opened(path, name) as stream:
        reader = pyarrow.csv.open_csv(
            stream,
            read_options=pyarrow.csv.ReadOptions(
                use_threads=False,  # or lines have no numbers
                skip_rows=top.above,
                column_names=names,
                encoding="utf8" if form.encoding.startswith("utf-8") else form.encoding,
                block_size=BLOCK,
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=form.separator, invalid_row_handler=aside, ignore_empty_lines=False
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={key: pa.float64() if i in typed else text for i, key in enumerate(names)},
                null_values=_MISSING,
                decimal_point=form.decimal,
            ),
        )
        growing = [Growing() for _ in names]
        for batch in reader:  # none of them is kept, so that there is never all of it twice
            rows += batch.num_rows
            check_unpacked(name, rows * width * 8, size, "its columns take")
            for column, values in zip(growing, batch.columns, strict=True):
                column.add(values)
    pa.default_memory_pool().release_unused()
    return [column.whole() for column in growing], odd


def _sorted_out(
    odd: Sequence[tuple[int, str, int]], separator: str
) -> tuple[tuple[str, ...], tuple[tuple[int, int, str], ...]]:
    """Lines with another number of cells than the header: what stands below the table, and what is cut."""
    footers, short = [], []
    for number, text, count in odd:
        cells = next(csv.reader([text], delimiter=separator), [])
        if is_footer([cell.strip() for cell in cells]):
            footers.append(" ".join(cell.strip() for cell in cells if cell.strip()))
        else:
            short.append((number, count, text))
    return tuple(footers), tuple(short)


def _line_numbers(count: int, above: int, odd: Sequence[int]) -> NDArray[np.int64]:
    """The line of each row, from 1; those that were put aside are between them."""
    line = np.arange(count + len(odd), dtype=np.int64) + above + 1
    return np.delete(line, np.array(odd, dtype=np.int64) - above - 1) if odd else line


def _without_footers(
    columns: list[Column], line: NDArray[np.int64]
) -> tuple[list[Column], NDArray[np.int64], tuple[str, ...]]:
    """Columns without the last rows that are no data but say where they come from."""
    below: list[str] = []
    end = len(line)
    while end > 0:
        cells = [column.at(end - 1) for column in columns]
        if not is_footer(cells) and any(cells):
            break
        below += [" ".join(cell for cell in cells if cell)] if any(cells) else []
        end -= 1
    return ([column.until(end) for column in columns], line[:end], tuple(below)) if below else (columns, line, ())
