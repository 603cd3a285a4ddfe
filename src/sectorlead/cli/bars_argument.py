"""Bars as a command names them, for looking at: files as they are, or a source held in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sectorlead.data.quality.table import Table
    from sectorlead.data.tidy.columns import Tidy
    from sectorlead.data.tidy.options import ReadOptions
    from sectorlead.data.tidy.reading import Reading


def read_bars(data: str, options: ReadOptions | None = None) -> Reading | Tidy:
    """Files as they are, or the rows of a source.

    Parameters
    ----------
    data : str
        A path, a pattern, or a source in the store.
    options : ReadOptions, optional
        What the files do not say themselves.
    """
    from sectorlead.data.store.store import Store
    from sectorlead.data.tidy.options import ReadOptions
    from sectorlead.data.tidy.read import read
    from sectorlead.study.data_argument import check_source, is_file

    if is_file(data):
        return read(data, options or ReadOptions())
    store = Store()
    if not store.symbols(data):
        check_source(data)
    return store.tidy(data)


def rows_of(source: Reading | Tidy) -> Tidy:
    """The bars of what ``read_bars`` gave."""
    from sectorlead.data.tidy.reading import Reading

    return source.bars if isinstance(source, Reading) else source


def table_named(data: str, options: ReadOptions | None = None) -> Table:
    """The bars as the rules of quality look at them.

    Parameters
    ----------
    data, options
        As ``read_bars``.
    """
    from sectorlead.data.quality.table import table_of

    return table_of(rows_of(read_bars(data, options)))
