"""Against what pandas and numpy say in a line, and against loops that hold nothing but what was known."""

import numpy as np
import pandas as pd
import pytest

from sectorlead import (
    RPS,
    Beta,
    Bottoming,
    Current,
    DistanceFromHigh,
    DownCapture,
    DownDaysBeaten,
    DrawdownSpread,
    Excess,
    Fixed,
    LastCompleted,
    LeadershipStreak,
    MansfieldRS,
    Momentum,
    RecoveryFirst,
    RegressionMomentum,
    ResidualMomentum,
    ResilienceT,
    Retracement,
    RSDays,
    RSNewHigh,
    RSSlope,
    UpCapture,
    Window,
    WindowMeasure,
    ZScore,
)
from sectorlead.data.panel import Panel


@pytest.fixture(scope="module")
def whole(make_bars) -> Panel:
    """No gaps: a bar everywhere."""
    return make_bars(4, 300, 7, gaps=0.0)


@pytest.fixture(scope="module")
def frames(whole: Panel) -> tuple[pd.DataFrame, pd.Series]:
    return whole.frame("adjusted_close"), pd.Series(whole.benchmark.close, whole.sessions)


def agree(score, panel: Panel, expected: pd.DataFrame, rel: float = 1e-9) -> None:
    assert expected.notna().to_numpy().sum() > 500
    np.testing.assert_allclose(score(panel), expected.to_numpy(), rtol=rel, atol=1e-12)


def frame(panel: Panel, score) -> pd.DataFrame:
    return pd.DataFrame(score(panel), panel.sessions, panel.symbols)


def test_pandas_in_a_line(whole: Panel, frames) -> None:
    p, b = frames
    r, m, rs = np.log(p).diff(), np.log(b).diff(), p.div(b, axis=0)
    agree(Excess(Fixed(30)), whole, (p / p.shift(30)).div(b / b.shift(30), axis=0) - 1)
    agree(DrawdownSpread(Fixed(30)), whole, (p / p.rolling(31).max()).sub(b / b.rolling(31).max(), axis=0))
    agree(MansfieldRS(50), whole, (rs / rs.rolling(50).mean() - 1) * 100)
    agree(DistanceFromHigh(50), whole, p / p.rolling(50).max() - 1)
    agree(DistanceFromHigh(), whole, p / p.cummax() - 1)
    agree(RPS(20), whole, (p.pct_change(20).rank(axis=1) - 1) / (len(p.columns) - 1) * 100)
    beta = r.apply(lambda own: own.rolling(40).cov(m) / m.rolling(40).var())
    agree(Beta(40), whole, beta.fillna(frame(whole, Beta(40))))  # half the sessions would do
    gain = p.pct_change(20)
    agree(ZScore(Momentum(20)), whole, gain.sub(gain.mean(axis=1), axis=0).div(gain.std(axis=1, ddof=0), axis=0))
    fell = m < 0
    beaten = r.gt(m, axis=0)[fell].reindex(r.index).rolling(30, min_periods=1).mean()
    agree(DownDaysBeaten(Fixed(30)), whole, beaten.mask(p.shift(30).isna()))
    flags = (rs == rs.rolling(60).max()) & (p < p.rolling(60).max())
    agree(RSNewHigh(60), whole, (rs / rs.rolling(60).max() - 1).mask(flags, 1.0))
    lead = gain.rank(axis=1, ascending=False) <= 2  # ceil(0.2 * 7)
    runs = lead.apply(lambda on: on.groupby((~on).cumsum()).cumsum()).astype(float).where(gain.notna())
    agree(LeadershipStreak(20, 0.2), whole, runs)


def test_numpy_in_a_line(whole: Panel, frames) -> None:
    p, b = (np.log(line.to_numpy()) for line in frames)
    slope, trend, residual = RSSlope(Fixed(24))(whole), RegressionMomentum(25)(whole), ResidualMomentum(60)(whole)
    for t in range(60, 300, 17):
        for i in range(p.shape[1]):
            rows, year = slice(t - 24, t + 1), np.arange(25)
            assert slope[t, i] == pytest.approx(np.polyfit(year, (p[:, i] - b)[rows], 1)[0], rel=1e-9)
            a = np.polyfit(year, p[rows, i], 1)[0]
            fit = np.corrcoef(year, p[rows, i])[0, 1] ** 2
            assert trend[t, i] == pytest.approx((np.exp(250 * a) - 1) * fit, rel=1e-9)
            r, m = np.diff(p[t - 60 : t + 1, i]), np.diff(b[t - 60 : t + 1])
            (beta, _), left, *_ = np.polyfit(m, r, 1, full=True)
            assert residual[t, i] == pytest.approx((r - beta * m).mean() / np.sqrt(left[0] / 58), rel=1e-9)


def test_captures_are_morningstars(whole: Panel, frames) -> None:
    """With returns in months and a year of twelve, empyrical's ratio of annual returns is another number."""
    r, m = (line.pct_change() for line in frames)
    up, down = UpCapture(Fixed(40))(whole), DownCapture(Fixed(40))(whole)
    for t in range(60, 300, 29):
        own, market = r.iloc[t - 39 : t + 1], m.iloc[t - 39 : t + 1]
        for side, found in ((market > 0, up[t]), (market < 0, 1 - down[t])):
            mean = (1 + own[side]).prod() ** (1 / side.sum()) - 1
            assert found == pytest.approx((mean / ((1 + market[side]).prod() ** (1 / side.sum()) - 1)).to_numpy())


