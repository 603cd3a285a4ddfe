"""What every number in a run's summary is: its label, formula, unit, annualisation, when it is blank, where it is from.

One table; reports print the formula beside the number, and ``docs/metrics.md`` is this table.
"""

from __future__ import annotations

from typing import NamedTuple

PRICE_INDEX = "a price index leaves out dividends"

LINE_METRICS = ("total_return", "cagr", "volatility", "sharpe", "sortino", "max_drawdown", "drawdown_days", "calmar")
"""What any growth line has; the benchmark's are in ``summary`` with the prefix ``benchmark_``."""

LINE_DETAILS = (
    "cagr_sessions", "drawdown_fall_days", "drawdown_recovery_days", "ulcer_index", "var_95", "cvar_95", "skewness",
    "kurtosis", "tail_ratio", "positive_sessions", "positive_months",
)  # fmt: skip
"""What any growth line has beside ``LINE_METRICS``; ``summary`` has the strategy's."""

RELATIVE_METRICS = (
    "relative_return", "beta", "alpha", "tracking_error", "information_ratio", "up_capture", "down_capture", "hit_rate",
    "correlation", "treynor", "batting_average", "up_capture_sessions", "down_capture_sessions",
)  # fmt: skip
"""What needs a benchmark, but for ``break_even_cost_over_benchmark``."""

YEARLY = (
    "cagr", "cagr_sessions", "volatility", "sharpe", "sharpe_over_cash", "sortino", "calmar", "relative_return",
    "alpha", "treynor", "tracking_error", "information_ratio", "turnover", "cost_drag", "cash_drag",
)  # fmt: skip
"""What is given per year."""


class Definition(NamedTuple):
    """What a metric is called and means.

    Attributes
    ----------
    name : str
        Key in ``summary``.
    label : str
        For people.
    text : str
        The formula in one line.
    unit : str
        "fraction", "ratio", "per year", "days", "years", "sessions", "bps", "count" or "currency".
    format : str
        How Python prints it, as in ``format(value, definition.format)``.
    annualised : str
        By what it is given per year; "no" where it is not.
    blank : str
        When it is NaN.
    source : str
        Paper, rule, or "market practice".
    """

    name: str
    label: str
    text: str
    unit: str
    format: str
    annualised: str
    blank: str
    source: str


_LINE = (
    (
        "total_return", "Total return", "last equity over starting cash, less 1",
        "fraction", ".1%", "no", "never in a run", "GIPS",
    ),
    (
        "cagr", "CAGR", "compound growth per calendar year of 365.25 days",
        "fraction", ".1%", "calendar years", "no time between first and last", "GIPS; ffn",
    ),
    (
        "volatility", "Volatility", "standard deviation of session returns (ddof 1) × {root}",
        "fraction", ".1%", "{root}", "fewer than 2 returns", "market practice",
    ),
    (
        "sharpe", "Sharpe ratio", "mean / standard deviation of session returns × {root}; risk-free rate 0",
        "ratio", ".2f", "{root}", "no risk", "Sharpe (1994)",
    ),
    (
        "sortino", "Sortino ratio", "mean / root mean square of min(return, 0), all sessions × {root}",
        "ratio", ".2f", "{root}", "no return below 0", "Sortino, Price (1994)",
    ),
    (
        "max_drawdown", "Maximum drawdown", "deepest fall below an earlier peak, starting cash included",
        "fraction", ".1%", "no", "never in a run", "market practice",
    ),
    (
        "drawdown_days", "Longest drawdown", "calendar days from a peak until it was regained, or to the end",
        "days", ",.0f", "no", "never in a run", "market practice",
    ),
    (
        "calmar", "Calmar ratio", "CAGR / size of the maximum drawdown, whole run",
        "ratio", ".2f", "calendar years", "no drawdown", "after Young (1991), there 36 months",
    ),
)  # fmt: skip

