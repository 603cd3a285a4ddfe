"""How the tables of a comparison were tested, in words."""

from __future__ import annotations

from .paired_bootstrap import CONFIDENCE, Paired
from .random_picks import Chance

LEVEL = 1 - CONFIDENCE


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
