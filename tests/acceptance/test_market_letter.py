"""A market letter of 7 July 2021, row by row, told from data: what it said is true, nearly, not, or not known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.data.panel import Panel
from sectorlead.reports.brief.series import Group, Strength
from sectorlead.research.brief.result import Brief

DAY = "2021-07-07"
GROWTH = {"801730", "801080", "801750", "801770", "801150", "801740"}
VALUE = {"801780", "801790", "801180", "801720", "801170", "801160"}
GROUPS = dict.fromkeys(sorted(GROWTH), "growth") | dict.fromkeys(sorted(VALUE), "value")
EVENTS = (
    {"date": "2021-07-02", "name": "a draft on clinical trials", "symbols": ["T04"]},
    {"date": "2021-07-15", "name": "a cut of reserves takes effect"},
)


def near(value: float) -> Any:
    """A figure that was published in per cent with two digits."""
    return pytest.approx(value / 100, abs=0.0000501)


@pytest.fixture(scope="module")
def panel(shared_data: Path) -> Panel:
    bench = f"{shared_data}/cn_index/bars.csv.gz:399006"
    return sl.load(shared_data / "cn_sw2021_l1" / "bars.csv.gz", benchmark=bench)


@pytest.fixture(scope="module")
def further(shared_data: Path) -> dict[str, Any]:
    names = pd.read_csv(shared_data / "cn_stocks_2021_06" / "names.csv", dtype=str)
    return {
        "themes": sl.load(shared_data / "cn_themes_2021" / "bars.csv.gz"),
        "stocks": sl.load(shared_data / "cn_stocks_2021_06" / "bars.parquet"),
        "indices": sl.load(shared_data / "cn_index" / "bars.csv.gz"),
        "names": dict(zip(names["symbol"], names["name"], strict=True)),
    }


@pytest.fixture(scope="module")
def told(panel: Panel, further: dict[str, Any]) -> Brief:
    return sl.brief(
        panel, DAY, **further, groups=GROUPS, pairs=[("T02", "T03")], events=EVENTS, rules=["pullback-leaders"]
    )


@pytest.fixture(scope="module")
def sectors(told: Brief) -> dict[str, Strength]:
    assert told.held_up is not None
    return {row.name: row for row in told.held_up.rows}


@pytest.fixture(scope="module")
def themes(told: Brief) -> dict[str, Strength]:
    assert told.themes is not None
    return {row.name: row for row in told.themes.rows}


def group(told: Brief, of: str, name: str) -> Group:
    rows = next(each.rows for each in told.groups if each.of == of)
    return next(row for row in rows if row.name == name)


def test_s1_chinext_and_divergence(told: Brief) -> None:
    """ChiNext rose 3.57% while CSI 300 rose 1.13%; five sessions from its high, on less volume than before."""
    day = told.benchmark
    assert (round(day.close, 2), f"{day.largest_since:%F}") == (3409.59, "2021-04-19")
    assert day.change == near(3.57)
    assert next(each.change for each in day.beside if each.symbol == "000300") == near(1.13)
    assert (f"{day.top.date:%F}", day.since_top) == ("2021-06-30", 5)
    assert day.from_top == near(-1.94)
    assert day.volume_change == near(-6.52)
    assert day.follow_through is False


def test_s2_candles(told: Brief) -> None:
    """The candle engulfs that of 6 July, and the close takes back its fall."""
    assert {sign.name: sign.sign for sign in told.benchmark.candle} == {"engulfing": 1, "regain": 1}
    assert round(told.benchmark.regained.close, 2) == 3352.12
    assert pd.Timestamp("2021-07-05") in [close.date for close in told.benchmark.reclaimed]
    assert told.benchmark.bars.dates[-1] == pd.Timestamp(DAY)
    assert len(told.benchmark.bars.close) == 60


def test_s3_breadth_of_stocks_and_limit_ups(told: Brief) -> None:
    series, stocks = told.breadth.series, told.breadth.stocks
    assert (series.known, series.up, series.above_mean, len(series.at_high)) == (27, 22, 12, 4)
    assert [(each.name, each.today) for each in series.best] == [
        ("电力设备", near(5.12)), ("钢铁", near(3.22)), ("有色金属", near(2.71)),
    ]  # fmt: skip
    today, before = stocks.today, stocks.before
    assert (today.stocks, today.up, today.down, today.flat) == (4195, 2229, 1766, 200)
    assert (today.surges, today.surges_by_board["chinext"]) == (108, 27)
    assert (today.limit_up, today.touched, today.consecutive) == (66, 101, 9)
    assert today.seal_rate == pytest.approx(0.65, abs=0.005)
    assert (before.surges, before.surges_by_board["chinext"], before.limit_up, before.touched) == (60, 20, 41, 70)
    assert len(stocks.runs) == 9
    assert all(run.sessions >= 2 for run in stocks.runs)


def test_s4_who_held_up(told: Brief, sectors: dict[str, Strength], themes: dict[str, Strength]) -> None:
    through = told.held_up
    assert (f"{through.peak:%F}", f"{through.low:%F}") == ("2021-06-30", "2021-07-06")
    assert through.benchmark == near(-5.33)
    known = {
        "有色金属": (11.00, 8.24, 0.60), "商贸零售": (7.00, 1.76, 0.09), "房地产": (6.92, 1.41, 0.04),
        "基础化工": (6.08, 3.48, 0.56), "建筑装饰": (5.80, 0.26, 0.02), "银行": (5.59, 0.91, 0.17),
    }  # fmt: skip
    assert [row.name for row in through.rows[:6]] == list(known)
    for name, (ahead, after, beta) in known.items():
        assert (sectors[name].ahead, sectors[name].after_beta) == (near(ahead), near(after))
        assert sectors[name].beta == pytest.approx(beta, abs=0.00501)
    assert [row.name for row in through.rows[:6] if row.reading == "does not move"] == [
        "商贸零售", "房地产", "建筑装饰", "银行",
    ]  # fmt: skip
    ahead = {
        "锂矿": 20.00, "稀土永磁": 18.73, "磷化工": 10.80, "银行": 6.96, "石油": 5.09, "煤炭": 4.43, "锂电池": 3.97,
        "白酒": 2.20, "芯片": 2.11, "数字货币": -0.32, "医疗": -1.89, "光伏": -2.47, "CRO": -8.04,
    }  # fmt: skip
    assert {name: row.ahead for name, row in themes.items()} == {name: near(value) for name, value in ahead.items()}
    plunge = told.themes.plunges[0]
    assert (f"{plunge.date:%F}", plunge.move) == ("2021-07-02", near(-3.52))
    up = {name: row.plunges[0] for name, row in themes.items() if row.plunges[0] > 0}
    assert up == {"稀土永磁": near(7.02), "锂矿": near(2.30), "锂电池": near(0.05), "石油": near(0.21)}


def test_s5_streaks_and_new_highs(sectors: dict[str, Strength], themes: dict[str, Strength]) -> None:
    known = {"有色金属": 4, "商贸零售": 5, "基础化工": 3, "建筑装饰": 3, "医药生物": 1}
    assert {name: sectors[name].streak for name in known} == known
    assert themes["稀土永磁"].streak_moves == tuple(map(near, (7.02, 5.80, 3.12, 6.94)))
    assert (themes["锂矿"].streak, themes["磷化工"].streak) == (4, 3)
    assert {name for name, row in themes.items() if row.record} == {"锂电池", "锂矿", "稀土永磁", "磷化工"}
    today = {
        "锂电池": 11.85, "光伏": 7.98, "医疗": 7.10, "稀土永磁": 6.94, "CRO": 5.07, "锂矿": 4.39, "芯片": 3.09,
        "磷化工": 1.79, "白酒": 1.33, "银行": -0.51, "数字货币": -0.82, "石油": -1.16, "煤炭": -1.63,
    }  # fmt: skip
    assert {name: row.today for name, row in themes.items()} == {name: near(value) for name, value in today.items()}


def test_s6_trend_support(told: Brief) -> None:
    means = {20: (3312, 2.94, -1.86), 60: (3128, 8.99, 3.92), 120: (3059, 11.45, 6.02), 250: (2873, 18.67, 12.96)}
    assert [level.sessions for level in told.trend.levels] == list(means)
    for level in told.trend.levels:
        value, distance, low = means[level.sessions]
        assert round(level.value) == value
        assert (level.distance, level.low_margin) == (near(distance), near(low))
    fall = told.trend.fall
    assert (f"{fall.entered:%F}", f"{fall.over:%F}", fall.end) == ("2021-07-06", DAY, "recovered")
    of = {level.sessions: (level.recent, level.recent_undercut) for level in told.trend.levels}
    assert (of[120], of[250], f"{told.trend.recent_first:%F}") == ((13, 5), (13, 1), "2019-01-01")


def test_s7_regime_is_not_known_and_says_why(told: Brief) -> None:
    regime = told.regime
    assert regime.name == "unknown"
    assert regime.history < regime.needed
    assert "regime" in told.missing
    assert 0.4 < regime.participation < 0.6  # neither a tide nor a selective market by participation alone


def test_s8_growth_led_value(told: Brief) -> None:
    for of in ("series", "themes"):
        growth, value = group(told, of, "growth"), group(told, of, "value")
        assert growth.today > 0.01 > value.today
        assert growth.strength[20] > 0 > value.strength[20]
    flow = {name: group(told, "series", name).flow for name in ("growth", "value")}
    assert flow["growth"] == pytest.approx(-flow["value"])
    assert flow["growth"] > 0


def test_s9_pairs(told: Brief) -> None:
    """Lithium and rare earths go together beyond the market; that one lifts the other a day later can't be told."""
    pairs = told.theme_pairs
    (asked,) = pairs.asked
    assert (asked.first, asked.second, asked.sessions) == ("锂矿", "稀土永磁", 60)
    assert asked.net > 0.4
    assert abs(asked.leads_net) < pairs.chance
    assert all(abs(pair.leads_net) < told.pairs.chance for pair in told.pairs.ahead)
    assert told.pairs.count == 27 * 26 // 2


