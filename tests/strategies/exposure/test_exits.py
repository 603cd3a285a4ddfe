"""Exits, minimum hold and maximum swaps: by hand, the same on both engines, and within T+1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead import Equal, Every, Everything, Momentum, Rotation, Score, TopN, Weekly
from sectorlead.data.errors import ParameterError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import backtest
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record
from sectorlead.strategies.exposure.exits import Exits

NAN = float("nan")


@dataclass(frozen=True)
class Table(Score):
    """Scores by row; the last row holds from then on."""

    rows: tuple[tuple[float, ...], ...]

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.array([self.rows[min(t, len(self.rows) - 1)] for t in range(len(panel.sessions))])


def bars(closes: dict[str, list[float]], opens: dict[str, list[float]] | None = None, **more: Any) -> Panel:
    """A panel on business days; where no open is given, the close of the session before."""
    days = pd.bdate_range("2024-01-01", periods=len(next(iter(closes.values()))))
    close = pd.DataFrame(closes, index=days, dtype=float)
    opened = close.shift().fillna(close.iloc[0])
    for name, values in (opens or {}).items():
        opened[name] = values
    high, low = np.maximum(opened, close), np.minimum(opened, close)
    return Panel.from_frames(close, open=opened, high=high, low=low, checked=False, **more)


def both(rule: Rotation, panel: Panel, market: str | Market = "frictionless", **terms: Any) -> Record:
    """A run on both engines, which must agree."""
    run = backtest(rule, panel, market, cash=1_000.0, engine="both", **terms)
    assert run.verified
    return run


def fills(run: Record) -> list[tuple[int, str, str, float, float]]:
    rows = run.panel.sessions.get_indexer(run.fills["session"])
    log = run.fills
    return [
        (int(t), s, side, round(n, 9), round(p, 9))
        for t, s, side, n, p in zip(rows, log["symbol"], log["side"], log["shares"], log["price"], strict=True)
    ]


FIRST = TopN(1)  # with Everything(), the smaller symbol


def test_a_stop_is_measured_from_the_close_of_the_session_that_bought() -> None:
    #        row 0  1   2    3  4    5
    panel = bars({"A": [10, 10, 9.4, 9, 9.2, 9.6]}, {"A": [10, 10.5, 10, 9.4, 8.5, 9.2]})
    run = both(Rotation(Everything(), FIRST, Equal(0.8), schedule=Every(9), exits=Exits(stop=0.1)), panel)
    # Bought at the open of row 1, at 10.5; its close is 10, and 10 * 0.9 = 9 is reached, no more, at that of row 3.
    assert fills(run) == [(1, "A", "buy", 80, 10.5), (4, "A", "sell", 80, 8.5)]
    assert run.equity.iloc[-1] == 1_000 - 80 * 2
    log = run.decisions
    assert log["target"].tolist() == [0.8, 0]
    assert log["rank"].tolist() == [1, 0]  # an exit has no rank


def test_a_trailing_stop_is_measured_from_the_highest_close_since_the_purchase_not_before() -> None:
    panel = bars({"A": [20, 10, 12, 11, 10.7, 11, 12]}, {"A": [20, 20, 10, 12, 11, 10.6, 11]})
    run = both(Rotation(Everything(), FIRST, schedule=Every(9), exits=Exits(trailing=0.1)), panel)
    assert fills(run) == [(1, "A", "buy", 50, 20), (5, "A", "sell", 50, 10.6)]  # 10.7 <= 0.9 * 12 < 11


def test_a_time_exit_counts_from_the_fill_and_the_next_decision_may_buy_again() -> None:
    panel = bars({"A": [10] * 11})
    run = both(Rotation(Everything(), FIRST, schedule=Every(5), exits=Exits(sessions=3)), panel)
    assert [row[:3] for row in fills(run)] == [(1, "A", "buy"), (5, "A", "sell"), (6, "A", "buy"), (10, "A", "sell")]


def test_what_fires_in_a_session_of_a_decision_is_barred_from_it() -> None:
    panel = bars({"A": [10] * 12, "B": [10] * 12})
    run = both(Rotation(Everything(), FIRST, schedule=Every(5), exits=Exits(sessions=4)), panel)
    # A, bought in row 1, fires after row 5: B takes its place; B, bought in row 6, fires after row 10.
    assert [row[:3] for row in fills(run)] == [
        (1, "A", "buy"), (6, "A", "sell"), (6, "B", "buy"), (11, "B", "sell"), (11, "A", "buy"),
    ]  # fmt: skip


def test_an_exit_of_ones_own_is_followed_by_both_engines() -> None:
    class Falls(Exits):
        def fired(self, view: Panel, portfolio: Any) -> Any:
            price = view.last_adjusted_close
            return (portfolio.shares > 0) & (price[-1] < price[max(len(price) - 2, 0)])

    panel = bars({"A": [10, 11, 12, 11, 12, 13], "B": [10, 10, 10, 10, 10, 10]})
    rule = Rotation(Everything(), FIRST, schedule=Every(10), exits=Falls(stop=0.9))
    assert [(t, s, side) for t, s, side, *_ in fills(both(rule, panel))] == [(1, "A", "buy"), (4, "A", "sell")]


def test_an_exit_leaves_the_others_and_their_open_orders_alone() -> None:
    # B can't be bought in row 1 (no bar): its order stays open while A is sold, and fills in row 3.
    panel = bars({"A": [10, 10, 8, 8, 8], "B": [10, NAN, NAN, 10, 10]}, {"B": [10, NAN, NAN, 10, 10]})
    run = both(Rotation(Everything(), TopN(2), schedule=Every(9), exits=Exits(stop=0.15)), panel)
    assert fills(run) == [(1, "A", "buy", 50, 10), (3, "A", "sell", 50, 8), (3, "B", "buy", 50, 10)]


def test_a_split_is_no_fall() -> None:
    factor = pd.DataFrame({"A": [1, 1, 1, 2, 2, 2]}, index=pd.bdate_range("2024-01-01", periods=6), dtype=float)
    panel = bars({"A": [10, 10, 10, 5, 5, 5]}, {"A": [10, 10, 10, 5, 5, 5]}, adj_factor=factor)
    run = both(Rotation(Everything(), FIRST, schedule=Every(9), exits=Exits(0.2, 0.2)), panel)
    assert fills(run) == [(1, "A", "buy", 100, 10)]
    assert run.equity.iloc[-1] == 1_000


def test_a_stop_at_limit_down_waits_and_nothing_is_sold_in_the_session_that_bought_it() -> None:
    market = Market(price_limit=0.1, tick=0.01, t_plus_one=True)
    #       row 0   1     2     3     4    5
    closes = [10, 9.2, 8.3, 7.55, 7.9, 8]
    opens = [10, 10.0, 9.2, 7.47, 7.6, 8]
    rule = Rotation(Everything(), FIRST, schedule=Every(9), exits=Exits(stop=0.05))
    run = both(rule, bars({"A": closes}, {"A": opens}), market)
    # Bought at 10 in row 1, which closes at 9.2: no fall since its close. Row 2 closes at 8.3 <= 8.74, row 3 opens at
    # its limit, 8.3 * 0.9 = 7.47; row 4 sells.
    assert fills(run) == [(1, "A", "buy", 100, 10), (4, "A", "sell", 100, 7.6)]
    blocked = run.rejections
    assert blocked[["side", "reason"]].to_numpy().tolist() == [["sell", "limit_down"]]
    assert run.panel.sessions.get_loc(blocked["session"].iloc[0]) == 3


def test_same_close_looks_at_what_it_bought_from_the_next_close_on() -> None:
    panel = bars({"A": [10, 9.4, 9, 9]})
    rule = Rotation(Everything(), FIRST, schedule=Every(9), exits=Exits(stop=0.05))
    assert fills(both(rule, panel, fill="same-close")) == [(0, "A", "buy", 100, 10), (1, "A", "sell", 100, 9.4)]


def test_a_minimum_hold_keeps_what_can_be_ranked_whatever_its_rank() -> None:
    panel = bars({"A": [10] * 8, "B": [10] * 8})
    ranks = Table(((2, 1), (1, 2)))  # A is the best in row 0 only
    rule = Rotation(ranks, TopN(1, min_hold=3), schedule=Every(1))
    # Bought in row 1: it may leave after row 4, the first decision 3 sessions later.
    assert [row[:3] for row in fills(both(rule, panel))] == [(1, "A", "buy"), (5, "A", "sell"), (5, "B", "buy")]
    gone = Table(((2, 1), (1, 2), (NAN, 2)))  # from row 2 on A can't be ranked, and nothing keeps it
    rule = Rotation(gone, TopN(1, min_hold=3), schedule=Every(1))
    assert [row[:3] for row in fills(both(rule, panel))] == [(1, "A", "buy"), (3, "A", "sell"), (3, "B", "buy")]
    rule = Rotation(ranks, TopN(1, min_hold=3), schedule=Every(1), exits=Exits(sessions=2))  # a stop is no rank
    assert fills(both(rule, panel))[1][:3] == (4, "A", "sell")


def test_maximum_swaps_let_the_worst_leave_first() -> None:
    panel = bars({name: [10] * 5 for name in "ABCD"})
    rule = Rotation(Table(((4, 3, 2, 1), (2, 1, 4, 3))), TopN(2, max_swaps=1), schedule=Every(1))
    # From row 1 on the order is C, D, A, B: after row 1 B makes room for C, after row 2 A for D.
    assert [row[:3] for row in fills(both(rule, panel)) if row[3] > 1e-6] == [
        (1, "A", "buy"), (1, "B", "buy"), (2, "B", "sell"), (2, "C", "buy"), (3, "A", "sell"), (3, "D", "buy"),
    ]  # fmt: skip
    never = Rotation(Table(((4, 3, 2, 1), (2, 1, 4, 3))), TopN(2, max_swaps=0), schedule=Every(1))
    assert {row[1] for row in fills(both(never, panel))} == {"A", "B"}


EXITS = st.builds(
    Exits,
    stop=st.sampled_from([0.0, 0.02, 0.08]),
    trailing=st.sampled_from([0.0, 0.03, 0.1]),
    sessions=st.sampled_from([0, 1, 2, 15]),
)
PICKS = st.builds(
    TopN,
    st.sampled_from([1, 3]),
    st.sampled_from([None, 5]),
    min_hold=st.sampled_from([0, 1, 12]),
    max_swaps=st.sampled_from([None, 0, 1]),
)
MARKETS = st.sampled_from([
    "frictionless", "cn-etf", Market(price_limit=0.03, tick=0.01, t_plus_one=True, lot=100, commission_min=5.0),
])  # fmt: skip


@given(
    exits=EXITS, pick=PICKS, market=MARKETS, seed=st.integers(0, 500),
    every=st.sampled_from([Every(1), Every(7), Weekly()]),
    fill=st.sampled_from(["open", "close", "same-close"]), size=st.sampled_from(["decision", "fill"]),
)  # fmt: skip
@settings(max_examples=40)
def test_engines_agree_and_nothing_is_sold_in_the_session_that_bought_it(
    make_market, exits, pick, market, seed, every, fill, size
) -> None:
    rule = Rotation(Momentum(10), pick, schedule=every, exits=exits)
    panel = make_market(seed, 90, 6)
    run = backtest(rule, panel, market, cash=1e6, fill=fill, size=size, engine="both")
    assert run.verified
    assert "t_plus_one" not in set(run.rejections["reason"])
    sides = run.fills.groupby(["session", "symbol"])["side"].nunique()
    assert (sides == 1).all()


def test_exits_out_of_range_say_what_they_may_be() -> None:
    with pytest.raises(ParameterError, match=r"Exits\.stop must be a number from 0 to 0\.99, was 1\.5"):
        Exits(stop=1.5)
    assert not Exits().active
