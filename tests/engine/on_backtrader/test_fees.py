"""What a fill costs, and how much of several buys the cash covers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.engine.market.fees import FEES
from sectorlead.engine.market.market import Market
from sectorlead.engine.on_backtrader.fees import Bill, Buy, affordable, bill
from sectorlead.engine.on_backtrader.market_data import BoardRules

COMMISSION = {"commission": (0.00025, 5.0)}
STOCK_FEES = COMMISSION | {"transfer_fee": (0.00001, 0), "handling_fee": (0.0000341, 0), "levy": (0.00002, 0)}


def charged(**fees: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Rate and minimum of every kind in the order of the table; what is not named is free."""
    return tuple(fees.pop(fee.kind, (0.0, 0.0)) for fee in FEES)


FREE = BoardRules(charged(), charged(), minimum=0, step=0, tick=0.01, locked=False)
MAIN = FREE._replace(minimum=100, step=100)
STAR = FREE._replace(minimum=200, step=1)
PAID = MAIN._replace(buy_fees=charged(**COMMISSION))
STOCK = MAIN._replace(buy_fees=charged(**STOCK_FEES), sell_fees=charged(**STOCK_FEES, stamp_duty=(0.0005, 0.0)))
FEN = Market(money_step=0.01)
boards = st.sampled_from([FREE, MAIN, STAR, PAID, STOCK, MAIN._replace(minimum=1, step=1)])
orders = st.lists(st.tuples(st.integers(1, 400), st.integers(100, 30_000), boards), min_size=1, max_size=6)
markets = st.sampled_from([FEN, Market()])


def buys(*orders: tuple[float, float, BoardRules]) -> list[Buy]:
    return [Buy(*order) for order in orders]


def spent_on(given: list[float], wanted: list[Buy], market: Market) -> float:
    bills = [bill(n, buy.price, 1, market, buy.rules) for n, buy in zip(given, wanted, strict=True) if n]
    return sum(part.value + part.fees for part in bills)


def test_each_fee_goes_by_its_own_rate_and_is_rounded_by_itself() -> None:
    # 10,000 x 12.345 = 123,450.00: commission 30.8625, stamp duty 61.725, transfer fee 1.2345, handling fee 4.209645,
    # levy 2.469; halves go up.
    sold = bill(10_000, 12.345, -1, FEN, STOCK)
    assert sold == Bill(123_450.0, (30.86, 61.73, 1.23, 4.21, 2.47))
    assert sold.fees == pytest.approx(100.50)
    assert bill(10_000, 12.345, 1, FEN, STOCK) == Bill(123_450.0, (30.86, 0.0, 1.23, 4.21, 2.47))
    assert bill(10_000, 12.345, 1, Market(), STOCK).by_kind[0] == 123_450.0 * 0.00025, "nothing is rounded"
    assert bill(1_000, 10.0, 1, FEN, STOCK).by_kind[0] == 5.0, "the minimum"


def test_what_the_cash_covers_is_bought_in_full() -> None:
    assert affordable(buys((300, 10.0, PAID), (200, 5.0, PAID)), 4_010.0, FEN) == [300, 200]


def test_lots_are_scaled_and_what_is_left_goes_to_the_largest_remainder() -> None:
    # 1,000 x 10 + 500 x 6 costs 13,010. With 9,000 each gets 0.6918 of it: 6.918 lots -> 6, and 3.459 -> 3, for 7,810.
    # The 1,190 left buy one lot of the first (remainder 0.918) for 1,000, and no lot of the second, which takes 600.
    assert affordable(buys((1_000, 10.0, PAID), (500, 6.0, PAID)), 9_000.0, FEN) == [700, 300]


def test_equal_remainders_go_to_the_first() -> None:
    assert affordable(buys((200, 1.0, MAIN), (200, 1.0, MAIN)), 300.0, Market()) == [200, 100]


def test_minimum_fees_do_not_shrink() -> None:
    # 2 x 500 + 2 x 5 = 1,010 of 1,000: scaling by 1000 / 1010 leaves fees of 10, so the value may be 990.
    flat = FREE._replace(buy_fees=charged(commission=(0.0, 5.0)))
    given = affordable(buys((250, 2.0, flat), (125, 4.0, flat)), 1_000.0, Market())
    assert given == pytest.approx([247.5, 123.75])


def test_above_the_minimum_an_order_grows_by_steps_from_nothing_by_the_minimum() -> None:
    # Two STAR orders of 300 at 10 and 500 in cash: 250 each are above the minimum of 200.
    assert affordable(buys((300, 10.0, STAR), (300, 10.0, STAR)), 5_000.0, Market()) == [250, 250]
    # With 3,000, 150 each are below it: nothing. The first gets 200 at once, then its remainder is 150 - 200; the
    # second's is 150, but another 200 cost more than the 1,000 left, so those go to the first, a share at a time.
    assert affordable(buys((300, 10.0, STAR), (300, 10.0, STAR)), 3_000.0, Market()) == [300, 0]
    # With 3,900 of 5,100 the first would get 160, which is nothing, the second 229. The 1,610 left can't pay 200 of the
    # first, so they go to the second.
    assert affordable(buys((210, 10.0, STAR), (300, 10.0, STAR)), 3_900.0, Market()) == [0, 300]


def test_boards_of_different_steps_share_the_cash() -> None:
    # Half of each: 250 -> 200 of the main board, 250 of STAR, for 4,500. The 500 left buy no lot, but 50 shares of
    # STAR, which has no remainder, only cash that nobody else can use.
    assert affordable(buys((500, 10.0, MAIN), (500, 10.0, STAR)), 5_000.0, Market()) == [200, 300]


@given(orders=orders, cash=st.integers(0, 200_000), market=markets)
def test_never_more_than_the_cash_nor_than_was_wanted(
    orders: list[tuple[int, int, BoardRules]], cash: int, market: Market
) -> None:
    wanted = buys(*((lots * 100.0, price / 1_000, rules) for lots, price, rules in orders))
    wanted = [buy for buy in wanted if buy.shares >= buy.rules.minimum]
    given = affordable(wanted, float(cash), market)
    spent = spent_on(given, wanted, market)
    noise = 1e-12 * cash  # of a sum, where nothing is rounded
    assert spent <= cash + 1e-4 * market.money_step + noise
    for i, (got, buy) in enumerate(zip(given, wanted, strict=True)):
        assert 0 <= got <= buy.shares
        step, minimum = buy.rules.step, buy.rules.minimum
        if step:
            assert got % step == 0
            assert got == 0 or got >= minimum
            more = got + step if got else max(step, minimum)  # not one more would have been possible
            assert more > buy.shares or spent_on([*given[:i], more, *given[i + 1 :]], wanted, market) > cash - noise
