"""Candles: each pattern by hand on both sides of its bounds, TA-Lib's own answers, gaps, causality."""

import hashlib

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.benchmark import Benchmark
from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators.candles import Candles, Patterns

Bar = tuple[float, float, float, float]
USUAL: list[Bar] = [(100, 104, 98, 102)] * 10  # ten bars with a body of 2 and a range of 6
NO_BAR = (np.nan,) * 4


def panel_of(rows: list[Bar], factor: list[float] | None = None) -> Panel:
    """One series, and a benchmark, with these bars: open, high, low, close."""
    days = pd.bdate_range("2020-01-01", periods=len(rows))
    line = np.array(rows, float)
    blank = np.full(len(rows), np.nan)
    prices = dict(zip(("open", "high", "low", "close"), line[:, :, None].transpose(1, 0, 2), strict=True))
    scale = None if factor is None else np.array(factor, float)[:, None]
    return Panel(days, ("A",), adj_factor=scale, benchmark=Benchmark("B", "B", *line.T, blank, blank), **prices)


def last(rows: list[Bar], **parameters: float) -> dict[str, int]:
    """What the last bar completes."""
    got = Candles("series", **parameters)(panel_of(rows))
    return {key: int(signs[-1, 0]) for key, signs in got._asdict().items() if abs(signs[-1, 0]) == 1}


@pytest.mark.parametrize(
    ("before", "bar", "sign"),
    [
        ((102, 104, 98, 100), (99, 104, 98, 103), 1),  # white around black
        ((102, 104, 98, 100), (100, 104, 98, 103), 1),  # equal at the bottom
        ((102, 104, 98, 100), (100, 104, 98, 102), 0),  # equal at both ends covers nothing more
        ((102, 104, 98, 100), (99, 104, 98, 101.9), 0),
        ((102, 104, 98, 100), (103, 104, 98, 99), 0),  # black around black
        ((100, 104, 98, 102), (103, 104, 98, 99), -1),
        ((100, 104, 98, 102), (99, 104, 98, 103), 0),  # white around white
        ((101, 104, 98, 101), (102, 104, 98, 100), -1),  # no body at all is white
    ],
)
def test_engulfing(before: Bar, bar: Bar, sign: int) -> None:
    assert last([before, bar]).get("engulfing", 0) == sign


@pytest.mark.parametrize(
    ("bar", "found"),
    [
        ((100, 103, 98, 101), {"spinning_top": 1}),
        ((101, 103, 98, 100), {"spinning_top": -1}),
        ((100, 102, 98, 101), {}),  # the upper shadow is no longer than the body
        ((100, 105, 97, 102), {}),  # a body of 2 is no smaller than the mean of 2
        ((100, 102, 99, 100.5), {"doji": 1, "spinning_top": 1}),  # 0.5 <= a tenth of 6
        ((100, 102, 99.6, 100.5), {"doji": 1}),
        ((100, 102, 99, 100.7), {"spinning_top": 1}),
        ((98.5, 99.7, 96, 99.5), {"hammer": 1}),  # bottom 98.5 <= 98 + 0.2 * 6
        ((99.3, 100.4, 96.5, 100.2), {}),  # bottom 99.3 is above 99.2
        ((98.5, 100.2, 96, 99.5), {}),  # the shadow above is more than 0.6
        ((98.5, 99.7, 97.5, 99.5), {}),  # the shadow below is no longer than the body
    ],
)
def test_shapes_against_the_bars_before(bar: Bar, found: dict[str, int]) -> None:
    assert last([*USUAL, bar]) == found


def test_averages_need_all_their_bars_and_leave_out_the_bar_itself() -> None:
    assert last([*USUAL[1:], (100, 102, 99, 100.5)]) == {}
    # A range of 60 in the bar itself would make a body of 2 a doji if it counted.
    assert "doji" not in last([*USUAL, (100, 130, 70, 102)])


@pytest.mark.parametrize(
    ("bar", "found"),
    [
        ((105, 108, 103, 107), {"gap": 1}),
        ((105, 108, 104.5, 107), {"gap": 1, "full_gap": 1}),
        ((104, 108, 104, 107), {}),
        ((97, 99, 95, 96), {"gap": -1}),
        ((97, 97.5, 95, 96), {"gap": -1, "full_gap": -1}),
        ((98, 98, 95, 96), {}),
    ],
)
def test_gaps(bar: Bar, found: dict[str, int]) -> None:
    assert last([(100, 104, 98, 102), bar]) == found