_DETAILS = (
    (
        "cagr_sessions", "CAGR by sessions",
        "(last / first) ^ ({periods} / returns) − 1: {periods} sessions are a year",
        "fraction", ".1%", "{periods} sessions", "no return", "empyrical, quantstats",
    ),
    (
        "sharpe_over_cash", "Sharpe ratio over cash",
        "mean / standard deviation of session return − what cash earned × {root}",
        "ratio", ".2f", "{root}", "no cash rate given, or no risk", "Sharpe (1994)",
    ),
    (
        "drawdown_fall_days", "Fall of the deepest drawdown", "calendar days from its peak to its trough",
        "days", ",.0f", "no", "no drawdown", "market practice",
    ),
    (
        "drawdown_recovery_days", "Recovery from the deepest drawdown",
        "calendar days from its trough until its peak was regained",
        "days", ",.0f", "no", "no drawdown, or not regained", "market practice",
    ),
    (
        "ulcer_index", "Ulcer index", "root mean square of the drawdown after each session",
        "fraction", ".1%", "no", "no return", "Martin, McCann (1989)",
    ),
    (
        "var_95", "VaR 95%, historical",
        "5% quantile of session returns, linear interpolation; no distribution assumed",
        "fraction", ".2%", "no: one session", "fewer than 20 returns", "historical simulation; empyrical",
    ),
    (
        "cvar_95", "CVaR 95%, historical", "mean of the session returns at or below the historical VaR",
        "fraction", ".2%", "no: one session", "fewer than 20 returns", "Rockafellar, Uryasev (2000)",
    ),
    (
        "skewness", "Skewness", "third standardised moment of session returns, bias-corrected (G1)",
        "ratio", ".2f", "no", "fewer than 3 returns, or all equal", "Joanes, Gill (1998); pandas",
    ),
    (
        "kurtosis", "Excess kurtosis", "fourth standardised moment of session returns − 3, bias-corrected (G2)",
        "ratio", ".2f", "no", "fewer than 4 returns, or all equal", "Joanes, Gill (1998); pandas",
    ),
    (
        "tail_ratio", "Tail ratio", "size of the 95% quantile of session returns / size of the 5% quantile",
        "ratio", ".2f", "no", "fewer than 20 returns, or a 5% quantile of 0", "empyrical",
    ),
    (
        "positive_sessions", "Sessions up", "share of session returns above 0 among those other than 0",
        "fraction", ".1%", "no", "no return other than 0", "market practice; quantstats",
    ),
    (
        "positive_months", "Months up", "share of calendar months with a return above 0 among those other than 0",
        "fraction", ".1%", "no", "no return other than 0", "market practice; quantstats",
    ),
)  # fmt: skip

_RELATIVE = (
    (
        "relative_return", "Return over benchmark", "growth over the benchmark's, compounded per year",
        "fraction", ".1%", "calendar years", "no benchmark", "geometric excess return, Bacon (2008)",
    ),
    (
        "beta", "Beta", "least-squares slope of session returns on the benchmark's",
        "ratio", ".2f", "no", "no benchmark, or it is flat", "Sharpe (1964)",
    ),
    (
        "alpha", "Alpha", "(mean return − beta × mean benchmark return) × {periods}; arithmetic",
        "fraction", ".1%", "× {periods}", "no benchmark, or it is flat", "Jensen (1968)",
    ),
    (
        "tracking_error", "Tracking error", "standard deviation of return − benchmark's × {root}",
        "fraction", ".1%", "{root}", "no benchmark", "Grinold, Kahn (1999)",
    ),
    (
        "information_ratio", "Information ratio", "mean / standard deviation of return − benchmark's × {root}",
        "ratio", ".2f", "{root}", "no benchmark, or no tracking error", "Goodwin (1998)",
    ),
    (
        "up_capture", "Up capture", "geometric mean return, months the benchmark rose / its own",
        "ratio", ".2f", "no", "no benchmark, or it never rose", "Morningstar",
    ),
    (
        "down_capture", "Down capture", "the same for months the benchmark fell; below 1 lost less",
        "ratio", ".2f", "no", "no benchmark, or it never fell", "Morningstar",
    ),
    (
        "hit_rate", "Months ahead", "share of calendar months with a higher return than the benchmark",
        "fraction", ".1%", "no", "no benchmark", "batting average, by month",
    ),
    (
        "correlation", "Correlation", "Pearson's, of session returns with the benchmark's",
        "ratio", ".2f", "no", "no benchmark, or either is flat", "Pearson (1895)",
    ),
    (
        "treynor", "Treynor ratio", "mean return / beta × {periods}; risk-free rate 0",
        "fraction", ".1%", "× {periods}", "no benchmark, or no beta", "Treynor (1965)",
    ),
    (
        "batting_average", "Sessions ahead", "share of sessions with a higher return than the benchmark",
        "fraction", ".1%", "no", "no benchmark", "batting average, by session",
    ),
    (
        "up_capture_sessions", "Up capture by session",
        "geometric mean return, sessions the benchmark rose / its own; not annualised",
        "ratio", ".2f", "no", "no benchmark, or it never rose", "Morningstar's formula, on sessions",
    ),
    (
        "down_capture_sessions", "Down capture by session",
        "the same for sessions the benchmark fell; below 1 lost less",
        "ratio", ".2f", "no", "no benchmark, or it never fell", "Morningstar's formula, on sessions",
    ),
)  # fmt: skip

