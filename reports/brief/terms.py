"""``BriefTerms``: what a pullback, a plunge, a shock and a base rate are in a brief."""

from __future__ import annotations

from dataclasses import dataclass, fields

from ...data.errors import ParameterError
from ...data.pullback import PullbackRule


@dataclass(frozen=True)
class BriefTerms:
    """The terms of a brief.

    Parameters
    ----------
    pullback : PullbackRule
        What a pullback of the benchmark is.
    plunge : float
        Fall of the benchmark in one session that makes it a plunge day; 0.015 is 1.5%.
    beta_window : int
        Sessions up to the peak from which a beta is estimated; at least half of them are needed.
    still : float
        Beta below which a series hardly moves with the benchmark: being ahead in a fall is then no strength.
    means : tuple of int
        Sessions of the benchmark's means.
    breadth_mean, high : int
        Sessions of the mean and of the highs that breadth counts.
    shock, shock_sessions, shock_age : float, int, int
        A shock is a fall by ``shock`` or more within ``shock_sessions``; it is told of for ``shock_age`` sessions.
    pair_window : int
        Sessions of a correlation.
    horizons : tuple of int
        Sessions after which base rates are taken.
    recent_years : int
        Calendar years, this one included, that the shorter base rate of a trend's support is over.
    accept : tuple of str
        Findings of the quality gate that the runs of rules let pass.

    Raises
    ------
    ParameterError
        For a value that is not above 0, or no horizon or mean.
    """

    pullback: PullbackRule = PullbackRule()  # noqa: RUF009  # a frozen value
    plunge: float = 0.015
    beta_window: int = 120
    still: float = 0.2
    means: tuple[int, ...] = (20, 60, 120, 250)
    breadth_mean: int = 20
    high: int = 60
    shock: float = 0.08
    shock_sessions: int = 3
    shock_age: int = 10
    pair_window: int = 60
    horizons: tuple[int, ...] = (5, 20)
    recent_years: int = 3
    accept: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in ("pullback", "accept"):
                continue
            each = value if isinstance(value, tuple) else (value,)
            if not each or any(not one > 0 for one in each):
                raise ParameterError(f"BriefTerms.{item.name} must be above 0, was {value!r}")
