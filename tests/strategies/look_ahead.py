"""The no-look-ahead sweep: finds every part of a package, and says what of it moves when only the future does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from sectorlead import Pick
from sectorlead.data.benchmark import Benchmark, EarlierBars
from sectorlead.data.panel import Panel
from sectorlead.engine.strategy import Portfolio
from sectorlead.strategies.part import Part

BARS = ("open", "high", "low", "close", "volume", "amount")
SINGLE_ROWS = 6  # asked for one by one, of all up to the cut


def parts_of(package: ModuleType) -> list[type[Part]]:
    """Every concrete part defined in a package, those of modules that nobody has imported included."""
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
    makers = f"{package.__name__}.library."  # what makes a strategy; the strategies themselves are swept by name
    return sorted(
        (
            kind for kind in _below(Part)
            if f"{kind.__module__}.".startswith(f"{package.__name__}.") and _concrete(kind)
            and not kind.__module__.startswith(makers)
        ),
        key=lambda kind: (kind.__name__, kind.__module__),
    )


def _below(kind: type) -> Iterator[type]:
    seen = set()
    for child in kind.__subclasses__():
        for each in (child, *_below(child)):
            if each not in seen:
                seen.add(each)
                yield each


def _concrete(kind: type) -> bool:
    return not inspect.isabstract(kind) and not (kind.__name__.startswith("_") and kind.__subclasses__())


def instances(kind: type[Part], variants: Iterable[Part]) -> list[Part]:
    """The part with its defaults, where it has them for everything, and its variants; at least one."""
    listed = [part for part in variants if type(part) is kind]
    try:
        listed.insert(0, kind())
    except (TypeError, ValueError) as error:
        if not listed:
            raise AssertionError(
                f"{kind.__name__} can't be made with defaults ({error}): list one in VARIANTS"
            ) from None
    return listed


class Sweep:
    """A panel and, for each cut, other panels that agree with it up to that row."""

    def __init__(self, longer: Panel, rows: int, cuts: Sequence[int]) -> None:
        self.panel = _rebuilt(longer, rows)
        self.cuts = tuple(cuts)
        self._futures = {cut: list(self._made(cut)) for cut in cuts} | {rows - 1: [longer]}

    def _made(self, cut: int) -> Iterator[Panel]:
        yield self.panel.until(cut)
        yield _rebuilt(self.panel, cut + 1)
        yield changed_after(self.panel, cut)

    def moves(self, part: Part) -> set[str]:
        """What of a part moves, be it in its last bit, in a row up to which nothing differs; nothing should.

        Raises AssertionError for a kind of part that nobody has told how to sweep.
        """
        if callable(getattr(part, "plan", None)):
            return {f"decisions up to {cut}" for cut in self._futures if self._decisions_move(part, cut)}
        if callable(getattr(part, "decision_sessions", None)):
            return {f"decision sessions up to {cut}" for cut in self.cuts if self._schedule_moves(part, cut)}
        whole, seen = list(_readings(part)), list(_seen(part))
        assert whole or seen, f"{type(part).__name__} is a kind of part that the sweep does not know: teach it"
        moved: set[str] = set()
        for read in whole:
            here = fields(read(self.panel))
            assert_by_session(here, self.panel)
            for cut, others in self._futures.items():
                for other in others:
                    moved |= differing(here, fields(read(other)), cut)
        if whole and callable(getattr(part, "at", None)) and not isinstance(part, Pick):
            moved |= self._at_moves(part)
        for look in seen:
            for cut in self.cuts:
                here, *rest = (look(panel.until(cut)) for panel in (self.panel, *self._futures[cut]))
                moved |= {look.__qualname__ for other in rest if not np.array_equal(here, other, equal_nan=True)}
        return moved

    def _at_moves(self, part: Any) -> set[str]:
        whole = part(self.panel)
        moved = set()
        for cut in self.cuts:
            rows = np.arange(cut + 1)
            for panel in (self.panel, self._futures[cut][0]):
                some = np.unique(np.linspace(0, cut, SINGLE_ROWS).astype(int))
                for asked in (rows, *(some[i : i + 1] for i in range(len(some)))):
                    if not np.array_equal(part.at(panel, asked), whole[asked], equal_nan=True):
                        moved.add(f"at, up to {cut}")
        return moved

    def _schedule_moves(self, schedule: Any, cut: int) -> bool:
        sessions = self.panel.sessions
        whole = schedule.decision_sessions(sessions, 2)
        # A view's last row can't be known to end a period.
        return not np.array_equal(whole[:cut], schedule.decision_sessions(sessions[: cut + 1], 2)[:cut])

    def _decisions_move(self, rule: Any, cut: int) -> bool:
        if cut not in self.cuts:
            pairs = [(self.panel, self._futures[cut][0], cut - 1)]
        else:
            *shorter, changed = self._futures[cut]
            pairs = [(self.panel, changed, cut), *((self.panel, panel, cut - 1) for panel in shorter)]
        return any(_decided(rule, a, last) != _decided(rule, b, last) for a, b, last in pairs)

    def fields_of(self, part: Part) -> dict[str, bool]:
        """Whether something is known in each field of what a part reads: a finite number, or a label that isn't 0."""
        readings = enumerate(read(self.panel) for read in _readings(part))
        return {f"{k}.{name}": _tells(value) for k, found in readings for name, value in fields(found).items()}


