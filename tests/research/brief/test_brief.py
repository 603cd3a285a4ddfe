"""The brief of simulated markets: causal, refused where the day is not over, and right where it can be worked out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.errors import DataError, InputError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.reports.brief.terms import BriefTerms
from sectorlead.research.brief.cut import session_row
from sectorlead.research.brief.dated_events import read_events
from sectorlead.research.brief.days_like import days_like, engulfing
from sectorlead.research.brief.held_up import reading_of
from sectorlead.research.brief.rebounds import rebounds
from sectorlead.strategies.indicators.candles import Candles

from ...reports.read_back import without_tags


@pytest.fixture(scope="module")
def market() -> Panel:
    return sl.simulate(seed=5, sessions=500)


def panel_of(close: np.ndarray, bench: np.ndarray | None = None) -> Panel:
    days = pd.bdate_range("2024-01-02", periods=len(close))
    names = tuple("ABCDEFGH"[: close.shape[1]])
    line = None if bench is None else pd.Series(bench, days, name="BENCH")
    return Panel.from_frames(pd.DataFrame(close, days, list(names)), benchmark=line)


def stocks_of(market: Panel) -> Panel:
    """The series under codes of shares, at prices in whole fen."""
    codes = [f"{600000 + k}.SH" for k in range(len(market.symbols))]
    frames = {
        key: pd.DataFrame(getattr(market, key).round(2), market.sessions, codes) for key in ("open", "high", "low")
    }
    return Panel.from_frames(pd.DataFrame(market.close.round(2), market.sessions, codes), **frames)


# --- causal -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [60, 139, 320, 498])
def test_a_day_is_the_same_whatever_came_after_it(market: Panel, row: int) -> None:
    day = market.sessions[row]
    more: dict[str, Any] = {"rules": ["pullback-leaders"], "groups": dict.fromkeys(market.symbols[:4], "some")}
    themes, stocks = market.select(market.symbols[:3]), stocks_of(market)
    whole = sl.brief(market, day, themes=themes, stocks=stocks, **more)
    own, themes, stocks = (each.until(row) for each in (market, themes, stocks))
    assert whole.as_dict() == sl.brief(own, themes=themes, stocks=stocks, **more).as_dict()


def test_the_day_itself_changes_it(market: Panel) -> None:
    one, other = (sl.brief(market, market.sessions[row]).as_dict() for row in (320, 321))
    assert one["held_up"] != other["held_up"]
    assert one["days_like"] != other["days_like"]


# --- days that are none -----------------------------------------------------------------------------------------------


def test_a_day_after_the_data_is_refused(market: Panel) -> None:
    with pytest.raises(
        InputError, match=f"has not closed in these data, whose last session is {market.sessions[-1]:%F}"
    ):
        sl.brief(market, "2099-01-01")


def test_a_day_that_is_no_session_names_the_nearest(market: Panel) -> None:
    friday = next(day for day in market.sessions[100:] if day.day_of_week == 4)
    with pytest.raises(InputError, match=f"no session of these data; the nearest are .*{friday:%F}"):
        sl.brief(market, friday + pd.Timedelta(days=1))


def test_a_session_that_is_not_over_is_refused(market: Panel) -> None:
    day = market.sessions[-1]
    with pytest.raises(InputError, match=r"is over at 15:00 in Shanghai, and it is .* 14:59 there"):
        session_row(market, now=day + pd.Timedelta(hours=14, minutes=59))
    assert session_row(market, now=day + pd.Timedelta(hours=15)) == len(market.sessions) - 1


def test_further_data_need_the_day(market: Panel) -> None:
    with pytest.raises(InputError, match="stocks have no session on"):
        sl.brief(market, stocks=market.until(30))


def test_a_benchmark_is_needed(market: Panel) -> None:
    with pytest.raises(DataError, match="needs a benchmark"):
        sl.brief(panel_of(market.close[:80, :4]))


# --- numbers by hand --------------------------------------------------------------------------------------------------


def test_what_three_numbers_say_together() -> None:
    assert reading_of(0.02, 0.01, 0.8, 0.2) == "held up"
    assert reading_of(0.02, 0.01, 0.1, 0.2) == "does not move"
    assert reading_of(0.02, -0.01, 0.5, 0.2) == "by its beta"
    assert reading_of(-0.02, 0.01, 0.5, 0.2) == "fell more"
    assert reading_of(0.02, np.nan, np.nan, 0.2) == "not known"
    assert reading_of(np.nan, np.nan, 0.5, 0.2) == "not known"


def test_a_shock_is_told_from_its_high_and_what_was_regained_of_it() -> None:
    line = np.array([100.0] * 5 + [95, 90, 85, 80, 84, 90, 95] + [100.0] * 30)
    panel = panel_of(line[:, None])
    now = rebounds({"series": panel.until(9)}, BriefTerms())
    (row,) = now.rows
    assert (row.high, row.low) == (panel.sessions[4], panel.sessions[8])
    assert (row.fall, row.regained) == (pytest.approx(-0.2), pytest.approx(0.2))
    assert [base.shocks for base in now.base] == [0, 0]
    later = rebounds({"series": panel}, BriefTerms())
    assert not later.rows
    assert [(base.shocks, base.regained, base.whole) for base in later.base] == [
        (1, pytest.approx(0.75), 0.0),
        (1, 1.0, 1.0),
    ]


def test_engulfing_is_that_of_candles(market: Panel) -> None:
    known = np.nan_to_num(Candles()(market).engulfing)
    before = market.benchmark.before
    assert (engulfing(market.benchmark)[before:] == known).all()
    assert np.abs(known).sum() > 5


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.integers(60, 200))
def test_days_like_are_those_of_a_plain_count(seed: int, row: int) -> None:
    moves = np.random.default_rng(seed).normal(0, 0.02, 201)
    line = 100 * np.cumprod(1 + moves)
    found = days_like(panel_of(line[:, None], line).until(row), BriefTerms())
    line = line[: row + 1]
    change = line[1:] / line[:-1] - 1
    size = np.floor(abs(change[-1]) * 100 + 1e-9) / 100
    same = [k + 1 for k, move in enumerate(change[:-1]) if move * change[-1] > 0 and abs(move) >= size - 1e-12]
    if size == 0:
        same = [k for k in same if abs(change[k - 1]) < 0.01]
    assert found.count == len(same)
    after = [line[k + 5] / line[k] - 1 for k in same if k + 5 < len(line)]
    assert found.after[0].days == len(after)
    assert found.after[0].mean == pytest.approx(np.mean(after) if after else np.nan, nan_ok=True)


# --- what a reader gives ----------------------------------------------------------------------------------------------


def test_events_of_a_file(tmp_path: Path, market: Panel) -> None:
    day, ahead = market.sessions[300], market.sessions[400]
    file = tmp_path / "events.toml"
    file.write_text(
        f'[[event]]\ndate = {ahead:%F}\nname = "later"\n[[event]]\ndate = {market.sessions[290]:%F}\nname = "news"\n'
        f'symbols = ["{market.symbols[0]}"]\n'
    )
    past, to_come = sl.brief(market, day, events=file).events
    assert (past.name, to_come.name, to_come.session, to_come.days) == ("news", "later", None, (ahead - day).days)
    price = market.last_adjusted_close[:, 0]
    around = {each.sessions: each.own for each in past.around}
    assert around[5] == pytest.approx(price[294] / price[289] - 1)
    assert around[-5] == pytest.approx(price[289] / price[284] - 1)
    assert np.isnan(around[20])


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ('[[event]]\nname = "x"', InputError, "event 1: date must be a date"),
        ("[[event]]\ndate = 2021-07-07", InputError, "name must be a text"),
        ('[[event]]\ndate = 2021-07-07\nname = "x"\nsymbols = "801050"', InputError, "symbols must be a list"),
        ('[[event]]\ndate = 2021-07-07\nname = "x"\nsymbol = ["801050"]', UnknownNameError, "symbol"),
        ("events = 1", InputError, r"must hold tables \[\[event\]\]"),
    ],
)
def test_a_file_of_events_that_is_wrong_says_where(
    tmp_path: Path, text: str, error: type[Exception], words: str
) -> None:
    file = tmp_path / "events.toml"
    file.write_text(text)
    with pytest.raises(error, match=words):
        read_events(file)


def test_what_is_not_given_is_told_as_missing(market: Panel) -> None:
    told = sl.brief(market)
    assert {"themes", "stocks", "rules", "events"} <= set(told.missing)
    assert told.themes is None
    assert told.breadth.stocks is None


def test_a_rule_that_can_not_run_says_why(market: Panel) -> None:
    (row,) = sl.brief(market, market.sessions[5], rules=["pullback-leaders"]).rules
    assert row.problem
    assert not row.targets


def test_a_rule_holds_what_its_run_wanted_last(market: Panel) -> None:
    row = 400
    (told,) = sl.brief(market, market.sessions[row], rules=["momentum"]).rules
    targets = sl.run("momentum", market.until(row)).targets
    assert told.decided == targets.index[-1]
    assert {each.symbol: each.weight for each in told.targets} == targets.iloc[-1][targets.iloc[-1] > 0].to_dict()
    now, then = targets.iloc[-1] > 0, targets.iloc[-2] > 0
    assert len(told.entered) == (now & ~then).sum()
    assert len(told.left) == (then & ~now).sum()


def test_pairs_must_be_symbols(market: Panel) -> None:
    with pytest.raises(InputError, match="a pair must be two symbols"):
        sl.brief(market, pairs=[("nobody", market.symbols[0])])


def test_counts_of_a_vendor_stand_where_there_are_no_stocks(market: Panel) -> None:
    told = sl.brief(market, pool={"limit-up": 66, "limit-up-failed": 35, "rising": 2229})
    assert told.breadth.pool.seal_rate == pytest.approx(66 / 101)


def test_the_low_of_a_pullback_lies_before_its_end() -> None:
    line = np.array([100.0] * 70 + [94.9, 98.1, 94.5])  # the last is lower, and no pullback of its own
    told = sl.brief(panel_of(np.column_stack([line] * 3), line))
    assert told.trend.fall.depth == pytest.approx(-0.051)
    assert told.trend.fall.bottom.date == told.trend.fall.entered
    assert told.held_up.age == 1


def test_a_series_that_was_not_published_is_left_out(market: Panel) -> None:
    day = market.sessions[300]
    later = [market.sessions[400].to_datetime64() if k == 2 else np.datetime64("NaT") for k in range(31)]
    told = sl.brief(market.released(later), day)
    assert market.symbols[2] not in [row.symbol for row in told.held_up.rows]
    assert told.provenance.sources[0].series == 30


def test_a_regime_has_lasted_since_it_began(market: Panel) -> None:
    names = sl.Regime().named(market.until(420))
    told = sl.brief(market, market.sessions[420]).regime
    assert told.name == names[-1]
    assert set(names[-told.sessions :]) == {told.name}
    assert names[-told.sessions - 1] != told.name
    assert told.history == 250


def test_sessions_with_a_bar_are_those_of_the_day(market: Panel) -> None:
    close = market.close[:100, np.isfinite(market.close[:100]).all(axis=0)][:, :5].copy()
    close[-1, 3] = np.nan
    told = sl.brief(panel_of(close, market.benchmark.close[:100]))
    assert told.provenance.sources[0].series == 5
    assert told.provenance.sources[0].with_bar == 4
    assert told.breadth.series.known == 4


def test_the_one_that_leads_is_named_first() -> None:
    rng = np.random.default_rng(4)
    moves = rng.normal(0, 0.01, (90, 5))
    moves[1:, 0] = moves[:-1, 3] + rng.normal(0, 0.002, 89)  # D lifts A the day after
    line = 100 * np.cumprod(1 + moves, axis=0)
    told = sl.brief(panel_of(line[:, :4], line[:, 4]), pairs=[("D", "A"), ("A", "D")]).pairs
    first, back = told.asked
    assert (first.first, first.second) == ("D", "A")
    assert first.leads_net > 0.9 > 0.5 > abs(first.lags_net)
    assert (back.leads_net, back.leads, back.lags_net) == (first.lags_net, pytest.approx(back.leads), first.leads_net)
    assert abs(back.leads) < 0.5 < first.leads
    assert (told.ahead[0].first, told.ahead[0].second) == ("D", "A")
    assert first.leads_net > told.chance


def test_closes_that_were_crossed_lie_between_two_closes(market: Panel) -> None:
    crossed = 0
    for row in range(200, 240):
        day = sl.brief(market, market.sessions[row]).benchmark if row % 4 == 0 else None
        if day is None:
            continue
        line = market.benchmark.last_close
        low, high = sorted((line[row - 1], line[row]))
        told = day.reclaimed if line[row] > line[row - 1] else day.lost
        other = day.lost if line[row] > line[row - 1] else day.reclaimed
        known = [value for value in line[row - 11 : row - 1] if low <= value <= high and value != line[row - 1]]
        assert [each.close for each in told] == known
        assert other == ()
        crossed += len(known)
    assert crossed > 3


def test_a_rule_that_is_none_is_an_error_before_anything_is_told(market: Panel) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'momentum'"):
        sl.brief(market, rules=["momentun"])


def test_sessions_that_the_data_lack_before_the_day_are_told_first(market: Panel) -> None:
    close = pd.DataFrame(market.close, market.sessions, list(market.symbols))
    bench = pd.Series(market.benchmark.close, market.sessions, name="B")  # type: ignore[union-attr]
    codes = close.set_axis([f"80{k:04d}" for k in range(close.shape[1])], axis=1)
    days = pd.DatetimeIndex(["2022-03-01", "2022-03-02", "2022-03-04"])  # the exchange was open on the third
    holed = Panel.from_frames(codes[:3].set_axis(days), benchmark=bench[:3].set_axis(days))
    told = sl.brief(holed)
    hole = (
        "these data lack the exchange's sessions from 2022-03-03 to 2022-03-03: moves of the day begin with the close "
        "of 2022-03-02"
    )
    assert told.missing["before"] == hole
    assert hole in told.sentences[0]
    assert "before" not in sl.brief(holed, "2022-03-02").missing
    assert "行情缺少交易所 2022-03-03 至 2022-03-03 的交易日" in without_tags(told.html(locale="zh"))
