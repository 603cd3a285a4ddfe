"""Volume and amount: each rule at its threshold, by hand."""

from __future__ import annotations

import pytest

from sectorlead.data.quality.volume import (
    adjusted_prices,
    amount_outside_range,
    negative_volume,
    scaled_units,
    unit_jump,
    volume_in_lots,
    zero_volume,
)

from .tables import NAN, column, days, hits, table

COUNT = 30
CLOSE = [10 + 0.1 * (n % 3) for n in range(COUNT)]


def traded(volume: float = 1e6, per_unit: float = 1.0, **more: object) -> dict[str, object]:
    """Volume and amount of a fund whose average price is its close."""
    amount = [volume * per_unit * close for close in CLOSE]
    return {"volume": column([volume] * COUNT), "amount": column(amount)} | more


def test_what_is_below_zero_or_infinite() -> None:
    t = table(column([1, 1, 1, 1]), volume=column([-1, 0, NAN, 1]), amount=column([1, 0, float("inf"), NAN]))
    assert [days(hit) for hit in hits(negative_volume, t)] == [[1, 3]]


@pytest.mark.parametrize(("idle", "severity"), [(4, None), (5, "warning")])
def test_five_bars_without_volume_in_a_row_are_more_than_a_note(idle: int, severity: str | None) -> None:
    volume = [0.0] * idle + [5.0, 0.0, 5.0]
    (hit,) = hits(zero_volume, table(column([1.0] * len(volume)), volume=column(volume)))
    assert hit.severity == severity
    assert hit.message.startswith(f"{idle + 1} bars without volume, longest run {idle}: 2024-01-01, ")


def test_a_bar_that_is_missing_ends_no_run_of_volume() -> None:
    volume = [0.0, 0, 0, NAN, 0, 0, 5]
    close = [1.0, 1, 1, NAN, 1, 1, 1]
    (hit,) = hits(zero_volume, table(column(close), volume=column(volume)))
    assert (hit.severity, "longest run 5" in hit.message) == ("warning", True)


@pytest.mark.parametrize(("factor", "shown"), [(100.0, "0.01"), (1_000.0, "0.001"), (10_000.0, "0.0001")])
def test_volume_that_changes_its_unit_while_amount_does_not(factor: float, shown: str) -> None:
    given = traded()
    given["volume"] = column([1e6] * 15 + [1e6 / factor] * 15)
    (hit,) = hits(unit_jump, table(column(CLOSE), **given))
    assert (days(hit), hit.severity) == ([22], None)  # the sixteenth session
    assert hit.message == f"volume changes about {shown} times on 2024-01-22"


def test_trading_that_grows_a_hundredfold_is_no_other_unit() -> None:
    given = traded()
    given |= {key: column([each * (1 if n < 15 else 100) for n, (each,) in enumerate(given[key])])  # type: ignore[arg-type]
              for key in ("volume", "amount")}  # fmt: skip
    assert hits(unit_jump, table(column(CLOSE), **given)) == []
    alone = {"volume": given["volume"]}  # nothing says that it is trading and not the unit
    assert [hit.severity for hit in hits(unit_jump, table(column(CLOSE), **alone))] == ["warning"]


def test_a_twentyfold_change_is_no_power_of_ten() -> None:
    given = traded()
    given["volume"] = column([1e6] * 15 + [1e6 / 40] * 15)
    assert hits(unit_jump, table(column(CLOSE), **given)) == []


def test_lots_by_the_price_of_a_fund_or_by_what_a_share_of_an_index_would_cost() -> None:
    (hit,) = hits(volume_in_lots, table(column(CLOSE), **traded(per_unit=100.0)))
    assert hit.message == "amount over volume is 100 times the price"
    assert hits(volume_in_lots, table(column(CLOSE), **traded())) == []
    index = {"volume": column([1e6] * COUNT), "kind": "index"}
    for price, told in ((499, False), (501, True), (49_999, True), (50_001, False)):
        t = table(column(CLOSE), calendar="XSHG", amount=column([1e6 * price] * COUNT), **index)  # type: ignore[arg-type]
        assert bool(hits(volume_in_lots, t)) == told
        assert not hits(volume_in_lots, table(column(CLOSE), calendar="XNYS", amount=column([1e6 * price] * COUNT),
                                              **index))  # type: ignore[arg-type]  # fmt: skip


@pytest.mark.parametrize(
    ("volume", "amount", "names"),
    [(1_999, 20_001, "volume"), (2_001, 19_999, "amount"), (1_999, 19_999, "volume and amount"), (2_001, 20_001, "")],
)
def test_too_small_for_a_sector(volume: float, amount: float, names: str) -> None:
    t = table(column(CLOSE), volume=column([volume] * COUNT), amount=column([amount] * COUNT))
    found = [hit.message for hit in hits(scaled_units, t)]
    assert [text.partition(" can't")[0] for text in found] == ([names] if names else [])


def test_one_bar_off_its_range_is_that_bar_and_many_old_ones_are_an_adjustment() -> None:
    given = traded()
    given["amount"] = column([1e6 * close * (1.05 if n == 3 else 1) for n, close in enumerate(CLOSE)])
    (hit,) = hits(amount_outside_range, table(column(CLOSE), **given))
    assert (days(hit), hit.message) == ([4], "1 bar outside low and high by up to 4.8%: 2024-01-04")
    assert hits(adjusted_prices, table(column(CLOSE), **given)) == []
    given["amount"] = column([1e6 * close * (1.05 if n < 7 else 1) for n, close in enumerate(CLOSE)])
    (hit,) = hits(adjusted_prices, table(column(CLOSE), **given))
    assert hit.message == "23% of the bars, all before 2024-01-09, lie up to 5% off what was paid"
    assert hits(amount_outside_range, table(column(CLOSE), **given)) == []


def test_within_a_hundredth_of_its_range_a_price_is_inside() -> None:
    for off, told in ((1.009, False), (1.012, True)):
        given = traded(amount=column([1e6 * close * (off if n == 3 else 1) for n, close in enumerate(CLOSE)]))
        assert bool(hits(amount_outside_range, table(column(CLOSE), **given))) == told
