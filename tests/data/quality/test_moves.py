"""Moves beyond the limit: ticks and splits are errors, what truly happened is kept."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.quality.gate import check
from sectorlead.data.quality.moves import jumps, long_wick

from .planted import PRICES, SESSIONS, cells, changed, flawless
from .tables import NAN, column, table


@pytest.mark.parametrize("with_volume", [True, False])
def test_a_board_that_more_than_doubles_in_a_day_is_true(with_volume: bool) -> None:
    """The potash board closed +143.7% on 2021-08-10, with a gap at the open, and stayed there."""
    clean = flawless(1)
    arrays = cells(clean, *PRICES, "volume", "amount")
    for key in PRICES:
        arrays[key][100:, 3] *= 2.437
    for key in ("volume", "amount"):
        arrays[key][:, 3] *= np.linspace(1, 40, SESSIONS) if with_volume else np.nan  # of an index: no price of a unit
    kinds = tuple("index" if i == 3 else kind for i, kind in enumerate(clean.kinds))
    findings = check(changed(clean, kinds=kinds, **arrays), clean.calendar)
    findings = tuple(each for each in findings if each.symbol == clean.symbols[3])
    assert ("extreme-move", "note") in {(each.rule, each.severity) for each in findings}
    assert not [each for each in findings if each.severity == "error" and each.rule != "unit-jump"]


def test_a_stock_that_resumes_after_a_suspension_is_true() -> None:
    clean = flawless(2)
    arrays = cells(clean)
    for key in (*PRICES, "amount"):
        arrays[key][100:, 0] *= 4.06
    for key in (*PRICES, "volume", "amount"):
        arrays[key][60:100, 0] = np.nan
    findings = check(changed(clean, **arrays), clean.calendar)
    assert not [str(each) for each in findings if each.severity == "error"]
    assert "extreme-move" in {each.rule for each in findings}


def test_a_rise_with_twenty_times_the_turnover_is_no_split() -> None:
    clean = flawless(3)
    arrays = cells(clean, *PRICES, "volume", "amount")
    for key in PRICES:
        arrays[key][100:, 0] *= 2.0
    arrays["volume"][100:, 0] *= 20
    arrays["amount"][100:, 0] *= 40
    assert not [str(each) for each in check(changed(clean, **arrays), clean.calendar) if each.severity == "error"]


def test_a_declared_split_is_no_finding() -> None:
    clean = flawless(4)
    arrays = cells(clean, *PRICES, "volume", "factor")
    for key, values in arrays.items():
        values[100:, 0] *= 2.0 if key in ("volume", "factor") else 0.5
    assert check(changed(clean, **arrays), clean.calendar) == ()


# --- what a single move is, by hand -----------------------------------------------------------------------------------


def kinds(close: list[float], calendar: str | None = "XSHG", **more: Any) -> list[tuple[int, str]]:
    return [(jump.row, jump.kind) for jump in jumps(table(column(close), calendar=calendar, **more))]


def test_the_limit_is_that_of_the_exchange() -> None:
    for up, beyond in ((11.04, False), (11.06, True)):  # 10.5% in Shanghai
        assert bool(kinds([10, up, up, up])) == beyond
    assert not kinds([10, 11.9, 11.9, 11.9], calendar="XNYS")
    for other in ("XNYS", None):
        assert kinds([10, 12.1, 12.1, 12.1], calendar=other) == [(1, "true")]
    weekly = {"sessions": pd.date_range("2024-01-05", periods=4, freq="W-FRI"), "calendar": None, "kind": "index"}
    assert not kinds([10, 15.9, 15.9, 15.9], **weekly)
    assert kinds([10, 16.1, 16.1, 16.1], **weekly) == [(1, "true")]


def test_a_tick_is_gone_at_once_and_its_way_back_is_no_second_move() -> None:
    assert kinds([10, 14, 10.1, 10]) == [(1, "tick")]
    assert kinds([10, 7, 10, 10]) == [(1, "tick")]
    assert kinds([10, 14, 12, 12], kind="index") == [(1, "true"), (2, "true")]  # half of it stayed
    opened = {"open": column([10, 10, 13.8, 10])}  # the day after opens where the tick had closed, and then falls
    assert kinds([10, 14, 10.1, 10], **opened, kind="index") == [(1, "true"), (2, "true")]
    assert kinds([10, 10, 14]) == [(2, "open")]


def test_a_split_is_overnight_stays_and_keeps_the_turnover() -> None:
    close = [10.0] * 25 + [5.0] * 6
    amount = [1e6] * 31
    opened = {"open": column(close), "amount": column(amount), "volume": column([1e5] * 25 + [2e5] * 6)}
    assert kinds(close, **opened) == [(25, "split")]
    busy = opened | {"amount": column([1e6] * 25 + [6e6] * 6)}  # six times the turnover: something happened
    assert kinds(close, **busy) == [(25, "true")]
    fell = opened | {"open": column([10.0] * 25 + [9.5] + [5.0] * 5)}  # in the session, not before it
    assert kinds(close, **fell) == [(25, "true")]
    rebound = [10.0] * 25 + [5.0] + [8.0] * 5
    assert kinds(rebound, open=column(rebound), amount=column(amount))[0] == (25, "true")  # it did not stay
    gap = [10.0] * 20 + [NAN] * 6 + [5.0] * 6  # after a long suspension any price is possible
    assert kinds(gap, open=column(gap), amount=column([1e6] * 32)) == [(26, "true")]


def test_an_index_is_split_at_a_round_ratio_and_rebased_at_another() -> None:
    for ratio, kind in ((2.0, "split"), (3.0, "split"), (2.4, "rebased")):
        (jump,) = jumps(table(column([7.0] * 5 + [7.0 / ratio] * 5), calendar="XSHG", kind="index"))
        assert (jump.kind, jump.certain) == (kind, True)
        (jump,) = jumps(table(column([7.0] * 5 + [7.0 * ratio] * 5), calendar="XSHG", kind="index"))
        assert (jump.kind, jump.certain) == ("split" if kind == "split" else "true", False)  # upward it may be true


def test_a_factor_that_the_price_does_not_follow() -> None:
    factor = column([1, 1, 2, 2])
    assert kinds([10, 10, 10, 10], factor=factor) == [(2, "factor")]
    assert kinds([10, 10, 5, 5], factor=factor) == []
    assert kinds([10, 10, 20, 20], factor=factor) == [(2, "factor")]  # both in the same direction


def test_a_wick_is_measured_from_open_and_close() -> None:
    bars = {"open": column([10, 10, 10]), "low": column([10, 7.1, 6.9]), "high": column([10, 12.9, 10])}
    (hit,) = long_wick.find(table(column([10, 10, 10]), **bars))
    assert (hit.sessions.day.tolist(), hit.message) == ([3], "1 bar with a wick of up to 31%: 2024-01-03")
    above = bars | {"low": column([10] * 3), "high": column([10, 12.9, 13.1])}
    assert next(iter(long_wick.find(table(column([10, 10, 10]), **above)))).sessions.day.tolist() == [3]
