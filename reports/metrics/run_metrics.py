"""Metrics of a run, by name: ``summary`` computes them, ``definitions`` says what each one is.

One formula each, in ``return_metrics``, ``risk_metrics``, ``benchmark_metrics``, ``trade_metrics`` and ``capacity``;
their names are here too. Returns are fractions per session; "periods" is returns per year (252 daily, 52 weekly, 12
monthly), found from the sessions and printed with the numbers. The risk-free rate is 0 except in ``sharpe_over_cash``.
Every line has a base point before its first return, so a loss in the first session counts. Returns that are NaN are
left out; a metric without enough values, or with a zero divisor, is NaN. No number depends on what it does not name: a
benchmark changes nothing about a strategy's own.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from ...engine.record import Record
from ..growth import (
    Growth,
    benchmark_growth,
    by_month,
    cash_returns,
    periods_per_year,
    points,
    strategy_growth,
    years_between,
)
from ..history import history_of
from ..holdings import holding_spells
from .benchmark import (
    alpha,
    batting_average,
    beta,
    capture,
    correlation,
    hit_rate,
    information_ratio,
    relative_return,
    tracking_error,
    treynor,
)
from .capacity import break_even_cost, capacities, capacity
from .cash_drag import cash_drag
from .definitions import LINE_DETAILS, LINE_METRICS, PRICE_INDEX, RELATIVE_METRICS, YEARLY, Definition, definitions
from .returns import cagr, cagr_by_sessions, positive_share, sharpe, sortino, total_return, volatility
from .risk import (
    calmar,
    conditional_value_at_risk,
    drawdown_days,
    drawdowns,
    fall_days,
    kurtosis,
    max_drawdown,
    recovery_days,
    skewness,
    tail_ratio,
    ulcer_index,
    value_at_risk,
    worst_drawdowns,
)
from .trades import (
    cost_drag,
    cost_per_traded,
    exposure,
    holdings,
    mean_holding,
    median_holding,
    positive_series,
    positive_spells,
    turnover,
)

__all__ = [
    "LEAST", "LINE_DETAILS", "LINE_METRICS", "PRICE_INDEX", "RELATIVE_METRICS", "YEARLY", "Definition",
    "alpha", "batting_average", "beta", "break_even_cost", "cagr", "cagr_by_sessions", "calmar", "capacities",
    "capacity", "capture", "conditional_value_at_risk", "correlation", "cost_drag", "cost_per_traded", "definitions",
    "drawdown_days", "drawdowns", "exposure", "fall_days", "hit_rate", "holdings",
    "information_ratio", "kurtosis", "line_details", "line_metrics", "max_drawdown", "mean_holding", "median_holding",
    "positive_series", "positive_share", "positive_spells", "readable", "recovery_days", "relative_metrics",
    "relative_return", "sharpe", "skewness", "sortino", "summary", "tail_ratio", "too_short", "total_return",
    "tracking_error", "treynor", "turnover", "ulcer_index", "value_at_risk", "volatility", "worst_drawdowns",
]  # fmt: skip

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
    years = years_between(dates, values)
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


def line_details(growth: Growth, dates: pd.DatetimeIndex, periods: float) -> dict[str, float]:
    """More metrics of one growth line, by the names in ``LINE_DETAILS``; over the stretch where it is known."""
    values, returns = growth.levels, growth.returns
    return {
        "cagr_sessions": cagr_by_sessions(values, periods),
        "drawdown_fall_days": fall_days(values, dates),
        "drawdown_recovery_days": recovery_days(values, dates),
        "ulcer_index": ulcer_index(values),
        "var_95": value_at_risk(returns),
        "cvar_95": conditional_value_at_risk(returns),
        "skewness": skewness(returns),
        "kurtosis": kurtosis(returns),
        "tail_ratio": tail_ratio(returns),
        "positive_sessions": positive_share(returns),
        "positive_months": positive_share(by_month(growth, dates).returns),
    }


def relative_metrics(own: Growth, market: Growth | None, dates: pd.DatetimeIndex, periods: float) -> dict[str, float]:
    """The metrics of one growth line against another, by the names in ``RELATIVE_METRICS``; NaN where there is none.

    Over the stretch where both are known; ``dates`` are those of both lines, shape (S + 1,).
    """
    if market is None:
        return dict.fromkeys(RELATIVE_METRICS, math.nan)
    mine, theirs = own.returns, market.returns
    months, market_months = by_month(own, dates).returns, by_month(market, dates).returns
    return {
        "relative_return": relative_return(own.levels, market.levels, _years_of_both(own, market, dates)),
        "beta": beta(mine, theirs),
        "alpha": alpha(mine, theirs, periods),
        "tracking_error": tracking_error(mine, theirs, periods),
        "information_ratio": information_ratio(mine, theirs, periods),
        "up_capture": capture(months, market_months, up=True),
        "down_capture": capture(months, market_months, up=False),
        "hit_rate": hit_rate(months, market_months),
        "correlation": correlation(mine, theirs),
        "treynor": treynor(mine, theirs, periods),
        "batting_average": batting_average(mine, theirs),
        "up_capture_sessions": capture(mine, theirs, up=True),
        "down_capture_sessions": capture(mine, theirs, up=False),
    }


def summary(record: Record) -> dict[str, float]:
    """All metrics of a run by machine name, plain floats; NaN where one is not defined, as without benchmark.

    See ``definitions`` for what each one is.
    """
    dates = points(record)
    periods = periods_per_year(record.sessions)
    own, market = strategy_growth(record), benchmark_growth(record)
    cash = cash_returns(record)
    out = line_metrics(own, dates, periods) | line_details(own, dates, periods)
    out["sharpe_over_cash"] = math.nan if cash is None else sharpe(own.returns, periods, cash)
    out |= relative_metrics(own, market, dates, periods)
    out |= _trading(record, market, years_between(dates, own.levels))
    out |= {
        "starting_cash": float(record.terms.cash),
        "final_equity": float(record.outcome.equity[-1]),
        "years": years_between(dates, own.levels),
        "sessions": float(len(record.sessions)),
        "periods_per_year": periods,
    }
    theirs = line_metrics(market, dates, periods) if market else dict.fromkeys(LINE_METRICS, math.nan)
    return out | {f"benchmark_{name}": value for name, value in theirs.items()}


def _trading(record: Record, market: Growth | None, years: float) -> dict[str, float]:
    """What was traded and held, and what that cost."""
    drag, spells, room = cash_drag(record), holding_spells(history_of(record)), capacities(record)
    out = {
        "exposure": exposure(record),
        "holdings": holdings(record),
        "spells": float(len(spells)),
        "holding_mean": mean_holding(spells),
        "holding_median": median_holding(spells),
        "positive_spells": positive_spells(spells),
        "positive_series": positive_series(spells),
        "turnover": turnover(record, years),
        "cost_drag": cost_drag(record, years),
        "cost_per_traded": cost_per_traded(record),
        "break_even_cost": break_even_cost(record),
        "break_even_cost_over_benchmark": break_even_cost(record, market.levels) if market else math.nan,
        "capacity": capacity(room),
        "capacity_tight": capacity(room, 0.05),
        "interest": float(record.outcome.interest.sum()),
        "unintended_cash": float(drag.weight.mean()),
        "cash_drag": drag.per_year,
        "cost_total": sum(record.costs.values()),
    }
    out |= {f"cost_{kind}": value for kind, value in record.costs.items()}
    return out | {
        "fills": float(len(record.outcome.fills.row)),
        "rejections": float(len(record.outcome.rejections.row)),
        "decisions": float(len(record.outcome.decisions.row)),
    }


def _years_of_both(own: Growth, market: Growth, dates: pd.DatetimeIndex) -> float:
    return years_between(dates, np.where(np.isfinite(own.levels), market.levels, np.nan))
