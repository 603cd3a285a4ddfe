"""RRG-style rotation: coordinates worked by hand, the flaw of the open formula, a planted circle, causality."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators.rrg import Quadrant, RelativeRotation, RotationMap, quadrants
from sectorlead.strategies.indicators.rrg_statistics import dwell, forward_returns, transitions
from sectorlead.strategies.scores.rotation_quadrant import RotationQuadrant

TINY = {"window": 2, "smoothing": 1, "bar": 1}
BOTH = [RelativeRotation(), RelativeRotation("zscore")]
PREFER = ("leading", "improving", "crossing-into-improving")


def strength(values: np.ndarray | list[float], **more: list[float]) -> Panel:
    """A panel whose first series has these relative strengths, against a benchmark at 1."""
    columns = {"A": np.asarray(values, float), **{key: np.asarray(line, float) for key, line in more.items()}}
    days = pd.bdate_range("2020-01-01", periods=len(values))
    return Panel.from_frames(pd.DataFrame(columns, index=days), benchmark=pd.Series(1.0, index=days, name="B"))


def test_ema_form_by_hand() -> None:
    # EMA_2 has weights 1, 1/3, 1/9, 1/27: of 1, 2, 4, 2 it is 7/4, 43/13, 97/40 from the second session on.
    first, second, third = 100 * 2 / (7 / 4), 100 * 4 / (43 / 13), 100 * 2 / (97 / 40)
    got = RelativeRotation("ema", change=2, **TINY)(strength([1, 2, 4, 2]))
    assert got.ratio[:, 0] == pytest.approx([np.nan, first, second, third], nan_ok=True)
    up, down = 100 * second * 4 / (3 * second + first), 100 * third * 13 / (9 * third + 3 * second + first)
    assert up == pytest.approx(101.392758)
    assert got.momentum[:, 0] == pytest.approx([np.nan, np.nan, up, down], nan_ok=True)
    assert got.quadrant[:, 0].tolist() == [0, 0, Quadrant.LEADING, Quadrant.LAGGING]
    assert got.distance[2, 0] == pytest.approx(math.sqrt(20.930233**2 + 1.392758**2))
    southwest = 180 + math.degrees(math.atan((second - third) / (up - down)))
    assert got.heading[:, 0] == pytest.approx([np.nan, np.nan, np.nan, southwest], nan_ok=True)


def test_zscore_form_by_hand() -> None:
    # Of two values the later is one deviation above or below their mean.
    got = RelativeRotation("zscore", change=1, **TINY)(strength([1, 2, 4, 3]))
    assert got.ratio[:, 0] == pytest.approx([np.nan, 101, 101, 99], nan_ok=True)
    assert got.momentum[:, 0] == pytest.approx([np.nan, np.nan, np.nan, 100 - 2 / math.sqrt((0 + 4) / 2)], nan_ok=True)
    three = RelativeRotation("zscore", window=3, smoothing=1, change=1, bar=1)(strength([1, 2, 6]))
    assert three.ratio[2, 0] == pytest.approx(100 + 3 / math.sqrt((4 + 1 + 9) / 3))


@pytest.mark.parametrize(
    ("move", "degrees"),
    [((0, 1), 0), ((1, 1), 45), ((1, 0), 90), ((0, -1), 180), ((-1, 0), 270), ((-1.42e-14, 40), 0), ((0, 0), math.nan)],
)
def test_heading_is_a_compass(move: tuple[float, float], degrees: float, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tuple(pd.DataFrame([[101.0 - step], [101.0]]) for step in move)
    monkeypatch.setattr(RelativeRotation, "_averaged", lambda *_: path)
    assert RelativeRotation(bar=1)(strength([1, 1])).heading[1, 0] == pytest.approx(degrees, nan_ok=True)


def test_sides_of_the_centre() -> None:
    x = np.array([100.0, 100.0, 100.0, 99.9, 99.9, 100.1, np.nan])
    y = np.array([100.0, 100.1, 99.9, 100.0, 99.9, 99.9, 101.0])
    assert quadrants(x, y).tolist() == [5, 1, 2, 4, 3, 2, 0]


def test_the_open_formula_is_a_second_zscore_and_ours_is_not() -> None:
    window, rng = 14, np.random.default_rng(3)
    line = pd.Series(np.exp(np.cumsum(rng.normal(0, 0.02, 1000))))

    def scored(values: pd.Series) -> pd.Series:
        past = values.rolling(window)
        return (values - past.mean()) / past.std(ddof=0)

    ratio = (100 + scored(line)).dropna()
    for base in (ratio.iloc[0], ratio.iloc[500]):
        open_momentum = 100 + scored(100 * (ratio / base - 1))
        assert (open_momentum - (100 + scored(ratio))).abs().max() < 1e-9
    ours = RelativeRotation("zscore", window=window, smoothing=1, change=4, bar=1)(strength(line.to_numpy()))
    np.testing.assert_allclose(ours.ratio[window - 1 :, 0], ratio, atol=1e-9)
    momentum = pd.Series(ours.momentum[:, 0]).dropna()
    rose = ratio.diff(4)[momentum.index] > 0
    assert ((momentum > 100) == rose).all()
    assert ((open_momentum[momentum.index] > 100) == rose).mean() < 0.8
    assert (momentum - (100 + scored(ratio))[momentum.index]).abs().max() > 1


@pytest.mark.parametrize("rotation", BOTH, ids=repr)
def test_a_cycle_of_strength_goes_round_clockwise(rotation: RelativeRotation) -> None:
    got = rotation(strength(np.exp(0.1 * np.sin(2 * np.pi * np.arange(1500) / 250))))
    seen = got.quadrant[250:, 0]
    order = seen[np.flatnonzero(np.diff(seen, prepend=0))]
    assert len(order) >= 4 * 4
    assert all(later == now % 4 + 1 for now, later in itertools.pairwise(order))
    turned = np.diff(np.unwrap(got.heading[250:, 0], period=360)[[0, -1]])
    assert turned == pytest.approx(5 * 360, abs=10)
    went = transitions(got.quadrant[250:], changes_only=True)
    assert went.loc["leading", "weakening"] == went.loc["lagging", "improving"] == 1


@pytest.mark.parametrize("rotation", BOTH, ids=repr)
def test_what_moves_with_the_benchmark_stays_at_the_centre(rotation: RelativeRotation) -> None:
    panel = sl.simulate(sessions=400)
    line = panel.benchmark.close
    same = Panel(panel.sessions, ("X", "Y"), np.column_stack((line, line / 3)), benchmark=panel.benchmark)
    got = rotation(same)
    known = np.isfinite(got.momentum)
    assert known[-200:].all()
    assert (got.ratio[known] == 100).all()
    assert (got.momentum[known] == 100).all()
    assert (got.quadrant == np.where(known, Quadrant.CENTRE, Quadrant.UNKNOWN)).all()  # none of the four, and known
    assert (got.distance[known] == 0).all()
    assert np.isnan(got.heading).all()


@pytest.mark.parametrize("rotation", BOTH, ids=repr)
def test_units_do_not_matter(rotation: RelativeRotation, make_random) -> None:
    panel = make_random(4, 500, 5)
    once = rotation(panel)
    for factor, tolerance in ((0.125, 0.0), (7.3, 1e-8)):
        other = Panel(
            panel.sessions, panel.symbols, panel.close * factor, adj_factor=panel.adj_factor, benchmark=panel.benchmark
        )
        for a, b in zip(once, rotation(other), strict=True):
            np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


def test_warm_up_and_gaps_are_nan() -> None:
    values = np.exp(np.cumsum(np.random.default_rng(0).normal(0, 0.02, 60)))
    values[45] = np.nan
    for rotation, first in (
        (RelativeRotation("ema", 10, 2, 4, 2), 20 + 8 - 2),
        (RelativeRotation("zscore", 10, 2, 4, 2), 46),
    ):
        got = rotation(strength(values))
        missing = np.isnan(got.momentum[:, 0])
        assert missing[:first].all()
        assert not missing[max(first, 46) :].any()
        assert missing[45]
        assert ((got.quadrant[:, 0] == 0) == missing).all()
    assert not np.isnan(RelativeRotation("ema", 10, 2, 4, 2)(strength(values)).momentum[26, 0])


@pytest.mark.parametrize("part", [*BOTH, *(RotationQuadrant(prefer) for prefer in PREFER)], ids=repr)
def test_the_past_does_not_move(part: RelativeRotation | RotationQuadrant, make_random) -> None:
    panel = make_random(11, 420, 7)
    whole = part(panel)
    arrays_of = (lambda got: got) if isinstance(whole, RotationMap) else (lambda got: (got,))
    assert np.isfinite(arrays_of(whole)[0]).any()
    for cut in (0, 3, 89, 160, 233, 418):
        for a, b in zip(arrays_of(whole), arrays_of(part(panel.until(cut))), strict=True):
            assert a[: cut + 1].tobytes() == b.tobytes()


class Fixed(RelativeRotation):
    """Quadrants as given, momentum 100 plus the row."""

    given = np.array([], np.int8)

    def __call__(self, panel: Panel) -> RotationMap:
        rows = np.where(self.given > 0, np.arange(len(self.given)), np.nan)[:, None]
        return RotationMap(rows, 100 + rows, self.given[:, None], rows, 10 + rows)


def test_bad_values_say_what_is_allowed(make_small) -> None:
    with pytest.raises(ParameterError, match="smoothing must be less than window=3, was 3"):
        RelativeRotation(window=3, smoothing=3)
    with pytest.raises(ParameterError, match="change must be at least 2"):
        RelativeRotation(change=1, bar=1)
    with pytest.raises(ParameterError, match="must be a RelativeRotation"):
        RotationQuadrant(rotation="ema")  # type: ignore[arg-type]
    alone = make_small({"A": [1.0, 2.0]})
    with pytest.raises(DataError, match="needs a benchmark"):
        RelativeRotation()(alone)
    with pytest.raises(DataError, match="needs a benchmark"):
        forward_returns(alone, np.ones((2, 1), np.int8))
    with pytest.raises(DataError, match=r"shape \(2,\), the panel \(2, 1\)"):
        forward_returns(strength([1, 1]), np.ones(2, np.int8))
    for call in (
        lambda: transitions(np.ones(3, np.int8), 0),
        lambda: forward_returns(strength([1]), np.ones((1, 1)), 0),
    ):
        with pytest.raises(ParameterError, match="from 1 on, was 0"):
            call()
    whole = RelativeRotation()(strength([1, 2]))
    for look_back in (transitions, dwell):
        with pytest.raises(ParameterError, match=r"panel\)\.quadrant; was float64 of shape \(5, 2, 1\)"):
            look_back(whole)  # type: ignore[arg-type]


@pytest.mark.parametrize("rotation", BOTH, ids=repr)
def test_shenwan_sectors_against_chinext(rotation: RelativeRotation, shared_data) -> None:
    data = shared_data
    panel = sl.load(data / "cn_sw2021_l1" / "bars.csv.gz", benchmark=f"{data / 'cn_index' / 'bars.csv.gz'}:399006")
    got = rotation(panel)
    known = np.isfinite(got.momentum)
    assert known[200:].mean() > 0.9
    assert np.abs(got.ratio[known] - 100).max() < 25
    assert np.abs(got.momentum[known] - 100).max() < 12
    share = np.bincount(got.quadrant[known], minlength=5)[1:] / known.sum()
    assert (share > 0.1).all()
    went = transitions(got.quadrant, changes_only=True)
    assert went.loc["leading"].idxmax() == "weakening"
    assert went.loc["lagging"].idxmax() == "improving"
    assert dwell(got.quadrant)["mean"].between(8, 30).all()
    followed = forward_returns(panel, got.quadrant, 20)
    assert followed["mean"].abs().max() < 0.03
    assert followed.loc["all", "count"] == followed["count"].iloc[:4].sum()
    assert (followed["non_overlapping"] * 20 <= followed["count"] * 1.1 + 20).all()
