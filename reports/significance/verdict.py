"""The verdict over a family of variants, made in one place: after correction for everything tried, what is left."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from ...data.errors import ParameterError
from ...data.types import Flags, Floats, Ints
from ..growth import fewest_sessions
from .confidence_set import MOST_VARIANTS, confidence_set
from .findings import LEVEL, Against, Best, Chance, Pairs, Verdict
from .intervals import intervals
from .overfitting import overfitting
from .phases import by_phase
from .sharpe import (
    deflated_sharpe,
    effective_trials,
    expected_maximum,
    moments_of,
    probabilistic_sharpe,
    shortest_backtest,
    shortest_record,
    years_needed,
)
from .stepdown import RESAMPLES, STILL, Stepdown, all_pairs, romano_wolf
from .words import in_words

MOST_IN_PAIRS = 20
"""Variants of which all pairs are tested."""
_MOST_HALVED = 5_000  # variants above which sessions are halved in 252 ways, not in 12,870


IDLE = "its return is 0 in every session"
"""Why what never traded is not tested: cash is ahead of what fell, by no choice."""

class _Family(NamedTuple):
    """Variants whose returns are known, and which of them differ from each control."""

    names: tuple[str, ...]
    returns: Floats  # (T, V), NaN columns among them
    controls: dict[str, Floats]  # (T, V), a column for each variant
    known: Flags  # (V,)
    differs: dict[str, Flags]  # by control, (V,)
    left_out: dict[str, str]

    def active(self, control: str) -> Floats:
        chosen = self.differs[control]
        out: Floats = self.returns[:, chosen] - self.controls[control][:, chosen]
        return out


def verdict(  # noqa: PLR0913  # what is judged, against what, and how
    returns: Floats,
    controls: Mapping[str, Floats],
    *,
    names: Sequence[str] | None = None,
    trials: int | None = None,
    phases: tuple[Ints, Sequence[str]] | None = None,
    periods: float = 252.0,
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Verdict:
    """What V variants show beyond chance, against each of some controls.

    The verdict rests on Romano and Wolf's stepdown test that the mean return over a control is at most 0, one-sided, of
    all variants and all controls as one family, with HAC studentisation. Trials that are not shown are allowed for by
    Bonferroni. Everything else stands beside it. Definitions: ``docs/significance.md``.

    Parameters
    ----------
    returns : array of shape (T, V)
        Simple return of each session after costs, a fraction. A variant with a value that isn't finite is left out,
        named in the result, and counted as a trial.
    controls : mapping of str to array of shape (T,) or (T, V)
        What the variants should beat, such as equal weight and the benchmark: returns of the same sessions, finite. Of
        shape (T, V) each variant has its own, such as random picks that turn over as much, and a column of NaN is none.
        The first is the one that intervals, deflation and overfitting go by.
    names : sequence of str, optional
        Of the variants; default "1", "2", ...
    trials : int, optional
        How many variants were tried on these data in all; default: the V.
    phases : (int array of shape (T,), sequence of str), optional
        The phase that each session began in, a position among the names; below 0 is none. Then the best is looked at in
        each of them.
    periods : float
        Sessions a year.
    level : float
        Probability of one false claim or more that is accepted.
    resamples : int
        At least 100.
    seed : int
        The same seed gives the same verdict, in whatever order the variants come.

    Returns
    -------
    Verdict
        Its ``sentences`` say it in plain words. With fewer sessions than 60 daily ones, or as long, nothing is tested
        and ``reason`` says so.

    Raises
    ------
    ParameterError
        For shapes that don't fit, names that come twice, a control that isn't finite, or fewer trials than variants.
    """
    family = _family(returns, controls, names)
    size, count = family.returns.shape
    trials = count if trials is None else trials
    if trials < count:
        raise ParameterError(f"trials must be at least the {count} variants given, was {trials}")
    if not (periods > 0 and 0 < level < 1):
        raise ParameterError(f"periods must be above 0 and level in (0, 1), were {periods} and {level}")
    least = max(20, fewest_sessions(periods))
    blank = Verdict(
        family.names, trials, size, size / periods, (), family.left_out, None, None, None, None, None, level, 0,
        resamples, seed,
    )  # fmt: skip
    tested = sum(int(each.sum()) for each in family.differs.values())
    if size < least or not tested:
        few = f"{size} sessions are too few, of at least {least}" if size < least else "no variant could be tested"
        blank = replace(blank, reason=few)
        return replace(blank, sentences=in_words(blank))
    together = np.concatenate([family.active(name) for name in family.controls], axis=1)
    unseen = (trials - int(family.known.sum())) * len(family.controls)
    found = romano_wolf(together, unseen=unseen, resamples=resamples, seed=seed)
    against, at = [], 0
    for name, chosen in family.differs.items():
        part = slice(at, at + int(chosen.sum()))
        spread = together[:, part].std(axis=0, ddof=1)
        ratio = found.mean[part] / spread * math.sqrt(periods)
        ahead = found.mean[part] * periods
        numbers = np.full((5, count), np.nan)
        numbers[:, chosen] = ahead, ratio, found.t[part], found.alone[part], found.p[part]
        there = np.atleast_1d(np.isfinite(family.controls[name]).all(axis=0))
        against.append(Against(name, numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], level, there))
        at = part.stop
    made = replace(
        blank,
        against=tuple(against),
        block=found.block,
        best=_best(family, against, found, (periods, level, trials, seed)),
        chance=_chance(found, trials, periods, size / periods, level),
    )
    made = _beside(made, family, (periods, resamples, seed))
    if phases is not None and made.best is not None:
        best = made.best
        lead = family.returns[:, best.place] - family.controls[best.control][:, best.place]
        made = replace(made, phases=by_phase(lead, phases, trials, (periods, level, resamples, seed)))
    return replace(made, sentences=in_words(made))


def _family(returns: Floats, controls: Mapping[str, Floats], names: Sequence[str] | None) -> _Family:
    returns = np.asarray(returns, np.float64)
    if returns.ndim != 2 or not returns.shape[1]:
        raise ParameterError(f"returns must be of shape (sessions, variants), were {returns.shape}")
    count = returns.shape[1]
    names = tuple(str(k + 1) for k in range(count)) if names is None else tuple(map(str, names))
    if len(names) != count or len(set(names)) < count:
        raise ParameterError(f"names must be one for each of the {count} variants, each once, were {len(names)}")
    if not controls:
        raise ParameterError("controls must name at least one series to compare with, such as equal weight")
    lines = {str(name): _control(str(name), np.asarray(line, np.float64), returns) for name, line in controls.items()}
    known = np.asarray(np.isfinite(returns).all(axis=0))
    left_out = {names[k]: "a return is not known in some session" for k in np.flatnonzero(~known)}
    differs = {}
    for name, line in lines.items():
        with np.errstate(invalid="ignore"):
            differs[name] = np.asarray(known & ((returns - line).std(axis=0) > STILL))
    idle = known & ~returns.any(axis=0)
    for name in lines:
        differs[name] &= ~idle
    for k in np.flatnonzero(known & ~np.logical_or.reduce(list(differs.values()))):
        left_out[names[k]] = IDLE if idle[k] else "it is the same as the control in every session"
    return _Family(names, returns, lines, known, differs, left_out)


def _control(name: str, line: Floats, returns: Floats) -> Floats:
    """A control with a column for each variant."""
    own = line.ndim == 2
    missing = ~np.isfinite(line)
    none = missing.all(axis=0) if own else False  # variants that have no such control
    if line.shape not in (returns.shape[:1], returns.shape) or (missing & ~none).any() or missing.all():
        raise ParameterError(
            f"control {name!r} must have a finite return in each of the {len(returns)} sessions; it is of shape "
            f"{line.shape}, {int(missing.sum())} of them not finite"
        )
    out: Floats = np.broadcast_to(line if own else line[:, None], returns.shape)
    return out


def _chance(found: Stepdown, trials: int, periods: float, years: float, level: float) -> Chance:
    scale = math.sqrt(periods)
    mean, high = float(found.best_ratio.mean()) * scale, float(np.quantile(found.best_ratio, 0.95)) * scale
    if found.unseen:  # how they hang together is not known: as if they were independent
        mean = max(mean, expected_maximum(trials) / math.sqrt(years))
        high = max(high, found.critical(0.05) / math.sqrt(years))
    alone = int((found.alone <= level).sum())
    return Chance(alone, level * len(found.t), mean, high, shortest_backtest(trials), found.critical(level))


def _best(family: _Family, against: Sequence[Against], found: Stepdown, terms: tuple[float, float, int, int]) -> Best:
    periods, level, trials, seed = terms
    with_all = np.array([each.t for each in against])
    weakest = np.where(np.isnan(with_all).any(axis=0), -np.inf, with_all.min(axis=0))
    if not np.isfinite(weakest).any():  # each is the same as one of the controls
        weakest = np.nanmax(np.where(np.isnan(with_all), -np.inf, with_all), axis=0)
    place = min(np.flatnonzero(weakest == weakest.max()).tolist(), key=lambda k: family.names[k])
    control = next(each.control for each in against if np.isfinite(each.t[place]))
    lead = family.returns[:, place] - family.controls[control][:, place]
    record = moments_of(lead)
    active = family.active(control)
    ratios = active.mean(axis=0) / active.std(axis=0, ddof=1)
    independent = effective_trials(active) + trials - int(family.known.sum())
    spread = float(ratios.var(ddof=1)) if len(ratios) > 1 else 0.0
    years = len(family.returns) / periods
    critical = found.critical(level)
    return Best(
        name=family.names[place],
        place=place,
        control=control,
        interval=intervals(lead, periods, seed=seed),
        record=record,
        psr=probabilistic_sharpe(record),
        dsr=deflated_sharpe(record, independent, spread),
        effective_trials=independent,
        shortest_record=shortest_record(record, confidence=1 - level) / periods,
        years_needed=max(
            years_needed(float(each.t[place]), years, critical) for each in against if np.isfinite(each.t[place])
        ),
    )


def _beside(made: Verdict, family: _Family, terms: tuple[float, int, int]) -> Verdict:
    """What is read beside the verdict, where there are variants and sessions enough for it."""
    periods, resamples, seed = terms
    first = family.active(made.against[0].control)
    returns = family.returns[:, family.known]
    names = [name for name, sure in zip(family.names, family.known, strict=True) if sure]
    if first.shape[1] > 1 and len(first) >= 64:
        made = replace(made, overfitting=overfitting(first, blocks=16 if first.shape[1] <= _MOST_HALVED else 10))
    if 1 < returns.shape[1] <= MOST_VARIANTS:
        made = replace(made, confidence_set=confidence_set(returns, resamples=resamples, seed=seed))
    if 1 < returns.shape[1] <= MOST_IN_PAIRS:
        where, found = all_pairs(returns, resamples=resamples, seed=seed)
        if found is not None:
            columns = {"ahead": found.mean * periods, "t": found.t, "p": found.p}
            told = {side: [names[k] for k in where[:, i]] for i, side in enumerate(("first", "second"))}
            made = replace(made, pairs=Pairs(pd.DataFrame(told | columns), made.level))
    return made