def _tells(value: Any) -> bool:
    array = np.asarray(value)
    if array.dtype.kind == "f":
        return bool(np.isfinite(array).any())
    return array.ndim == 0 or array.dtype.kind not in "iub" or bool((array != 0).any())


def fields(reading: Any) -> dict[str, Any]:
    """The arrays of a reading by name, whatever it comes as."""
    if isinstance(reading, tuple):
        names = getattr(reading, "_fields", tuple(map(str, range(len(reading)))))
        return {name: value for name, value in zip(names, reading, strict=True) if value is not None}
    return {"value": reading}


def assert_by_session(found: dict[str, Any], panel: Panel) -> None:
    for name, value in found.items():
        if isinstance(value, np.ndarray | pd.DataFrame | pd.Series):
            assert len(value) == len(panel.sessions), f"{name}: the first axis must be sessions, was {value.shape}"


def differing(here: dict[str, Any], there: dict[str, Any], cut: int) -> set[str]:
    """Names of the fields that differ in a row up to ``cut``, in value or type."""
    moved = set(here.keys() ^ there.keys())
    for name in here.keys() & there.keys():
        a, b = here[name], there[name]
        if isinstance(a, pd.DataFrame | pd.Series):
            same = a.iloc[: cut + 1].equals(b.iloc[: cut + 1])
        elif isinstance(a, np.ndarray):
            floats = a.dtype.kind == "f"
            same = a.dtype == b.dtype and np.array_equal(a[: cut + 1], b[: cut + 1], equal_nan=floats)
        else:
            same = a == b
        if not same:
            moved.add(f"{name}, up to {cut}")
    return moved


def _readings(part: Any) -> Iterator[Callable[[Panel], Any]]:
    """What can be read off a whole panel."""
    if callable(part):
        yield part
    if isinstance(part, Pick):
        yield lambda panel: part.at(panel, np.arange(len(panel.sessions)))
    if callable(getattr(part, "spans", None)):
        yield part.spans


def _seen(part: Any) -> Iterator[Callable[[Panel], np.ndarray]]:
    """What is asked with a view only, as an array."""
    if callable(getattr(part, "fired", None)):

        def fired(view: Panel) -> np.ndarray:
            return np.asarray(part.fired(view, _portfolio(view)))

        yield fired
    if callable(getattr(part, "split", None)):

        def split(view: Panel) -> np.ndarray:
            able = np.flatnonzero(np.nan_to_num(part(view)[-1]) > 0).tolist()
            return np.asarray(part.split(view, able[:3], 1.0)) if able else np.zeros(0)

        yield split
    if isinstance(part, Pick):

        def admission(view: Panel) -> np.ndarray:
            admits, every = part.admission(view), range(len(view.symbols))
            return np.array([[admits is None or admits([j], i) for i in every if i != j] for j in every])

        yield admission


def _portfolio(view: Panel) -> Portfolio:
    shares = np.ones(len(view.symbols))
    since = np.minimum(view.first_bar, len(view.sessions) - 1)
    return Portfolio(0.0, float(len(shares)), shares, shares / len(shares), since)


