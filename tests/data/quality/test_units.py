"""Units of volume and amount: what they are said to be, and where they change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sectorlead.data.quality.table import Table
from sectorlead.data.quality.units import mixed_units, said, scaled_units, unit_jump, volume_in_lots

from .planted import cells, changed, flawless
from .tables import column, days, hits, table


def scaled(volume: float, amount: float, rows: slice = slice(None), columns: slice = slice(None)) -> Table:
    """A flawless market with other units in a part of it."""
    arrays = cells(flawless(0), "volume", "amount")
    arrays["volume"][rows, columns] /= volume
    arrays["amount"][rows, columns] /= amount
    return changed(flawless(0), **arrays)


@pytest.mark.parametrize(
    ("volume", "amount", "words"),
    [
        (100, 1000, "0.1 times the price: volume in lots of 100 and amount in thousand, as tushare"),
        (1, 1000, "0.001 times the price: amount in thousand"),
        (1, 1e4, "0.0001 times the price: amount in ten thousand (万)"),
        (1, 1e8, "1e-08 times the price: amount in hundred million (亿)"),
        (1e4, 1, "10000 times the price: volume in ten thousand (万)"),
        (1e5, 1, "100000 times the price: volume and amount in units that differ by 1e+5"),
    ],
)
def test_what_the_units_are_is_said_once_for_all(volume: float, amount: float, words: str) -> None:
    members = slice(0, flawless(0).members)
    (hit,) = hits(mixed_units, scaled(volume, amount, columns=members))
    assert (hit.symbol, len(hit.sessions)) == ("", 0)
    assert words in hit.message
    assert hit.message.endswith(f"in all {flawless(0).members} series")
    assert hits(volume_in_lots, scaled(volume, amount, columns=members)) == []


def test_a_span_is_named() -> None:
    table = scaled(100, 1000, slice(0, 100), slice(3, 4))
    (hit,) = hits(mixed_units, table)
    assert (hit.symbol, len(hit.sessions)) == (table.symbols[3], 100)
    assert f"in {table.sessions[0]:%F}..{table.sessions[99]:%F}" in hit.message
    (jump,) = hits(unit_jump, table)
    assert jump.sessions.tolist() == [table.sessions[100]]
    assert jump.severity is None  # an error
    assert f"{said(-1)}, then {said(0)}" in jump.message


@pytest.mark.parametrize("power", [4, 8, -4])
@pytest.mark.parametrize("lasting", [True, False])
def test_both_change_together(power: int, lasting: bool) -> None:
    scale = 10.0**power
    rows = slice(100, None) if lasting else slice(100, 101)
    (hit,) = hits(unit_jump, scaled(scale, scale, rows, slice(2, 3)))
    assert hit.sessions[0] == flawless(0).sessions[100]
    assert hit.severity is None
    assert hit.message.startswith(f"volume and amount change about {1 / scale:g} times")


def test_trading_may_grow_a_hundredfold_but_not_ten_thousandfold_unless_it_was_locked() -> None:
    assert hits(unit_jump, scaled(0.01, 0.01, slice(100, None), slice(2, 3))) == []
    table = scaled(1e4, 1e4, slice(0, 100), slice(2, 3))
    assert len(hits(unit_jump, table)) == 1
    high, low = table.high.copy(), table.low.copy()
    high[90:100, 2] = low[90:100, 2] = table.close[90:100, 2]  # a new share at its limit, until it opens
    assert hits(unit_jump, replace(table, high=high, low=low)) == []


def test_volume_alone_is_certain_where_most_series_change_with_it() -> None:
    nothing = np.full_like(flawless(0).amount, np.nan)
    one = replace(scaled(100, 1, slice(0, 100), slice(2, 3)), amount=nothing)
    assert [hit.severity for hit in hits(unit_jump, one)] == ["warning"]
    all_of_them = replace(scaled(100, 1, slice(0, 100)), amount=nothing)
    assert {hit.severity for hit in hits(unit_jump, all_of_them)} == {None}


# --- by hand ----------------------------------------------------------------------------------------------------------

COUNT = 30
CLOSE = [10 + 0.1 * (n % 3) for n in range(COUNT)]


def traded(volume: float = 1e6, per_unit: float = 1.0, **more: object) -> dict[str, object]:
    """Volume and amount of a fund whose average price is its close."""
    amount = [volume * per_unit * close for close in CLOSE]
    return {"volume": column([volume] * COUNT), "amount": column(amount)} | more


@pytest.mark.parametrize(("factor", "shown"), [(100.0, "0.01"), (1_000.0, "0.001"), (10_000.0, "0.0001")])
def test_volume_that_changes_its_unit_while_amount_does_not(factor: float, shown: str) -> None:
    given = traded()
    given["volume"] = column([1e6] * 15 + [1e6 / factor] * 15)
    (hit,) = hits(unit_jump, table(column(CLOSE), **given))
    assert (days(hit), hit.severity) == ([22], None)  # the sixteenth session
    first = f"volume changes about {shown} times on 2024-01-22: "
    assert hit.message.startswith(first + "amount over volume is the price, then ")


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
    assert hit.message == "amount over volume is 100 times the price: volume in lots of 100"
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
