"""Metrics of a run: one formula each, with its unit, its annualisation and what it does with unknown values.

Returns are fractions per session; "periods" is returns per year (252 daily, 52 weekly, 12 monthly), found from the
sessions and printed with the numbers. The risk-free rate is 0 throughout. Every line has a base point before its first
return, so a loss in the first session counts. Returns that are NaN are left out; a metric without
enough values, or with a zero divisor, is NaN.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ..engine.cash_drag import cash_drag
from ..engine.record import Record
from .growth import DAYS_PER_YEAR, Growth, benchmark_growth, by_month, periods_per_year, points, strategy_growth

Floats = NDArray[np.float64]

_FLAT = 1e-12  # a standard deviation below this is rounding, not risk


# --- one line -------------------------------------------------------------------------------------------------------


def total_return(growth: Floats) -> float:
    """``last / first - 1`` of the known values, as a fraction."""
    known = growth[np.isfinite(growth)]
    return float(known[-1] / known[0] - 1.0) if len(known) > 1 else math.nan


def cagr(growth: Floats, years: float) -> float:
    """Compound annual growth ``(last / first) ** (1 / years) - 1``, as a fraction per calendar year of 365.25 days."""
    grown = 1.0 + total_return(growth)
    return grown ** (1.0 / years) - 1.0 if years > 0 and grown >= 0 else math.nan


def volatility(returns: Floats, periods: float) -> float:
    """Standard deviation (ddof 1) times the square root of ``periods``, as a fraction per year."""
    known = returns[np.isfinite(returns)]
    return float(known.std(ddof=1) * math.sqrt(periods)) if len(known) > 1 else math.nan


def sharpe(returns: Floats, periods: float) -> float:
    """Arithmetic mean over standard deviation (ddof 1), times the square root of ``periods``; risk-free rate 0.

    Source: Sharpe (1994), The Sharpe Ratio.
    """
    known = returns[np.isfinite(returns)]
    spread = known.std(ddof=1) if len(known) > 1 else 0.0
    return float(known.mean() / spread * math.sqrt(periods)) if spread > _FLAT else math.nan


def sortino(returns: Floats, periods: float) -> float:
    """Arithmetic mean over the target downside deviation, times the square root of ``periods``; target 0.

    The downside deviation is the root of the mean, over all returns, of ``min(r, 0) ** 2``.
    Source: Sortino and Price (1994).
    """
    known = returns[np.isfinite(returns)]
    down = math.sqrt(float(np.mean(np.minimum(known, 0.0) ** 2))) if len(known) > 1 else 0.0
    return float(known.mean() / down * math.sqrt(periods)) if down > _FLAT else math.nan


def drawdowns(growth: Floats) -> Floats:
    """Fall below the running peak at each point, <= 0, as a fraction; the base point is a peak too. NaN stays NaN."""
    return growth / np.fmax.accumulate(growth) - 1.0


def max_drawdown(growth: Floats) -> float:
    """Deepest fall below the running peak, <= 0, as a fraction; the base point counts as a peak."""
    known = growth[np.isfinite(growth)]
    return float(drawdowns(known).min()) if len(known) else math.nan


def drawdown_days(growth: Floats, dates: pd.DatetimeIndex) -> float:
    """Longest time from a peak until it was reached again, in calendar days; one still open at the end counts."""
    known = np.isfinite(growth)
    line, days = growth[known], dates.to_numpy()[known]
    if not len(line):
        return math.nan
    peaks = np.flatnonzero(line >= np.maximum.accumulate(line))
    ends = np.append(peaks[1:], len(line) - 1)
    spells = (days[ends] - days[peaks]).astype("m8[s]").astype(np.float64) / 86_400.0
    adjacent = np.append(np.diff(peaks) == 1, False)  # two peaks in a row: no fall between them
    return float(spells[~adjacent].max())


def calmar(growth: Floats, years: float) -> float:
    """CAGR over the size of the maximum drawdown, both over the whole run. After Young (1991), there 36 months."""
    deepest = max_drawdown(growth)
    return cagr(growth, years) / -deepest if deepest < 0 else math.nan


# --- against a benchmark --------------------------------------------------------------------------------------------


def beta(returns: Floats, benchmark: Floats) -> float:
    """Slope of the returns on the benchmark's, by least squares, over the sessions where both are known."""
    x, y = _pairs(benchmark, returns)
    spread = x - x.mean() if len(x) > 1 else np.zeros(1)
    return float(spread @ (y - y.mean()) / (spread @ spread)) if math.sqrt(spread @ spread) > _FLAT else math.nan


