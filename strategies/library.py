"""Ready-made strategies by name, each with its reference and its controls on equal terms."""

from __future__ import annotations

import inspect
import re
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, get_args, get_type_hints

from ..data.errors import ParameterError, UnknownNameError
from ..engine.strategy import Schedule
from .guards import AlwaysIn, Guard, TrendGuard
from .picks import All, TopN
from .pullback import PullbackStrength
from .rotation import Rotation
from .schedules import Every, Monthly, Once, Weekly
from .scores import Everything, Momentum, RandomScore, Reverse
from .weights import Equal, InverseVolatility, Weigh

# ruff: noqa: PLR0913  # a builder's flat keywords are the names of a command line and of a study file


def pullback_leaders(
    *,
    top: int = 5,
    hold_until_rank: int | None = 8,
    measure: str = "beta-adjusted",
    enter: float = 0.08,
    leave: float = 0.03,
    window: int = 250,
    beta_window: int = 120,
    weights: str = "equal",
    volatility_lookback: int = 60,
    total: float = 1.0,
    trend: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
) -> Rotation:
    """After the last session of each month, hold the sectors that are strongest in the current or last pullback.

    Strength is ``PullbackStrength``: by default the return since the benchmark's peak that the sector's beta before
    the peak does not explain. A sector enters among the first 5 and leaves past rank 8; equal weights. No trend
    guard: one idea at a time, or a result can't be put down to either (``trend=120`` adds one).
    """
    return Rotation(
        score=PullbackStrength(measure, enter, leave, window, beta_window),
        pick=TopN(top, hold_until_rank),
        weigh=_weigh(weights, volatility_lookback, total),
        guard=_guard(trend),
        schedule=_schedule(schedule, offset),
    )


def pullback_laggards(
    *,
    top: int = 5,
    hold_until_rank: int | None = 8,
    measure: str = "beta-adjusted",
    enter: float = 0.08,
    leave: float = 0.03,
    window: int = 250,
    beta_window: int = 120,
    weights: str = "equal",
    volatility_lookback: int = 60,
    total: float = 1.0,
    trend: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
) -> Rotation:
    """``pullback-leaders`` upside down: the sectors that are weakest in the pullback, all else the same.

    If strength in a pullback means something, leaders and laggards must differ, and by more than chance.
    """
    return Rotation(
        score=Reverse(PullbackStrength(measure, enter, leave, window, beta_window)),
        pick=TopN(top, hold_until_rank),
        weigh=_weigh(weights, volatility_lookback, total),
        guard=_guard(trend),
        schedule=_schedule(schedule, offset),
    )


def momentum(
    *,
    lookback: int | tuple[int, ...] = 120,
    skip: int = 0,
    top: int = 5,
    hold_until_rank: int | None = None,
    weights: str = "equal",
    volatility_lookback: int = 60,
    total: float = 1.0,
    trend: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
) -> Rotation:
    """After the last session of each month, hold the best by total return over ``lookback`` sessions, equally weighted.

    Faber's rule: look-backs of 1, 3, 6, 9 or 12 months or their mean, the top 1, 2 or 3 of ten sectors, no hold band;
    his hedged variant is in cash while the market is below its 10-month mean (``trend``). Here 120 sessions, about
    half a year, and the top 5, as many as ``pullback-leaders`` holds.
    """
    return Rotation(
        score=Momentum(lookback, skip),
        pick=TopN(top, hold_until_rank),
        weigh=_weigh(weights, volatility_lookback, total),
        guard=_guard(trend),
        schedule=_schedule(schedule, offset),
    )


def random(
    *,
    seed: int = 0,
    top: int = 5,
    hold_until_rank: int | None = 8,
    weights: str = "equal",
    volatility_lookback: int = 60,
    total: float = 1.0,
    trend: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
) -> Rotation:
    """``pullback-leaders`` with random numbers for a score: same schedule, hold band, weights and costs.

    One seed is one draw; many seeds are what chance alone would have earned.
    """
    return Rotation(
        score=RandomScore(seed),
        pick=TopN(top, hold_until_rank),
        weigh=_weigh(weights, volatility_lookback, total),
        guard=_guard(trend),
        schedule=_schedule(schedule, offset),
    )


def equal_weight(
    *,
    weights: str = "equal",
    volatility_lookback: int = 60,
    total: float = 1.0,
    trend: int = 0,
    schedule: str = "monthly",
    offset: int = 0,
) -> Rotation:
    """After the last session of each month, hold every sector that can be ranked, equally weighted."""
    return Rotation(
        score=Everything(),
        pick=All(),
        weigh=_weigh(weights, volatility_lookback, total),
        guard=_guard(trend),
        schedule=_schedule(schedule, offset),
    )


def buy_and_hold(*, weights: str = "equal", volatility_lookback: int = 60, total: float = 1.0) -> Rotation:
    """After the first session of the run, buy every sector that can be ranked then, equally weighted; never again.

    A sector listed later is not bought; nothing is bought at all if none can be ranked in that session.
    """
    return Rotation(Everything(), All(), _weigh(weights, volatility_lookback, total), AlwaysIn(), Once())


@dataclass(frozen=True)
class Entry:
    """A ready-made strategy.

    Attributes
    ----------
    name : str
        What it is called on a command line.
    summary : str
        One line.
    reference : str
        Where the idea is stated.
    build : callable
        Makes the strategy from flat keyword parameters.
    """

    name: str
    summary: str
    reference: str
    build: Callable[..., Rotation]

    @property
    def statement(self) -> str:
        """The exact rule."""
        return inspect.getdoc(self.build) or ""


class Setting(NamedTuple):
    """A parameter of a library strategy: its type and what it is if left out."""

    kind: Any
    default: Any


