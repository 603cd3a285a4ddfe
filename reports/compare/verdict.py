"""What came out of a comparison, in sentences that are made from its numbers, whatever they say."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ..formatting import percent
from .paired_bootstrap import CONFIDENCE, Difference, Paired
from .random_picks import AgainstChance, Chance
from .tournament_result import TournamentResult

LEVEL = 1 - CONFIDENCE


def verdict(tournament: TournamentResult) -> list[str]:
    """The headline: strategies against chance first, then against each other, over all sessions and by phase."""
    found, chance, against = tournament.paired, tournament.chance, tournament.against
    told = against_chance_in_words(chance) if chance is not None else []
    for phased, where in ((False, "over all sessions"), (True, "within a phase")):
        rows = [row for row in found.rows if bool(row.phase) == phased and math.isfinite(row.holm)]
        if rows:
            told.append(_counts(rows, where))
        elif tournament.labels.names if phased else _others(tournament):
            told.append(f"No difference from {against} could be tested {where}.")
    if chance is not None and math.isfinite(chance.place(against)):
        told.append(f"{against} grew more than {percent(chance.place(against), 0)} of its {chance.count} random picks.")
    return told


def against_chance_in_words(chance: Chance) -> list[str]:
    """Which strategies can be told from random picks that turn over as much."""
    rows = [row for row in chance.rows if math.isfinite(row.holm)]
    if not rows:
        return ["No strategy could be tested against random picks."]
    sure, alone = [row for row in rows if row.holm <= LEVEL], sum(row.p <= LEVEL for row in rows)
    picks = f"{chance.count} random picks that decide in the same sessions and turn over as much"
    if not sure and len(rows) == 1:
        return [f"{rows[0].strategy} can't be told from chance: from {picks}."]
    if not sure:
        told = [f"None of the {len(rows)} strategies can be told from chance, each set against {picks}."]
        if alone:
            told.append(f"{alone} would stand at 5% alone, none after Holm's correction for {len(rows)} tests.")
        return told
    rest = [row.strategy for row in rows if row not in sure]
    other = f"; {rest[0] if len(rest) == 1 else f'the other {len(rest)}'} can't" if rest else ""
    return [
        f"{len(sure)} of {len(rows)} strategies can be told from chance at 5% after Holm's correction, each set "
        f"against {picks}: {'; '.join(_ahead(row) for row in sure)}{other}."
    ]


def counted(found: Paired, chance: Chance | None) -> str:
    """How many p-values are corrected for each other, and what is not.

    Parameters
    ----------
    found : Paired
    chance : Chance or None
    """
    families = []
    if chance is not None and chance.paired.tests:
        families.append(f"{chance.paired.tests} against chance")
    if found.tests:
        families.append(f"{found.tests} against {found.rows[0].against}")
    if not families:
        return "No p-value could be given."
    return (
        f"Corrected are the strategies that were tried, in {'two families' if len(families) == 2 else 'one family'}: "
        f"{' and '.join(families)}. Benchmark, what holds everything, and random picks are no trials and not "
        "counted. The column p is not corrected: with no difference anywhere, one in twenty is below 5% by chance. "
        "The column Holm is: with the m p-values of a family in ascending order, it is the largest of "
        "min(1, (m \u2212 i + 1) × p[i]) up to each. Neither knows of strategies that were tried and are not shown; "
        "places among random picks are not corrected."
    )


def method(found: Paired) -> str:
    """How intervals were found."""
    capped = "; shorter than that, as a block is at most a tenth of the sample" if found.capped else ""
    return (
        f"{found.resamples:,} resamples of whole sessions in blocks of {found.block} on average, the same for all "
        f"strategies and phases (stationary bootstrap, seed {found.seed}). The block is the longer of what the "
        f"differences' own autocorrelation asks for ({found.own:.0f}) and how long holdings usually stay "
        f"({found.holding:.0f}){capped}. The standard error is the standard deviation over the resamples of the mean "
        "log difference; interval and p are Student's t with one degree of freedom less than the blocks that the "
        "sessions amount to, which are at least one per episode. Rates a year are made of log growth, and compounded."
    )


def _others(tournament: TournamentResult) -> frozenset[str]:
    return tournament.tried - {tournament.against}


def _ahead(row: AgainstChance) -> str:
    return f"{row.strategy} is {percent(abs(row.ahead), 1)} a year {'ahead' if row.ahead > 0 else 'behind'}"


def _counts(rows: Sequence[Difference], where: str) -> str:
    """How many differences stand, with and without Holm's correction, and which."""
    alone, sure = sum(row.p <= LEVEL for row in rows), [row for row in rows if row.holm <= LEVEL]
    total = "The only difference" if len(rows) == 1 else f"Of {len(rows)} differences"
    begun = f"{total} from {rows[0].against} {where}"
    if not alone:
        many = " can't" if len(rows) == 1 else ", none can"
        return f"{begun}{many} be told from chance."
    if not sure:
        return f"{begun}, {alone} would stand at 5% alone, none after Holm's correction for the number of tests."
    named = "; ".join(
        f"{row.strategy} {percent(row.ahead, 1, True)} a year{f' in {row.phase}' if row.phase else ''}" for row in sure
    )
    return f"{begun}, {len(sure)} {'stands' if len(sure) == 1 else 'stand'} at 5% after Holm's correction: {named}."