def test_s10_rebound_after_a_shock(told: Brief) -> None:
    (shock,) = [row for row in told.rebounds.rows if row.name == "CRO"]
    assert shock.moves == tuple(map(near, (-7.86, -3.35, -6.79, 5.07)))
    assert shock.fall == pytest.approx((1 - 0.0786) * (1 - 0.0335) * (1 - 0.0679) - 1, abs=2e-4)
    assert shock.regained == pytest.approx(0.0507 * (1 + shock.fall) / -shock.fall, abs=1e-3)
    assert [base.sessions for base in told.rebounds.base] == [5, 20]
    assert told.rebounds.base[0].shocks >= told.rebounds.base[1].shocks > 20
    assert 0 < told.rebounds.base[0].whole < told.rebounds.base[1].whole < 1


def test_s11_dated_events(told: Brief) -> None:
    past, to_come = told.events
    assert (past.days, to_come.days, to_come.around) == (-5, 8, ())
    around = {each.sessions: each for each in past.around}
    assert around[1].own == near(-7.86)
    assert around[1].ahead == pytest.approx(-0.0786 + 0.0352, abs=1e-4)
    assert all(pd.isna(around[span].own) for span in (5, 20))  # not known on that evening


CLAIMS: tuple[tuple[str, str, Callable[[Brief, dict[str, Strength], dict[str, Strength]], str]], ...] = (
    ("ChiNext plunged", "true", lambda b, s, t: "true" if b.held_up.plunges[0].move < -0.03 else "not"),
    ("and regained it in a day", "nearly", lambda b, s, t: regained(b)),
    ("rare earths had held up", "true", lambda b, s, t: "true" if t["稀土永磁"].reading == "held up" else "not"),
    ("lithium had held up", "true", lambda b, s, t: "true" if t["锂矿"].reading == "held up" else "not"),
    ("and they led after it", "nearly", lambda b, s, t: led(t, ("稀土永磁", "锂矿", "锂电池"))),
    ("defensive sectors were strong", "not", lambda b, s, t: moved(s, ("银行", "房地产", "商贸零售"))),
    ("the long trend held", "true", lambda b, s, t: "true" if b.trend.levels[-1].low_margin > 0 else "not"),
    ("volume confirms it", "not", lambda b, s, t: "true" if b.benchmark.follow_through else "not"),
    ("a rising tide", "not known", lambda b, s, t: "not known" if b.regime.name == "unknown" else b.regime.name),
    ("growth over value", "true", lambda b, s, t: "true" if group(b, "series", "growth").strength[20] > 0 else "not"),
    ("strength pays", "not known", lambda b, s, t: "not known" if all(pd.isna(w.p) for w in worth(b)) else "true"),
    ("money rotates in", "true", lambda b, s, t: "true" if group(b, "series", "growth").flow > 0 else "not"),
)  # fmt: skip


