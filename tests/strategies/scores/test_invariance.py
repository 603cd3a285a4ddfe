"""Nothing but the past of the series counts: not the future, not the scale, not the other series."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import (
    MEASURES,
    Blend,
    Bottoming,
    Current,
    DownCapture,
    Excess,
    Filtered,
    Fixed,
    LastCompleted,
    LeadershipStreak,
    RecoveryFirst,
    Resilience,
    ResilienceT,
    RSDays,
    RSSlope,
    Score,
    Window,
)
from sectorlead.data.benchmark import Benchmark
from sectorlead.data.panel import Panel

SHORT = Current(0.04, 0.01, 40)
VARIANTS: list[Score] = [
    DownCapture(Fixed(20)), RSDays(LastCompleted(0.04, 0.01, 40)), Excess(Bottoming(0.04, 0.01, 40, quiet=2)),
    RecoveryFirst(Bottoming(0.04, 0.01, 40, quiet=2, then="last"), 20), RecoveryFirst(Fixed(30), 20), RSSlope(SHORT),
    Resilience(SHORT, 30, "one"), ResilienceT(Fixed(20), 30), ResilienceT(SHORT, 30),
]  # fmt: skip
ACROSS: list[Score] = [
    ResilienceT(SHORT, 30, "peers"), LeadershipStreak(20, 0.3), Blend(how="z", missing="any"), Filtered(Excess(SHORT)),
]  # fmt: skip
LOOKS_ACROSS = {"rps", "leadership-streak", "ranked", "z-score", "blend", "resilient-high-beta"}
OWN = [entry.make() for name, entry in MEASURES.items() if name not in LOOKS_ACROSS] + VARIANTS
ALL = [entry.make() for entry in MEASURES.values()] + VARIANTS + ACROSS
CUTS = (2, 41, 150, 297, 318)


@pytest.fixture(scope="module")
def panel(make_bars) -> Panel:
    return make_bars(11, 320, 6)


def changed_after(panel: Panel, cut: int) -> Panel:
    """The same market up to row ``cut``; other prices, gaps, factors and publication dates after it."""
    rng = np.random.default_rng(cut)
    past = np.arange(len(panel.sessions))[:, None] <= cut
    rise = np.where(past, 1.0, np.exp(rng.normal(0, 0.3, panel.shape)))
    rise[~past[:, 0]] *= np.where(rng.random((int((~past).sum()), panel.shape[1])) < 0.1, np.nan, 1.0)
    bars = {key: getattr(panel, key) * rise for key in ("open", "high", "low", "close")}
    old = panel.benchmark
    lift = np.where(past[:, 0], 1.0, np.exp(rng.normal(0, 0.3, len(past))))
    gem = {key: getattr(old, key) * lift for key in ("open", "high", "low", "close")}
    bench = Benchmark(old.symbol, old.name, **gem, volume=old.volume, amount=old.amount)
    factor = np.where(past, panel.adj_factor, 3.0)
    return Panel(panel.sessions, panel.symbols, **bars, adj_factor=factor, known_from=panel.known_from, benchmark=bench)


def moves(score: Score, panel: Panel, cut: int) -> bool:
    """Whether a row up to ``cut`` moves in its last bit when only later rows do, or isn't what ``at`` says of it."""
    rows = np.arange(cut + 1)
    here, view = score(panel)[rows], panel.until(cut)
    seen = [score(view), score(changed_after(panel, cut))[rows], score.at(view, rows)]
    some = rows[:: max(cut // 7, 1)]
    alone = np.concatenate([score.at(view, some[i : i + 1]) for i in range(len(some))])
    return not (np.array_equal(alone, here[some], equal_nan=True)) or any(
        not np.array_equal(here, other, equal_nan=True) for other in seen
    )


@pytest.mark.parametrize("score", ALL, ids=repr)
def test_no_measure_sees_the_future(score: Score, panel: Panel) -> None:
    assert np.isfinite(score(panel)).sum() > 20
    assert [cut for cut in CUTS if moves(score, panel, cut)] == []


@dataclass(frozen=True)
class FromTheTrough(Window):
    """From the realised trough: what a chart shows, and nobody knew."""

    def spans(self, panel: Panel):
        found = Fixed(5).spans(panel)
        trough = int(np.nanargmin(panel.benchmark.close))
        return found._replace(start=np.where(found.end > trough, trough, -1), sessions=None)


def test_the_sweep_catches_a_cheat(panel: Panel) -> None:
    assert any(moves(Excess(FromTheTrough()), panel, cut) for cut in CUTS)


def test_the_scale_of_a_series_changes_nothing(panel: Panel) -> None:
    @given(st.integers(0, 5), st.floats(1e-4, 1e4))
    @settings(max_examples=5, deadline=None)
    def check(column: int, scale: float) -> None:
        by = np.where(np.arange(6) == column, scale, 1.0)
        scaled = panel._replaced(**{key: getattr(panel, key) * by for key in ("open", "high", "low", "close")})
        for score in ALL:
            np.testing.assert_allclose(score(scaled), score(panel), rtol=1e-8, atol=1e-11, err_msg=repr(score))

    check()


def test_other_series_change_nothing_but_places(panel: Panel) -> None:
    @given(st.sets(st.integers(0, 5), min_size=1, max_size=5))
    @settings(max_examples=8, deadline=None)
    def check(kept: set[int]) -> None:
        columns = sorted(kept)
        alone = panel.select([panel.symbols[i] for i in columns])
        for score in OWN:
            np.testing.assert_array_equal(score(alone), score(panel)[:, columns], err_msg=repr(score))

    check()