def _decided(rule: Any, panel: Panel, last: int) -> list[bytes]:
    """The decisions of rows 2 to ``last``, as bytes: from the plan, or one by one where there is none."""
    plan = rule.plan(panel, 2, last)
    if plan is not None:
        known = plan._replace(price=plan.price[: last + 1])
        return [np.asarray(value).tobytes() for value in known]
    asked = np.flatnonzero(rule.schedule.decision_sessions(panel.sessions, 2)[: last + 1])
    return [np.asarray(rule.decide(panel.until(row), _portfolio(panel.until(row))), float).tobytes() for row in asked]


def _rebuilt(panel: Panel, rows: int) -> Panel:
    """A panel of its own of the first ``rows`` sessions, with nothing carried over."""
    old = panel.benchmark
    assert old is not None
    bench = Benchmark(old.symbol, old.name, *(getattr(old, key)[:rows].copy() for key in BARS), old.earlier)
    return Panel(
        panel.sessions[:rows], panel.symbols, adj_factor=panel.adj_factor[:rows].copy(), groups=panel.groups,
        kinds=panel.kinds, known_from=panel.known_from, benchmark=bench,
        fields={name: values[:rows] for name, values in panel.fields.items()},
        **{key: getattr(panel, key)[:rows].copy() for key in BARS},
    )  # fmt: skip


def begun_at(panel: Panel, row: int) -> Panel:
    """The panel from ``row`` on; what its benchmark did before that is kept."""
    old = panel.benchmark
    assert old is not None
    early = EarlierBars(panel.sessions[:row], *(getattr(old, key)[:row] for key in BARS))
    bench = Benchmark(old.symbol, old.name, *(getattr(old, key)[row:] for key in BARS), early)
    return Panel(
        panel.sessions[row:], panel.symbols, adj_factor=panel.adj_factor[row:], groups=panel.groups,
        kinds=panel.kinds, known_from=panel.known_from, benchmark=bench,
        fields={name: values[row:] for name, values in panel.fields.items()},
        **{key: getattr(panel, key)[row:] for key in BARS},
    )  # fmt: skip


def changed_after(panel: Panel, cut: int) -> Panel:
    """The same panel up to row ``cut``; other bars, gaps and factors after it, of the benchmark too."""
    rng = np.random.default_rng(cut)
    old = panel.benchmark
    assert old is not None
    bars = _other_bars(rng, {key: getattr(panel, key) for key in BARS}, cut)
    line = _other_bars(rng, {key: getattr(old, key) for key in BARS}, cut)
    kept = np.arange(len(panel.sessions))[:, None] <= cut
    factor = np.where(kept, panel.adj_factor, 3.0)
    return Panel(
        panel.sessions, panel.symbols, adj_factor=factor, groups=panel.groups, kinds=panel.kinds,
        known_from=panel.known_from, benchmark=Benchmark(old.symbol, old.name, **line, earlier=old.earlier),
        fields={name: np.where(kept, values, rng.normal(size=values.shape)) for name, values in panel.fields.items()},
        **bars,
    )  # fmt: skip


def _other_bars(rng: np.random.Generator, bars: dict[str, np.ndarray], cut: int) -> dict[str, np.ndarray]:
    shape = bars["close"].shape
    level = np.nanmean(bars["close"])
    close = np.where(rng.random(shape) < 0.1, np.nan, level * rng.uniform(0.3, 3, shape))
    opened, wick = close * rng.uniform(0.9, 1.1, shape), rng.uniform(0, 0.1, (2, *shape))
    other = {
        "open": opened, "high": np.maximum(opened, close) * (1 + wick[0]),
        "low": np.minimum(opened, close) * (1 - wick[1]), "close": close,
    }  # fmt: skip
    for key in ("volume", "amount"):
        other[key] = np.where(np.isnan(close), np.nan, np.nanmax(bars[key]) * rng.uniform(0, 5, shape))
    if np.isnan(bars["open"]).all():
        other.update(dict.fromkeys(("open", "high", "low"), bars["open"]))
    kept = (np.arange(shape[0]) <= cut).reshape((-1, *(1,) * (len(shape) - 1)))
    return {key: np.where(kept, bars[key], other[key]) for key in BARS}
