"""Analyses of a run: holding spells, returns, transactions, turnover, exposure, costs, rejections.

One function each, over what happened to the account. They come twice, with the same names and the same outputs:
``analyse(record)`` for a run of either engine of this package, and a ``backtrader.Analyzer`` for any strategy in
backtrader itself::

    cerebro.addanalyzer(sectorlead.reports.analyzers.Rotation)
    cerebro.run()[0].analyzers.rotation.get_analysis()["spells"]

backtrader is loaded when the first analyzer class is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...engine.record import Record
from ..history import History, history_of
from .lines import exposure, returns
from .rotation import rotation
from .trades import costs, rejections, transactions, turnover

if TYPE_CHECKING:
    from .on_backtrader import Costs, Exposure, Rejections, Returns, Rotation, Transactions, Turnover

__all__ = [
    "ANALYSES",
    "Costs",
    "Exposure",
    "History",
    "Rejections",
    "Returns",
    "Rotation",
    "Transactions",
    "Turnover",
    "analyse",
    "history_of",
]

ANALYSES: dict[str, Callable[[History], Any]] = {
    "Rotation": rotation,
    "Returns": returns,
    "Transactions": transactions,
    "Turnover": turnover,
    "Exposure": exposure,
    "Costs": costs,
    "Rejections": rejections,
}
"""What each analyzer's ``get_analysis()`` is made by."""


def analyse(record: Record) -> dict[str, Any]:
    """All analyses of a run by name, as the analyzers of those names give them: frames, series and dicts of them.

    Parameters
    ----------
    record : Record
        Of either engine; a ``Run`` is one.
    """
    history = history_of(record)
    return {name: analysis(history) for name, analysis in ANALYSES.items()}


def __getattr__(name: str) -> Any:
    if name not in ANALYSES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}; it has {', '.join(__all__)}")
    return getattr(import_module(f"{__name__}.on_backtrader"), name)
