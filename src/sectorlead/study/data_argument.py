"""From what a user writes after ``--data`` and ``--benchmark`` to a panel."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sectorlead.data.bounds import path_of
from sectorlead.data.errors import InputError, UnknownNameError

if TYPE_CHECKING:
    from sectorlead.data.load import Proxies
    from sectorlead.data.panel import Panel
    from sectorlead.data.store.store import Store
    from sectorlead.data.tidy.distributions import Distributions
    from sectorlead.data.tidy.options import ReadOptions

SIMULATED = "simulated"


def data_panel(
    data: str,
    benchmark: str | None = None,
    *,
    options: ReadOptions | None = None,
    start: Any = None,
    end: Any = None,
    store: Store | None = None,
    proxies: Proxies | None = None,
    distributions: Distributions | None = None,
) -> Panel:
    """The panel that ``data`` names.

    Parameters
    ----------
    data : str
        A file, a folder or a pattern of files (``sectorlead.data.load.load``), a source held in the store such as
        ``sw1``, or ``simulated``.
    benchmark : str, optional
        A symbol of that data, ``PATH:SYMBOL``, or a code that the store holds from the source ``index``.
    options : ReadOptions, optional
        What the files do not say themselves.
    start, end : date, optional
        The panel is cut to these dates.
    store : Store, optional
        Default: the user's.
    proxies : Proxies, optional
        What stands in for series that begin late: a symbol of the data, ``PATH:SYMBOL``, ``SOURCE:SYMBOL``.
    distributions : str, optional
        A file of dividends and splits (``sectorlead.data.distributions``), or several.

    Raises
    ------
    InputError
        Nothing has that name; or the source is not held yet: says which command fetches it.
    """
    if data == SIMULATED:
        if benchmark or start or end or proxies or distributions:
            raise InputError("the simulated market has its own benchmark and dates; name other data, or leave them out")
        from sectorlead.data.simulate import simulate

        return simulate()
    from sectorlead.data.distributions import with_distributions
    from sectorlead.data.load import NO_PROXIES, panel_of
    from sectorlead.data.proxies import with_proxies
    from sectorlead.data.store.store import Store
    from sectorlead.data.tidy.options import ReadOptions

    store = store or Store()
    if is_file(data):
        return panel_of(
            data, benchmark, options or ReadOptions(), start=start, end=end, store=store,
            proxies=proxies or NO_PROXIES, distributions=distributions,
        )  # fmt: skip
    if not store.symbols(data):
        check_source(data)
    panel = store.panel(data, benchmark, start=start, end=end)
    panel = panel if distributions is None else with_distributions(panel, distributions)
    if not proxies:
        return panel
    return with_proxies(panel, proxies.lines(store.tidy(data), store), trade=proxies.trade, start=start)


def is_file(data: str) -> bool:
    """Whether ``data`` names a file, there or not, rather than a source."""
    from sectorlead.data.sources.source import SOURCES
    from sectorlead.data.tidy.raw import FORMATS

    path_of(data)
    kind, colon, _ = data.partition(":")
    if colon and not Path(data).is_file() and any(name.startswith(f"{kind}:") for name in SOURCES):
        return False
    return Path(data).exists() or data.lower().endswith(FORMATS) or Path(data).name != data


def check_source(name: str) -> None:
    """Raise ``InputError`` unless a source has this name."""
    from sectorlead.data.sources import find_source

    try:
        find_source(name)
    except UnknownNameError as error:
        forms = ".csv, .csv.gz, .xlsx or .parquet"
        raise InputError(f"{name}: no such file, and {error} A file ends with {forms}") from None