def alpha(returns: Floats, benchmark: Floats, periods: float) -> float:
    """Jensen's alpha ``(mean(r) - beta * mean(b)) * periods``: arithmetic, per year. Source: Jensen (1968)."""
    x, y = _pairs(benchmark, returns)
    return float((y.mean() - beta(returns, benchmark) * x.mean()) * periods) if len(x) > 1 else math.nan


def tracking_error(returns: Floats, benchmark: Floats, periods: float) -> float:
    """Volatility of the difference of returns, as a fraction per year."""
    return volatility(returns - benchmark, periods)


def information_ratio(returns: Floats, benchmark: Floats, periods: float) -> float:
    """Mean over standard deviation (ddof 1) of the difference of returns, times the square root of ``periods``."""
    return sharpe(returns - benchmark, periods)


def relative_return(growth: Floats, benchmark: Floats, years: float) -> float:
    """Yearly growth of the strategy over that of the benchmark, ``((1 + R) / (1 + B)) ** (1 / years) - 1``.

    R and B are total returns over the points where both are known; ``years`` are those of that stretch.
    """
    both = np.isfinite(growth) & np.isfinite(benchmark)
    return cagr(growth[both] / benchmark[both], years)


def capture(monthly: Floats, benchmark: Floats, *, up: bool) -> float:
    """Geometric mean return of the months in which the benchmark rose (or fell), over the benchmark's own.

    1 is like the benchmark. Source: Morningstar's upside and downside capture ratio, on calendar months.
    """
    x, y = _pairs(benchmark, monthly)
    chosen = x > 0 if up else x < 0
    own, market = y[chosen], x[chosen]
    return _geometric_mean(own) / _geometric_mean(market) if len(market) else math.nan


def hit_rate(monthly: Floats, benchmark: Floats) -> float:
    """Share of calendar months with a higher return than the benchmark's, in [0, 1], where both are known."""
    x, y = _pairs(benchmark, monthly)
    return float((y > x).mean()) if len(x) else math.nan


# --- trading --------------------------------------------------------------------------------------------------------


def turnover(record: Record, years: float) -> float:
    """One way: half of all that was bought and sold, over mean equity, per year, without ended series."""
    log = record.outcome.fills
    traded = float(log.value[log.side != 0].sum())
    return traded / 2.0 / float(record.outcome.equity.mean()) / years if years > 0 else math.nan


def exposure(record: Record) -> float:
    """Mean over sessions of the invested fraction ``1 - cash / equity``."""
    equity = record.outcome.equity
    with np.errstate(divide="ignore", invalid="ignore"):
        return float(np.where(equity > 0, 1.0 - record.outcome.cash / equity, 0.0).mean())


def holdings(record: Record) -> float:
    """Mean over sessions of the number of series held."""
    return float((record.outcome.shares > 0).sum(axis=1).mean())


def cost_drag(record: Record, years: float) -> float:
    """All costs, slippage included, over mean equity, as a fraction per year."""
    return sum(record.costs.values()) / float(record.outcome.equity.mean()) / years if years > 0 else math.nan


# --- all of them ----------------------------------------------------------------------------------------------------


class Definition(NamedTuple):
    """What a metric is called and means.

    Attributes
    ----------
    name : str
        Key in ``summary``.
    label : str
        For people.
    text : str
        One line.
    unit : str
        "fraction", "ratio", "per year", "days", "years", "count" or "currency".
    """

    name: str
    label: str
    text: str
    unit: str


