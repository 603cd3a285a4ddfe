"""A verdict in sentences that are made from its numbers, whatever they say."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from ..formatting import decimal, percent, signed
from ..growth import annualises
from .findings import Against, Best, Chance, Phases, Verdict
from .normal import quantile
from .sharpe import years_needed
from .signals import SignalVerdict

_MOST_NAMED = 3
_CANT = "can't be told from chance"


def in_words(found: Verdict) -> tuple[str, ...]:
    """The outcome first, then what was tried, what chance alone would show, and what stands beside it.

    Parameters
    ----------
    found : Verdict
    """
    if found.reason or found.best is None or found.chance is None:
        return (*headline(found), _tried(found))
    told = list(headline(found))
    if len(found.against) > 1 and len(told) > 1:
        told.append(f"Against all {len(found.against)} at once: {_listed(found.winners) or 'none stands'}.")
    told += filter(None, (_tried(found), _by_chance(found, found.chance), _about_the_best(found, found.best)))
    if found.phases is not None and _yearly(found):
        told.append(_by_phase(found.phases))
    if found.overfitting is not None:
        told.append(found.overfitting.sentence)
    if found.confidence_set is not None:
        told.append(found.confidence_set.sentence)
    if found.pairs is not None:
        apart, total = found.pairs.apart, len(found.pairs.table)
        if total == 1:
            told.append("The two variants can be told apart." if apart else "The two variants can't be told apart.")
        else:
            told.append(
                f"Of {total} pairs of variants, {apart or 'none'} can be told apart, corrected for all of them."
            )
    return tuple(told)


def headline(found: Verdict) -> tuple[str, ...]:
    """The outcome: a sentence where nothing stands, else one for each control.

    Parameters
    ----------
    found : Verdict
    """
    if found.reason or found.best is None:
        return (f"Nothing can be told from chance: {found.reason}.",)
    if any(each.stands.any() for each in found.against):
        return tuple(_outcome(found, each) for each in found.against)
    return (_outcome(found, found.against[0], ", ".join(each.control for each in found.against)),)


def method(found: Verdict) -> str:
    """How the verdict was found, for a footnote.

    Parameters
    ----------
    found : Verdict
    """
    return (
        "Mean return over each control, one-sided, all variants and controls as one family: Romano and Wolf's "
        f"stepdown, HAC-studentised, {found.resamples:,} resamples of blocks of {found.block} sessions, the same for "
        f"all (seed {found.seed}). Trials that are not shown are allowed for by Bonferroni."
    )


def _yearly(found: Verdict) -> bool:
    """Whether the sessions are enough for numbers per year, as in every report."""
    return annualises(found.years, 1.0)


def _rate(found: Verdict, mean: float) -> str:
    """A mean that is given per year, or over all sessions where they are less than a year."""
    return percent(mean if _yearly(found) else mean * found.years, 1, True)


def _lead(found: Verdict, mean: float) -> str:
    return f"{_rate(found, mean)} {'a year' if _yearly(found) else 'in all'}, not compounded"


def _outcome(found: Verdict, against: Against, name: str = "") -> str:
    sure = np.flatnonzero(against.stands)
    allowed = [f"{found.trials:,} trials"] if found.trials > 1 else []
    allowed += [f"{len(found.against)} controls"] if len(found.against) > 1 else []
    level = _level(found.level, allowed)
    if not len(sure):
        alone = "The only variant" + " shown" * (found.trials > 1)
        who = f"The best of {found.trials:,} variants" if len(found.names) > 1 else alone
        return f"Against {name or against.control}: {_CANT}. {who} falls short {level}."
    by_t = sure[np.argsort(-against.t[sure], kind="stable")]
    named = [
        f"{_called(found.names[k])} ({_lead(found, float(against.ahead[k]))}, p {_p(float(against.p[k]))})"
        for k in by_t[:_MOST_NAMED]
    ]
    more = f"; {len(sure) - _MOST_NAMED:,} more" if len(sure) > _MOST_NAMED else ""
    stand = "1 can" if len(sure) == 1 else f"{len(sure):,} can"
    return f"Against {against.control}: {stand} be told from chance {level}: {'; '.join(named)}{more}."


def signal_in_words(found: SignalVerdict) -> tuple[str, ...]:
    """The outcome first, then what stands beside it, what was tried, and what chance alone would show.

    Parameters
    ----------
    found : SignalVerdict
    """
    cases = found.cases
    if found.reason:
        return (f"Nothing can be told from chance: {found.reason}.", _also_tried(found))
    tested = int(np.isfinite(cases.family).sum())
    alone, expected = int((cases.alone <= found.level).sum()), decimal(found.level * tested, 1)
    each = (
        f"Each on its own, {alone:,} of {tested:,} would stand at {percent(found.level, 0)}; without any edge "
        f"{expected} would."
    )
    told = [_signal_outcome(found, tested), *(found.beside if found.stands.any() else ()), _also_tried(found)]
    return (*told, *([each] if tested > 1 else []), _strongest(found, tested))


def _signal_outcome(found: SignalVerdict, tested: int) -> str:
    cases, sure = found.cases, np.flatnonzero(found.stands)
    allowed = [f"{tested} {cases.kind}"] if tested > 1 else []
    allowed += [f"{found.trials:,} trials"] if found.trials > 1 else []
    level, out = _level(found.level, allowed), "With beta out: " if cases.beta_out else ""
    if not len(sure):
        who = f"The strongest of {tested} {cases.kind}" if tested > 1 else "The only one"
        return f"{_first(out + _CANT)}. {who} falls short {level}."
    by_p = sure[np.lexsort((-np.abs(cases.t[sure]), found.p[sure]))]
    named = [
        f"{cases.names[k]} strength {'leads' if cases.ic[k] > 0 else 'lags'} (rank correlation {_ic(cases.ic[k])}, "
        f"p {_p(float(found.p[k]))})"
        for k in by_p[:_MOST_NAMED]
    ]
    more = f"; {len(sure) - _MOST_NAMED:,} more" if len(sure) > _MOST_NAMED else ""
    return f"{out}{len(sure):,} of {tested} can be told from chance {level}: {'; '.join(named)}{more}."


def _also_tried(found: SignalVerdict) -> str:
    most = int(found.cases.samples.max(initial=0))
    many = (
        "One score was tried" if found.trials == 1 else f"{found.trials:,} trials on these data, of which this is one"
    )
    return f"{many}, over {most:,} {found.cases.unit} ({decimal(found.years, 1)} years)."


def _strongest(found: SignalVerdict, tested: int) -> str:
    """The strongest case, and what it would take."""
    cases, k = found.cases, found.strongest
    many = found.trials > 1 or tested > 1
    plain = (
        ", not corrected for being the strongest" if tested > 1 else ", not corrected for the trials" if many else ""
    )
    told = (
        f"Strongest {cases.names[k]}: rank correlation {_ic(cases.ic[k])} (95% interval {_ic(cases.low[k])} to "
        f"{_ic(cases.high[k])}{plain}) over {int(cases.samples[k]):,} {cases.unit}."
    )
    if found.stands[k]:
        return told
    bar = _bar(found.level / (found.trials * tested))
    more = years_needed(abs(float(cases.t[k])), found.years, bar) - found.years
    years = f"about {max(1, math.ceil(more)):,} more years" if more <= 100 else "more than 100 more years"
    shrinks = "; the strongest of many usually shrinks" if many else ""
    return f"{told} If it stays as large, {years} would tell it from chance in four of five cases{shrinks}."


def _bar(level: float) -> float:
    """The |z| that has this two-sided probability."""
    return -quantile(level / 2)


def _level(level: float, allowed: Sequence[str]) -> str:
    return f"at {percent(level, 0)}" + (f", corrected for {' and '.join(allowed)}" if allowed else "")


def _first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _ic(value: float) -> str:
    return signed(f"{value:+.2f}")


def _tried(found: Verdict) -> str:
    shown = len(found.names)
    many = "One variant was tried" if found.trials == 1 else f"{found.trials:,} variants were tried"
    hidden = f", of which {shown:,} {'is' if shown == 1 else 'are'} shown" if found.trials > shown else ""
    told = f"{many}{hidden}, over {found.sessions:,} sessions ({decimal(found.years, 1)} years)."
    for reason in sorted(set(found.left_out.values())):
        count = sum(each == reason for each in found.left_out.values())
        told += f" {count:,} could not be tested: {reason}."
    return told


def _by_chance(found: Verdict, chance: Chance) -> str:
    tests = sum(each.tested for each in found.against)
    if tests == 1 and found.trials == 1:
        if not _yearly(found):
            return ""
        return f"Without any edge its information ratio would be above {decimal(chance.high_ratio)} once in twenty."
    expected = decimal(chance.expected, 0 if chance.expected >= 10 else 1)
    told = (
        f"Each on its own, {chance.alone:,} of {tests:,} comparisons would stand at {percent(found.level, 0)}; without "
        f"any edge {expected} would."
    )
    if not _yearly(found):
        return told
    return (
        f"{told} The best without any edge would show an information ratio of {decimal(chance.best_ratio)} on average, "
        f"above {decimal(chance.high_ratio)} once in twenty."
    )


def _about_the_best(found: Verdict, best: Best) -> str:
    own, many, shown = best.interval, found.trials > 1, len(found.names)
    name = _capital(_called(best.name))
    plain = ", not corrected for being the best" if shown > 1 else ", not corrected for the trials" if many else ""
    when, ratio = ("a year", f", information ratio {decimal(own.ratio)}") if _yearly(found) else ("in all", "")
    told = (
        f"{name}{' looks best' if shown > 1 else ''}: {_rate(found, own.mean)} {when} over {best.control}, not "
        f"compounded (95% interval {_rate(found, own.mean_low)} to {_rate(found, own.mean_high)}{plain}){ratio}."
    )
    if best.name in found.winners:
        return told
    more = best.years_needed - found.years
    if not math.isfinite(more):
        where = " over every control" if own.mean > 0 else ""
        return f"{told} It does not lead{where}, so more years of the same would not help."
    years = f"about {max(1, math.ceil(more)):,} more years" if more <= 100 else "more than 100 more years"
    shrinks = "; the lead of the best of many usually shrinks" if many else ""
    stays = "its leads over all controls stay" if len(found.against) > 1 else "the lead stays"
    return f"{told} If {stays} as large, {years} would tell it from chance in four of five cases{shrinks}."


def _by_phase(found: Phases) -> str:
    """Each phase with its lead, and which can be told from chance."""
    rows = found.table.sort_values("ahead", ascending=False, kind="stable")
    leads = zip(rows["phase"], rows["ahead"].to_numpy(np.float64), strict=True)
    each = "; ".join(f"{phase} {percent(lead, 1, True)}" for phase, lead in leads if np.isfinite(lead))
    sure = rows.loc[rows["p"] <= found.level, "phase"].tolist()
    told = f"told from chance in {', '.join(sure)}" if sure else "in none of them can it be told from chance"
    return f"Its lead by phase of the market, per year of such sessions, not compounded: {each}; {told}."


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(map(_called, names[:_MOST_NAMED])) + more


def _called(name: str) -> str:
    return f"variant {name}" if name.isdigit() else name


def _capital(text: str) -> str:
    return f"Variant{text.removeprefix('variant')}" if text.startswith("variant ") else text


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.3f}"
