"""The checks of an audit, one function each: each runs the strategy on panels that should change nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.lookahead import KNOWN_AHEAD, first_moved, own_parts, readings
from sectorlead.engine.market.market import find_market
from sectorlead.engine.strategy import as_strategy
from sectorlead.research.audit import panels
from sectorlead.research.audit.decisions import FAILED, Decisions, Difference, Terms, decided, difference
from sectorlead.research.audit.finding import FINDING, NOTE, Finding
from sectorlead.research.audit.knowledge import BEYOND, knowledge, knowledge_of_table
from sectorlead.research.audit.outside import functions, in_place, places, substituted, varied

_RANDOM = frozenset({"random", "default_rng", "RandomState", "Generator", "shuffle", "choice", "permutation"})
ORDER_TOLERANCE = 1e-4
"""By which a weight may differ where series are in another order: an optimiser's sums run otherwise."""
_MOST_CHANGED = 0.9
"""Share of decisions that ties alone do not move, where there are no scores to see ties in."""


class Subject:
    """A strategy, its panel, and what it decided there at first.

    Parameters
    ----------
    strategy : object
    panel : Panel
    terms : Terms
    last : int
        Row of the run's last session.
    seed : int
        Of what is made up.
    """

    def __init__(self, strategy: Any, panel: Panel, terms: Terms, last: int, seed: int) -> None:
        self.strategy, self.panel, self.terms, self.last, self.seed = strategy, panel, terms, last, seed
        self.tried: dict[str, int] = {}
        self.touched: dict[str, str] = {}
        self.base: Decisions

    @property
    def name(self) -> str:
        """Of its class."""
        kind = self.strategy[0] if isinstance(self.strategy, tuple) else self.strategy
        return kind.__name__ if isinstance(kind, type) else type(kind).__name__

    @property
    def first(self) -> int:
        """Row of the run's first session."""
        return int(self.panel.sessions.searchsorted(self.terms.first))

    @cached_property
    def made_up(self) -> Panel:
        """Other prices on the same sessions."""
        return panels.made_up(self.panel, self.seed)

    @cached_property
    def on_made_up(self) -> Any:
        """The strategy for them: sectors that it is shown in place of funds are made up as well."""
        return substituted(self.strategy, lambda each: panels.made_up(each, self.seed))

    def run(self, check: str, panel: Panel, strategy: Any = None, **given: Any) -> Decisions:
        """Runs it once more, on the count of a check.

        Parameters
        ----------
        check : str
            For the count.
        panel : Panel
        strategy : object, optional
            In its place.
        **given
            As ``decided``.
        """
        self.tried[check] = self.tried.get(check, 0) + 1
        given.setdefault("last", min(self.last, len(panel.sessions) - 1))
        return decided(self.strategy if strategy is None else strategy, panel, **({"terms": self.terms} | given))

    def found(self, check: str, moved: Difference, why: str, part: str = "", severity: Any = FINDING) -> Finding:
        """A finding about a decision that moved.

        Parameters
        ----------
        check : str
        moved : Difference
        why : str
        part : str
            Responsible; "" where that can't be told.
        severity : {"finding", "note"}
        """
        session = f"{self.panel.sessions[moved.row]:%F}"
        where = f"{session} {moved.symbol}".rstrip()
        if moved.what == FAILED:
            says = f"up to {session}: {moved.error}"
        elif moved.what == "decision":
            there, gone = ("not decided", "decided") if np.isnan(moved.before) else ("decided", "not decided")
            says = f"{where}: {there} at first, {gone} then"
        else:
            unit = {"target": "target weight", "score": "score", "order": "shares ordered"}[moved.what]
            says = f"{where}: {unit} {moved.before:.6g} at first, {moved.after:.6g} then"
        says += f" ({moved.changed} of {moved.compared} decisions compared): {why}"
        if part:
            says += f"; responsible: {part}"
        before, after = (None if np.isnan(each) else float(each) for each in (moved.before, moved.after))
        return Finding(check, says, severity, session, moved.symbol, before, after, part)


def parts(subject: Subject, cuts: list[int]) -> Iterator[Finding]:
    """Every part of the user's own on shorter panels, row by row: the sweep that the engine does before each run.

    Parameters
    ----------
    subject : Subject
    cuts : list of int
        Rows that the shorter panels end with.
    """
    for part in own_parts(subject.strategy):
        subject.tried["parts"] = subject.tried.get("parts", 0) + 1
        name = getattr(part, "__name__", type(part).__name__)
        try:
            moved = first_moved(part, subject.panel, cuts)
        except Exception as error:  # the part's own, of any kind
            notes = "; ".join(getattr(error, "__notes__", ()))
            yield Finding("parts", f"{name} fails: {type(error).__name__}: {error} ({notes})", part=name)
            continue
        if moved is not None:
            yield Finding(
                "parts", str(moved), FINDING, f"{moved.session:%F}", moved.symbol, moved.whole, moved.cut, name
            )


