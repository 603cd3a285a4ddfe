"""Bars as a command names them, for looking at: a file as it is, or a source held in the store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sectorlead.data.quality.table import Table
    from sectorlead.data.quality.vendor_file import VendorFile
    from sectorlead.data.tidy.columns import Tidy


def read_bars(data: str) -> VendorFile | Tidy:
    """A file as it is, or the rows of a source."""
    from sectorlead.data.quality.vendor_file import read_vendor_file
    from sectorlead.data.store.store import Store
    from sectorlead.study.data_argument import check_source, is_file

    if is_file(data):
        return read_vendor_file(data)
    store = Store()
    if not store.symbols(data):
        check_source(data)
    return store.tidy(data)


def rows_of(source: VendorFile | Tidy) -> Tidy:
    """The bars of what ``read_bars`` gave."""
    from sectorlead.data.quality.vendor_file import VendorFile

    return source.rows if isinstance(source, VendorFile) else source


def table_named(data: str) -> Table:
    """The bars as the rules of quality look at them."""
    from sectorlead.data.quality.table import table_of

    return table_of(rows_of(read_bars(data)))
