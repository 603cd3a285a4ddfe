"""``audit``: does a strategy go by what nobody knew when it decided?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Unpack

import numpy as np

from sectorlead.data.errors import LookAheadError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.quality.gate import admitted
from sectorlead.engine.backtest import backtest, run_span, seeded
from sectorlead.engine.canonical import describe
from sectorlead.engine.config import RunConfig, RunTerms, merged, takes_terms
from sectorlead.engine.market.default import market_or_default
from sectorlead.engine.market.market import Market
from sectorlead.research.audit import checks, panels
from sectorlead.research.audit.checks import Subject
from sectorlead.research.audit.decisions import difference, terms_of
from sectorlead.research.audit.finding import FINDING, NOTE, Audit, Finding
from sectorlead.research.audit.fresh_process import by_name, in_fresh_process, packed
from sectorlead.research.audit.surroundings import watching

_READS = ("reads", "reads data by", "opens the database", "connects to", "asks for", "starts")


@takes_terms()
def audit(
    strategy: Any,
    panel: Panel,
    market: str | Market | None = None,
    *,
    cuts: int = 12,
    sessions: int = 500,
    fresh_process: bool = True,
    chance_seed: int = 0,
    config: RunConfig | None = None,
    **terms: Unpack[RunTerms],
) -> Audit:
    """Looks for what a strategy can't have known: decisions that move where only the future does, and the like.

    The strategy is run on the panel, and again on panels that agree with it in all that was known: cut off, with other
    rows after a session, with more rows at the end, twice in this process and once in another, with other dates, with
    series in another order, on made-up prices. ``docs/audit.md`` says what each check is and what it can't see.

    Parameters
    ----------
    strategy : Rotation, Score, object with ``decide(view, portfolio)``, subclass of backtrader.Strategy, or str
        As ``sectorlead.run``.
    panel : Panel
    market : str or Market, optional
        As ``sectorlead.run``.
    cuts : int
        After how many decisions the future is changed; a third as many panels are cut off.
    sessions : int
        The last so many sessions of the run are audited; what lies before warms up.
    fresh_process : bool
        Whether to run it in another process, too, with other hashes, environment, folder and clock.
    chance_seed : int
        Of what is made up.
    config : RunConfig, optional
        The terms of the run.
    **terms
        As ``sectorlead.run``.

    Returns
    -------
    Audit
        ``clean`` if there is no finding; a note is information.

    Raises
    ------
    InputError
        For terms, names or data that can't be used.
    StrategyError
        The strategy can't be run at all.

    Examples
    --------
    >>> import sectorlead as sl
    >>> found = sl.audit("momentum", sl.simulate(1, 300), "frictionless", cuts=3, fresh_process=False)
    >>> found.clean
    True
    """
    for name, value, least in (("cuts", cuts, 1), ("sessions", sessions, 10)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise ParameterError(f"{name} must be a whole number from {least}, was {value!r}")
    config = merged(config, terms)
    subject = _subject(strategy, panel, market, config, sessions, chance_seed)
    findings: list[Finding] = []
    left_out: dict[str, str] = {}
    spread = _rows(subject.first, subject.last, cuts)
    findings += checks.parts(subject, spread)
    if findings:
        left_out["all others"] = "the engine runs no strategy whose parts look ahead"
    else:
        findings += _on_runs(subject, cuts, fresh_process, left_out)
    findings += _of_terms(config)
    findings += checks.data(subject)
    return Audit(
        strategy=describe(subject.strategy),
        name=config.name or (strategy if isinstance(strategy, str) else subject.name),
        panel=f"{panel.source or 'a panel'} ({panel.content_hash})",
        sessions=(f"{subject.terms.first:%F}", f"{subject.panel.sessions[subject.last]:%F}"),
        decisions=len(subject.base.rows) if hasattr(subject, "base") else 0,
        findings=tuple(each for each in findings if each.severity == FINDING),
        notes=tuple(each for each in findings if each.severity == NOTE),
        tried=dict(subject.tried),
        left_out=left_out,
    )


def _subject(
    strategy: Any, panel: Panel, market: str | Market | None, config: RunConfig, sessions: int, seed: int
) -> Subject:
    from sectorlead.strategies.library.registry import build
    from sectorlead.strategies.rotation import rotation_of

    given, _ = rotation_of(build(strategy) if isinstance(strategy, str) else strategy)
    if config.seed is not None:
        given = seeded(given, config.seed)
    rules, _ = market_or_default(market, panel)
    panel = admitted(panel, config.accept or (), rules.trades)
    first, last = run_span(panel, config.start, config.end)
    first = max(first, last + 1 - sessions)
    own = panels.copied(panel)
    return Subject(given, own, terms_of(given, rules, config, panel.sessions[first]), last, seed)


def _on_runs(subject: Subject, cuts: int, fresh_process: bool, left_out: dict[str, str]) -> list[Finding]:
    """All checks that run the strategy."""
    job = packed(
        subject.strategy,
        ((subject.strategy, subject.panel), (subject.on_made_up, subject.made_up)),
        subject.terms,
    )
    with watching(calls=True) as touched:
        made = subject.run("made-up prices", subject.made_up, subject.on_made_up)
        subject.base = subject.run("as it is", subject.panel)
    subject.touched = {name: what for name, what in touched.items() if what in _READS}
    if subject.base.error:
        if subject.base.error.startswith(LookAheadError.__name__):
            return [Finding("as it is", subject.base.error, part=subject.name)]
        config = subject.terms.on(subject.panel, None, subject.last)
        backtest(subject.strategy, subject.panel, subject.terms.market, config=config)  # raises what it raised
    found = list(checks.repeats(subject))
    if fresh_process and isinstance(job, bytes):
        found += _elsewhere(subject, job, made, touched, left_out)
    elif fresh_process:
        left_out["fresh process"] = str(job)
    found += _touching(touched)
    if any(each.severity == FINDING and each.check in ("asked again", "fresh process") for each in found):
        left_out["what compares runs"] = "they differ without any change"
        return found + list(checks.knows(subject, made))
    rows = [int(row) for row in subject.base.rows]
    if not rows:
        left_out["the future"] = "it never decided; give more sessions"
        return found
    changed = _chosen(rows, cuts)
    usable = [row + 1 for row in rows if row + 1 <= subject.last and row > subject.first]
    steps: tuple[Callable[[], Iterator[Finding]], ...] = (
        lambda: checks.future(subject, changed, _chosen(usable, max(2, cuts // 3))),
        lambda: checks.appended(subject),
        lambda: checks.knows(subject, made),
        lambda: checks.dates(subject),
        lambda: checks.order(subject),
        lambda: checks.unlisted(subject),
        lambda: checks.warm_up(subject),
    )
    for step in steps:
        found += step()
    return found


def _elsewhere(
    subject: Subject, job: bytes, made: Any, touched: dict[str, str], left_out: dict[str, str]
) -> Iterator[Finding]:
    """The same in another process, in the other order: on the panel first, then on the made-up prices."""
    done = in_fresh_process(job)
    if isinstance(done, str):
        left_out["fresh process"] = done
        return
    subject.tried["fresh process"] = 2
    decisions, there = done
    if decisions[0].error and not by_name(job):
        left_out["fresh process"] = f"made anew there, without its module, it fails: {decisions[0].error}"
        return
    for name, what in there.items():
        touched.setdefault(name, what)
        if what in _READS:
            subject.touched.setdefault(name, what)
    last = subject.last - 1
    for one, other in ((subject.base, decisions[0]), (made, decisions[1])):
        moved = difference(one, other, last)
        if moved is not None and not moved.rounding:
            why = (
                "in a process of its own it decides otherwise: it goes by what an earlier run left behind, by the "
                "clock, the environment, the folder, or the order of a set"
            )
            yield subject.found("fresh process", moved, why)
            return


def _touching(touched: dict[str, str]) -> Iterator[Finding]:
    """What it read or wrote while it decided."""
    for name, what in touched.items():
        if what in _READS:
            says = f"while it decides it {what} {name}: what is there does not end with the session of the decision"
            yield Finding("surroundings", says, part=name)
        else:
            yield Finding("surroundings", f"while it decides it {what} {name}", NOTE, part=name)


def _of_terms(config: RunConfig) -> Iterator[Finding]:
    """Terms under which nobody could have traded."""
    if config.fill == "same-close":
        says = "decided and filled at the same close: the price was not known when the order had to be sent"
        yield Finding("terms", says, part="fill")
    if config.ended == "last-bar":
        says = "a series ends after its last bar in the data, which nobody knew at the time: survivorship"
        yield Finding("terms", says, part="ended")


def _rows(first: int, last: int, count: int) -> list[int]:
    """Rows spread over the run, the last but one included."""
    return sorted({int(row) for row in np.linspace(first + (last - first) // 4, last - 1, count)})


def _chosen(rows: list[int], count: int) -> list[int]:
    """So many of some rows, the first and the last included."""
    if len(rows) <= count:
        return rows
    return sorted({rows[int(k)] for k in np.linspace(0, len(rows) - 1, count)})
