"""Small files that each stand for a kind of fault, or of what looks like one: found at its severity, or left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sectorlead.data.quality.gate import check
from sectorlead.data.quality.table import table_of
from sectorlead.data.tidy.read import read

FUNDS = ("159869", "512010", "512480", "512660", "512800", "515790")
FOUND: dict[str, list[tuple[str, str, str]]] = {
    "01a_split_yuan": [("error", "unadjusted-split", "512480")],
    "01b_split_tushare_units": [("error", "unadjusted-split", "512480"), ("warning", "mixed-units", "")],
    "01c_split_no_amount": [("error", "unadjusted-split", "512480")],
    "03_bars": [],
    "04_repeated_week": [("error", "repeated-sessions", "")],
    "05_closes_2024_10_08": [],
    "06_twin_two_codes": [("warning", "twin-series", "399300")],
    "11_units_change_together": [("error", "unit-jump", code) for code in FUNDS],
    "12_padded_suspension": [("warning", "stale-prices", "600001"), ("warning", "zero-volume", "600001")],
}
"""What is found in each file besides notes."""


@pytest.fixture(scope="module")
def cases(shared_data: Path) -> Path:
    folder = shared_data.parent / "cases" / "data"
    if not folder.is_dir():
        pytest.skip(f"cases not found: {folder}")
    return folder


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("trades", ["", "etf"])
def test_each_case_is_found_or_left_in_peace(cases: Path, name: str, trades: str) -> None:
    found = check(read(cases / f"{name}.csv"), trades=trades)
    told = [each for each in found if each.severity != "note" and each.rule != "refused-by-load"]
    assert [(each.severity, each.rule, each.symbol) for each in told] == FOUND[name]


def test_a_benchmark_a_session_early_from_some_day_on(cases: Path) -> None:
    other = table_of(read(cases / "03_benchmark_early_from_2024_05.csv").bars)
    found = check(read(cases / "03_bars.csv"), benchmark=("399006", other))
    (error,) = (each for each in found if each.severity == "error")
    assert (error.rule, error.symbol) == ("out-of-step", "399006")
    assert abs((error.sessions[0] - other.sessions[other.sessions >= "2024-05-06"][0]).days) <= 7
    assert error.message.startswith("benchmark is a session ahead of the others in 2024-05-0")


def test_what_a_unit_is_is_said(cases: Path) -> None:
    (lots,) = (
        each for each in check(read(cases / "01b_split_tushare_units.csv")) if each.rule == "mixed-units"
    )
    assert lots.message == (
        "amount over volume is 0.1 times the price: volume in lots of 100 and amount in thousand, as tushare gives "
        "them, in all 6 series"
    )
    together = check(read(cases / "11_units_change_together.csv"))[0]
    assert together.message == "volume and amount change about 10000 times on 2024-04-30"


@pytest.mark.parametrize(
    ("name", "benchmark", "trades"),
    [
        ("cn_sector_etf/bars.csv.gz", "399006", "etf"), ("cn_sw2021_l1/bars.csv.gz", "000300", ""),
        ("cn_sw2014_l1/bars.csv.gz", "399006", ""), ("cn_themes_2021/bars.csv.gz", "399006", ""),
        ("cn_index/bars.csv.gz", None, ""), ("cn_stocks_2021_06/bars.parquet", None, "stock"),
        ("bench/sectors31.parquet", None, "etf"),
    ],
)  # fmt: skip
def test_clean_panels_have_no_error(shared_data: Path, name: str, benchmark: str | None, trades: str) -> None:
    from sectorlead.data.load import load

    index = f"{shared_data / 'cn_index/bars.csv.gz'}:{benchmark}"
    panel = load(shared_data / name, benchmark=index if benchmark else None)
    for asked in dict.fromkeys(("", trades)):
        assert [str(each) for each in check(panel, trades=asked) if each.severity == "error"] == []