@pytest.mark.parametrize(
    ("closed", "tick", "found"),
    [
        (4.79, 0.01, 1),  # 4.35 * 1.1 = 4.785, rounded half up
        (4.78, 0.01, 0),
        (3.92, 0.01, -1),  # 4.35 * 0.9 = 3.915
        (3.91, 0.01, -1),
        (3.93, 0.01, 0),
        (4.785, 0.001, 1),
        (4.784, 0.001, 0),
        (3.915, 0.001, -1),
    ],
)
def test_limit_days(closed: float, tick: float, found: int) -> None:
    opened = (4.35, 4.8, 3.9, closed)
    assert last([(4.35, 4.4, 4.3, 4.35), opened], limit=0.1, tick=tick).get("limit_day", 0) == found
    assert "sealed" not in last([(4.35, 4.4, 4.3, 4.35), opened], limit=0.1, tick=tick)
    one_price = last([(4.35, 4.4, 4.3, 4.35), (closed,) * 4], limit=0.1, tick=tick)
    assert one_price.get("sealed", 0) == one_price.get("limit_day", 0) == found
    assert "limit_day" not in last([(4.35, 4.4, 4.3, 4.35), opened])


def test_an_ex_date_is_no_gap_and_moves_the_limit() -> None:
    rows = [(10.0, 10.2, 9.8, 10.0), (5.0, 5.5, 4.95, 5.5)]
    got = Candles("series", limit=0.1)(panel_of(rows, factor=[1, 2]))
    assert got.gap.ravel() == pytest.approx([np.nan, 0], nan_ok=True)
    assert got.limit_day.ravel() == pytest.approx([np.nan, 1], nan_ok=True)
    # Half of 2.01 is 1.005, 100.4999... ticks as floats go: the rule means 1.01, and so an upper limit of 1.11.
    halves = [(2.01,) * 4, (1.0, 1.1, 1.0, 1.1)]
    assert not Candles("series", limit=0.1)(panel_of(halves, factor=[1, 2])).limit_day[1:].any()
    unadjusted = Candles("series", limit=0.1)(panel_of(rows))
    assert unadjusted.gap[1, 0] == unadjusted.limit_day[1, 0] == -1


@pytest.mark.parametrize(
    ("closes", "sign"),
    [
        ((100, 98, 100), 1),
        ((100, 98, 99.9), 0),
        ((100, 99, 101), 0),  # a fall of 1% is no plunge
        ((100, 102, 100), -1),
        ((100, 102, 100.1), 0),
        ((100, 98, 98.5, 100.5), 0),  # two sessions to regain it
    ],
)
def test_regaining_a_plunge(closes: tuple[float, ...], sign: int) -> None:
    rows = [(c, 110.0, 90.0, c) for c in closes]
    assert last(rows).get("regain", 0) == sign


def test_a_session_without_a_bar_is_skipped() -> None:
    bar = (98.5, 99.7, 96.0, 99.5)
    whole = [*USUAL, (102, 104, 98, 100), (99, 104, 98, 103), bar, (97, 99, 95, 95), (106, 108, 105, 107)]
    holes = [NO_BAR, NO_BAR]
    for bars in whole:
        holes += [bars, NO_BAR]
    full, gappy = Candles("series")(panel_of(whole)), Candles("series")(panel_of(holes))
    assert sum(int(np.nansum(np.abs(signs))) for signs in full) > 5
    for a, b in zip(full, gappy, strict=True):
        assert np.array_equal(b[2::2], a, equal_nan=True)
        assert np.isnan(b[:2]).all()
        assert np.isnan(b[3::2]).all()


def test_too_few_bars_is_not_known_and_enough_is_no_pattern() -> None:
    got = Candles("series", limit=0.1)(panel_of([*USUAL, *USUAL]))._asdict()
    first = {key: int(np.isnan(signs).argmin()) for key, signs in got.items()}
    assert first == {
        "engulfing": 1, "spinning_top": 10, "doji": 10, "hammer": 10, "gap": 1, "full_gap": 1, "limit_day": 1,
        "sealed": 1, "regain": 2,
    }  # fmt: skip
    assert all((signs[first[key] :] == 0).all() for key, signs in got.items())
    without = Candles("series")(panel_of([*USUAL]))
    assert np.isnan(without.limit_day).all()
    assert np.isnan(without.sealed).all()


def random_bars(seed: int, bars: int) -> list[np.ndarray]:
    """Open, high, low, close in whole ticks, so that sums are exact; a ``RandomState`` never changes its numbers."""
    rng = np.random.RandomState(seed)
    close = 20000 + np.cumsum(rng.randint(-9, 10, bars))
    opened = np.append(20000, close[:-1]) + rng.randint(-4, 5, bars)
    high = np.maximum(opened, close) + rng.randint(0, 8, bars)
    low = np.minimum(opened, close) - rng.randint(0, 8, bars)
    return [price.astype(float) for price in (opened, high, low, close)]


def fingerprint(got: Patterns) -> dict[str, tuple[int, int, str]]:
    """Bullish and bearish bars, and a hash of all signs from the bar on from which TA-Lib answers."""
    found = {}
    for key in ("engulfing", "spinning_top", "doji", "hammer"):
        signs = getattr(got, key)[12:].astype(np.int8)
        digest = hashlib.blake2b(signs.tobytes(), digest_size=8).hexdigest()
        found[key] = (int((signs > 0).sum()), int((signs < 0).sum()), digest)
    return found


