"""``factor_report``: what a score says of later returns, session by session, whatever the market does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.types import Flags, Floats, Ints
from sectorlead.reports.formatting import percent
from sectorlead.reports.signals.factor_report import FactorReport
from sectorlead.reports.signals.result import studied
from sectorlead.reports.significance.corrections import holm
from sectorlead.reports.significance.of_signal import signal_verdict
from sectorlead.reports.significance.signals import Cases, SignalVerdict
from sectorlead.research.counted_signal import tried_with, years_of
from sectorlead.research.event_study.readings import Scored, check_score, identity_of, returns_after, values_of
from sectorlead.research.event_study.statistics import FIFTHS, cross_section, newey_west, rank_correlation
from sectorlead.strategies.scores.cross_section import rankable
from sectorlead.strategies.scores.window import Current, PullbackWindow

HORIZONS = (1, 5, 10, 20, 40, 60)
LEAST = 10
YEAR = 252


def factor_report(  # noqa: PLR0913  # what is asked
    score: Scored,
    panel: Panel,
    *,
    horizons: Sequence[int] = HORIZONS,
    rebalance: int = 20,
    cost_bps: float = 5.0,
    least: int = LEAST,
    pullbacks: PullbackWindow | None = None,
    name: str = "",
    trials: int | None = None,
) -> FactorReport:
    """Rank correlations of a score with later returns, by horizon, month, phase and group; fifths, turnover and costs.

    Parameters
    ----------
    score : Score, callable or array
        An array or frame has shape (T, N); row t uses rows <= t only.
    panel : Panel
    horizons : sequence of int
        Sessions.
    rebalance : int
        Sessions between two formations of the paper portfolio.
    cost_bps : float
        Cost of what is traded, basis points each way.
    least : int
        Series with a score and a return that a session needs to count.
    pullbacks : PullbackWindow, optional
        Which falls of the benchmark are pullbacks. Default: ``Current()``.
    name : str
        What to call the score; default: its repr or the name of its function.
    trials : int, optional
        As in ``event_study``.

    Returns
    -------
    FactorReport

    Raises
    ------
    ParameterError
        For horizons, counts or costs out of range, or a score of another shape than the panel.
    LookAheadError
        A score of one's own goes by later rows.

    Notes
    -----
    Grinold and Kahn, "Active Portfolio Management" (2000). Series are ranked once they are published
    (``Panel.published``) and have a bar. Sessions overlap, so the number of them is no number of independent cases:
    ``t_nw`` allows for that, ``t`` doesn't.

    Examples
    --------
    >>> import sectorlead as sl
    >>> found = factor_report(sl.Momentum(60), sl.simulate(seed=1, sessions=500), horizons=(5, 20))
    >>> found.table["horizon"].tolist()
    [5, 20]
    """
    steps = tuple(sorted({int(step) for step in horizons}))
    _check(steps, rebalance, cost_bps, least)
    check_score(score, panel)
    rows = np.arange(len(panel.sessions))
    values = np.array(rankable(panel, rows, values_of(score, panel, rows)), dtype=np.float64)
    values[~panel.has_bar] = np.nan
    later = returns_after(panel.last_adjusted_close, rows, steps)
    top, bottom = _outer_fifths(values)
    correlations, table = {}, []
    for step, after in zip(steps, later, strict=True):
        cross = cross_section(values, after, least)
        correlations[step] = cross.ic
        table.append(_row(step, cross.ic, cross.fifths, _turnover(top, bottom, step), cost_bps / 1e4, values))
    ic = pd.DataFrame(correlations, index=panel.sessions)
    window, identity = pullbacks or Current(), identity_of(score)
    name, tested = name or identity["text"], _tested(pd.DataFrame(table))
    asked = {"horizons": list(steps), "least": least}
    tried = tried_with(score, panel, "factor", (name, asked), tested, ("ic", "p_holm"))
    return FactorReport(
        name=name,
        score=identity,
        table=tested,
        ic=ic,
        months=ic.groupby(panel.sessions.to_period("M")).mean(),
        phases=_phases(ic, panel, window),
        groups=_groups(values, later, steps, panel),
        line=_paper_line(top, bottom, panel, rebalance, cost_bps / 1e4),
        gross=_paper_line(top, bottom, panel, rebalance, 0.0),
        rule="" if panel.benchmark is None else window.rule.sentence(),
        verdict=_verdict(tested, years_of(panel), tried if trials is None else trials),
        terms={"horizons": list(steps), "rebalance": rebalance, "cost_bps": cost_bps, "least": least},
        studied=studied(panel),
    )


def _tested(table: pd.DataFrame) -> pd.DataFrame:
    """With p-values of ``t_nw``, alone and by Holm over the horizons."""
    p = 2 * norm.sf(np.abs(table["t_nw"].to_numpy(np.float64)))
    at = list(table.columns).index("t_nw") + 1
    table.insert(at, "p", p)
    table.insert(at + 1, "p_holm", holm(p))
    return table


def _verdict(table: pd.DataFrame, years: float, trials: int) -> SignalVerdict:
    """What is left after correction for all horizons and all trials on the data."""
    columns = ("ic", "t_nw", "p", "p_holm")
    mean, t, alone, family = (table[name].to_numpy(np.float64) for name in columns)
    reach = np.abs(mean / t) * norm.ppf(0.975)
    beside = []
    if np.isfinite(alone).any():
        best = table.iloc[int(np.nanargmin(alone))]
        beside.append(
            f"At {int(best['horizon'])} sessions the highest fifth less the lowest made "
            f"{percent(best['spread'], 2, True)} in each horizon, {percent(best['net_spread'], 2, True)} after costs."
        )
    cases = Cases(
        names=tuple(f"{int(step)} sessions on" for step in table["horizon"]),
        kind="horizons",
        ic=mean,
        low=mean - reach,
        high=mean + reach,
        t=t,
        alone=alone,
        family=family,
        samples=table["sessions"].to_numpy(np.int64),
        unit="sessions",
        beta_out=False,
        few=f"{int(table['sessions'].max())} sessions with a rank correlation are too few for any horizon",
    )
    return signal_verdict(cases, years=years, trials=trials, beside=beside)


def _check(steps: tuple[int, ...], rebalance: int, cost_bps: float, least: int) -> None:
    if not steps or steps[0] < 1:
        raise ParameterError(f"horizons must be whole numbers of sessions >= 1, were {list(steps)!r}")
    for what, value, low in (("rebalance", rebalance, 1), ("least", least, FIFTHS), ("cost_bps", cost_bps, 0)):
        if not value >= low:
            raise ParameterError(f"{what} must be {low} or more, was {value!r}")


def _row(step: int, ic: Floats, fifths: Floats, turnover: Floats, cost: float, values: Floats) -> dict[str, float]:
    there = np.isfinite(ic)
    known = ic[there]
    n = len(known)
    deviation = known.std(ddof=1) if n > 1 else np.nan
    error = (newey_west(known, step - 1) / n) ** 0.5 if n > step else np.nan
    mean = known.mean() if n else np.nan
    row: dict[str, float] = {
        "horizon": step, "ic": mean, "icir": mean / deviation if deviation > 0 else np.nan,
        "t": mean / deviation * n**0.5 if deviation > 0 else np.nan, "t_nw": mean / error if error > 0 else np.nan,
        "hit": (known > 0).mean() if n else np.nan, "sessions": n,
    }  # fmt: skip
    means = fifths[there].mean(axis=0) if n else np.full(FIFTHS, np.nan)
    row |= {f"q{k + 1}": means[k] for k in range(FIFTHS)}
    renewed = turnover[np.isfinite(turnover)]
    row["spread"] = means[-1] - means[0]
    row["turnover"] = renewed.mean() if len(renewed) else np.nan
    row["net_spread"] = row["spread"] - 4 * cost * row["turnover"]  # two sides, each sold and bought
    both = np.isfinite(values[step:]) & np.isfinite(values[:-step])
    again = rank_correlation(values[step:], values[:-step], both)
    again = again[(both.sum(axis=1) >= FIFTHS) & np.isfinite(again)]
    row["rank_autocorrelation"] = again.mean() if len(again) else np.nan
    return row


def _outer_fifths(values: Floats) -> tuple[Flags, Flags]:
    """The series in the highest and in the lowest fifth of each session, each of shape (T, N)."""
    known = np.isfinite(values)
    count = known.sum(axis=1, keepdims=True)
    order = np.argsort(np.where(known, values, np.inf), axis=1, kind="stable")
    place = np.empty_like(order)
    np.put_along_axis(place, order, np.arange(1, values.shape[1] + 1)[None, :].repeat(len(values), axis=0), axis=1)
    fifth = np.where(known & (count >= FIFTHS), np.ceil(FIFTHS * place / np.maximum(count, 1)), 0)
    return fifth == FIFTHS, fifth == 1


def _turnover(top: Flags, bottom: Flags, step: int) -> Floats:
    """Share of the two outer fifths that was not in them ``step`` sessions before; NaN where one is empty."""
    out = []
    for side in (top, bottom):
        size = side[step:].sum(axis=1)
        stayed = (side[step:] & side[:-step]).sum(axis=1)
        there = (size > 0) & (side[:-step].sum(axis=1) > 0)
        out.append(np.where(there, 1 - stayed / np.maximum(size, 1), np.nan))
    mean: Floats = (out[0] + out[1]) / 2
    return mean


def _phases(ic: pd.DataFrame, panel: Panel, pullbacks: PullbackWindow) -> pd.DataFrame:
    if panel.benchmark is None:
        return pd.DataFrame()
    inside = pullbacks.pullbacks(panel).inside
    parts = {"inside": ic[inside], "outside": ic[~inside]}
    return pd.DataFrame({where: part.mean() for where, part in parts.items()}).T.assign(
        sessions=[len(part) for part in parts.values()]
    )


def _groups(values: Floats, later: Floats, steps: tuple[int, ...], panel: Panel) -> pd.DataFrame:
    groups = np.array(panel.groups, dtype=object)
    found = {}
    for group in sorted(set(groups.tolist()) - {""}):
        chosen = groups == group
        if chosen.sum() >= FIFTHS:
            found[group] = [
                float(np.nanmean(ic)) if np.isfinite(ic).any() else np.nan
                for ic in (cross_section(values[:, chosen], after[:, chosen], FIFTHS).ic for after in later)
            ]
    return pd.DataFrame.from_dict(found, orient="index", columns=list(steps))


def _paper_line(top: Flags, bottom: Flags, panel: Panel, rebalance: int, cost: float) -> pd.Series:
    """Growth of the highest less the lowest fifth, each formed at equal weights and left alone until the next time."""
    price = panel.last_adjusted_close
    growth = np.ones(len(price))
    both = np.flatnonzero(top.any(axis=1) & bottom.any(axis=1))
    if not len(both):
        return pd.Series(growth, panel.sessions, name="long-short")
    formed: Ints = np.arange(both[0], len(price) - 1, rebalance)
    if not len(formed):
        return pd.Series(growth, panel.sessions, name="long-short")
    before = np.zeros(price.shape[1])
    for start, stop in zip(formed, [*formed[1:], len(price)], strict=True):
        target = np.zeros(price.shape[1])
        for side, sign in ((top[start], 1.0), (bottom[start], -1.0)):
            if side.any():
                target[side] = sign / side.sum()
        level = growth[start] * (1 - cost * np.abs(target - before).sum())
        held = np.flatnonzero(target)
        path = price[start : min(stop + 1, len(price))][:, held] / price[start, held] - 1
        growth[start : start + len(path)] = level * (1 + path @ target[held])
        grown = target.copy()
        grown[held] *= 1 + path[-1]
        before = grown / max(1 + float(path[-1] @ target[held]), 1e-9)
    return pd.Series(growth, panel.sessions, name="long-short")