def regained(told: Brief) -> str:
    """The last plunge in a day, but not the whole fall."""
    if told.benchmark.since_top == 0:
        return "true"
    return "nearly" if told.benchmark.regained is not None else "not"


def led(themes: dict[str, Strength], names: tuple[str, ...]) -> str:
    """Whether they are the best of the day, or only among its better half."""
    order = sorted(themes, key=lambda name: -themes[name].today)
    places = [order.index(name) for name in names]
    if max(places) < len(names):
        return "true"
    return "nearly" if max(places) < len(order) / 2 else "not"


def moved(sectors: dict[str, Strength], names: tuple[str, ...]) -> str:
    return "not" if all(sectors[name].reading == "does not move" for name in names) else "true"


def worth(told: Brief) -> tuple[Any, ...]:
    return told.strength_worth.rows


@pytest.mark.parametrize(("claim", "is_so", "judge"), CLAIMS, ids=[claim for claim, *_ in CLAIMS])
def test_s12_the_claims(
    claim: str,
    is_so: str,
    judge: Callable[..., str],
    told: Brief,
    sectors: dict[str, Strength],
    themes: dict[str, Strength],
) -> None:
    assert judge(told, sectors, themes) == is_so, claim


def test_days_like_it(told: Brief) -> None:
    like = told.days_like
    assert (like.count, like.candle, like.move) == (24, 1, pytest.approx(0.03))
    five, twenty = like.after
    assert (five.mean, five.always) == (near(0.64), near(0.33))
    assert (twenty.mean, twenty.always) == (near(1.81), near(1.35))


