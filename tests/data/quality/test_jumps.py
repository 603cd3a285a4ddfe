"""What a large move is: by the kind of the series, its board, its neighbours in time and the other series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sectorlead.data.quality.jumps import Jump, _Moves, jumps
from sectorlead.data.quality.table import Table

from .tables import NAN, column, flat, table

FEW = [1.0, 1.01, 1.0, 1.02, 1.01, 1.0, 1.01, 1.02]


def stepped(ratio: float, count: int = 20) -> list[float]:
    """Closes that hardly move, and from the middle on are times ``ratio``."""
    line = [10 * (1 + 0.003 * (k % 4)) for k in range(count)]
    return [value * ratio if k >= count // 2 else value for k, value in enumerate(line)]


def named(symbols: tuple[str, ...], of: Table) -> Table:
    return replace(of, symbols=symbols)


def only(of: Table) -> Jump:
    (found,) = jumps(of)
    return found


def of_one(ratio: float, symbol: str, kind: str) -> tuple[str, bool]:
    closes = stepped(ratio)
    found = only(named((symbol,), table(column(closes), kind=kind, **flat(closes))))
    return found.kind, found.certain


@pytest.mark.parametrize(
    ("ratio", "symbol", "kind", "is_what", "certain"),
    [
        (0.37, "512000", "etf", "split", True),  # of any ratio
        (0.86, "512000", "etf", "split", True),  # beyond the 10% of its board
        (1.16, "512000", "etf", "split", True),
        (0.86, "588000", "etf", "true", True),  # within the 20% of STAR
        (0.70, "588000", "etf", "split", True),
        (0.86, "159999", "etf", "split", False),  # may be one of those with 20%: the list is by hand
        (0.70, "159999", "etf", "split", True),
        (0.86, "A", "etf", "true", True),  # of a board nobody knows
        (0.70, "A", "etf", "split", True),
        (0.86, "600000", "stock", "split", True),
        (0.86, "300750", "stock", "true", True),  # ChiNext has 20% since 2020-08-24
        (0.50, "A", "index", "split", True),  # a round ratio, down
        (2.00, "A", "index", "split", False),
        (0.37, "A", "index", "rebased", True),
        (0.10, "A", "index", "rebased", True),
        (10.0, "A", "index", "rebased", True),
        (2.44, "A", "index", "true", False),  # a board of few members gains as much when one comes back
    ],
)
def test_steps_between_two_sessions(ratio: float, symbol: str, kind: str, is_what: str, certain: bool) -> None:
    assert of_one(ratio, symbol, kind) == (is_what, certain)


def test_a_level_next_to_a_base_value_is_another_scale() -> None:
    closes = [1300 * (1 + 0.003 * (k % 4)) for k in range(10)] + [1000 * (1 + 0.003 * (k % 4)) for k in range(10)]
    found = only(table(column(closes), kind="index", **flat(closes)))
    assert (found.kind, found.certain) == ("rebased", True)


def test_a_series_that_moves_with_the_others_was_not_split() -> None:
    """What all do is the market; what one of them does beyond its limit is not."""
    lines = np.column_stack([stepped(0.85) for _ in range(4)])
    together = named(("512000", "512010", "512480", "512800"), table(lines.tolist()))
    assert {each.kind for each in jumps(together)} == {"true"}
    lines[:, 1:] = np.array(stepped(1.0))[:, None]
    alone = named(("512000", "512010", "512480", "512800"), table(lines.tolist()))
    assert [(each.column, each.kind) for each in jumps(alone)] == [(0, "split")]


def test_after_sessions_without_a_bar_the_market_is_what_all_did_meanwhile() -> None:
    """A fund comes back after three sessions in which the others rose by 7% each."""
    count, names = 20, ("512000", "512010", "512480", "512800")
    lines = np.array([[10 * (1 + 0.003 * (k % 4)) * 1.07 ** min(max(k - 9, 0), 4)] * 4 for k in range(count)])
    lines[10:13, 0] = NAN
    assert {each.kind for each in jumps(named(names, table(lines.tolist())))} <= {"true"}
    lines[:, 1:] = np.array(stepped(1.0, count))[:, None]
    alone = only(named(names, table(lines.tolist())))
    assert (alone.column, alone.row, alone.kind) == (0, 13, "split")


def test_closes_alone_that_come_back_are_a_tick_unless_the_market_did() -> None:
    """2024-10-08: every sector closed up by 8 to 18%, and gave it back the day after."""
    quiet = [[10 * (1 + 0.002 * (k % 5)) * (1 + 0.001 * i) for i in range(4)] for k in range(20)]
    lines = np.array(quiet)
    lines[10] *= [1.13, 1.09, 1.11, 1.12]
    assert {each.kind for each in jumps(table(lines.tolist(), kind="index"))} == {"true"}
    near_base = jumps(table((100 * lines).tolist(), kind="index"))
    assert {(each.row, each.kind) for each in near_base} == {(10, "true")}, "back at 1,000 is no other scale"
    lines = np.array(quiet)
    lines[10, 0] *= 1.13
    assert only(table(lines.tolist(), kind="index"))[3:] == ("tick", True)
    alone = only(table(column([row[0] for row in lines.tolist()]), kind="index"))
    assert alone[3:] == ("tick", False)  # nobody to compare with, and it may be true
    lines[10, 0] *= 1.5
    assert only(table(column([row[0] for row in lines.tolist()]), kind="index"))[3:] == ("tick", True)


@pytest.mark.parametrize("volume", [0.0, NAN])
@pytest.mark.parametrize(("idle", "is_what"), [(4, "split"), (6, "true"), (100, "true")])
def test_after_a_padded_suspension_any_price_is_possible(volume: float, idle: int, is_what: str) -> None:
    """000792 came back on 2021-08-10 at four times its price; vendors fill the sessions before with the last close."""
    closes = [*FEW, *FEW[-1:] * idle, *(4 * each for each in FEW)]
    traded = [100.0] * 8 + [volume] * idle + [100.0] * 8
    assert only(table(column(closes), kind="stock", volume=column(traded), **flat(closes))).kind == is_what


def test_the_first_bars_of_a_stock_have_no_limit() -> None:
    closes = [1.0, 1.01, 1.6, 1.61, 1.62, 1.6, 1.61, 1.62, 1.61]
    of = table(column(closes), kind="stock", **flat(closes))
    assert only(named(("600001",), of)).kind == "true"
    assert only(named(("512000",), replace(of, kinds=("etf",)))).kind == "split"  # a fund has one from the first


def test_news_bring_turnover_and_a_split_does_not() -> None:
    closes = stepped(2.0)
    for times, is_what in ((1.0, "split"), (20.0, "true")):
        amount = column([1e6] * 10 + [1e6 * times] * 10)
        assert only(table(column(closes), kind="etf", amount=amount, **flat(closes))).kind == is_what


@pytest.mark.parametrize("width", [3, 4, 5, 6])
def test_the_market_is_the_median_of_the_others(width: int) -> None:
    """Of those with a bar, since the bar before of the series itself, at most six sessions; of three or more."""
    random = np.random.default_rng(width)
    close = np.exp(np.cumsum(random.normal(0, 0.03, (60, width)), axis=0))
    close[random.random(close.shape) < 0.1] = np.nan
    of = table(close.tolist())
    moves, before = _Moves(of), of.before
    for row, own in np.argwhere(np.isfinite(of.move)).tolist():
        since = of.move[max(before[row, own] + 1, row - 5) : row + 1]
        others = [np.nansum(since[:, k]) for k in range(width) if k != own and np.isfinite(since[-1, k])]
        expected = np.median(others) if len(others) >= 3 else np.nan
        assert moves.others(own, row) == pytest.approx(expected, rel=1e-12, nan_ok=True)
