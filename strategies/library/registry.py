"""Ready-made strategies by name, each with its reference and its controls on equal terms."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, fields
from typing import Any

from ...data.errors import ParameterError, UnknownNameError
from ..domain import Domain, checked, declared
from . import rules as rules
from .builders import Best, BuyAll, HoldAll, HoldBest, Made, Rule


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
    rule : type
        Its rule: a dataclass of flat parameters that makes the strategy.
    """

    name: str
    summary: str
    reference: str
    rule: type[Rule]

    @property
    def statement(self) -> str:
        """The exact rule."""
        return inspect.getdoc(self.rule) or ""

    @property
    def parameters(self) -> dict[str, Domain]:
        """What each parameter may be, by name: the rule's own first, then those that many rules have."""
        domains, shared = declared(self.rule), self.shared
        return {name: domains[name] for name in sorted(domains, key=lambda name: name in shared)}

    @property
    def shared(self) -> tuple[str, ...]:
        """Names of the parameters that many rules have."""
        return tuple(declared(next(kind for kind in (Best, HoldBest, HoldAll, BuyAll) if issubclass(self.rule, kind))))

    @property
    def defaults(self) -> dict[str, Any]:
        """What each parameter is if left out, by name."""
        values = {item.name: item.default for item in fields(self.rule)}
        return {name: values[name] for name in self.parameters}

    def build(self, **given: Any) -> Made:
        """The strategy, with what differs from its defaults; errors as for ``build``."""
        values = checked(self.name, self.parameters, given)
        try:
            return self.rule(**values).build()
        except ParameterError as error:
            raise ParameterError(f"{self.name}: {error}") from None


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

LIBRARY: dict[str, Entry] = {
    entry.name: entry
    for entry in (
        Entry(
            "leaders",
            "top 5 by any measure of strength (sectorlead list measures); held to rank 8; monthly",
            "docs/measures.md has the reference of each measure",
            rules.Leaders,
        ),
        Entry(
            "pullback-leaders",
            "top 5 by strength in pullbacks, beta taken out; held to rank 8; monthly; no guard: one idea at a time",
            f"Market practice, e.g. {_WEINSTEIN}, on relative strength in a falling market; the evidence is divided",
            rules.PullbackLeaders,
        ),
        Entry(
            "pullback-laggards",
            "the opposite: the 5 weakest in the benchmark's pullback, all else as pullback-leaders",
            f"{_REVERSAL}, for losers that rebound; turned upside down as a control as in {_MONKEY}",
            rules.PullbackLaggards,
        ),
        Entry(
            "bottoming-leaders",
            "top 5 by strength in the market's last bottoming phase, beta taken out; all else as pullback-leaders",
            "Market practice in China: the strongest of the bottoming phase tell the next theme, those of the decline "
            "say little",
            rules.BottomingLeaders,
        ),
        Entry(
            "recovery-first",
            "top 5 by how early they regained their own peak; all else as pullback-leaders",
            "Market practice: W. O'Neil, How to Make Money in Stocks, on who comes first out of a correction",
            rules.FirstToRecover,
        ),
        Entry(
            "rs-new-high",
            "top 5 by an RS line at its high while the price is not; held to rank 8; monthly",
            "Market practice: the charts of W. O'Neil's Investor's Business Daily",
            rules.RSLineHigh,
        ),
        Entry(
            "resilient-high-beta",
            "top 5 by strength in pullbacks among the half with the higher beta; held to rank 8; monthly",
            "Market practice in China: what should be weak and is not (该弱不弱)",
            rules.ResilientHighBeta,
        ),
        Entry(
            "oversold-rebound",
            "the 5 that fell most against the benchmark in its pullback, whatever their beta; held to rank 8; monthly",
            f"{_REVERSAL}; market practice in China (超跌反弹)",
            rules.OversoldRebound,
        ),
        Entry(
            "momentum",
            "top 5 by total return over 120 sessions; monthly",
            f"{_FABER}; for industries {_GRINBLATT}",
            rules.Momentum,
        ),
        Entry(
            "faber-momentum",
            "top 3 by 12-month total return; monthly",
            _FABER,
            rules.FaberMomentum,
        ),
        Entry(
            "faber-momentum-trend",
            "faber-momentum, in cash while the benchmark is below its 10-month mean",
            f"{_FABER}; the trend rule of M. Faber, A Quantitative Approach to Tactical Asset Allocation, Journal of "
            "Wealth Management 9(4), 2007",
            rules.FaberMomentumTrend,
        ),
        Entry(
            "dual-momentum",
            "top 3 by 12-month return while the benchmark's own is positive, cash otherwise; monthly",
            "G. Antonacci, Risk Premia Harvesting Through Dual Momentum, 2012, SSRN 2042750; Dual Momentum Investing "
            "(McGraw-Hill, 2014)",
            rules.DualMomentum,
        ),
        Entry(
            "moskowitz-grinblatt",
            "top 3 by half-year return, held for half a year: the long side",
            _GRINBLATT,
            rules.MoskowitzGrinblatt,
        ),
        Entry(
            "rrg-leading",
            "top 5 of the leading quadrant of an RRG-style map; monthly",
            _RRG,
            rules.RRGLeading,
        ),
        Entry(
            "rrg-improving",
            "top 5 of the improving quadrant of an RRG-style map; monthly",
            f"{_RRG}; J. Rothe, Dynamic Sector Rotation, 2023, buys what crosses into it",
            rules.RRGImproving,
        ),
        Entry(
            "low-volatility",
            "the 5 calmest by 120-session volatility; held to rank 8; monthly",
            "Ang, Hodrick, Xing, Zhang, The Cross-Section of Volatility and Expected Returns, Journal of Finance "
            "61(1), 2006",
            rules.LowVolatility,
        ),
        Entry(
            "topk-dropout",
            "top 5 by 20-session return; each week the worst one that fell out is replaced",
            "Yang, Liu, Zhou, Bian, Liu, Qlib: An AI-oriented Quantitative Investment Platform, 2020, arXiv 2009.11189",
            rules.TopkDropout,
        ),
        Entry(
            "random",
            "5 at random, on the schedule, hold band and costs of pullback-leaders",
            _MONKEY,
            rules.Random,
        ),
        Entry(
            "equal-weight",
            "everything, in equal weights, restored every month",
            "DeMiguel, Garlappi, Uppal, Optimal Versus Naive Diversification, Review of Financial Studies 22(5), 2009",
            rules.EqualWeight,
        ),
        Entry(
            "buy-and-hold",
            "everything that can be ranked in the first session, in equal weights, never touched again",
            "Perold and Sharpe, Dynamic Strategies for Asset Allocation, Financial Analysts Journal 44(1), 1988",
            rules.BuyAndHold,
        ),
    )
}  # fmt: skip
"""The ready-made strategies by name."""


def build(name: str, /, **parameters: Any) -> Made:
    """The strategy of that name.

    Parameters
    ----------
    name : str
        A key of ``LIBRARY``.
    **parameters
        What differs from the defaults; ``find_entry(name).parameters`` says what each may be. A text is read as the
        type of its parameter: ``lookback="20,60"``.

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
    return find_entry(name).build(**parameters)


def find_entry(name: str) -> Entry:
    """The entry of a library strategy; raises ``UnknownNameError`` with the nearest name.

    Examples
    --------
    >>> str(find_entry("momentum").parameters["top"]), find_entry("momentum").defaults["top"]
    ('an int from 1 to 10000', 5)
    """
    if name not in LIBRARY:
        raise UnknownNameError("strategy", name, LIBRARY)
    return LIBRARY[name]
