"""The market of a run that names none: by what the data say that their series are."""

from __future__ import annotations

import weakref

from ...data.boards import is_fund
from ...data.panel import Panel
from .market import MARKETS, Market, find_market


def market_or_default(market: str | Market | None, panel: Panel) -> tuple[Market, str]:
    """The market that was asked for, or that of the panel's series.

    Without one, series that all have codes of Chinese funds, or are simulated ones, trade on ``cn-etf``; series that
    the data state to be indices (``Panel.stated_kinds``) cost what funds that track them do, ``cn-index``; whatever
    else it may be is ``frictionless``: nothing is guessed from symbols or levels.

    Parameters
    ----------
    market : str, Market or None
        A name of ``MARKETS``, a market of your own, or None for the panel's.
    panel : Panel

    Returns
    -------
    Market
    str
        Why it is that one, a sentence for the notes of a run; "" where it was asked for.

    Raises
    ------
    UnknownNameError
        For a name that is no market's.
    """
    if market is not None:
        return find_market(market), ""
    if panel not in _usual:
        _usual[panel] = _default(panel)
    name, why = _usual[panel]
    return MARKETS[name], f"no market was named: {name}, as {why}"


_usual: weakref.WeakKeyDictionary[Panel, tuple[str, str]] = weakref.WeakKeyDictionary()
"""The market of a panel by name, and why it is that one."""


def _default(panel: Panel) -> tuple[str, str]:
    kinds = set(panel.stated_kinds)
    if panel.symbols and "stock" not in kinds and all(map(is_fund, panel.symbols)):
        return "cn-etf", "every code is that of a Chinese fund"
    if panel.simulated and kinds == {"etf"}:
        return "cn-etf", "the simulated series are Chinese sector funds"
    if kinds == {"index"}:
        return "cn-index", "the data state that every series is an index, which costs what a fund that tracks it does"
    free = "so that trades cost nothing and meet no rule"
    if not kinds - {""}:
        return "frictionless", f"the data state no kind of series, {free}"
    told = " and ".join(kind or "not stated" for kind in sorted(kinds, reverse=True))
    return "frictionless", f"no market is the usual one of these kinds of series ({told}), {free}"
