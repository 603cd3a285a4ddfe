"""Axes of a sweep: parameters of the strategy, and of what it runs in, each with the values to try."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Literal

import numpy as np

from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.engine.canonical import describe
from sectorlead.engine.config import TERMS
from sectorlead.engine.market.market import Market, find_market
from sectorlead.research.sweep.base import Base
from sectorlead.strategies.domain import Domain, checked

Kind = Literal["universe", "market", "rule", "term", "parameter"]
UNIVERSE, MARKET = "universe", "market"
VARIED_TERMS = (
    "start", "cash", "fill", "price_at", "size", "unfilled", "no_trade", "no_trade_of", "no_trade_to", "ended",
    "write_off", "cash_rate",
)  # fmt: skip
"""Terms of a run that can be an axis; the others are the same for all variants, or are the strategy's own."""
RULES = tuple(f"{MARKET}.{item.name}" for item in fields(Market) if item.name != "name")
SETTINGS = (UNIVERSE, MARKET, *RULES, *VARIED_TERMS)
"""Axes of what a strategy runs in."""
_ORDER: dict[Kind, int] = {"universe": 0, "market": 1, "rule": 2, "term": 3, "parameter": 4}


@dataclass(frozen=True, eq=False)
class Axis:
    """One thing that is varied.

    Attributes
    ----------
    name : str
        Dotted, as in ``score.lookback``.
    choices : tuple
        Its values, distinct, in the order given; of "universe" tuples of symbols, of "market" a ``Market`` each.
    labels : tuple of None, bool, int, float or str
        What stands for each value in tables, of one kind.
    kind : str
        "universe", "market", "rule", "term" or "parameter".
    random : object, optional
        What draws values, with a method ``rvs`` as a distribution of scipy has; then there are none yet.
    domain : Domain, optional
        What they may be.
    """

    name: str
    choices: tuple[Any, ...]
    labels: tuple[Any, ...]
    kind: Kind
    random: Any = None
    domain: Domain | None = None

    def drawn(self, count: int, seed: int) -> tuple[Axis, np.ndarray[Any, np.dtype[np.int64]]]:
        """An axis of values that were drawn, and the position of each draw in it.

        Parameters
        ----------
        count, seed : int
        """
        draws = np.asarray(self.random.rvs(size=count, random_state=seed)).tolist()
        values = sorted(set(draws))
        places = {value: i for i, value in enumerate(values)}
        made = axis_of(self.name, values, self.kind, self.domain)
        return made, np.array([places[value] for value in draws], np.int64)


def axes_of(base: Base, grid: Mapping[str, Any] | None, panel: Panel) -> tuple[Axis, ...]:
    """The axes of a sweep, in an order that does not depend on that of the grid.

    What a strategy runs in comes first, then its schedule, then its score, then the rest by name, so that neighbours
    have most in common.

    Parameters
    ----------
    base : Base
    grid : mapping of str to sequence, distribution or mapping, or None
        Values by name, full or short where that is clear; None for those that the parameters declare.
    panel : Panel

    Raises
    ------
    UnknownNameError, ParameterError, InputError
        For a name that is not known or not clear, and for values that can't be used.
    """
    if grid is None:
        grid = base.grid
        if not grid:
            raise InputError(
                f"{base.name} declares no values to try; give a grid, such as {{{_example(base)!r}: [...]}}"
            )
    if not isinstance(grid, Mapping) or not grid:
        raise ParameterError(f"grid must map names to values, such as {{'pick.n': [3, 5, 8]}}, was {grid!r}")
    known = (*base.known, *SETTINGS)
    found: dict[str, Axis] = {}
    for given, values in grid.items():
        name = full_name(str(given), known)
        if name in found:
            raise InputError(f"{name} is in the grid twice, once as {given!r}; keep one of them")
        found[name] = _axis(name, values, base, panel)
    return tuple(sorted(found.values(), key=_place))


def full_name(given: str, known: Iterable[str], what: str = "parameter of a sweep") -> str:
    """The name that was meant: itself, or the only one that ends with it.

    Parameters
    ----------
    given : str
    known : iterable of str
    what : str
        What is named, for the error.

    Raises
    ------
    UnknownNameError
        No name is like it; with the nearest.
    InputError
        Several are; lists them.
    """
    names = tuple(dict.fromkeys(known))
    if given in names:
        return given
    ends = [name for name in names if name.endswith(f".{given}")]
    if len(ends) > 1:
        raise InputError(f"{given!r} could be {' or '.join(ends)}; write one of them in full")
    if not ends:
        raise UnknownNameError(what, given, names)
    return ends[0]