def repeats(subject: Subject) -> Iterator[Finding]:
    """The same object on the same panel again, and a copy of the panel, in this process."""
    again = subject.run("asked again", subject.panel)
    moved = difference(subject.base, again)
    if moved is None:
        moved = difference(subject.base, subject.run("asked again", panels.copied(subject.panel)))
    if moved is None or moved.rounding:
        return
    third = difference(again, subject.run("asked again", subject.panel))
    why = (
        "it does not answer the same twice: random without a seed, or by clock, identity or order of a set"
        if third is not None and not third.rounding
        else "it remembers an earlier run, in a module, a class, a default or a file: a run must begin with nothing"
    )
    yield subject.found("asked again", moved, why)


def future(subject: Subject, cuts: list[int], truncations: list[int]) -> Iterator[Finding]:
    """The panel that ends with a session, and others that differ after it, up to that session.

    Parameters
    ----------
    subject : Subject
    cuts : list of int
        Rows after which the future is changed.
    truncations : list of int
        Rows that panels are cut off after.
    """
    for row in truncations:
        day = subject.panel.sessions[row]
        panel = panels.ended(subject.panel, row)
        told = substituted(subject.strategy, partial(_by_day, day=day, made=panels.ended))
        other = subject.run("truncated", panel, told, last=row)
        moved = difference(subject.base, other, row - 1, known_ahead=KNOWN_AHEAD)
        if moved is not None and not moved.rounding:
            yield subject.found(
                "truncated", moved, f"it goes by rows after {day:%F}, where that panel ends", _part(subject, panel, row)
            )
            break
    for row in cuts:
        moved = _changed(subject, row)
        if moved is not None and not moved.rounding:
            yield subject.found("future changed", moved, *_explained(subject, row, moved))
            break


def _changed(subject: Subject, row: int, inputs: Any = panels.INPUTS, *, outside: bool = True) -> Difference | None:
    """What moves up to a row where the panel, and data beside it, change after it."""
    day = subject.panel.sessions[row]

    def of_panel(each: Panel) -> Panel:
        return _by_day(each, day, lambda panel, at: panels.changed(panel, at, subject.seed, inputs))

    panel = panels.changed(subject.panel, row, subject.seed, inputs)
    told = substituted(subject.strategy, of_panel) if outside else subject.strategy
    with ExitStack() as stack:
        if outside:
            made = partial(varied, panel=subject.panel, row=row, seed=subject.seed, of_panel=of_panel)
            stack.enter_context(in_place(places(told), made))
        other = subject.run("future changed", panel, told, last=min(row + 1, subject.last))
    return difference(subject.base, other, row)


def _explained(subject: Subject, row: int, moved: Difference) -> tuple[str, str]:
    """How far it looks ahead, and what is responsible."""
    if _changed(subject, row, outside=False) is None:
        name = _outside(subject, row)
        day = subject.panel.sessions[row]
        return f"data beside the panel changed after {day:%F}: it goes by later rows of {name}", name
    if moved.what == FAILED:
        return "it fails where only later rows differ", ""
    at = moved.row
    low, high = 0, subject.last - at
    while high - low > 1:
        middle = (low + high) // 2
        found = _changed(subject, at + middle, outside=False)
        low, high = (middle, high) if found is not None and found.row <= at else (low, middle)
    inputs = [name for name in panels.INPUTS if _moves(subject, row, name)]
    part = _part(subject, panels.changed(subject.panel, row, subject.seed), row)
    told = " and ".join(inputs) if inputs else "several inputs together"
    ahead = "to the end of the data" if at + high >= subject.last - 1 else f"{high} session{'s' * (high > 1)} ahead"
    return f"it looks {ahead}, at {told}", part


def _moves(subject: Subject, row: int, name: str) -> bool:
    found = _changed(subject, row, (name,), outside=False)
    return found is not None and not found.rounding


def _outside(subject: Subject, row: int) -> str:
    """Which data beside the panel move a decision."""


    def of_panel(each: Panel) -> Panel:
        day = subject.panel.sessions[row]
        return _by_day(each, day, lambda panel, at: panels.changed(panel, at, subject.seed))

    made = partial(varied, panel=subject.panel, row=row, seed=subject.seed, of_panel=of_panel)
    for place in places(subject.strategy):
        with in_place([place], made):
            other = subject.run("future changed", subject.panel, last=min(row + 1, subject.last))
        if difference(subject.base, other, row) is not None:
            return place.name
    return "a panel, frame or array that it holds"


