"""Two sources side by side: what differs is found where it was planted, and real sources agree where they should."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import DataError, ParameterError, UnknownNameError
from sectorlead.data.quality.reconcile import reconcile
from sectorlead.data.tidy.read import read

from .planted import PRICES, cells, changed, flawless, flawless_panel, without_row
from .tables import column, table


def test_equal_panels_agree() -> None:
    panel = flawless_panel(0)
    result = reconcile(panel, panel)
    assert result.agree
    assert (result.series["differing"] == 0).all()
    assert result.alone == ()


@settings(max_examples=40)
@given(
    t=st.integers(0, 259), pick=st.integers(0, 99), field=st.sampled_from((*PRICES, "volume", "amount")),
    size=st.floats(0.02, 0.5),
)  # fmt: skip
def test_a_changed_cell_is_the_only_difference(t: int, pick: int, field: str, size: float) -> None:
    table = flawless(0)
    i = pick % table.members
    arrays = cells(table, field)
    arrays[field][t, i] *= 1 + size
    result = reconcile(table, changed(table, **arrays))
    assert not result.agree
    assert len(result.differences) == 1
    row = result.differences.iloc[0]
    assert (row["symbol"], row["date"], row["field"]) == (table.symbols[i], table.sessions[t], field)
    assert row["difference"] == pytest.approx(size)
    assert reconcile(table, changed(table, **arrays), relative=0.6).agree
    assert reconcile(table, changed(table, **arrays), absolute={field: 2 * abs(row["right"] - row["left"])}).agree


@settings(max_examples=20)
@given(power=st.sampled_from((1e2, 1e3, 1e4, 1e8, 1e-2)), field=st.sampled_from(("volume", "amount")))
def test_factors_between_units_are_named_and_no_difference(power: float, field: str) -> None:
    table = flawless(1)
    result = reconcile(table, changed(table, **{field: getattr(table, field) * power}))
    assert result.agree
    assert set(result.units["factor"]) == {power}
    assert len(result.units) == len(table.symbols)


def test_missing_sessions_are_listed_by_side() -> None:
    table = flawless(0)
    result = reconcile(table, without_row(table, 50))
    assert set(result.missing["held_by"]) == {"left"}
    assert set(result.missing["date"]) == {table.sessions[50]}
    assert not result.agree
    assert reconcile(table, without_row(table, 0)).agree  # before the common span


def test_a_source_a_day_late_is_told() -> None:
    table = flawless(0)
    late = changed(table, **{key: np.roll(getattr(table, key), 1, axis=0) for key in (*PRICES, "volume", "amount")})
    assert set(reconcile(table, late).series["shifted"]) == {1}
    assert set(reconcile(late, table).series["shifted"]) == {-1}


@pytest.mark.parametrize(("common", "late"), [(19, 0), (20, 1)])
def test_a_few_common_bars_say_nothing_of_a_shift(common: int, late: int) -> None:
    close = [100 + n * 1.5 for n in range(common)]
    result = reconcile(table(column(close)), table(column([99.0, *close[:-1]])))
    assert result.series["shifted"].tolist() == [late]


@pytest.mark.parametrize(("others", "factor"), [(2, [100.0]), (3, [])])
def test_a_factor_is_that_of_nine_bars_in_ten(others: int, factor: list[float]) -> None:
    close, volume = [10.0] * 20, [1_000.0 + n for n in range(20)]
    right = [each * (1 if n < others else 100) for n, each in enumerate(volume)]
    result = reconcile(table(column(close), volume=column(volume)), table(column(close), volume=column(right)))
    assert result.units["factor"].tolist() == factor
    assert len(result.differences) == (others if factor else 20 - others)


def test_series_are_matched_by_code() -> None:
    table = flawless(0)
    codes = tuple(f"{512000 + i}" for i in range(len(table.symbols)))
    one, other = replace(table, symbols=codes), replace(table, symbols=tuple(f"{code}.SH" for code in codes))
    assert reconcile(one, other).agree
    with pytest.raises(DataError, match="no series in common"):
        reconcile(table, other)
    assert reconcile(table, other, symbols={table.symbols[0]: "512000.SH"}).agree
    with pytest.raises(UnknownNameError):
        reconcile(table, other, symbols={"nobody": "512000.SH"})
    alone = reconcile(one, replace(other, symbols=("X", *other.symbols[1:])))
    assert alone.alone == (("left", "512000"), ("right", "X"))


def test_tolerances_are_checked() -> None:
    with pytest.raises(ParameterError, match=">= 0"):
        reconcile(flawless(0), flawless(0), relative=-1)
    with pytest.raises(UnknownNameError, match="close"):
        reconcile(flawless(0), flawless(0), relative={"closes": 1.0})


def test_no_session_in_common() -> None:
    table = flawless(0)
    later = replace(table, sessions=table.sessions + (table.sessions[-1] - table.sessions[0]) * 2)
    with pytest.raises(DataError, match="no session in common"):
        reconcile(table, later)


# --- real sources -----------------------------------------------------------------------------------------------------


def test_the_tidy_shenwan_file_is_its_original(shared_data: Path) -> None:
    original = read(shared_data / "dirty" / "sw2021_original" / "sw_industry_daily.csv.gz").rows
    tidy = read(shared_data / "cn_sw2021_l1" / "bars.csv.gz").rows
    result = reconcile(original, tidy)
    assert result.agree
    assert len(result.series) == 31
    assert result.series["common"].sum() == 37_819


def test_two_publishers_of_the_csi_300(shared_data: Path) -> None:
    one = read(shared_data / "dirty" / "sw2021_original" / "csi300_daily.csv.gz").rows
    other = read(shared_data / "cn_index" / "bars.csv.gz").rows
    result = reconcile(one, other, symbols={"csi300_daily": "000300"})
    assert dict(zip(result.units["field"], result.units["factor"], strict=True)) == {"volume": 1e6, "amount": 1e8}
    assert result.series.iloc[0]["common"] == 1_259
    wrong = set(result.differences["date"].dt.strftime("%F")[result.differences["field"] == "amount"])
    assert {"2026-03-17", "2026-03-18"} <= wrong  # amounts in thousands at the end of one of them


def test_adjusted_and_unadjusted_prices_of_a_fund(shared_data: Path) -> None:
    raw = read(shared_data / "cn_sector_etf" / "bars.csv.gz").rows
    adjusted = read(shared_data / "dirty" / "etf_qfq" / "515030.csv.gz").rows
    result = reconcile(raw, adjusted)
    assert dict(zip(result.units["field"], result.units["factor"], strict=True)) == {"volume": 0.01}  # lots
    assert set(result.differences["field"]) == set(PRICES)
    days = sorted(result.differences["date"].dt.strftime("%F").unique())
    assert days == ["2020-08-21", "2020-08-24", "2020-08-25", "2020-08-26", "2020-08-27"]
    assert len(result.alone) == 34


def test_one_series_under_the_names_of_four_vendors_is_one() -> None:
    panel = flawless_panel(0)
    codes = [f"{512000 + 10 * i}" for i in range(len(panel.symbols))]
    left = replace(panel, symbols=tuple(f"{code}.SH" for code in codes), benchmark=None)
    for form in ("sh{}", "SH{}", "sh.{}", "{}", "{}.XSHG"):
        result = reconcile(left, replace(panel, symbols=tuple(map(form.format, codes)), benchmark=None))
        assert (result.agree, len(result.series), result.alone) == (True, len(codes), ())
    with pytest.raises(DataError, match="no series in common"):
        reconcile(left, replace(panel, symbols=tuple(f"sz{code}" for code in codes), benchmark=None))
