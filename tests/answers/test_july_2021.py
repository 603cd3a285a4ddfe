"""7 July 2021, the day the idea comes from: ChiNext, the Shenwan sectors and thirteen themes, by known numbers.

The numbers were worked out by independent code; what each indicator is asked stands beside them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.panel import Panel

DAY, BEFORE, PEAK = "2021-07-07", "2021-07-06", "2021-06-30"


@pytest.fixture(scope="module")
def chinext(shared_data: Path) -> Panel:
    file = shared_data / "cn_index" / "bars.csv.gz"
    return sl.load(file, benchmark=f"{file}:399006")


@pytest.fixture(scope="module")
def sectors(shared_data: Path) -> Panel:
    bench = f"{shared_data}/cn_index/bars.csv.gz:399006"
    return sl.load(shared_data / "cn_sw2021_l1" / "bars.csv.gz", benchmark=bench)


@pytest.fixture(scope="module")
def themes(shared_data: Path) -> Panel:
    bench = f"{shared_data}/cn_index/bars.csv.gz:399006"
    return sl.load(shared_data / "cn_themes_2021" / "bars.csv.gz", benchmark=bench)


def row(panel: Panel, day: str) -> int:
    return int(panel.sessions.get_loc(day))


def percent(panel: Panel, values: np.ndarray) -> pd.Series:
    """By name, in percent to two digits, the highest first."""
    return pd.Series(100 * values, list(panel.names)).dropna().sort_values(ascending=False).round(2)


def test_the_benchmark_s_candle(chinext: Panel) -> None:
    day = sl.Candles().table(chinext.until(row(chinext, DAY))).loc["399006"]
    assert round(100 * day["change"], 2) == 3.57
    assert day[["engulfing", "regain", "closes", "candles"]].tolist() == [1, 1, 1, 1]
    line = chinext.benchmark
    at = row(chinext, DAY)
    moves = line.close[1:] / line.close[:-1] - 1
    assert (moves[row(chinext, "2021-04-19") : at - 1] < moves[at - 1]).all()
    assert moves[row(chinext, "2021-04-19") - 1] > moves[at - 1]
    assert round(line.close[at - 2], 2) == 3352.12 < line.close[at]
    assert round(100 * (line.volume[at] / line.volume[at - 1] - 1), 2) == -6.52
    assert round(100 * (line.close[at] / line.close[row(chinext, PEAK)] - 1), 2) == -1.94
    assert sl.MarketPhases()(chinext).follow_through[at] == 0  # known, and none: it rose on less volume


@pytest.mark.parametrize(
    ("sessions", "mean", "above", "low"),
    [(20, 3312, 2.94, -1.86), (60, 3128, 8.99, 3.92), (120, 3059, 11.45, 6.02), (250, 2873, 18.67, 12.96)],
)
def test_means_and_support(chinext: Panel, sessions: int, mean: float, above: float, low: float) -> None:
    at, line = row(chinext, DAY), pd.Series(chinext.benchmark.close)
    average = line.rolling(sessions).mean()[at]
    assert (round(average), round(100 * (line[at] / average - 1), 2)) == (mean, above)
    found = sl.Support(sessions)(chinext)
    assert (round(100 * found.margin[at], 2), found.held[at]) == (low, low > 0)
    assert found.low[at] == row(chinext, BEFORE)


def test_how_often_support_had_held(chinext: Panel) -> None:
    for mean, undercut in ((120, 5), (250, 1)):
        table = sl.Support(mean).table(chinext.until(row(chinext, DAY)))
        since = table[table["entered"] >= "2019"]
        assert (len(since), (since["answer"] == "undercut").sum()) == (13, undercut)


def test_the_pullback(sectors: Panel) -> None:
    found = sl.Current().pullbacks(sectors.until(row(sectors, DAY)))
    last = found.episodes[-1]
    assert (last.peak, last.entered, last.left) == tuple(row(sectors, day) for day in (PEAK, BEFORE, DAY))
    line = sectors.benchmark.close
    assert round(100 * (line[last.entered] / line[last.peak] - 1), 2) == -5.33


def test_who_led_on_the_day(sectors: Panel) -> None:
    at = row(sectors, DAY)
    table = sl.Candles("series").table(sectors.until(at))
    led = percent(sectors, table["change"].to_numpy())
    assert led.head(3).to_dict() == {"电力设备": 5.12, "钢铁": 3.22, "有色金属": 2.71}
    breadth = sl.Breadth(mean=20, high=60)(sectors)
    shares = np.array([breadth.up[at], breadth.above_mean[at], breadth.at_high[at]])
    assert np.round(27 * shares).tolist() == [22, 12, 4]
    closes = pd.Series(table["closes"].to_numpy(), list(sectors.names))
    assert closes[["有色金属", "商贸零售", "基础化工", "建筑装饰", "医药生物"]].tolist() == [4, 5, 3, 3, 1]


def test_who_was_ahead_in_the_pullback(sectors: Panel) -> None:
    at = np.array([row(sectors, BEFORE)])
    ahead = percent(sectors, sl.Excess().at(sectors, at)[0])
    assert ahead.head(6).to_dict() == {
        "有色金属": 11.00, "商贸零售": 7.00, "房地产": 6.92, "基础化工": 6.08, "建筑装饰": 5.80, "银行": 5.59,
    }  # fmt: skip
    after = percent(sectors, sl.Resilience().at(sectors, at)[0])
    assert after[ahead.index[:6]].tolist() == [8.24, 1.76, 1.41, 3.48, 0.26, 0.91]
    beta = pd.Series(sl.Beta().at(sectors, np.array([row(sectors, PEAK)]))[0], list(sectors.names)).round(2)
    assert beta[ahead.index[:6]].tolist() == [0.60, 0.09, 0.04, 0.56, 0.02, 0.17]


def test_with_defaults_non_ferrous_metals_rank_first(sectors: Panel) -> None:
    strength = percent(sectors, sl.PullbackStrength().at(sectors, np.array([row(sectors, BEFORE)]))[0])
    assert strength.index[0] == "有色金属"


def test_with_defaults_lithium_and_rare_earth_magnets_are_the_first_two(themes: Panel) -> None:
    at = np.array([row(themes, BEFORE)])
    strength = percent(themes, sl.PullbackStrength().at(themes, at)[0])
    assert set(strength.index[:2]) == {"锂矿", "稀土永磁"}
    assert percent(themes, sl.Excess().at(themes, at)[0]).to_dict() == {
        "锂矿": 20.00, "稀土永磁": 18.73, "磷化工": 10.80, "银行": 6.96, "石油": 5.09, "煤炭": 4.43, "锂电池": 3.97,
        "白酒": 2.20, "芯片": 2.11, "数字货币": -0.32, "医疗": -1.89, "光伏": -2.47, "CRO": -8.04,
    }  # fmt: skip


def test_themes_on_the_day(themes: Panel) -> None:
    at = row(themes, DAY)
    table = sl.Candles("series").table(themes.until(at))
    change = percent(themes, table["change"].to_numpy())
    assert change.to_dict() == {
        "锂电池": 11.85, "光伏": 7.98, "医疗": 7.10, "稀土永磁": 6.94, "CRO": 5.07, "锂矿": 4.39, "芯片": 3.09,
        "磷化工": 1.79, "白酒": 1.33, "银行": -0.51, "数字货币": -0.82, "石油": -1.16, "煤炭": -1.63,
    }  # fmt: skip
    closes = pd.Series(table["closes"].to_numpy(), list(themes.names))
    assert closes[["稀土永磁", "锂矿", "磷化工"]].tolist() == [4, 4, 3]
    highs = percent(themes, sl.DistanceFromHigh()(themes)[at])
    assert set(highs.index[highs == 0]) == {"锂电池", "锂矿", "稀土永磁", "磷化工"}


def test_who_rose_on_the_day_of_the_plunge(themes: Panel) -> None:
    """On Friday 2021-07-02 ChiNext lost 3.52%: the window of the last plunge begins before it."""
    at = row(themes, "2021-07-02")
    assert sl.LastPlunge().spans(themes).start[at] == at - 1
    rose = percent(themes, sl.Candles("series").table(themes.until(at))["change"].to_numpy())
    assert rose[rose > 0].to_dict() == {"稀土永磁": 7.02, "锂矿": 2.30, "石油": 0.21, "锂电池": 0.05}
    one_day = sl.Excess(sl.Fixed(1)).at(themes, np.array([at]))[0]
    expected = (1 + rose[["稀土永磁", "锂矿"]] / 100) / (1 - 0.0352) - 1
    assert percent(themes, one_day)[["稀土永磁", "锂矿"]].tolist() == pytest.approx((100 * expected).tolist(), abs=0.02)
    regained = sl.RecoveryFirst(sl.LastPlunge(), reach=1).at(themes, np.array([row(themes, DAY)]))[0]
    days = pd.Series(regained, list(themes.names))
    assert days[["稀土永磁", "锂矿", "锂电池", "石油"]].tolist() == [4, 4, 4, 4]  # they never fell: at once
    assert (days.drop(["稀土永磁", "锂矿", "锂电池", "石油"]) < 4).all()


def test_days_like_it(chinext: Panel) -> None:
    """Engulfing, and +3% or more, before that day: what ChiNext did in the 5 and 20 sessions after, and after any."""
    at = row(chinext, DAY)
    assert np.isfinite(chinext.benchmark.close[: at + 1]).all()
    line, engulfing = chinext.benchmark.close[: at + 1], sl.Candles()(chinext.until(at)).engulfing
    moves = np.append(np.nan, line[1:] / line[:-1] - 1)
    days = np.flatnonzero((engulfing == 1) & (moves >= 0.03))
    assert (len(days), days[-1]) == (25, at)
    for horizon, like, always in ((5, 0.64, 0.33), (20, 1.81, 1.35)):
        after = line[horizon:] / line[:-horizon] - 1
        assert round(100 * after[days[:-1]].mean(), 2) == like
        assert round(100 * after.mean(), 2) == always
