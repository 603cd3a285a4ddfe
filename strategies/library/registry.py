"""Ready-made strategies by name, each with its reference and its controls on equal terms."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, get_args, get_type_hints

from ...data.errors import ParameterError, UnknownNameError
from . import rules as rules
from .builders import Best, best, everything, once


class Setting(NamedTuple):
    """A parameter of a library strategy: its type and what it is if left out."""

    kind: Any
    default: Any


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
    rule : callable
        Makes the strategy: its own keywords, and those of ``shape``.
    defaults : mapping
        Where the strategy's keywords differ from the defaults of ``shape``.
    shape : callable
        What a score is made a strategy with: ``best``, ``everything`` or ``once``.
    without : tuple of str
        Keywords of ``shape`` that make no sense here.
    """

    name: str
    summary: str
    reference: str
    rule: Callable[..., Best]
    defaults: Mapping[str, Any] = field(default_factory=dict)
    shape: Callable[..., Best] = best
    without: tuple[str, ...] = ()

    @property
    def statement(self) -> str:
        """The exact rule."""
        return inspect.getdoc(self.rule) or ""

    @property
    def parameters(self) -> dict[str, Setting]:
        """Type and default of each keyword: the rule's own, then those of its shape."""
        found = {}
        for maker in (self.rule, self.shape):
            hints = get_type_hints(maker)
            for key, item in inspect.signature(maker).parameters.items():
                if item.kind is item.KEYWORD_ONLY and key not in self.without:
                    found[key] = Setting(hints[key], self.defaults.get(key, item.default))
        return found

    def build(self, **given: Any) -> Best:
        """The strategy, with what differs from its defaults."""
        return self.rule(**{**self.defaults, **given})


_MONKEY = (
    "Arnott, Hsu, Kalesnik, Tindall, The Surprising Alpha from Malkiel's Monkey and Upside-Down Strategies, "
    "Journal of Portfolio Management 39(4), 2013"
)
_FABER = "M. Faber, Relative Strength Strategies for Investing, 2010, SSRN 1585517"
_GRINBLATT = (
    "Moskowitz and Grinblatt, Do Industries Explain Momentum?, Journal of Finance 54(4), 1999, "
    "doi 10.1111/0022-1082.00146"
)
_REVERSAL = "De Bondt and Thaler, Does the Stock Market Overreact?, Journal of Finance 40(3), 1985"
_WEINSTEIN = "S. Weinstein, Secrets for Profiting in Bull and Bear Markets (McGraw-Hill, 1988)"
_RRG = "Market practice with relative rotation charts; the form of the axes is this project's own (docs/rrg.md)"
_BAND: dict[str, Any] = {"hold_until_rank": 8}