_MONKEY = (
    "Arnott, Hsu, Kalesnik, Tindall, The Surprising Alpha from Malkiel's Monkey and Upside-Down Strategies, "
    "Journal of Portfolio Management 39(4), 2013"
)

LIBRARY: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            "pullback-leaders",
            "top 5 by strength in pullbacks, beta taken out; held to rank 8; monthly; no guard: one idea at a time",
            "Market practice, e.g. S. Weinstein, Secrets for Profiting in Bull and Bear Markets (McGraw-Hill, 1988), "
            "on relative strength in a falling market; the evidence is divided",
            pullback_leaders,
        ),
        Entry(
            "pullback-laggards",
            "the opposite: the 5 weakest in the benchmark's pullback, all else as pullback-leaders",
            "De Bondt and Thaler, Does the Stock Market Overreact?, Journal of Finance 40(3), 1985, for losers that "
            f"rebound; turned upside down as a control as in {_MONKEY}",
            pullback_laggards,
        ),
        Entry(
            "momentum",
            "top 5 by total return over 120 sessions; monthly",
            "M. Faber, Relative Strength Strategies for Investing, 2010, SSRN 1585517; for industries Moskowitz and "
            "Grinblatt, Do Industries Explain Momentum?, Journal of Finance 54(4), 1999, doi 10.1111/0022-1082.00146",
            momentum,
        ),
        Entry(
            "random",
            "5 at random, on the schedule, hold band and costs of pullback-leaders",
            _MONKEY,
            random,
        ),
        Entry(
            "equal-weight",
            "everything, in equal weights, restored every month",
            "DeMiguel, Garlappi, Uppal, Optimal Versus Naive Diversification, Review of Financial Studies 22(5), 2009",
            equal_weight,
        ),
        Entry(
            "buy-and-hold",
            "everything that can be ranked in the first session, in equal weights, never touched again",
            "Perold and Sharpe, Dynamic Strategies for Asset Allocation, Financial Analysts Journal 44(1), 1988",
            buy_and_hold,
        ),
    )
}  # fmt: skip
"""The ready-made strategies by name."""


def build(name: str, /, **parameters: Any) -> Rotation:
    """The strategy of that name.

    Parameters
    ----------
    name : str
        A key of ``LIBRARY``.
    **parameters
        What differs from the defaults; see the module's ``parameters``.

    Raises
    ------
    UnknownNameError
        For a name, or the name of a parameter, that isn't known.
    ParameterError
        For a value out of its range.

    Examples
    --------
    >>> build("momentum", lookback=250, top=3).score
    Momentum(lookback=250, skip=0)
    """
    entry = _entry(name)
    known = inspect.signature(entry.build).parameters
    for key in parameters:
        if key not in known:
            raise UnknownNameError(f"parameter of {name}", key, known)
    try:
        return entry.build(**parameters)
    except ParameterError as error:
        raise ParameterError(f"{name}: {error}") from None


def parameters(name: str) -> dict[str, Setting]:
    """Type and default of each parameter of a library strategy, by name.

    Examples
    --------
    >>> parameters("momentum")["top"]
    Setting(kind=<class 'int'>, default=5)
    """
    entry = _entry(name)
    hints = get_type_hints(entry.build)
    return {key: Setting(hints[key], item.default) for key, item in inspect.signature(entry.build).parameters.items()}


def from_text(name: str, texts: Mapping[str, str]) -> dict[str, Any]:
    """Parameters from their texts, as on a command line: ``top=3``, ``lookback=20,60,120``, ``hold_until_rank=none``.

    Raises
    ------
    UnknownNameError
        For a parameter that isn't known.
    ParameterError
        For a text that isn't a value of the parameter's type.

    Examples
    --------
    >>> from_text("momentum", {"top": "3", "lookback": "20,60"})
    {'top': 3, 'lookback': (20, 60)}
    """
    known = parameters(name)
    for key in texts:
        if key not in known:
            raise UnknownNameError(f"parameter of {name}", key, known)
    return {key: _value(name, key, known[key].kind, text.strip()) for key, text in texts.items()}


def _value(name: str, key: str, kind: Any, text: str) -> Any:
    kinds = get_args(kind) if isinstance(kind, types.UnionType) else (kind,)
    if types.NoneType in kinds and text.lower() == "none":
        return None
    number = float if float in kinds else int
    try:
        if "," in text and any(get_args(one) for one in kinds):
            return tuple(number(item) for item in text.split(","))
        return text if str in kinds else number(text)
    except ValueError:
        wanted = " or ".join(getattr(one, "__name__", str(one)) for one in kinds).replace("NoneType", "none")
        raise ParameterError(f"{name}: {key} must be {wanted}, was {text!r}") from None


def _entry(name: str) -> Entry:
    if name not in LIBRARY:
        raise UnknownNameError("strategy", name, LIBRARY)
    return LIBRARY[name]


def _weigh(weights: str, volatility_lookback: int, total: float) -> Weigh:
    if weights == "equal":
        return Equal(total)
    if weights == "inverse-volatility":
        return InverseVolatility(volatility_lookback, total=total)
    raise ParameterError(f"weights must be 'equal' or 'inverse-volatility', was {weights!r}")


def _guard(trend: int) -> Guard:
    return AlwaysIn() if trend == 0 else TrendGuard(trend)


def _schedule(schedule: str, offset: int) -> Schedule:
    if schedule == "monthly":
        return Monthly(offset)
    if schedule == "weekly":
        return Weekly(offset)
    if every := re.fullmatch(r"every-(\d+)", str(schedule)):
        return Every(int(every[1]), offset)
    raise ParameterError(f"schedule must be 'monthly', 'weekly' or 'every-N', e.g. 'every-20', was {schedule!r}")