_TRADING = (
    (
        "exposure", "Exposure", "mean invested fraction of equity",
        "fraction", ".1%", "no", "never in a run", "market practice",
    ),
    ("holdings", "Holdings", "mean number of series held", "ratio", ".2f", "no", "never in a run", "market practice"),
    (
        "spells", "Holding spells", "times a series was held, from in to out, those still open included",
        "count", ",.0f", "no", "never in a run", "market practice",
    ),
    (
        "holding_mean", "Mean holding period", "mean sessions held, of the spells that ended",
        "sessions", ",.1f", "no", "no spell ended", "market practice",
    ),
    (
        "holding_median", "Median holding period", "median sessions held, of the spells that ended",
        "sessions", ",.1f", "no", "no spell ended", "market practice",
    ),
    (
        "positive_spells", "Holdings that gained",
        "share of spells with sales and last value above purchases and fees",
        "fraction", ".1%", "no", "nothing held", "hit rate by trade",
    ),
    (
        "positive_series", "Series that gained",
        "share of the series ever held whose spells together gained after fees",
        "fraction", ".1%", "no", "nothing held", "hit rate by sector",
    ),
    (
        "turnover", "Turnover", "one way: half of all bought and sold / mean equity / years",
        "per year", ",.1f", "calendar years", "no time in the run", "market practice",
    ),
    (
        "cost_drag", "Cost drag", "all costs with slippage / mean equity / years",
        "fraction", ".1%", "calendar years", "no time in the run", "market practice",
    ),
    (
        "cost_per_traded", "Cost per traded value", "all costs with slippage / all bought and sold",
        "bps", ",.1f", "no", "nothing traded", "market practice",
    ),
    (
        "break_even_cost", "Break-even cost",
        "cost per traded value, in place of the costs paid, at which the total return is 0, same weights",
        "bps", ",.1f", "no", "nothing traded, or ruin", "market practice",
    ),
    (
        "break_even_cost_over_benchmark", "Break-even cost over benchmark",
        "the same at which the total return is the benchmark's; negative lags without any cost",
        "bps", ",.1f", "no", "no benchmark, nothing traded, or ruin", "market practice",
    ),
    (
        "capacity", "Capacity", "equity at which the median fill is 10% of its bar's traded amount",
        "currency", ",.0f", "no", "no fill with an amount in currency", "market practice",
    ),
    (
        "capacity_tight", "Capacity, tightest fills",
        "equity at which 19 of 20 fills are at most 10% of their bars' traded amounts",
        "currency", ",.0f", "no", "no fill with an amount in currency", "market practice",
    ),
    ("interest", "Interest", "what idle cash earned", "currency", ",.0f", "no", "never in a run", "the ledger"),
    (
        "unintended_cash", "Unintended cash", "mean cash weight less what the target left in cash",
        "fraction", ".1%", "no", "never in a run", "`engine.cash_drag`",
    ),
    (
        "cash_drag", "Cash drag", "effect of unintended cash / mean equity / years; negative cost money",
        "fraction", ".1%", "calendar years", "no time in the run", "`engine.cash_drag`",
    ),
)  # fmt: skip

_LEDGER = (
    ("cost_total", "Costs", "commission, duties, fees and slippage", "currency", ",.0f"),
    ("cost_commission", "Commission", "sum over fills", "currency", ",.0f"),
    ("cost_stamp_duty", "Stamp duty", "sum over fills", "currency", ",.0f"),
    ("cost_transfer_fee", "Transfer fee", "sum over fills", "currency", ",.0f"),
    ("cost_handling_fee", "Handling fee", "sum over fills; 0 where the commission includes it", "currency", ",.0f"),
    ("cost_levy", "Levy", "sum over fills; 0 where the commission includes it", "currency", ",.0f"),
    ("cost_slippage", "Slippage", "sum over fills; already inside the fill prices", "currency", ",.0f"),
    ("fills", "Fills", "orders that traded, in whole or part", "count", ",.0f"),
    ("rejections", "Shortfalls", "orders not filled, or not in full, each session counted", "count", ",.0f"),
    ("decisions", "Decisions", "sessions after whose close the strategy chose a portfolio", "count", ",.0f"),
    ("starting_cash", "Starting cash", "before the first session", "currency", ",.0f"),
    ("final_equity", "Final equity", "after the last close", "currency", ",.0f"),
    ("years", "Years", "calendar years of 365.25 days, from the session before the first return", "years", ",.1f"),
    ("sessions", "Sessions", "returns in the run", "count", ",.0f"),
    ("periods_per_year", "Periods per year", "annualises session returns; from the median gap", "ratio", ",.0f"),
)


def definitions(periods: float = 252.0) -> dict[str, Definition]:
    """Every name in ``summary`` with its definition; ``periods`` is printed in what is annualised by sessions."""
    ledger = ((*row, "no", "never in a run", "the ledger") for row in _LEDGER)
    shown = {"root": f"√{periods:g}", "periods": f"{periods:g}"}
    rows = (*_LINE, *_DETAILS, *_RELATIVE, *_TRADING, *ledger)
    own = {row[0]: Definition(*(cell.format_map(shown) for cell in row)) for row in rows}
    text = f"as for the strategy, from the benchmark's closes; {PRICE_INDEX}"
    market = {
        f"benchmark_{name}": own[name]._replace(
            name=f"benchmark_{name}", label=f"Benchmark: {own[name].label}", text=text, blank="no benchmark"
        )
        for name in LINE_METRICS
    }
    return own | market