def _part(subject: Subject, panel: Panel, row: int) -> str:
    """The user's part whose own arrays are not the same up to a row."""
    for part in own_parts(subject.strategy):
        try:
            here, there = readings(part, subject.panel), readings(part, panel)
        except Exception:  # it can't be read by itself
            continue
        for name, values in here.items():
            ahead = KNOWN_AHEAD if name == "decision_sessions" else 0
            stop = max(0, min(row + 1, len(values), len(there.get(name, ())) - ahead))
            if name in there and not np.array_equal(values[:stop], there[name][:stop], equal_nan=True):
                return getattr(part, "__name__", type(part).__name__)
    return ""


def appended(subject: Subject) -> Iterator[Finding]:
    """Sessions after the last."""
    other = subject.run("future appended", panels.lengthened(subject.panel, subject.seed), last=subject.last)
    moved = difference(subject.base, other, subject.last - 1, known_ahead=KNOWN_AHEAD)
    if moved is not None and not moved.rounding:
        yield subject.found("future appended", moved, "it goes by where the data end")


def dates(subject: Subject) -> Iterator[Finding]:
    """All dates 28 years later, where every weekday and month end is the same; on a market without dated rules."""
    config = replace(subject.terms.config, cash_rate=None)
    free = replace(subject.terms, market=find_market("frictionless"), config=config)
    on = replace(free, first=panels.moved(free.first))
    told = substituted(subject.strategy, panels.later, panels.CYCLE)
    here = subject.run("other dates", subject.panel, terms=free)
    there = subject.run("other dates", panels.later(subject.panel), told, terms=on)
    moved = difference(here, there, since=subject.first)
    if moved is None or moved.rounding:
        return
    same = difference(subject.base, subject.run("other dates", subject.made_up, subject.on_made_up)) is None
    drawn = same and subject.base.varied and not _draws(subject.strategy)
    bad = moved.what == FAILED or drawn or bool(subject.touched)
    why = "with all dates 28 years later it decides otherwise: it goes by a list of dates, or other data read by date"
    yield subject.found("other dates", moved, why, severity=FINDING if bad else NOTE)


def order(subject: Subject) -> Iterator[Finding]:
    """The series under each other's symbols, so that they stand in the opposite order."""
    names = subject.panel.symbols
    if substituted(subject.strategy, lambda each: panels.copied(each)) is not subject.strategy or len(names) < 2:
        return  # it maps symbols to others
    renamed = dict(zip(names, names[::-1], strict=True))
    other = subject.run("other order", panels.renamed(subject.panel, names[::-1]))
    moved = difference(subject.base, other, symbols=renamed, tolerance=ORDER_TOLERANCE)
    if moved is None or moved.what == FAILED:
        return
    made = subject.run("other order", subject.made_up, subject.on_made_up)
    ranks = np.isfinite(subject.base.score).any()
    scored = bool(ranks) and difference(_scores(subject.base), _scores(other), symbols=renamed) is not None
    fixed = subject.base.held == other.held == made.held and len(subject.base.held) < len(names)
    if fixed and not scored:
        held = ", ".join(sorted(subject.base.held)[:5])
        why = f"it holds the same series whatever they do: {held}; why these, no data say"
        yield subject.found("other order", moved, why, severity=NOTE)
        return
    if _draws(subject.strategy) or difference(subject.base, made) is None:
        return
    ties = not scored and (bool(ranks) or moved.share < _MOST_CHANGED)
    why = "the series under other symbols, in another order, and it decides otherwise: it goes by their place or name"
    if ties:
        why = "decided otherwise where the series are in another order; ties, or a choice that goes by place"
    yield subject.found("other order", moved, why, severity=NOTE if ties else FINDING)


def _scores(found: Decisions) -> Decisions:
    return replace(found, target=np.zeros_like(found.target), orders=())


def _draws(strategy: Any) -> bool:
    """Whether a strategy draws numbers, by series in their order."""
    used = as_strategy(strategy)
    try:
        seeded = used.uses_seed
    except Exception:  # a with_seed of the user's
        seeded = True
    names = set().union(*(function.__code__.co_names for function in functions(strategy)))
    return seeded or bool(names & _RANDOM)


def unlisted(subject: Subject) -> Iterator[Finding]:
    """Without the series that begins last, before it begins."""
    begins = subject.panel.first_bar
    late = np.flatnonzero((begins > subject.first + 5) & (begins <= subject.last))
    if not len(late) or substituted(subject.strategy, lambda each: panels.copied(each)) is not subject.strategy:
        return
    column = int(late[np.argmax(begins[late])])
    symbol = subject.panel.symbols[column]
    if symbol in subject.base.held and len(subject.panel.symbols) < 3:
        return
    last = int(begins[column]) - 1
    other = subject.run("a series left out", panels.without(subject.panel, column), last=last)
    moved = difference(subject.base, other, last - 1)
    if moved is not None and not moved.rounding and moved.what != FAILED:
        day = subject.panel.sessions[last + 1]
        why = f"without {symbol}, which begins {day:%F}, it decides otherwise before that day"
        yield subject.found("a series left out", moved, why, severity=NOTE)