def test_the_json_has_every_one_of_them_with_its_meaning(told: Brief) -> None:
    plain = told.as_dict()
    assert plain["benchmark"]["change"] == near(3.57)
    assert plain["regime"]["dispersion_rank"] is None
    assert plain["trend"]["levels"][2]["recent_undercut"] == 5
    assert plain["themes"]["rows"][0]["ahead"] == near(20.00)
    assert set(plain["meanings"]["held_up.rows.ahead"]) == {"how", "caution"}


@pytest.mark.slow
@pytest.mark.parametrize("date", ["2021-07-06", DAY, "2021-07-08", "2021-09-29", "2023-03-01"])
def test_the_brief_of_a_day_is_the_same_on_data_that_end_with_it(panel: Panel, shared_data: Path, date: str) -> None:
    bench = f"{shared_data}/cn_index/bars.csv.gz:399006"
    loaded = sl.load(shared_data / "cn_sw2021_l1" / "bars.csv.gz", benchmark=bench, end=date)
    whole, then = (sl.brief(each, date, rules=["pullback-leaders"]).as_dict() for each in (panel, loaded))
    for plain in (whole, then):
        for source in plain["provenance"]["sources"]:
            del source["notes"]  # about the file as it is
    assert whole == then


def test_the_benchmark_goes_along_its_own_file(panel: Panel, shared_data: Path) -> None:
    """Eight months later the panel lacks sessions of the index: its means and plunge days are those of its file."""
    day = "2022-04-27"
    later = sl.brief(panel, day)
    bars = pd.read_csv(shared_data / "cn_index" / "bars.csv.gz", dtype={"symbol": str})
    line = bars[(bars["symbol"] == "399006") & (bars["date"] <= day)]["close"].reset_index(drop=True)
    for level in later.trend.levels:
        assert level.value == pytest.approx(line.tail(level.sessions).mean(), rel=1e-9)
    assert round(later.trend.levels[0].value, 2) == 2464.01
    assert pd.Timestamp("2022-03-03") not in panel.sessions
    assert pd.Timestamp("2022-03-03") in [each.date for each in later.held_up.plunges]