def definitions(periods: float = 252.0) -> dict[str, Definition]:
    """Every name in ``summary`` with its label, one-line definition (``periods`` is printed in it) and unit."""
    root = f"√{periods:g}"
    rows = (
        ("total_return", "Total return", "last equity over starting cash, less 1", "fraction"),
        ("cagr", "CAGR", "compound growth per calendar year of 365.25 days", "fraction"),
        ("volatility", "Volatility", f"standard deviation of session returns (ddof 1) × {root}", "fraction"),
        ("sharpe", "Sharpe ratio", f"mean / standard deviation of session returns × {root}; risk-free rate 0", "ratio"),
        ("sortino", "Sortino ratio", f"mean / root mean square of min(return, 0), all sessions × {root}", "ratio"),
        ("max_drawdown", "Maximum drawdown", "deepest fall below an earlier peak, starting cash included", "fraction"),
        ("drawdown_days", "Longest drawdown", "calendar days from a peak until it was regained, or to the end", "days"),
        ("calmar", "Calmar ratio", "CAGR / size of the maximum drawdown, whole run", "ratio"),
        ("relative_return", "Return over benchmark", "growth over the benchmark's, compounded per year", "fraction"),
        ("beta", "Beta", "least-squares slope of session returns on the benchmark's", "ratio"),
        ("alpha", "Alpha", f"(mean return − beta × mean benchmark return) × {periods:g}; arithmetic", "fraction"),
        ("tracking_error", "Tracking error", f"standard deviation of return − benchmark's × {root}", "fraction"),
        (
            "information_ratio", "Information ratio",
            f"mean / standard deviation of return − benchmark's × {root}", "ratio",
        ),
        ("up_capture", "Up capture", "geometric mean return, months the benchmark rose / its own", "ratio"),
        ("down_capture", "Down capture", "the same for months the benchmark fell; below 1 lost less", "ratio"),
        ("hit_rate", "Months ahead", "share of calendar months with a higher return than the benchmark", "fraction"),
        ("exposure", "Exposure", "mean invested fraction of equity", "fraction"),
        ("holdings", "Holdings", "mean number of series held", "ratio"),
        ("turnover", "Turnover", "one way: half of all bought and sold / mean equity / years", "per year"),
        ("cost_drag", "Cost drag", "all costs with slippage / mean equity / years", "fraction"),
        ("interest", "Interest", "what idle cash earned", "currency"),
        ("unintended_cash", "Unintended cash", "mean cash weight less what the target left in cash", "fraction"),
        ("cash_drag", "Cash drag", "effect of unintended cash / mean equity / years; negative cost money", "fraction"),
        ("cost_total", "Costs", "commission, duties, fees and slippage", "currency"),
        ("cost_commission", "Commission", "sum over fills", "currency"),
        ("cost_stamp_duty", "Stamp duty", "sum over fills", "currency"),
        ("cost_transfer_fee", "Transfer fee", "sum over fills", "currency"),
        ("cost_handling_fee", "Handling fee", "sum over fills; 0 where the commission includes it", "currency"),
        ("cost_levy", "Levy", "sum over fills; 0 where the commission includes it", "currency"),
        ("cost_slippage", "Slippage", "sum over fills; already inside the fill prices", "currency"),
        ("fills", "Fills", "orders that traded, in whole or part", "count"),
        ("rejections", "Shortfalls", "orders not filled, or not in full, each session counted", "count"),
        ("decisions", "Decisions", "sessions after whose close the strategy chose a portfolio", "count"),
        ("starting_cash", "Starting cash", "before the first session", "currency"),
        ("final_equity", "Final equity", "after the last close", "currency"),
        ("years", "Years", "calendar years of 365.25 days, from the session before the first return", "years"),
        ("sessions", "Sessions", "returns in the run", "count"),
        ("periods_per_year", "Periods per year", "annualises session returns; from the median gap", "ratio"),
    )  # fmt: skip
    own = {row[0]: Definition(*row) for row in rows}
    text = f"as for the strategy, from the benchmark's closes; {PRICE_INDEX}"
    market = {
        f"benchmark_{name}": own[name]._replace(
            name=f"benchmark_{name}", label=f"Benchmark: {own[name].label}", text=text
        )
        for name in LINE_METRICS
    }
    return own | market


PRICE_INDEX = "a price index leaves out dividends"

