"""Volume and amount: each rule at its threshold, by hand."""

from __future__ import annotations

import pytest

from sectorlead.data.quality.adjusted import adjusted_prices
from sectorlead.data.quality.volume import amount_outside_range, negative_volume, zero_volume

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