def axis_of(name: str, values: Iterable[Any], kind: Kind, domain: Domain | None = None) -> Axis:
    """An axis of values that are checked.

    Parameters
    ----------
    name : str
    values : iterable
    kind : str
    domain : Domain, optional
        What they may be.

    Raises
    ------
    ParameterError
        For one outside the domain, and for a value that comes twice or for none.
    """
    taken = tuple(checked("sweep", {name: domain}, {name: value})[name] if domain else value for value in values)
    for value in taken:
        if isinstance(value, float) and not np.isfinite(value):
            raise ParameterError(f"{name} must have finite values, had {value!r}; give a large number, or None")
    if not taken:
        raise ParameterError(f"{name} has no values to try; give one or more")
    labels = _labels(taken)
    if len(set(map(repr, labels))) < len(labels):
        doubles = next(label for label in labels if labels.count(label) > 1)
        raise ParameterError(f"{name} has the value {doubles!r} twice; give each once")
    return Axis(name, taken, labels, kind, domain=domain)


def _axis(name: str, values: Any, base: Base, panel: Panel) -> Axis:
    if name in base.known:
        if hasattr(values, "rvs"):
            return Axis(name, (), (), "parameter", values, base.known[name])
        return axis_of(name, _listed(name, values), "parameter", base.known[name])
    if hasattr(values, "rvs"):
        raise ParameterError(f"{name} can't be drawn from a distribution; give its values")
    if name == UNIVERSE:
        return _universes(values, panel)
    listed = _listed(name, values)
    if name == MARKET:
        markets = tuple(item if isinstance(item, Market) else find_market(item) for item in listed)
        if len({market.name for market in markets}) < len(markets):
            raise ParameterError("two markets of a sweep have the same name; give each its own: market(..., name=...)")
        return Axis(name, markets, tuple(market.name for market in markets), "market")
    if name in RULES:
        for value in listed:
            Market(**{name.partition(".")[2]: value})  # refuses what it can't be
        return axis_of(name, listed, "rule")
    read = [TERMS[name].form.read(item, name) if item is not None else None for item in listed]
    return axis_of(name, read, "term")


def _universes(values: Any, panel: Panel) -> Axis:
    if isinstance(values, str) or not isinstance(values, Iterable):
        raise ParameterError(f"{UNIVERSE} must be lists of symbols by name, such as {{'few': [...]}}, was {values!r}")
    named = values if isinstance(values, Mapping) else {f"universe {i}": item for i, item in enumerate(values, 1)}
    found: dict[str, tuple[str, ...]] = {}
    for label, symbols in named.items():
        chosen = panel.symbols if symbols is None else tuple(_listed(f"{UNIVERSE} {label!r}", symbols))
        for symbol in chosen:
            panel.column(symbol)  # refuses an unknown one, with the nearest
        held = tuple(sorted(set(chosen)))
        if not held:
            raise ParameterError(f"{UNIVERSE} {label!r} has no symbols; give one or more, or None for all")
        if twin := next((other for other, known in found.items() if known == held), None):
            raise ParameterError(f"{UNIVERSE} {label!r} has the symbols of {twin!r}; give each universe once")
        found[str(label)] = held
    if not found:
        raise ParameterError(f"{UNIVERSE} has no values to try; give one or more")
    return Axis(UNIVERSE, tuple(found.values()), tuple(found), "universe")


def _listed(name: str, values: Any) -> list[Any]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise ParameterError(f"{name} must have a list of values, such as [{values!r}], was {values!r}")
    return [value.item() if isinstance(value, np.generic) else value for value in values]


def _labels(values: Sequence[Any]) -> tuple[Any, ...]:
    """Values as a table shows them: numbers, truths or texts, of one kind, and None."""
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {bool} or kinds <= {str} or (kinds <= {int, float}):
        return tuple(values)
    return tuple(value if isinstance(value, str) else describe(value) for value in values)


def _place(axis: Axis) -> tuple[int, int, str]:
    head = axis.name.partition(".")[0]
    return _ORDER[axis.kind], {"schedule": 0, "score": 1}.get(head, 2), axis.name


def _example(base: Base) -> str:
    return next(iter(base.known), "pick.n")