LINE_METRICS = ("total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "drawdown_days", "calmar")
"""What any growth line has; the benchmark's are in ``summary`` with the prefix ``benchmark_``."""


YEARLY = (
    "cagr", "volatility", "sharpe", "sortino", "calmar", "relative_return", "alpha", "tracking_error",
    "information_ratio", "turnover", "cost_drag", "cash_drag",
)  # fmt: skip
"""What is given per year."""

LEAST = 60.0
"""Daily sessions below which a run is too short to annualise; 12 weekly ones, 3 monthly ones."""


def too_short(record: Record) -> bool:
    """Whether what is given per year says nothing: a run of less than ``LEAST`` daily sessions, or as long."""
    return len(record.sessions) / periods_per_year(record.sessions) < LEAST / 252.0


def readable(values: dict[str, float], record: Record) -> dict[str, float]:
    """``values`` as a report shows them: NaN for those given per year where the run is ``too_short``."""
    if not too_short(record):
        return values
    return {name: math.nan if name.removeprefix("benchmark_") in YEARLY else value for name, value in values.items()}


def line_metrics(growth: Growth, dates: pd.DatetimeIndex, periods: float) -> dict[str, float]:
    """The metrics of one growth line, by the names in ``LINE_METRICS``; over the stretch where it is known."""
    values, returns = growth.levels, growth.returns
    years = _years(dates, np.isfinite(values))
    return {
        "total_return": total_return(values),
        "cagr": cagr(values, years),
        "volatility": volatility(returns, periods),
        "sharpe": sharpe(returns, periods),
        "sortino": sortino(returns, periods),
        "max_drawdown": max_drawdown(values),
        "drawdown_days": drawdown_days(values, dates),
        "calmar": calmar(values, years),
    }


def summary(record: Record) -> dict[str, float]:
    """All metrics of a run by machine name, plain floats; NaN where one is not defined, as without benchmark.

    See ``definitions`` for what each one is.
    """
    dates = points(record)
    periods = periods_per_year(record.sessions)
    own, market = strategy_growth(record), benchmark_growth(record)
    years = _years(dates, np.isfinite(own.levels))
    out = line_metrics(own, dates, periods) | _relative(own, market, dates, periods)
    drag = cash_drag(record)
    out |= {
        "exposure": exposure(record),
        "holdings": holdings(record),
        "turnover": turnover(record, years),
        "cost_drag": cost_drag(record, years),
        "interest": float(record.outcome.interest.sum()),
        "unintended_cash": float(drag.weight.mean()),
        "cash_drag": drag.per_year,
        "cost_total": sum(record.costs.values()),
    }
    out |= {f"cost_{kind}": value for kind, value in record.costs.items()}
    out |= {
        "fills": float(len(record.outcome.fills.row)),
        "rejections": float(len(record.outcome.rejections.row)),
        "decisions": float(len(record.outcome.decisions.row)),
        "starting_cash": float(record.terms.cash),
        "final_equity": float(record.outcome.equity[-1]),
        "years": years,
        "sessions": float(len(record.sessions)),
        "periods_per_year": periods,
    }
    theirs = line_metrics(market, dates, periods) if market else dict.fromkeys(LINE_METRICS, math.nan)
    return out | {f"benchmark_{name}": value for name, value in theirs.items()}


def _relative(own: Growth, market: Growth | None, dates: pd.DatetimeIndex, periods: float) -> dict[str, float]:
    names = (
        "relative_return",
        "beta",
        "alpha",
        "tracking_error",
        "information_ratio",
        "up_capture",
        "down_capture",
        "hit_rate",
    )
    if market is None:
        return dict.fromkeys(names, math.nan)
    mine, theirs = own.returns, market.returns
    months, market_months = by_month(own, dates).returns, by_month(market, dates).returns
    values = (
        relative_return(own.levels, market.levels, _years(dates, np.isfinite(market.levels))),
        beta(mine, theirs),
        alpha(mine, theirs, periods),
        tracking_error(mine, theirs, periods),
        information_ratio(mine, theirs, periods),
        capture(months, market_months, up=True),
        capture(months, market_months, up=False),
        hit_rate(months, market_months),
    )
    return dict(zip(names, values, strict=True))


def _years(dates: pd.DatetimeIndex, known: NDArray[np.bool_]) -> float:
    days = dates[known]
    return (days[-1] - days[0]).days / DAYS_PER_YEAR if len(days) else 0.0


def _pairs(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    both = np.isfinite(x) & np.isfinite(y)
    return x[both], y[both]


def _geometric_mean(returns: Floats) -> float:
    return math.exp(float(np.log1p(np.maximum(returns, -1.0 + 1e-15)).mean())) - 1.0