def by_loop(measure: WindowMeasure, panel: Panel, i: int, k: int, u: int) -> float:
    """The measure of symbol i over k+1..u, from its docstring."""
    bench = panel.benchmark
    p, b, bar = panel.last_adjusted_close[:, i], bench.last_close, panel.has_bar[:, i]
    days = [t for t in range(k + 1, u + 1) if bar[t] and bar[t - 1]]
    down = [t for t in range(k + 1, u + 1) if b[t] < b[t - 1]]
    up = [t for t in range(k + 1, u + 1) if b[t] > b[t - 1]]
    if isinstance(measure, Excess):
        return (p[u] / p[k]) / (b[u] / b[k]) - 1
    if isinstance(measure, DrawdownSpread):
        return p[u] / max(p[k : u + 1]) - b[u] / max(b[k : u + 1]) if p[k] == p[k] else np.nan
    if isinstance(measure, RSSlope):
        return np.polyfit(np.arange(u - k + 1), np.log(p / b)[k : u + 1], 1)[0] if p[k] == p[k] else np.nan
    if isinstance(measure, UpCapture | DownCapture | DownDaysBeaten):
        side = up if isinstance(measure, UpCapture) else down
        seen = [t for t in side if t in days]
        if not seen or 2 * len(seen) < len(side):
            return np.nan
        if isinstance(measure, DownDaysBeaten):
            return np.mean([p[t] / p[t - 1] > b[t] / b[t - 1] for t in seen])
        own, market = (np.prod([x[t] / x[t - 1] for t in seen]) ** (1 / len(seen)) - 1 for x in (p, b))
        return own / market if isinstance(measure, UpCapture) else 1 - own / market
    if isinstance(measure, RSDays):
        if not days or 2 * len(days) < u - k:
            return np.nan
        c, h, low, factor = (getattr(panel, key)[:, i] for key in ("close", "high", "low", "adj_factor"))
        shown = 0
        for t in days:
            place = (c[t] - low[t]) / (h[t] - low[t]) if h[t] > low[t] else np.nan
            theirs = (
                (bench.close[t] - bench.low[t]) / (bench.high[t] - bench.low[t]) if bench.high[t] > bench.low[t] else 1
            )
            shown += bool(
                (p[t] > p[t - 1] and b[t] < b[t - 1])
                or (low[t] * factor[t] > low[t - 1] * factor[t - 1] and bench.low[t] < bench.low[t - 1])
                or (place >= measure.upper and theirs <= measure.lower)
            )
        return shown / len(days)
    if p[k] != p[k]:
        return np.nan
    if isinstance(measure, Retracement):
        base, top = np.nanmin(p[max(k - measure.leg, 0) : k + 1]), max(p[k : u + 1])
        return -(top - p[u]) / (top - base) if top > base else np.nan
    if isinstance(measure, RecoveryFirst):
        peak = np.nanmax(p[max(k - measure.reach + 1, 0) : k + 1])
        back = [t for t in range(k + 1, u + 1) if p[t] >= peak]
        return u - back[0] + 1 if back else p[u] / peak - 1
    assert isinstance(measure, ResilienceT)
    past = [
        t for t in range(max(k - measure.beta_window + 1, 1), k + 1) if bar[t] and bar[t - 1] and b[t - 1] == b[t - 1]
    ]
    if 2 * len(past) < measure.beta_window:
        return np.nan
    r, m = (np.log([x[t] / x[t - 1] for t in past]) for x in (p, b))
    (beta, _), left, *_ = np.polyfit(m, r, 1, full=True)
    sigma = np.sqrt(left[0] / (len(past) - 2))
    return (
        sum(np.log(p[t] / p[t - 1]) - beta * np.log(b[t] / b[t - 1]) for t in range(k + 1, u + 1))
        / sigma
        / (u - k) ** 0.5
    )


WINDOWS = [Current(0.06, 0.02, 60), LastCompleted(0.06, 0.02, 60), Bottoming(0.06, 0.02, 60, quiet=3), Fixed(21)]
MEASURED = [Excess, DrawdownSpread, UpCapture, DownCapture, DownDaysBeaten, RSDays, RSSlope, Retracement, RecoveryFirst]


@pytest.mark.parametrize("window", WINDOWS, ids=repr)
def test_every_window_measure_equals_its_loop(window: Window, make_bars) -> None:
    for seed in (2, 6):
        panel = make_bars(seed, 220, 5, gaps=0.08)
        spans, row = window.spans(panel), np.random.default_rng(seed).permutation(220)[:40]
        for measure in (*(kind(window) for kind in MEASURED), ResilienceT(window, 40)):
            found = measure(panel)
            expected = np.full((len(row), 5), np.nan)
            for d, t in enumerate(row):
                for i in np.flatnonzero(panel.has_bar[t]):
                    if spans.start[t] >= 0:
                        expected[d, i] = by_loop(measure, panel, i, spans.start[t], spans.end[t])
            assert np.isfinite(expected).sum() > 20
            np.testing.assert_allclose(found[row], expected, rtol=1e-7, atol=1e-12, err_msg=repr(measure))
