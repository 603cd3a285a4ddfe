"""Nothing may change when only the future does: every score, weight, guard, schedule and library strategy."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from sectorlead.data.panel import Benchmark, Panel
from sectorlead.strategies import (
    LIBRARY,
    AlwaysIn,
    Equal,
    Every,
    Everything,
    Guard,
    InverseVolatility,
    Momentum,
    Monthly,
    Once,
    Pick,
    PullbackStrength,
    RandomScore,
    Reverse,
    Rotation,
    Score,
    TrendGuard,
    Weekly,
    Weigh,
    build,
)
from sectorlead.strategies.part import Part

VALUES: list[Score | Weigh | Guard] = [
    Everything(), Momentum(40), Momentum((5, 60), skip=7), RandomScore(3), Reverse(Momentum(20)),
    PullbackStrength("excess"), PullbackStrength("beta-adjusted", beta_window=60), PullbackStrength("down-capture"),
    PullbackStrength("beta-adjusted", 0.04, 0.0, 40, 20), PullbackStrength("down-capture", 0.04, 0.0, 40),
    Equal(), InverseVolatility(20), AlwaysIn(), TrendGuard(50),
]  # fmt: skip
SCHEDULES = [Once(), Every(9, 4), Weekly(), Weekly(2), Monthly(), Monthly(5)]
CUTS = (3, 61, 150, 233, 298)


def changed_after(panel: Panel, cut: int) -> Panel:
    """The same panel up to row ``cut``; other prices, gaps and factors after it."""
    rng = np.random.default_rng(cut)
    bars = np.arange(len(panel.sessions))[:, None] <= cut
    close = np.where(
        bars, panel.close, np.where(rng.random(panel.shape) < 0.1, np.nan, rng.uniform(10, 90, panel.shape))
    )
    old = panel.benchmark
    assert old is not None
    line = np.where(bars[:, 0], old.close, old.last_close[-1] * rng.uniform(0.5, 2, len(bars)))
    bench = Benchmark(old.symbol, old.name, old.open, old.high, old.low, line, old.volume, old.amount)
    factor = np.where(bars, panel.adj_factor, 3.0)
    return Panel(panel.sessions, panel.symbols, close, adj_factor=factor, known_from=panel.known_from, benchmark=bench)


def futures(panel: Panel, cut: int) -> Iterator[Panel]:
    """Panels that agree with ``panel`` up to row ``cut``."""
    yield panel.until(cut)
    yield Panel(
        panel.sessions[: cut + 1], panel.symbols, panel.close[: cut + 1], adj_factor=panel.adj_factor[: cut + 1],
        known_from=panel.known_from, benchmark=panel.benchmark.until(cut),
    )  # fmt: skip
    yield changed_after(panel, cut)


def value_moves(part: Score | Weigh | Guard, panel: Panel, cut: int) -> bool:
    """Whether any row up to ``cut`` moves in its last bit when only later rows do, or is not what ``at`` says."""
    rows = np.arange(cut + 1)
    here = part(panel)[rows]
    seen = [part(other)[rows] for other in futures(panel, cut)]
    seen += [
        part.at(panel.until(cut), rows),
        np.concatenate([part.at(panel.until(cut), rows[i : i + 1]) for i in rows]),
    ]
    return not all(np.array_equal(here, other, equal_nan=True) for other in seen)


def plan_moves(rule: Rotation, panel: Panel, cut: int) -> bool:
    """Whether a decision up to row ``cut``, the row before if the panel ends there, moves when only later rows do."""
    *shorter, changed = futures(panel, cut)
    pairs = [(rule.plan(panel, 2, cut), rule.plan(changed, 2, cut))]
    pairs += [(rule.plan(panel, 2, cut - 1), rule.plan(other, 2, cut - 1)) for other in shorter]
    return not all(
        np.array_equal(a, b, equal_nan=True) for mine, theirs in pairs for a, b in zip(mine, theirs, strict=True)
    )


@pytest.mark.parametrize("part", VALUES, ids=repr)
def test_no_value_sees_the_future(part, make_random) -> None:
    panel = make_random(11, 300, 7)
    assert np.isfinite(part(panel)).any()
    assert [cut for cut in CUTS if value_moves(part, panel, cut)] == []


@pytest.mark.parametrize("schedule", SCHEDULES, ids=repr)
def test_no_schedule_sees_prices_or_more_than_the_next_session(schedule, make_random) -> None:
    sessions = make_random(11, 300, 2).sessions
    whole = schedule.decision_sessions(sessions, 2)
    for cut in range(3, 300):
        assert np.array_equal(whole[:cut], schedule.decision_sessions(sessions[: cut + 1], 2)[:cut])


@pytest.mark.parametrize("name", LIBRARY)
def test_no_library_strategy_sees_the_future(name: str, make_random) -> None:
    panel = make_random(11, 300, 7)
    rules = [build(name)]
    if "schedule" in LIBRARY[name].build.__kwdefaults__:
        rules.append(build(name, schedule="weekly", weights="inverse-volatility", trend=40))
    for rule in rules:
        assert len(rule.plan(panel, 2, 298).rows) > 0
        assert [cut for cut in CUTS if plan_moves(rule, panel, cut)] == []


@dataclass(frozen=True)
class Tomorrow(Score):
    """Ranks on the next close."""

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.vstack((panel.close[1:] / panel.last_close[:-1], np.ones(panel.shape[1])))


@dataclass(frozen=True)
class WholeSample(Score):
    """Ranks on a z-score with the mean of the whole sample: a common mistake."""

    def __call__(self, panel: Panel) -> np.ndarray:
        return panel.close - np.nanmean(panel.close)


@pytest.mark.parametrize("cheat", [Tomorrow(), WholeSample()], ids=repr)
def test_the_sweep_catches_a_cheat(cheat: Score, make_random) -> None:
    panel = make_random(11, 300, 7)
    assert value_moves(cheat, panel, 150)
    assert plan_moves(Rotation(Reverse(Tomorrow()), schedule=Every(1)), panel, 150)


def everything_of(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("sectorlead."):
            yield child
        yield from everything_of(child)


def test_every_part_is_in_the_sweep() -> None:
    swept = {type(part) for part in (*VALUES, *SCHEDULES)} | {Rotation}
    abstract = {Score, Weigh, Guard, Pick}
    missing = {
        part.__name__
        for part in everything_of(Part)
        if part not in swept | abstract and not issubclass(part, Pick) and not part.__name__.startswith("_")
    }
    assert missing == set()
