"""``Panel``: what it accepts, what it derives, and what a view of it may know."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.bars import BARS
from sectorlead.data.benchmark import Benchmark
from sectorlead.data.errors import DataError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.data.simulate import simulate

NAN = float("nan")
DAYS = pd.DatetimeIndex(["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"])


def panel(close: list[list[float]], symbols: str = "BA", **more: Any) -> Panel:
    return Panel(DAYS[: len(close)], tuple(symbols), np.array(close), **more)


def test_columns_come_in_ascending_order_with_all_that_belongs_to_them() -> None:
    labels = {"names": ("bee", "ay"), "groups": ("g", "h"), "kinds": ("etf", "stock"), "boards": ("main", "")}
    one = panel([[1.0, 2.0]], **labels, known_from=["2024-01-02", None], special=[[True, False]])
    assert one.symbols == ("A", "B")
    assert one.close.tolist() == [[2.0, 1.0]]
    assert (one.names, one.groups, one.kinds) == (("ay", "bee"), ("h", "g"), ("stock", "etf"))
    assert np.isnat(one.known_from).tolist() == [True, False]
    assert one.boards == ("", "main")
    assert one.special.tolist() == [[False, True]]


def test_special_treatment_lasts_until_something_else_is_said() -> None:
    said = np.array([[NAN, 0.0], [1.0, NAN], [NAN, 1.0], [0.0, NAN]])
    p = panel([[5.0, 5.0]] * 4, "AB", special=said)
    assert p.special.tolist() == [[False, False], [True, False], [True, True], [False, True]]
    assert panel([[5.0, 5.0]] * 4, "AB").special.tolist() == [[False, False]] * 4
    assert p.until(1).special.tolist() == p.special[:2].tolist()
    assert p.select(["B"]).special.tolist() == p.special[:, 1:].tolist()
    assert p.noted("x").special.tolist() == p.special.tolist()
    closes = pd.DataFrame(5.0, DAYS, ["A", "B"])
    flags = pd.DataFrame({"B": [True, False]}, DAYS[[2, 3]])
    assert Panel.from_frames(closes, special=flags, boards=("star", "")).special[:, 1].tolist() == [False] * 2 + [
        True, False,
    ]  # fmt: skip
    with pytest.raises(DataError, match="special must be True or False, or 1, 0 and NaN"):
        panel([[5.0, 5.0]], special=[[2, 0]])
    with pytest.raises(DataError, match="special has shape"):
        panel([[5.0, 5.0]], special=[True, False])


def test_another_date_of_publication_shares_all_else() -> None:
    p = panel([[5.0, 5.0]] * 3, "AB")
    assert p.published.all()
    later = p.released(np.array(["2024-01-03", "NaT"], "M8[ns]"))
    assert later.published.tolist() == [[False, True], [True, True], [True, True]]
    assert later.content_hash == panel([[5.0, 5.0]] * 3, "AB", known_from=["2024-01-03", None]).content_hash
    assert later.close is p.close
    assert p.published.all()
    with pytest.raises(DataError, match="1 known_from dates for 2 symbols"):
        p.released([None])


def test_the_end_of_a_series_is_known_when_it_has_come() -> None:
    """B, the first given, ends with the second day; A says that it ends long after the panel."""
    close = [[5.0, 5.0], [5.0, 5.0], [NAN, 5.0]]
    p = panel(close, "BA", last_date=["2024-01-03", "2030-12-31"])
    assert p.last_date.astype("M8[D]").astype(str).tolist() == ["2030-12-31", "2024-01-03"]
    assert np.isnat(p.until(0).last_date).tolist() == [True, True]
    assert np.isnat(p.until(1).last_date).tolist() == [True, False]
    assert np.isnat(p.until(2).last_date).tolist() == [True, False]
    assert np.isnat(p.cut(0).last_date).tolist() == [True, True]
    assert p.cut(1).last_bar.tolist() == [2, 1], "A goes on"
    assert p.cut(1).content_hash == p.until(1).content_hash
    assert p.select(["B"]).last_date.tolist() == p.last_date[1:].tolist()
    hashes = {each.content_hash for each in (p, panel(close), panel(close, last_date=["2024-01-04", "2030-12-31"]))}
    assert len(hashes) == 3
    with pytest.raises(DataError, match=r"no bar after its last_date; 2 bars break this, first: 2024-01-03 B \(last_d"):
        panel([[5.0, 5.0]] * 3, "BA", last_date=["2024-01-02", None])
    with pytest.raises(DataError, match="1 last_date dates for 2 symbols"):
        panel(close, last_date=["2024-01-04"])


@given(st.permutations(range(5)))
def test_column_order_changes_nothing(order: list[int]) -> None:
    close = np.arange(1.0, 21.0).reshape(4, 5)
    factor = 1 + close / 10
    names = np.array(list("vwxyz"))
    straight = Panel(DAYS, tuple(names), close, adj_factor=factor)
    shuffled = Panel(DAYS, tuple(names[order]), close[:, order], adj_factor=factor[:, order])
    assert shuffled.content_hash == straight.content_hash
    assert shuffled.last_adjusted_close.tolist() == straight.last_adjusted_close.tolist()


def test_derived_arrays_by_hand() -> None:
    p = panel(
        [[10.0, NAN], [NAN, 5.0], [6.0, NAN]],
        "AB",
        adj_factor=np.array([[1.0, 9.0], [9.0, 3.0], [2.0, 9.0]]),
        known_from=["2024-01-03", None],
    )
    assert p.has_bar.tolist() == [[True, False], [False, True], [True, False]]
    np.testing.assert_array_equal(p.last_close, [[10, NAN], [10, 5], [6, 5]])
    np.testing.assert_array_equal(p.last_factor, [[1, NAN], [1, 3], [2, 3]])
    np.testing.assert_array_equal(p.adjusted_close, [[10, NAN], [NAN, 15], [12, NAN]])
    np.testing.assert_array_equal(p.last_adjusted_close, [[10, NAN], [10, 15], [12, 15]])
    assert (p.first_bar.tolist(), p.last_bar.tolist()) == ([0, 1], [2, 1])
    assert p.published.tolist() == [[False, True], [True, True], [True, True]]
    assert not p.has_ohlc


def test_a_view_is_the_panel_of_that_day() -> None:
    whole = simulate(3, 80)
    for row in (0, 37, 79):
        view = whole.until(row)
        cut = {key: getattr(whole, key)[: row + 1] for key in (*BARS, "adj_factor")}
        bench = whole.benchmark
        assert bench is not None
        short = Panel(
            whole.sessions[: row + 1],
            whole.symbols,
            **cut,
            groups=whole.groups,
            kinds=whole.kinds,
            known_from=whole.known_from,
            benchmark=Benchmark(bench.symbol, bench.name, **{key: getattr(bench, key)[: row + 1] for key in BARS}),
        )
        assert view.content_hash == short.content_hash != whole.until(40).content_hash
        assert view.session == whole.sessions[row]
        for key in ("last_close", "last_adjusted_close", "published", "has_bar", "first_bar", "last_bar"):
            np.testing.assert_array_equal(getattr(view, key), getattr(short, key))
        np.testing.assert_array_equal(view.benchmark.last_close, short.benchmark.last_close)


def test_nothing_can_be_written_and_the_givers_array_stays_his() -> None:
    mine = np.array([[1.0, 2.0], [3.0, 4.0]])
    p = Panel(DAYS[:2], ("A", "B"), mine, benchmark=Benchmark("X", "X", *[mine[:, 0]] * 6))
    mine[:] = 99.0
    assert p.close.tolist() == [[1, 2], [3, 4]]
    assert p.benchmark is not None
    assert p.benchmark.close.tolist() == [1, 3]
    view = p.until(0)
    arrays = [p.close, p.last_close, p.volume, p.benchmark.last_close, p.special, view.special]
    arrays += [view.close, view.adjusted_close, view.published]
    for array in [*arrays, p.frame().to_numpy(), p.known_from]:
        with pytest.raises(ValueError, match="read-only"):
            array[:1] = array[:1]


OHLC = {key: np.full((1, 2), 5.0) for key in ("open", "high", "low")}


@pytest.mark.parametrize(
    ("close", "more", "says"),
    [
        ([[1.0, 0.0]], {}, "close must be > 0; 1 bars break this, first: 2024-01-02 A"),
        ([[np.inf, 1.0]], {}, "close must be finite; 1 bars break this, first: 2024-01-02 B"),
        ([[5.0, 5.0]], OHLC | {"high": np.array([[5.0, 4.0]])}, "high must not lie below low"),
        (
            [[5.0, 5.0]],
            OHLC | {"low": np.array([[5.0, 4]]), "high": np.array([[5.0, 4.5]])},
            "high must not lie below o",
        ),
        ([[5.0, 5.0]], OHLC | {"low": np.array([[5.1, 5]]), "high": np.array([[6.0, 6]])}, "low must not lie above"),
        ([[5.0, NAN]], OHLC, "open, high and low must be given only where there is a close"),
        ([[5.0, 5.0]], {"open": OHLC["open"]}, "open, high and low must be given together"),
        ([[5.0, 5.0]], {"volume": np.array([[-1.0, NAN]])}, "volume must be finite and >= 0"),
        ([[5.0, 5.0]], {"adj_factor": np.array([[1.0, NAN]])}, "adj_factor must be finite and > 0 on every bar"),
        ([[5.0, 5.0]], {"volume": np.ones((2, 2))}, "volume has shape"),
        ([[5.0, 5.0]], {"names": ("one",)}, "1 names for 2 symbols"),
        ([[5.0, 5.0]], {"known_from": ["2024-01-02"]}, "1 known_from dates for 2 symbols"),
        ([[5.0, 5.0]], {"benchmark": Benchmark("X", "X", *[np.ones(2)] * 6)}, "benchmark has 2 sessions in open"),
        ([[5.0, 5.0]], {"benchmark": Benchmark("X", "X", *[-np.ones(1)] * 6)}, "benchmark: open must be > 0"),
    ],
)
def test_impossible_panels(close: list[list[float]], more: dict[str, Any], says: str) -> None:
    with pytest.raises(DataError) as caught:
        panel(close, **more)
    assert says in str(caught.value)


def test_bars_of_a_close_only_are_known_and_can_not_be_traded() -> None:
    opened = np.array([[NAN, NAN], [NAN, 5.0], [5.0, 5.0]])
    p = panel([[5.0, NAN], [5.0, 5.0], [5.0, 5.0]], "AB", open=opened, high=opened, low=opened)
    assert p.has_bar.tolist() == [[True, False], [True, True], [True, True]]
    assert p.tradable.tolist() == [[False, False], [False, True], [True, True]]
    assert p.until(0).has_ohlc
    assert p.until(0).tradable.tolist() == [[False, False]], "a view knows that its panel has more than closes"
    assert panel([[5.0, NAN]], "AB").tradable.tolist() == [[True, False]], "closes alone are traded at the close"
    with pytest.raises(DataError, match=r"a series that has whole bars .* 1 bars break this, first: 2024-01-03 A"):
        panel([[5.0, 5.0]] * 2, "AB", **dict.fromkeys(("open", "high", "low"), np.array([[5.0, NAN], [NAN, 5.0]])))


@pytest.mark.parametrize(
    ("days", "symbols", "says"),
    [
        (DAYS[[1, 0]], "AB", "strictly increasing"),
        (DAYS[[0, 0]], "AB", "strictly increasing"),
        (DAYS[:2].tz_localize("Asia/Shanghai"), "AB", "time zone"),
        (DAYS[:2] + pd.Timedelta(hours=15), "AB", "midnights"),
        (DAYS[:2], "AA", "given twice: A"),
    ],
)
def test_impossible_axes(days: pd.DatetimeIndex, symbols: str, says: str) -> None:
    with pytest.raises(DataError, match=says):
        Panel(days, tuple(symbols), np.ones((2, 2)))


def test_an_unknown_name_gets_the_nearest() -> None:
    p = panel([[1.0, 1.0]], ("801780", "801790"))
    with pytest.raises(UnknownNameError, match="Did you mean '801780'"):
        p.column("80178")
    with pytest.raises(UnknownNameError, match="Did you mean 'stock'"):
        panel([[1.0, 1.0]], kinds=("etf", "stocks"))


def test_the_hash_sees_content_and_nothing_else() -> None:
    close = [[1.0, 2.0], [NAN, 3.0]]
    plain = panel(close)
    assert panel(close, names=("x", "y"), source="other").content_hash == plain.content_hash
    between_bars = np.array([[1.0, 1.0], [7.0, 1.0]])
    assert panel(close, adj_factor=between_bars).content_hash == plain.content_hash
    other_bits = np.array(close)
    other_bits[1, 0] = -np.float64(NAN)
    assert (
        Panel(DAYS[:2], ("B", "A"), other_bits, volume=np.full((2, 2), -0.0)).content_hash
        == panel(close, volume=np.zeros((2, 2))).content_hash
    )
    changed = [
        panel([[1.0, 2.0], [NAN, 3.5]]),
        panel(close, groups=("g", "")),
        panel(close, adj_factor=np.full((2, 2), 2.0)),
        panel(close, known_from=["2024-01-03", None]),
        panel(close, benchmark=Benchmark("X", "X", *[np.ones(2)] * 6)),
    ]
    changed += [
        panel(close, boards=("star", "")),
        panel(close, boards=("", "star")),
        panel(close, special=[[0, 0], [0, 1]]),
        panel(close, special=[[0, 0], [1, 0]]),
    ]
    assert len({each.content_hash for each in [plain, *changed]}) == 10


def test_the_hash_of_a_panel_stays_from_version_to_version() -> None:
    """Manifests and studies pin it."""
    assert panel([[1.0, 2.0], [NAN, 3.0]]).content_hash == "f5197a83cb7fc51f"


def test_select_and_frames() -> None:
    p = simulate(1, 60)
    part = p.select(["SIM20", "SIM03"])
    assert part.symbols == ("SIM03", "SIM20")
    np.testing.assert_array_equal(part.close, p.close[:, [2, 19]])
    assert part.groups == (p.groups[2], p.groups[19])
    again = Panel.from_frames(p.frame().iloc[:, ::-1], benchmark=pd.Series(p.benchmark.close, p.sessions, name="X"))
    np.testing.assert_array_equal(again.close, p.close)
    assert again.benchmark is not None
    assert again.benchmark.symbol == "X"


def test_a_panel_that_is_cut_knows_what_goes_on_and_where_it_comes_from() -> None:
    whole = panel([[1.0, 2.0], [2.0, NAN], [NAN, 3.0], [4.0, NAN]])  # A: the second column
    cut = whole.cut(1)
    assert cut.sessions.equals(DAYS[:2])
    np.testing.assert_array_equal(cut.close, [[2.0, 1.0], [NAN, 2.0]])
    assert cut.last_bar.tolist() == [2, 2], "both go on: one row beyond the last, whenever that is"
    assert whole.until(1).last_bar.tolist() == [0, 1], "what a strategy sees knows nothing of it"
    assert cut.origin == whole.origin == (whole.content_hash, 4, DAYS[3])
    assert cut.content_hash == whole.until(1).content_hash != whole.content_hash
    assert cut.until(1).origin == (cut.content_hash, 2, DAYS[1])
    assert cut.until(1).last_bar.tolist() == [0, 1]
    assert whole.cut(2).last_bar.tolist() == [2, 3]
    assert whole.cut(2).cut(1).last_bar.tolist() == [2, 2]
    assert whole.cut(3) is whole


def test_the_origin_of_a_panel_is_itself_as_it_is_now() -> None:
    whole = panel([[1.0, 2.0], [2.0, 3.0]])
    assert whole.origin.content_hash == whole.content_hash
    other = whole.released(["2024-01-03", None])
    assert other.origin.content_hash == other.content_hash != whole.content_hash
