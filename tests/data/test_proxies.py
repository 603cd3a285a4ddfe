"""A series that stands in for another before it begins: scaled, marked, and never traded unless that is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.errors import DataError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.proxies import with_proxies
from sectorlead.data.quality.gate import check
from sectorlead.data.spans import Span
from sectorlead.engine.market.market import Market
from sectorlead.engine.strategy import Portfolio

DAYS = pd.bdate_range("2022-01-03", periods=60)
LISTED = 30


def closes(seed: int = 0, count: int = 2) -> np.ndarray:
    return 10 * np.exp(np.cumsum(np.random.default_rng(seed).normal(0, 0.01, (len(DAYS), count)), axis=0))


def market(whole: bool = True, **more: Any) -> Panel:
    """An old series, and a young one that begins in session ``LISTED``."""
    close = closes()
    close[:LISTED, 1] = np.nan
    rest = {"open": close * 0.999, "high": close * 1.01, "low": close * 0.99} if whole else {}
    return Panel(DAYS, ("OLD", "YOUNG"), close, **rest, **more)


def index() -> pd.DataFrame:
    """Bars from 20 sessions before the panel on, at another level."""
    days = pd.bdate_range(end=DAYS[-1], periods=len(DAYS) + 20)
    close = 3000 * np.exp(np.cumsum(np.random.default_rng(9).normal(0, 0.01, len(days))))
    frame = pd.DataFrame({"open": close, "high": close * 1.01, "low": close * 0.99, "close": close}, days)
    frame.attrs["name"] = "the index"
    return frame


def test_returns_before_the_first_bar_are_those_of_the_proxy() -> None:
    bars, panel = index(), market()
    joined = with_proxies(panel, {"YOUNG": bars})
    assert joined.shape == (80, 2)
    np.testing.assert_array_equal(joined.close[20:, 0], panel.close[:, 0])
    np.testing.assert_array_equal(joined.close[50:, 1], panel.close[LISTED:, 1])
    own = joined.adjusted_close[:, 1]
    line = bars["close"].to_numpy()
    np.testing.assert_allclose(own[1:51] / own[:50], (line[1:] / line[:-1])[:50])
    proxy, rest = joined.spans
    assert (proxy.kind, proxy.origin, proxy.traded) == ("proxy", "the index", False)
    assert (proxy.first, proxy.last, rest.first) == (bars.index[0], DAYS[LISTED - 1], DAYS[LISTED])
    assert proxy.factor == pytest.approx(panel.close[LISTED, 1] / bars["close"][DAYS[LISTED]])
    assert proxy.common == 30
    assert "for signals, never traded" in joined.notes[-1]
    assert "returns correlated" in joined.notes[-1]
    assert joined.ribbon.startswith("Proxies in signals")


def test_one_note_names_all_proxies_of_a_kind() -> None:
    close = closes(count=6)
    close[:LISTED, 1:] = np.nan
    young = ("A", "B", "C", "D", "E")
    joined = with_proxies(Panel(DAYS, ("OLD", *young), close), dict.fromkeys(young, index()))
    assert len(joined.notes) == 1
    assert joined.notes[0].startswith("proxies stand before the first bars of 5 series, for signals only: A from ")
    assert all(f" {symbol} from " in joined.notes[0] for symbol in young)


@given(split=st.integers(2, 27), factor=st.floats(0.25, 4))
@settings(max_examples=20)
def test_a_factor_of_the_series_does_not_move_the_splice(split: int, factor: float) -> None:
    plain = market()
    scale = np.ones(plain.shape)
    scale[:, 1] = 0.5
    scale[LISTED + split :, 1] *= factor
    adjusted = plain._replaced(adj_factor=scale)
    joined = with_proxies(adjusted, {"YOUNG": "OLD"})
    own, old = joined.adjusted_close[:, 1], plain.close[:, 0]
    np.testing.assert_allclose(own[: LISTED + 1] / own[LISTED], old[: LISTED + 1] / old[LISTED])
    np.testing.assert_allclose(joined.adj_factor[:LISTED, 1], 0.5)


class Buys:
    """Asks for the young series in every session."""

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float]:
        return {"YOUNG": 1.0}


@pytest.mark.parametrize("whole", [True, False], ids=["bars", "closes only"])
@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
def test_no_order_fills_before_the_series_begins(whole: bool, engine: str) -> None:
    terms: dict[str, Any] = {"fill": "close", "engine": engine, "start": DAYS[0]}
    free = Market(name="free", trades="stock", lot=1)
    joined = with_proxies(market(whole), {"YOUNG": "OLD"})
    run = sl.run(Buys(), joined, free, **terms)
    assert run.fills["session"].min() >= DAYS[LISTED]
    assert (run.outcome.shares[:LISTED] == 0).all()
    traded = sl.run(Buys(), with_proxies(market(whole), {"YOUNG": "OLD"}, trade=True), free, **terms)
    assert traded.fills["session"].min() == DAYS[1]
    assert "TRADED AS IF" in traded.panel.notes[-1]
    assert traded.panel.ribbon.startswith("Proxies are traded")
    assert [each["traded"] for each in run.manifest["panel"]["spans"]] == [False, True]


def test_a_score_is_known_on_the_first_day() -> None:
    joined, bare = with_proxies(market(), {"YOUNG": index()}), market()
    score = sl.Momentum(25)
    assert np.isfinite(score(joined)[20 + LISTED, 1])
    assert np.isnan(score(bare)[LISTED : LISTED + 25, 1]).all()


def test_a_run_starts_where_something_can_trade() -> None:
    young = market().select(["YOUNG"])
    joined = with_proxies(young, {"YOUNG": index()})
    run = sl.run(sl.Rotation(score=sl.Momentum(10)), joined, Market(name="free", trades="stock"), measured_from="start")
    assert run.sessions[0] == DAYS[LISTED]
    assert with_proxies(young, {"YOUNG": index()}, start="2021-12-20").sessions[0] == pd.Timestamp("2021-12-20")


def test_the_panel_is_cut_selected_saved_and_hashed_with_its_spans(tmp_path: Path) -> None:
    joined = with_proxies(market(False, source="made up"), {"YOUNG": "OLD"})
    assert [each.last for each in joined.until(10).spans] == [DAYS[10]]
    assert joined.select(["OLD"]).spans == ()
    assert not joined.until(10).tradable[:, 1].any()
    assert joined.content_hash != joined._replaced(spans=()).content_hash
    run = sl.run("equal-weight", joined, Market(name="free", trades="stock"), fill="close")
    again = sl.open(run.save(tmp_path / "run"))
    assert again.panel.spans == run.panel.spans
    np.testing.assert_array_equal(again.panel.tradable, joined.tradable)
    page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
    assert "Proxies in signals" in page
    assert "for signals, never traded" in page
    with pytest.raises(UnknownNameError, match="series of a span"):
        joined._replaced(spans=(Span("X", DAYS[0], DAYS[1], "?"),))


def test_a_benchmark_bounds_what_is_added_and_keeps_its_bars() -> None:
    days = pd.bdate_range(end=DAYS[-1], periods=len(DAYS) + 30)
    line = pd.Series(np.arange(len(days)) + 50.0, days, name="B")
    panel = Panel.from_frames(market(False).frame(), benchmark=line)
    joined = with_proxies(panel, {"YOUNG": index()})
    assert len(joined.sessions) == 80
    bench = joined.benchmark
    assert bench is not None
    np.testing.assert_array_equal(bench.close, line.to_numpy()[10:])
    np.testing.assert_array_equal(bench.whole("close"), line)
    short = Panel.from_frames(market(False).frame(), benchmark=line[-65:])
    assert len(with_proxies(short, {"YOUNG": index()}).sessions) == 65


def test_the_gate_warns_of_what_is_unlike() -> None:
    found = [each for each in check(with_proxies(market(), {"YOUNG": index()}), None) if each.rule == "joined-series"]
    assert [(each.symbol, each.severity) for each in found] == [("YOUNG", "warning")]
    twin = market()
    close = twin.close.copy()
    close[LISTED:, 1] = close[LISTED:, 0] * 2
    same = with_proxies(market(False)._replaced(close=close), {"YOUNG": "OLD"})
    assert same.spans[0].alike == pytest.approx(1.0)
    assert same.spans[0].largest == pytest.approx(0.0, abs=1e-12)
    assert [each.severity for each in check(same, None) if each.rule == "joined-series"] == ["note"]


@pytest.mark.parametrize(
    ("proxies", "trade", "error", "says"),
    [
        ({"YUONG": "OLD"}, False, UnknownNameError, "Did you mean 'YOUNG'"),
        ({"YOUNG": "ODL"}, False, UnknownNameError, "Did you mean 'OLD'"),
        ({"YOUNG": index()["close"][:10]}, False, DataError, "no session in common"),
        ({"YOUNG": index()["close"]}, True, DataError, "it has closes only, and the panel trades at other prices"),
        ({"YOUNG": index()[["open"]]}, False, DataError, "no column close"),
        ({"YOUNG": index()["close"] * 0}, False, DataError, "closes must be finite and > 0"),
        ({"YOUNG": index()["close"].tz_localize("UTC")}, False, DataError, "time zone"),
    ],
)
def test_what_can_not_stand_in_is_refused(proxies: Any, trade: bool, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        with_proxies(market(), proxies, trade=trade)


def test_a_proxy_with_nothing_before_changes_nothing_and_is_told() -> None:
    joined = with_proxies(market(), {"OLD": "YOUNG"})
    assert joined.spans == ()
    assert joined.content_hash == market().content_hash
    assert joined.notes == ("proxy of OLD: it has no session before the first bar, 2022-01-03",)