LIBRARY: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            "leaders",
            "top 5 by any measure of strength (sectorlead list measures); held to rank 8; monthly",
            "docs/measures.md has the reference of each measure",
            rules.leaders, _BAND,
        ),
        Entry(
            "pullback-leaders",
            "top 5 by strength in pullbacks, beta taken out; held to rank 8; monthly; no guard: one idea at a time",
            f"Market practice, e.g. {_WEINSTEIN}, on relative strength in a falling market; the evidence is divided",
            rules.pullback_leaders, _BAND,
        ),
        Entry(
            "pullback-laggards",
            "the opposite: the 5 weakest in the benchmark's pullback, all else as pullback-leaders",
            f"{_REVERSAL}, for losers that rebound; turned upside down as a control as in {_MONKEY}",
            rules.pullback_laggards, _BAND,
        ),
        Entry(
            "bottoming-leaders",
            "top 5 by strength in the market's last bottoming phase, beta taken out; all else as pullback-leaders",
            "Market practice in China: the strongest of the bottoming phase tell the next theme, those of the decline "
            "say little",
            rules.bottoming_leaders, _BAND,
        ),
        Entry(
            "recovery-first",
            "top 5 by how early they regained their own peak; all else as pullback-leaders",
            "Market practice: W. O'Neil, How to Make Money in Stocks, on who comes first out of a correction",
            rules.recovery_first, _BAND,
        ),
        Entry(
            "rs-new-high",
            "top 5 by an RS line at its high while the price is not; held to rank 8; monthly",
            "Market practice: the charts of W. O'Neil's Investor's Business Daily",
            rules.rs_new_high, _BAND,
        ),
        Entry(
            "resilient-high-beta",
            "top 5 by strength in pullbacks among the half with the higher beta; held to rank 8; monthly",
            "Market practice in China: what should be weak and is not (该弱不弱)",
            rules.resilient_high_beta, _BAND,
        ),
        Entry(
            "oversold-rebound",
            "the 5 that fell most against the benchmark in its pullback, whatever their beta; held to rank 8; monthly",
            f"{_REVERSAL}; market practice in China (超跌反弹)",
            rules.oversold_rebound, _BAND,
        ),
        Entry(
            "momentum",
            "top 5 by total return over 120 sessions; monthly",
            f"{_FABER}; for industries {_GRINBLATT}",
            rules.momentum,
        ),
        Entry(
            "faber-momentum",
            "top 3 by 12-month total return; monthly",
            _FABER,
            rules.faber_momentum, {"top": 3},
        ),
        Entry(
            "faber-momentum-trend",
            "faber-momentum, in cash while the benchmark is below its 10-month mean",
            f"{_FABER}; the trend rule of M. Faber, A Quantitative Approach to Tactical Asset Allocation, Journal of "
            "Wealth Management 9(4), 2007",
            rules.faber_momentum_trend, {"top": 3, "trend": 200},
        ),
        Entry(
            "dual-momentum",
            "top 3 by 12-month return while the benchmark's own is positive, cash otherwise; monthly",
            "G. Antonacci, Risk Premia Harvesting Through Dual Momentum, 2012, SSRN 2042750; Dual Momentum Investing "
            "(McGraw-Hill, 2014)",
            rules.dual_momentum, {"top": 3}, without=("trend", "bear_exposure"),
        ),
        Entry(
            "moskowitz-grinblatt",
            "top 3 by half-year return, held for half a year: the long side",
            _GRINBLATT,
            rules.moskowitz_grinblatt, {"top": 3, "schedule": "every-120"},
        ),
        Entry(
            "rrg-leading",
            "top 5 of the leading quadrant of an RRG-style map; monthly",
            _RRG,
            rules.rrg_leading,
        ),
        Entry(
            "rrg-improving",
            "top 5 of the improving quadrant of an RRG-style map; monthly",
            f"{_RRG}; J. Rothe, Dynamic Sector Rotation, 2023, buys what crosses into it",
            rules.rrg_improving,
        ),
        Entry(
            "low-volatility",
            "the 5 calmest by 120-session volatility; held to rank 8; monthly",
            "Ang, Hodrick, Xing, Zhang, The Cross-Section of Volatility and Expected Returns, Journal of Finance "
            "61(1), 2006",
            rules.low_volatility, _BAND,
        ),
        Entry(
            "topk-dropout",
            "top 5 by 20-session return; each week the worst one that fell out is replaced",
            "Yang, Liu, Zhou, Bian, Liu, Qlib: An AI-oriented Quantitative Investment Platform, 2020, arXiv 2009.11189",
            rules.topk_dropout, {"max_swaps": 1, "schedule": "weekly"},
        ),
        Entry(
            "random",
            "5 at random, on the schedule, hold band and costs of pullback-leaders",
            _MONKEY,
            rules.random, _BAND,
        ),
        Entry(
            "equal-weight",
            "everything, in equal weights, restored every month",
            "DeMiguel, Garlappi, Uppal, Optimal Versus Naive Diversification, Review of Financial Studies 22(5), 2009",
            rules.equal_weight, shape=everything,
        ),
        Entry(
            "buy-and-hold",
            "everything that can be ranked in the first session, in equal weights, never touched again",
            "Perold and Sharpe, Dynamic Strategies for Asset Allocation, Financial Analysts Journal 44(1), 1988",
            rules.buy_and_hold, shape=once,
        ),
    )
}  # fmt: skip
"""The ready-made strategies by name."""


def build(name: str, /, **parameters: Any) -> Best:
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
    for key in parameters:
        if key not in (known := entry.parameters):
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
    return _entry(name).parameters


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
    if bool in kinds and text.lower() in ("true", "false"):
        return text.lower() == "true"
    try:
        if "," in text and any(get_args(one) for one in kinds):
            return tuple(number(item) for item in text.split(","))
        if bool in kinds:
            raise ValueError(text)
        return text if str in kinds else number(text)
    except ValueError:
        wanted = " or ".join(getattr(one, "__name__", str(one)) for one in kinds).replace("NoneType", "none")
        raise ParameterError(f"{name}: {key} must be {wanted}, was {text!r}") from None


def _entry(name: str) -> Entry:
    if name not in LIBRARY:
        raise UnknownNameError("strategy", name, LIBRARY)
    return LIBRARY[name]