def warm_up(subject: Subject) -> Iterator[Finding]:
    """Less history before the run: how much the decisions depend on it, a note with its size."""
    start = subject.first + (subject.last - subject.first) // 3
    begin = start // 2
    if begin < 5 or subject.last - start < 5:
        return
    day = subject.panel.sessions[start]
    here = subject.run("less history", subject.panel, first=day)
    told = substituted(subject.strategy, lambda each: each)
    there = subject.run("less history", panels.begun(subject.panel, begin), told, first=day, last=subject.last - begin)
    moved = difference(here, there, offset=-begin, since=start, tolerance=1e-6)
    if moved is not None:
        why = f"{moved.share:.0%} of decisions differ with {start - begin} sessions of history in place of {start}"
        yield subject.found("less history", moved, why, severity=NOTE)


def knows(subject: Subject, made: Decisions) -> Iterator[Finding]:
    """On made-up prices: whether it knows the real ones, and whether it reads what it is given.

    Parameters
    ----------
    subject : Subject
    made : Decisions
        On the made-up prices.
    """
    for place in places(subject.strategy):
        table = knowledge_of_table(place.value, subject.panel, subject.last)
        if table.z > BEYOND:
            says = (
                f"{place.name}, which it can reach, goes with the returns over the next {table.horizon} sessions of "
                f"its rows ({table.z:.1f} standard deviations from the same rows at other times): no row can have been "
                "known in its session"
            )
            yield Finding("data beside", says, part=place.name)
    found = knowledge(made, subject.panel)
    held = ", ".join(dict.fromkeys(place.name for place in places(subject.strategy)))
    beside = f"; it can reach {held}" if held else ""
    if found.z > BEYOND:
        says = (
            f"decisions on made-up prices go with the returns of the real ones over the next {found.horizon} sessions "
            f"({found.what}; {found.z:.1f} standard deviations from the same decisions at other times): it reads "
            f"other data than the panel it is given{beside}"
        )
        yield Finding("made-up prices", says, part=held)
        return
    if not subject.base.varied or made.error or difference(subject.base, made) is not None:
        return
    reads = held or ", ".join(subject.touched)
    says = "it decides the same on other prices, volumes and fields"
    if reads:
        yield Finding("made-up prices", f"{says}: it does not read what it is given, but {reads}", part=reads)
    else:
        yield Finding("made-up prices", f"{says}: it goes by the calendar, or by chance", NOTE)


def data(subject: Subject) -> Iterator[Finding]:
    """Whether the panel itself is ahead: its benchmark by a session, or one of its fields."""
    panel = subject.panel
    levels = np.log(panel.last_adjusted_close)
    returns = np.diff(levels, axis=0)
    if len(returns) < 60:
        return
    market = np.nanmean(np.where(np.isfinite(returns), returns, np.nan), axis=1, where=np.isfinite(returns))
    if panel.benchmark is not None:
        line = np.diff(np.log(panel.benchmark.last_close))
        same, early = _correlation(line, market), _correlation(line[:-1], market[1:])
        if early > 0.4 and early > same + 0.2:
            says = (
                f"the benchmark's returns go with those of the series a session later (correlation {early:.2f}), not "
                f"of the same session ({same:.2f}): it runs a session ahead"
            )
            yield Finding("data", says, part="benchmark")
    for name, values in panel.fields.items():
        for ahead in (1, 5):
            later = levels[ahead:] - levels[:-ahead]
            seen = values[:-ahead]
            both = np.isfinite(seen) & np.isfinite(later)
            rows = both.sum(axis=1) > 2
            if rows.sum() < 60:
                continue
            a, b = (np.where(both, each, np.nan)[rows] for each in (seen, later))
            a, b = (each - np.nanmean(each, axis=1, keepdims=True) for each in (a, b))
            found = _correlation(a.ravel(), b.ravel())
            if abs(found) > 0.5:
                says = (
                    f"field {name} goes with the return over the next {ahead} sessions, correlation {found:.2f} across "
                    "series: nothing that was known then does; give it the lag with which it was known"
                )
                yield Finding("data", says, part=name)
                break


def _correlation(one: Any, other: Any) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < 30 or not one[both].std() > 0 or not other[both].std() > 0:
        return 0.0
    return float(np.corrcoef(one[both], other[both])[0, 1])


def _by_day(panel: Panel, day: pd.Timestamp, made: Callable[[Panel, int], Panel]) -> Panel:
    """A panel changed at the row of a day; itself where that lies outside."""
    row = int(panel.sessions.searchsorted(day, side="right")) - 1
    return panel if row < 0 else made(panel, row)
