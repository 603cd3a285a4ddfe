"""How much of several buys the cash covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.engine.backtrader_cash import affordable, bill
from sectorlead.engine.market import Market

LOTS = Market(commission_rate=0.00025, commission_min=5.0, lot=100, money_step=0.01)
orders = st.lists(st.tuples(st.integers(1, 400), st.integers(100, 30_000)), min_size=1, max_size=6)
markets = st.sampled_from([LOTS, Market(), Market(commission_rate=0.001, commission_min=20.0), Market(money_step=0.01)])


def test_what_the_cash_covers_is_bought_in_full() -> None:
    assert affordable([300.0, 200.0], [10.0, 5.0], 4_010.0, LOTS) == [300.0, 200.0]


def test_lots_are_scaled_and_what_is_left_goes_to_the_largest_remainder() -> None:
    # 1,000 x 10 + 500 x 6 costs 13,010. With 9,000 each gets 0.6918 of it: 6.918 lots -> 6, and 3.459 -> 3, for 7,810.
    # The 1,190 left buy one lot of the first (remainder 0.918) for 1,000, and no lot of the second, which takes 600.
    assert affordable([1_000.0, 500.0], [10.0, 6.0], 9_000.0, LOTS) == [700.0, 300.0]


def test_equal_remainders_go_to_the_first() -> None:
    free = Market(lot=100)
    assert affordable([200.0, 200.0], [1.0, 1.0], 300.0, free) == [200.0, 100.0]


def test_minimum_fees_do_not_shrink() -> None:
    # 2 x 500 + 2 x 5 = 1,010 of 1,000: scaling by 1000 / 1010 leaves fees of 10, so the value may be 990.
    given = affordable([250.0, 125.0], [2.0, 4.0], 1_000.0, Market(commission_min=5.0))
    assert given == pytest.approx([247.5, 123.75])


@given(orders=orders, cash=st.integers(0, 200_000), market=markets)
def test_never_more_than_the_cash_nor_than_was_wanted(orders: list[tuple[int, int]], cash: int, market: Market) -> None:
    wanted, prices = [lots * 100.0 for lots, _ in orders], [price / 1_000 for _, price in orders]
    given = affordable(wanted, prices, float(cash), market)
    bills = [bill(shares, price, 1, market) for shares, price in zip(given, prices, strict=True) if shares]
    spent = sum(part.value + part.fees for part in bills)
    assert spent <= cash + 1e-4 * market.money_step
    assert all(0 <= got <= most for got, most in zip(given, wanted, strict=True))
    if market.lot:
        assert all(got % market.lot == 0 for got in given)
        for got, most, price in zip(given, wanted, prices, strict=True):  # not one lot more would have been possible
            one_more = bill(got + market.lot, price, 1, market)
            before = bill(got, price, 1, market)
            extra = one_more.value + one_more.fees - (before.value + before.fees if got else 0.0)
            assert got == most or spent + extra > cash
