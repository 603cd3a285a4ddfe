"""Market phases: every session of a drawn path, the properties of any path, and the ChiNext index."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.data.pullback import find_pullbacks
from sectorlead.strategies.exposure.guards import PhaseGuard
from sectorlead.strategies.indicators import phases
from sectorlead.strategies.indicators.phases import MarketPhases, Phase, summarise_phases

NAN = float("nan")
LETTERS = dict(zip("?APCBOR", Phase, strict=True))


def market(close: list[float] | np.ndarray, volume: list[float] | np.ndarray | None = None) -> Panel:
    """A panel whose benchmark has these closes, and no more than that if there is no volume."""
    line, blank = np.asarray(close, dtype=float), np.full(len(close), NAN)
    traded = blank if volume is None else np.where(np.isnan(line), NAN, np.asarray(volume, dtype=float))
    bench = Benchmark("B", "B", blank, blank, blank, line, traded, blank)
    return Panel(pd.bdate_range("2024-01-01", periods=len(line)), ("A",), np.ones((len(line), 1)), benchmark=bench)


def labels(rule: MarketPhases, close: list[float]) -> str:
    by_phase = {phase: letter for letter, phase in LETTERS.items()}
    return "".join(by_phase[Phase(phase)] for phase in rule(market(close)).phase)


# Thresholds of the drawn paths: a pullback from 90, a correction from 80, a bear market from 70, over at 98.
DRAWN = {
    "expire": 0, "overlap": "keep", "pullback": 0.1, "correction": 0.2, "bear": 0.3, "leave": 0.02, "window": 50,
    "bottoming": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        # Down and back: 92 is no way out of a pullback that began at 90, 98 is; 91 is no way into the next one.
        ([90, 100, 95, 90, 92, 89, 97, 98, 91, 90], "AAAPPPPAAP"),
        # It only deepens: 80 to 85 stays a correction, 70 to 79 a bear market.
        ([100, 89, 80, 85, 79, 70, 69, 79, 75, 68], "APCCCBBBBB"),
        # A fall through all three at once.
        ([100, 60], "AB"),
        # No new low for 3 sessions after 75: bottoming; a new low at 74 is a correction again, and 3 more sessions
        # bring it back. 76 is not above the 5 closes before it, the first of which is 76; 77 is.
        ([100, 88, 78, 75, 76, 76, 76, 76, 74, 75, 75, 75, 76, 77], "APCCCCOOCCCOOR"),
        # 91 is not so deep any more that the base is called bottoming.
        ([100, 99, 98, 97, 96, 79, 91, 91, 91, 91], "AAAAACCCCC"),
        # A recovery at 78, above 75, 71, 72, 73, 74; 10% under its high of 84 it has failed: a bear market at 69
        # by depth, from where the next recovery is above the closes of this second leg.
        ([100, 90, 75, 71, 72, 73, 74, 78, 84, 80, 69, 70, 69, 69, 71, 81], "APCCCCORRRBBBOOR"),
        # One that fails while only 24% under the peak: a correction, not the bear market it came from.
        ([100, 65, 66, 67, 66, 66, 68, 85, 76], "ABBBOORRC"),
        # Straight back to the peak from a bear market.
        ([100, 65, 99], "ABA"),
    ],
)
def test_a_drawn_path(path: list[float], expected: str) -> None:
    rule = MarketPhases(**DRAWN, recovery_high=5)
    assert labels(rule, path) == expected
    doubled = [2.0 * price for price in path]
    assert labels(rule, doubled) == expected
    assert labels(rule, [NAN, NAN, *path]) == "??" + expected


def test_the_peak_is_the_latest_of_the_window_and_ends_with_it() -> None:
    rule = MarketPhases(pullback=0.1, correction=0.2, bear=0.3, leave=0.02, window=4)
    found = rule(market([100, 100, 95, 94.95, 93, 84, 83, 83, 83, 86]))
    #             window's highest: 100 100 100 100 100  95 94.95 93 84 86: 84 is 11.6% under 95, a pullback; 86 is the
    # highest of four sessions, so it is over though 9.5% are missing.
    assert [Phase(phase).name[0] for phase in found.phase] == list("AAAAAPPPPA")
    assert found.peak.tolist() == [0, 1, 1, 1, 1, 2, 2, 2, 2, 9]
    assert found.drawdown == pytest.approx([0, 0, -0.05, -0.0505, -0.07, *(x / 95 - 1 for x in (84, 83, 83, 83)), 0])


def test_volatility_at_the_peak_is_the_unit() -> None:
    # Of the twelve moves up to the peak six are +1% and six are -1%: their deviation is 0.01 * sqrt(12 / 11), times
    # sqrt(20) is 4.67%. Depths are counted in it although the trailing deviation soon is several times as large.
    calm = 100 * np.exp(np.cumsum([0.0] + [0.01, -0.01] * 6 + [0.01]))
    unit = 0.01 * np.sqrt(12 / 11) * np.sqrt(20)
    peak = calm[-1]
    path = [*calm, *(peak * (1 - unit * depth) for depth in (0.99, 1.01, 1.99, 2.01, 2.99, 3.01))]
    rule = MarketPhases("volatility", volatility=12, recovery_high=60)
    assert labels(rule, path) == "?" * 12 + "AA" + "APPCCB"


def test_follow_through_day_by_hand() -> None:
    #         peak           new low, day 1  2    3    4     5      6
    close = [100, 90, 80, 75, 70, 71.0, 70.5, 72, 72.5, 74.5, 76.0, 78.0]
    volume = [10, 10, 10, 10, 10, 10, 10, 10, 9, 9, 8, 12]
    rule = MarketPhases(**DRAWN | {"bottoming": 20}, recovery_high=60, recover_on="either", follow_gain=0.02)
    # Row 7 gains 2.1% on day 3: too early. Row 8 is day 4 and gains 0.7%. Row 9 gains 2.8%, on no more volume. Row 10
    # gains 2.01% on less. Row 11 gains 2.6% on more: that is the day.
    found = rule(market(close, volume))
    assert np.flatnonzero(found.follow_through).tolist() == [11]
    assert found.phase[10:].tolist() == [Phase.BEAR, Phase.RECOVERY]
    # With the volume not known the gain of row 9 is enough, and the next of the same attempt is none.
    assert not found.follow_through[:11].any()  # known, and none
    late = rule(market([NAN, NAN, *close]))
    assert np.isnan(late.follow_through).tolist() == [True, True] + [False] * len(close)
    unknown = rule(market(close))
    assert np.flatnonzero(unknown.follow_through).tolist() == [9]
    by_high = MarketPhases(**DRAWN, recovery_high=60)
    assert np.flatnonzero(by_high(market(close)).follow_through).tolist() == [9]
    # A new low in row 7 starts the count again: row 8 is day 1, and row 11 the first day that can be one.
    lower = [*close[:7], 69, *close[8:]]
    assert np.flatnonzero(rule(market(lower)).follow_through).tolist() == [11]
    # The same days mean nothing to a recovery that is told by highs alone, though they are marked.
    marked = by_high(market(close, volume))
    assert np.flatnonzero(marked.follow_through).tolist() == [11]
    assert Phase.RECOVERY not in marked.phase


def test_trend_has_a_band() -> None:
    rule = MarketPhases(trend=3, trend_band=0.1, window=50)
    # Means of three closes from row 2 on: 100, 98, 94.3, 80, 79.3, 86: 94 of 98 is held, 89 of 94.3 still is, 57 of 80
    # is broken, 92 of 79.3 is held again, and 109 of 86.
    found = rule(market([100, 100, 100, 94, 89, 57, 92, 109]))
    assert found.trend == pytest.approx([NAN, NAN, 1, 1, 1, -1, 1, 1], nan_ok=True)
    assert rule(market([100, 100, 70, 80])).trend == pytest.approx([NAN, NAN, -1, -1], nan_ok=True)


def test_guard_by_phase() -> None:
    rule = PhaseGuard(0.9, 0.8, 0.7, 0.1, 0.2, 0.3, MarketPhases(**DRAWN, recovery_high=5))
    path = [NAN, 100, 88, 78, 75, 76, 76, 76, 76, 85, 60]
    assert rule(market(path)) == pytest.approx([NAN, 0.9, 0.8, 0.7, 0.7, 0.7, 0.7, 0.2, 0.2, 0.3, 0.1], nan_ok=True)
    assert rule.at(market(path), np.array([2, 9])).tolist() == [0.8, 0.3]
    with pytest.raises(ParameterError, match=r"PhaseGuard\.phases must be MarketPhases\(\.\.\.\), was 'bear'"):
        PhaseGuard(phases="bear")  # type: ignore[arg-type]


def test_summary_by_hand() -> None:
    phase = np.array([1, 1, 2, 1, 2, 2, 2, 4], dtype=np.int8)
    dwell, following = summarise_phases(phase)
    assert dwell.loc["advance"].tolist() == [3, 0.375, 2, 1.5, 1.5, 2]
    assert dwell.loc["pullback"].tolist() == [4, 0.5, 2, 2, 2, 3]
    assert dwell.loc["bear", ["sessions", "spells", "longest"]].tolist() == [1, 1, 1]
    assert dwell.loc["recovery"].isna().tolist() == [False, False, False, True, True, True]
    assert dwell["sessions"].sum() == 8
    assert following.loc["advance", "pullback"] == 2
    assert following.loc["pullback", ["advance", "bear"]].tolist() == [1, 1]
    assert following.to_numpy().sum() == 4
    with pytest.raises(ParameterError, match=r"such as MarketPhases\(\)\(panel\)\.phase; was Phases"):
        summarise_phases(MarketPhases()(market([1.0, 2.0])))  # type: ignore[arg-type]


def test_thresholds_out_of_order_are_refused() -> None:
    with pytest.raises(ParameterError, match=r"leave < pullback < correction < bear, was 0\.02, 0\.16, 0\.1, 0\.2"):
        MarketPhases(pullback=0.16)
    with pytest.raises(ParameterError, match=r'bear must be below 1 with unit="fixed"'):
        MarketPhases(pullback=1, correction=2, bear=3)
    with pytest.raises(ValueError, match="MarketPhases needs a benchmark"):
        MarketPhases()(Panel.from_frames(pd.DataFrame({"A": [1.0]}, index=pd.to_datetime(["2024-01-01"]))))


MOVES = st.lists(st.floats(-0.12, 0.12), min_size=1, max_size=120)
RULES = st.builds(
    MarketPhases, unit=st.sampled_from(["fixed", "volatility"]), window=st.sampled_from([3, 20, 250]),
    bottoming=st.integers(1, 6), recovery_high=st.integers(1, 10), volatility=st.sampled_from([3, 10]),
    recover_on=st.sampled_from(["either", "high", "follow-through"]), trend=st.sampled_from([2, 10]),
    expire=st.sampled_from([0, 1, 5, 30]), overlap=st.sampled_from(["drop", "keep"]),
)  # fmt: skip
FALLING = (Phase.PULLBACK, Phase.CORRECTION, Phase.BEAR)


@given(moves=MOVES, rule=RULES, gap=st.integers(0, 119), cut=st.integers(0, 119), scale=st.integers(-8, 8))
def test_any_path(moves: list[float], rule: MarketPhases, gap: int, cut: int, scale: int) -> None:
    close = 100 * np.exp(np.cumsum(moves))
    close[gap:][:1] = NAN
    volume = np.abs(np.sin(np.arange(len(close)))) + 1
    found = rule(market(close, volume))
    prefix = rule(market(close[: cut + 1], volume[: cut + 1]))
    scaled = rule(market(close * 2.0**scale, volume * 2.0**scale))
    for whole, part, same in zip(found, prefix, scaled, strict=True):
        assert np.array_equal(whole[: cut + 1], part, equal_nan=True)
        assert np.array_equal(whole, same, equal_nan=True)
    line = market(close).benchmark.last_close
    in_fall = found.phase > Phase.ADVANCE
    assert (found.drawdown[np.isfinite(found.drawdown)] <= 0).all()
    steps = list(zip(found.phase[:-1].tolist(), found.phase[1:].tolist(), strict=True))
    # What is falling comes up through bottoming, recovery or advance only, and a bottoming or recovery that fails is
    # a fall again.
    assert not [step for step in steps if step[0] in FALLING and step[1] in FALLING and step[1] < step[0]]
    assert not [step for step in steps if step[1] == Phase.BOTTOMING and step[0] not in (3, 4, 5)]
    assert not [step for step in steps if step[1] == Phase.RECOVERY and step[0] not in (3, 4, 5, 6)]
    if rule.unit == "fixed":
        expire = rule.expire or None
        known = find_pullbacks(close, window=rule.window, expire=expire, overlap=rule.overlap)
        falls = np.zeros(len(close), bool)
        for episode in known.episodes:
            falls[episode.entered : episode.over] = True
        assert np.array_equal(in_fall, falls)
        assert np.array_equal(found.peak[in_fall], known.peak[in_fall])
        assert not (found.phase == Phase.PULLBACK)[falls & ~known.inside].any()
    assert (line[found.peak[in_fall]] > line[in_fall]).all()


@given(moves=MOVES, rule=RULES)
def test_the_compiled_walk_equals_the_plain_one(moves: list[float], rule: MarketPhases) -> None:
    panel = market(100 * np.exp(np.cumsum(moves)), np.arange(len(moves)) % 3)
    with pytest.MonkeyPatch.context() as patch:
        found = rule(panel)
        patch.setattr(phases, "_walk", phases._walk.__wrapped__)
        plain = rule(panel)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(found, plain, strict=True))


def test_chinext(shared_data: Path) -> None:
    bars = pd.read_csv(shared_data / "cn_index" / "bars.csv.gz", dtype={"symbol": str}, parse_dates=["date"])
    bars = bars[bars["symbol"] == "399006"].set_index("date")
    panel = market(bars["close"].to_numpy(), bars["volume"].to_numpy())
    usual = MarketPhases()(panel).phase[bars.index.get_indexer(["2021-07-05", "2021-07-06"])]
    assert usual.tolist() == [Phase.ADVANCE, Phase.PULLBACK]  # the day the idea comes from
    older = {"window": 250, "expire": 0, "overlap": "keep"}
    depths = {"pullback": 0.08, "correction": 0.15, "bear": 0.25, "leave": 0.03}
    for rule in (MarketPhases(**depths, **older), MarketPhases("volatility", **older)):
        phase = pd.Series(rule(panel).phase, index=bars.index)
        assert set(phase) >= set(Phase) - {Phase.UNKNOWN}
        assert (phase["2015-05"] == Phase.ADVANCE).all()  # up to the top of 2015-06-03
        assert (phase["2015-07-03":"2015-07-08"] == Phase.BEAR).all()
        assert (phase["2018-08-06":"2018-08-24"] == Phase.BEAR).all()
        assert set(phase["2021-07"]) <= {Phase.ADVANCE, Phase.PULLBACK}
        assert (phase["2024-01"] == Phase.BEAR).all()
        assert phase["2024-10-08"] == Phase.ADVANCE  # the highest close of a year
        spells = summarise_phases(phase.to_numpy()).dwell["spells"].sum()
        assert spells < len(phase) / 20  # labels stay 20 sessions and more
