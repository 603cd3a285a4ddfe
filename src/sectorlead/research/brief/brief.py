"""``brief``: a day as a market letter would tell it, every number from data that were known that evening."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.brief.benchmark_day import benchmark_day
from sectorlead.research.brief.breadth_day import breadth_day
from sectorlead.research.brief.cut import (
    against,
    cut_at,
    known_at_end,
    market_alone,
    session_row,
    sessions_left_out,
)
from sectorlead.research.brief.dated_events import dated_events, read_events
from sectorlead.research.brief.days_like import days_like
from sectorlead.research.brief.group_rotation import group_rotation
from sectorlead.research.brief.held_up import held_up
from sectorlead.research.brief.pairs import pairs_of
from sectorlead.research.brief.provenance import provenance
from sectorlead.research.brief.rebounds import rebounds
from sectorlead.research.brief.regime_day import regime_day
from sectorlead.research.brief.result import Brief
from sectorlead.research.brief.rules import rule_day
from sectorlead.research.brief.strength_worth import strength_worth
from sectorlead.research.brief.trend_support import last_fall, trend_support
from sectorlead.strategies.library.registry import find_entry


def brief(  # noqa: PLR0913  # the data of a brief, one by one
    panel: Panel,
    date: Any = None,
    *,
    themes: Panel | None = None,
    stocks: Panel | None = None,
    indices: Panel | None = None,
    groups: Mapping[str, str] | None = None,
    pairs: Sequence[tuple[str, str]] = (),
    names: Mapping[str, str] | None = None,
    events: str | Path | Sequence[Mapping[str, Any]] = (),
    rules: Sequence[Any] = (),
    pool: Mapping[str, float] | None = None,
    terms: BriefTerms | None = None,
) -> Brief:
    """The brief of a day: what the market did, what held up, and what days like it were followed by.

    All panels are cut at the day before anything is computed, and series that had not begun by then are left out: the
    brief of a day is the same whatever came after it.

    Parameters
    ----------
    panel : Panel
        Sectors, T sessions of N series, with a benchmark that has a bar on the day.
    date : date, optional
        A session of the panel that is over; default: its last.
    themes : Panel, optional
        Further series, such as themes; those of its own groups are set against each other as well.
    stocks : Panel, optional
        Stocks, for breadth and limit-ups; of the last session and the one before, under the rules of mainland China.
    indices : Panel, optional
        Indices whose move stands beside the benchmark's.
    groups : mapping of symbol to group, optional
        Groups of the panel's series, growth and value say; default: the panel's own.
    pairs : sequence of (first, second)
        Symbols of the panel or of the themes: does the first lift the second?
    names : mapping of symbol to name, optional
        What stocks are called.
    events : path or sequence of mapping
        A TOML file with tables ``[[event]]``, or the tables: ``date``, ``name`` and, if it concerns some, ``symbols``.
    rules : sequence of Strategy, Score or str
        As for ``run``: what each would hold.
    pool : mapping of str to float, optional
        Counts of the day as a vendor published them (``limit-up``, ``limit-up-failed``, ``rising``, ...), where there
        are no bars of stocks.
    terms : BriefTerms, optional
        What a pullback, a plunge and a shock are.

    Returns
    -------
    Brief
        Its numbers are fractions, NaN where they are not known; ``missing`` says why.

    Raises
    ------
    InputError
        The day is no session, or not over; or further data have no such session. Names the nearest.
    DataError
        The panel has no benchmark, or that has no bar on the day.
    UnknownNameError
        An event or a pair names a symbol that is nowhere, or a rule is none of the library.

    Examples
    --------
    >>> import sectorlead as sl
    >>> found = sl.brief(sl.simulate(seed=1, sessions=300), "2015-12-04")
    >>> found.date.day_name(), len(found.sentences)
    ('Friday', 3)
    """
    terms = terms or BriefTerms()
    for rule in rules:
        if isinstance(rule, str):
            find_entry(rule)  # a name that is none is an error before anything is computed
    row = session_row(panel, date)
    day = panel.sessions[row]
    main = known_at_end(panel.until(row))
    market = market_alone(main)
    further = {"themes": themes, "stocks": stocks, "indices": indices}
    cut = {what: cut_at(each, day, what) for what, each in further.items()}
    of_themes = cut["themes"]
    if of_themes is not None:
        of_themes = against(of_themes, market)
    fall = last_fall(market, terms)
    both = {"series": main} | ({"themes": of_themes} if of_themes is not None else {})
    _check_pairs(pairs, both)
    rotation = [group_rotation(main, "series", groups)]
    rotation += [group_rotation(of_themes, "themes", groups)] if of_themes is not None else []
    worth = strength_worth(main, terms)
    through = held_up(main, market, fall, terms)
    theme_rows = None if of_themes is None else held_up(of_themes, market, fall, terms)
    regime = regime_day(main)
    listed = read_events(events) if isinstance(events, str | Path) else events
    missing = {
        "held_up": "" if through else "no pullback of the benchmark is known",
        "themes": ""
        if theme_rows
        else "no themes were given"
        if of_themes is None
        else "they do not reach back to the peak",
        "stocks": "" if stocks is not None else "no bars of stocks were given",
        "regime": "" if regime.name != "unknown" else "too little of its dispersion is known",
        "groups": "" if any(rotation) else "neither the data nor a file say groups",
        "strength_worth": "" if worth else "no pullback lies in these data",
        "rules": "" if rules else "no rule was chosen",
        "events": "" if listed else "no events were given",
        "before": sessions_left_out(main, market),
    }
    return Brief(
        date=day,
        benchmark=benchmark_day(market, fall, terms, cut["indices"]),
        trend=trend_support(market, fall, terms),
        held_up=through,
        themes=theme_rows,
        breadth=breadth_day(main, terms, cut["stocks"], pool, names),
        regime=regime,
        groups=tuple(each for each in rotation if each is not None),
        pairs=pairs_of(main, terms, pairs),
        theme_pairs=None if of_themes is None else pairs_of(of_themes, terms, pairs),
        rebounds=rebounds(both, terms),
        days_like=days_like(market, terms),
        strength_worth=worth,
        rules=tuple(rule_day(rule, main, terms.accept) for rule in rules),
        events=dated_events(tuple(both.values()), listed),
        provenance=provenance(
            both | {what: each for what, each in cut.items() if each is not None and what != "themes"}, market
        ),
        missing={what: why for what, why in missing.items() if why},
        terms=terms,
        ribbon=main.ribbon,
    )


def _check_pairs(pairs: Sequence[tuple[str, str]], panels: Mapping[str, Panel]) -> None:
    for pair in pairs:
        if len(pair) != 2 or not any(set(pair) <= set(panel.symbols) for panel in panels.values()):
            raise InputError(
                f"brief: a pair must be two symbols of the panel, or two of the themes, was {pair!r}; "
                f"symbols look like {next(iter(panels.values())).symbols[0]!r}"
            )


def pool_of(store: Any, day: pd.Timestamp) -> dict[str, float]:
    """Counts of a day that a store holds of the sources ``limit-up`` and ``breadth``; empty where it holds none.

    Parameters
    ----------
    store : Store
    day : Timestamp
    """
    found: dict[str, float] = {}
    for source in ("breadth", "limit-up"):
        for symbol in store.symbols(source):
            bars = store.read(source, symbol)
            own = bars[bars["date"] == day]
            if len(own):
                found[symbol] = float(own["close"].iloc[-1])
    return found