# The answers of TA-Lib 0.8.2 (C library 0.8.1): numpy.sign(talib.CDLENGULFING(open, high, low, close)).astype("int8"),
# and CDLSPINNINGTOP, CDLDOJI, CDLHAMMER in the same way.
RANDOM = {
    "engulfing": (290, 380, "73c80c067e925cfc"),
    "spinning_top": (571, 352, "2082b91ffa78cc7e"),
    "doji": (782, 0, "5c1cb7b3b68b1e8a"),
    "hammer": (106, 0, "8c0cff289b87e56d"),
}
CHINEXT = {
    "engulfing": (244, 174, "b3388769fa99acf3"),
    "spinning_top": (318, 370, "7bd58b5c45d5d642"),
    "doji": (453, 0, "ac2005971dc449a9"),
    "hammer": (97, 0, "ca4e0cec5dcdee34"),
}


def test_talib_says_the_same_of_5000_random_bars() -> None:
    assert fingerprint(Candles()(panel_of(list(zip(*random_bars(20210707, 5000), strict=True))))) == RANDOM


def test_talib_says_the_same_of_chinext_and_july_2021_regains_its_plunge(shared_data) -> None:
    file = shared_data / "cn_index" / "bars.csv.gz"
    panel = sl.load(file, benchmark=f"{file}:399006")
    has_bar = np.isfinite(panel.benchmark.close)
    got = Candles()(panel)
    assert fingerprint(Patterns(*(signs[has_bar] for signs in got))) == CHINEXT
    # -1.8% on 6 July 2021 and +3.6% the day after.
    july = panel.sessions.get_loc("2021-07-07")
    assert got.regain[july - 1 : july + 2].tolist() == [0, 1, 0]


def random_panel(seed: int) -> Panel:
    """Series in cents with gaps, late starts and a changing factor, on a benchmark with bars and gaps."""
    rng = np.random.default_rng(seed)
    drawn = [np.array(random_bars(seed + i, 300)) / 100 for i in range(5)]
    prices = np.stack(drawn, axis=2)
    prices[:, rng.random((300, 5)) < 0.05] = np.nan
    prices[:, :40, 1] = np.nan
    prices[:, 200:, 2] = np.nan
    factor = np.where(np.arange(300)[:, None] < 150, 1.0, [1.0, 1.3, 1.0, 2.0, 0.7])
    line = prices[:, :, 4]
    blank = np.full(300, np.nan)
    return Panel(
        pd.bdate_range("2020-01-01", periods=300), tuple("ABCDE"), prices[3], *prices[:3], adj_factor=factor,
        benchmark=Benchmark("B", "B", *line, blank, blank),
    )  # fmt: skip


@pytest.mark.parametrize("candles", [Candles(plunge=0.002), Candles("series", plunge=0.002, limit=0.01)], ids=repr)
def test_the_past_does_not_move(candles: Candles) -> None:
    panel = random_panel(5)
    whole = candles(panel)
    assert sum(bool(np.nan_to_num(signs).any()) for signs in whole) >= 6
    for cut in (0, 1, 12, 149, 150, 298):
        for a, b in zip(whole, candles(panel.until(cut)), strict=True):
            assert np.array_equal(a[: cut + 1], b, equal_nan=True)


def test_neither_units_nor_an_earlier_start_nor_other_series_change_a_pattern() -> None:
    panel = random_panel(9)
    whole = Candles("series", 0.002)(panel)
    bars = {key: getattr(panel, key) for key in ("open", "high", "low", "close", "adj_factor")}
    bars["adj_factor"] = bars["adj_factor"] * 8
    halved = Panel(panel.sessions, panel.symbols, **{key: values / 4 for key, values in bars.items()})
    later = Panel(panel.sessions[100:], panel.symbols, **{key: values[100:] for key, values in bars.items()})
    for a, b, c, d in zip(
        whole, Candles("series", 0.002)(halved), Candles("series", 0.002)(later),
        Candles("series", 0.002)(panel.select(["D"])), strict=True,
    ):  # fmt: skip
        assert np.array_equal(a, b, equal_nan=True)
        assert np.array_equal(a[130:], c[30:], equal_nan=True)
        assert np.array_equal(a[:, 3:4], d, equal_nan=True)


def test_benchmark_and_series_are_read_alike() -> None:
    panel = panel_of(list(zip(*random_bars(2, 200), strict=True)))
    for a, b in zip(Candles()(panel), Candles("series")(panel), strict=True):
        assert a.shape == (200,)
        assert b.shape == (200, 1)
        assert np.array_equal(a, b[:, 0], equal_nan=True)


def test_what_it_needs_is_said(make_small) -> None:
    closes = make_small({"A": [1.0, 2.0]}, [1.0, 2.0])
    for of in ("series", "benchmark"):
        with pytest.raises(DataError, match=f"{of}.* has closes alone"):
            Candles(of)(closes)
    with pytest.raises(DataError, match="needs a benchmark"):
        Candles()(make_small({"A": [1.0, 2.0]}))
