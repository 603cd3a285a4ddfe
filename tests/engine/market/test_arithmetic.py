"""Single-number rules against exact decimal arithmetic."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.engine.market.arithmetic import at_limit, fee, fill_price, limit_price, round_half_up, whole_lots

CENT, TICK = Decimal("0.01"), Decimal("0.001")


def test_limit_prices_equal_decimal_arithmetic_where_floats_are_wrong() -> None:
    naive_errors = 0
    for fen in range(100, 29_500):
        for limit in (10, -10):
            exact = (Decimal(fen) / 100 * (100 + limit) / 100).quantize(CENT, ROUND_HALF_UP)
            assert limit_price(fen / 100, limit / 100, 0.01) == float(exact)
            naive_errors += round(fen / 100 * (1 + limit / 100), 2) != float(exact)
    assert naive_errors > 400  # the case for integers


@given(st.integers(100, 50_000), st.sampled_from([5, 10, 20, 30, -5, -10, -20, -30]))
def test_fund_limits_are_whole_ticks(mils: int, percent: int) -> None:
    exact = (Decimal(mils) / 1000 * (100 + percent) / 100).quantize(TICK, ROUND_HALF_UP)
    assert limit_price(mils / 1000, percent / 100, 0.001) == float(exact)


@given(st.integers(0, 10**11))
def test_a_tenth_of_a_fen_rounds_half_up(tenths: int) -> None:
    exact = (Decimal(tenths) / 1000).quantize(CENT, ROUND_HALF_UP)
    assert round_half_up(tenths / 1000, 0.01) == float(exact)


def test_a_fee_has_a_floor_and_rounds_the_stored_half_up() -> None:
    assert fee(20_020.0, 0.00025, 5.0, 0.01) == 5.01  # 5.005, stored as 5.00499...
    assert fee(1_000.0, 0.00025, 5.0, 0.01) == 5.0
    assert fee(1_000.0, 0.0003, 0.0, 0.0) == 0.3  # nothing is rounded without a step


def test_lots_forgive_float_noise_and_nothing_else() -> None:
    assert whole_lots(999.9999999999, 100.0, 100.0) == 1000.0
    assert whole_lots(999.99, 100.0, 100.0) == 900.0
    assert whole_lots(123.4, 0.0, 0.0) == 123.4
    assert [whole_lots(shares, 200.0, 1.0) for shares in (199.9, 200.0, 345.6)] == [0.0, 200.0, 345.0]  # STAR


def test_a_fill_price_moves_against_the_order_and_stops_at_the_limit() -> None:
    nan = float("nan")
    assert fill_price(10.0, 1, 0.001, 0.005, nan) == pytest.approx(10.015)
    assert fill_price(10.0, -1, 0.001, 0.005, nan) == pytest.approx(9.985)
    assert fill_price(10.0, 1, 0.5, 0.0, 11.0) == 11.0
    assert fill_price(10.0, -1, 0.5, 0.0, 9.0) == 9.0
    assert fill_price(0.01, -1, 0.0, 0.05, nan) == 0.0


def test_half_a_tick_from_the_limit_is_at_it() -> None:
    """Prices off the grid, as averages are: exact in decimals, off by a bit in floats."""
    for tick in (0.01, 0.001):
        for n in range(1_000, 3_000):
            limit = round(n * tick, 4)
            half = float(Decimal(repr(limit)) - Decimal(repr(tick)) / 2)
            assert at_limit(half, 1, limit, tick)
            assert not at_limit(half - tick / 100, 1, limit, tick)
            assert at_limit(float(Decimal(repr(limit)) + Decimal(repr(tick)) / 2), -1, limit, tick)
    assert not at_limit(10.0, 1, float("nan"), 0.01)
