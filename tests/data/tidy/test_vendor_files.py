"""Files as vendors leave them: every trap that is known of them is found, by name; clean panels raise no error."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.load import load
from sectorlead.data.quality.finding import Finding
from sectorlead.data.quality.gate import check, gate, on_calendar
from sectorlead.data.tidy.columns import Tidy, to_tidy
from sectorlead.data.tidy.read import read

from ..quality.planted import flawless_panel

TRAPS: dict[str, dict[str, tuple[str, ...]]] = {
    "csi800/csi_price_sectors.csv.gz": {
        "error": ("padded-holidays",), "warning": ("ambiguous-dates", "stale-prices"), "note": ("other-date-form",),
    },
    "csi800/csi_sectors.csv.gz": {"warning": ("ambiguous-dates", "missing-sessions")},
    "em_boards/sector_医疗.csv.gz": {"note": ("other-columns",)},
    "em_boards/sector_半导体.csv.gz": {"note": ("other-columns", "base-value-start")},
    "em_boards/sector_新能源.csv.gz": {"note": ("other-columns", "base-value-start")},
    "em_boards/sector_白酒.csv.gz": {"note": ("other-columns",)},
    "em_boards/benchmark_hs300.csv.gz": {"note": ("other-columns",)},
    "etf_qfq/510050.csv.gz": {
        "error": ("non-positive-prices", "subtracted-dividends"), "warning": ("adjusted-prices", "volume-in-lots"),
    },
    "etf_qfq/510880.csv.gz": {
        "error": ("non-positive-prices", "subtracted-dividends"), "warning": ("adjusted-prices", "volume-in-lots"),
    },
    "etf_qfq/512400.csv.gz": {"warning": ("adjusted-prices", "subtracted-dividends", "volume-in-lots")},
    "etf_qfq/159915.csv.gz": {"warning": ("missing-sessions", "volume-in-lots")},
    "etf_qfq/515030.csv.gz": {"warning": ("volume-in-lots",)},
    "sw2021_original/csi300_daily.csv.gz": {"error": ("fake-rows",), "warning": ("scaled-units",)},
    "sw2021_original/sw_industry_daily.csv.gz": {
        "warning": ("missing-sessions", "scaled-units"), "note": ("ragged-start",),
    },
    "yahoo/edwinleck_XLK_yahoo_page_export.csv.gz": {
        "error": ("not-a-bar",), "warning": ("refused-by-load",),
        "note": ("newest-first", "thousands-separators", "other-date-form"),
    },
    "yahoo/ovesa_XLK_yfinance_multiheader.csv.gz": {
        "warning": ("vendor-adjusted", "adjusted-prices"), "note": ("off-tick-prices", "several-headers"),
    },
}  # fmt: skip


def of(findings: tuple[Finding, ...], rule: str) -> Finding:
    return next(finding for finding in findings if finding.rule == rule)


# --- real files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", TRAPS)
def test_every_known_trap_is_found_by_name(shared_data: Path, name: str) -> None:
    findings = check(read(shared_data / "dirty" / name))
    for severity, rules in TRAPS[name].items():
        assert set(rules) <= {each.rule for each in findings if each.severity == severity}
    errors = {each.rule for each in findings if each.severity == "error"}
    assert errors == set(TRAPS[name].get("error", ()))


def test_the_counts_are_those_of_the_publishers(shared_data: Path) -> None:
    dirty = shared_data / "dirty"
    padded = read(dirty / "csi800" / "csi_price_sectors.csv.gz")
    findings = check(padded)
    assert len(of(findings, "padded-holidays").sessions) == 310
    days = padded.dates.days.astype("M8[D]")
    month, day = days.astype("M8[M]").astype(int) % 12 + 1, (days - days.astype("M8[M]")).astype(int) + 1
    assert (day <= 12).sum() == 1_781  # parse as M/D/YYYY as well
    assert len(of(findings, "ambiguous-dates").sessions) == ((day <= 12) & (day != month)).sum()
    assert len(of(findings, "stale-prices").sessions) == 316 - 310 + 1  # six repeats, and the bar they repeat

    absent = of(check(read(dirty / "csi800" / "csi_sectors.csv.gz")), "missing-sessions")
    assert list(absent.sessions.strftime("%F")) == [
        "2010-04-02", "2011-03-14", "2012-10-12", "2012-12-17", "2013-06-21", "2013-12-13", "2014-04-01", "2014-10-13",
    ]  # fmt: skip
    for code, count in (("510050", 123), ("510880", 53)):
        found = of(check(read(dirty / "etf_qfq" / f"{code}.csv.gz")), "non-positive-prices")
        assert (found.symbol, len(found.sessions)) == (code, count)
    absent = of(check(read(dirty / "etf_qfq" / "159915.csv.gz")), "missing-sessions")
    assert list(absent.sessions.strftime("%F")) == ["2021-02-08"]
    fake = of(check(read(dirty / "sw2021_original" / "csi300_daily.csv.gz")), "fake-rows")
    assert list(fake.sessions.strftime("%F")) == ["2021-01-01"]
    export = check(read(dirty / "yahoo" / "edwinleck_XLK_yahoo_page_export.csv.gz"))
    assert of(export, "not-a-bar").message.startswith("40 rows")

    findings = check(read(dirty / "sw2021_original" / "sw_industry_daily.csv.gz"))
    assert list(of(findings, "missing-sessions").sessions.strftime("%F")) == [
        "2021-08-06", "2021-10-08", "2021-10-22", "2022-03-03", "2022-03-23", "2022-03-31", "2022-04-14", "2022-05-05",
        "2022-05-09", "2023-09-08",
    ]  # fmt: skip
    late = {each.symbol: f"{each.sessions[0]:%F}" for each in findings if each.rule == "ragged-start"}
    assert late == dict.fromkeys(("801950", "801960", "801970", "801980"), "2021-12-13")


@pytest.mark.parametrize("name", ["cn_sector_etf", "cn_index", "cn_sw2021_l1", "cn_sw2014_l1"])
def test_clean_panels_raise_no_error(shared_data: Path, name: str) -> None:
    path = shared_data / name / "bars.csv.gz"
    assert not [str(each) for each in check(read(path)) if each.severity == "error"]
    index = f"{shared_data / 'cn_index' / 'bars.csv.gz'}:399006"
    findings = gate(load(path, "399006" if name == "cn_index" else index))
    assert "benchmark-gaps" not in {each.rule for each in findings}


def test_the_benchmark_panel_raises_no_error(shared_data: Path) -> None:
    path = shared_data / "bench" / "sectors31.parquet"
    vendor = read(path)
    assert on_calendar(vendor.rows).calendar is not None
    assert not [str(each) for each in check(vendor) if each.severity == "error"]
    gate(load(path, "BENCH"))


def test_real_splits_are_found_where_the_factor_is_taken_away(shared_data: Path) -> None:
    rows = read(shared_data / "cn_sector_etf" / "bars.csv.gz").rows
    rows.values["adj_factor"] = np.ones(len(rows.line))  # noqa: PD011
    findings = [each for each in check(rows) if each.rule == "unadjusted-split"]
    found = {(each.symbol[:6], f"{day:%F}") for each in findings for day in each.sessions}
    assert {each.severity for each in findings} == {"error"}
    assert found == {
        ("512200", "2024-08-12"), ("515880", "2026-02-03"), ("515220", "2024-04-12"), ("512800", "2025-07-07"),
        ("515980", "2025-09-30"), ("512690", "2021-12-31"), ("512010", "2021-06-28"), ("512480", "2021-03-29"),
        ("512690", "2021-05-17"),
    }  # fmt: skip  # the last three are the first quotes after a day without


# --- what the reader takes --------------------------------------------------------------------------------------------


def write(folder: Path, text: str, name: str = "bars.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def closes(rows: Tidy) -> dict[tuple[str, str], float]:
    grid = rows.grid("close")
    return {
        (symbol, f"{day:%F}"): grid[t, i]
        for t, day in enumerate(rows.dates)
        for i, symbol in enumerate(rows.symbols)
        if not np.isnan(grid[t, i])
    }


FORMS = {
    "tidy": "date,symbol,close\n2024-01-02,000300,10\n2024-01-03,000300,11\n",
    "chinese": "日期,代码,名称,收盘,成交量\n2024-01-02,000300,沪深300,10,5\n2024-01-03,000300,沪深300,11,6\n",
    "compact dates": "date,code,close\n20240102,000300,10\n20240103,000300,11\n",
    "slashes": "date,code,close\n2024/1/2,000300,10\n2024/1/3,000300,11\n",
    "chinese dates": "日期,代码,收盘\n2024年1月2日,000300,10\n2024年1月3日,000300,11\n",
    "words": 'Date,Ticker,Close\n"Jan 3, 2024",000300,11\n"Jan 2, 2024",000300,10\n',
    "wide": "date,000300\n2024-01-02,10\n2024-01-03,11\n",
    "wide without a name": ",000300\n2024-01-02,10\n2024-01-03,11\n",
    "three headers": "Price,Close,Volume\nTicker,000300,000300\nDate,,\n2024-01-02,10,1\n2024-01-03,11,1\n",
    "midnight": "date,symbol,close\n2024-01-02 00:00:00,000300,10\n2024-01-03 00:00:00,000300,11\n",
    "a dividend between": "Date,Code,Close\n2024-01-02,000300,10\n2024-01-02,000300,0.3 Split\n2024-01-03,000300,11\n",
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_forms_are_read_alike(tmp_path: Path, form: str) -> None:
    rows = read(write(tmp_path, FORMS[form])).rows
    assert closes(rows) == {("000300", "2024-01-02"): 10.0, ("000300", "2024-01-03"): 11.0}


def test_two_tickers_under_two_headers(tmp_path: Path) -> None:
    text = "Price,Close,Close,Open,Open\nTicker,A,B,A,B\nDate,,,,\n2024-01-02,1,2,1,2\n2024-01-03,3,4,3,4\n"
    rows = read(write(tmp_path, text)).rows
    assert closes(rows)[("B", "2024-01-03")] == 4.0
    assert rows.grid("open").tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_a_column_of_which_most_is_text_is_no_series(tmp_path: Path) -> None:
    text = "date,000300,remark\n2024-01-02,10,listed\n2024-01-03,11,2\n2024-01-04,12,split\n2024-01-05,13,none\n"
    vendor = read(write(tmp_path, text))
    assert (vendor.rows.symbols, vendor.rows.unused) == (("000300",), ("remark",))
    assert len(closes(vendor.rows)) == 4


def test_a_series_without_a_symbol_is_called_as_its_file(tmp_path: Path) -> None:
    assert read(write(tmp_path, "日期,收盘\n2024-01-02,10\n", "煤炭.csv")).rows.symbols == ("煤炭",)


def test_month_first_where_the_rows_say_so(tmp_path: Path) -> None:
    text = "date,symbol,close\n1/2/2024,A,1\n1/3/2024,A,2\n1/16/2024,A,3\n"
    vendor = read(write(tmp_path, text))
    assert list(vendor.rows.dates.strftime("%F")) == ["2024-01-02", "2024-01-03", "2024-01-16"]
    assert vendor.dates.form == "M/D/YYYY"


def test_parquet_is_what_the_panel_was(tmp_path: Path) -> None:
    panel = flawless_panel(0)
    path = tmp_path / "bars.parquet"
    to_tidy(panel).to_parquet(path)
    vendor = read(path)
    assert check(vendor) == ()
    keep = [i for i, symbol in enumerate(vendor.rows.symbols) if symbol in panel.symbols]
    np.testing.assert_array_equal(vendor.rows.grid("close")[:, keep], panel.close)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no row"),
        ("date,symbol,close\n", "no row"),
        ("2024-01-02,A,1\n2024-01-03,A,2\n", "no header"),
        ("code,name\nA,B\nC,D\n", "no row holds"),
        ("code,value\nA,1\nB,2\n", "no row holds a date"),
        ("date,close\n2024-01-02,n/a\n2024-01-03,-\n", "no row"),
    ],
)
def test_what_is_no_table_of_bars_is_refused_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(DataError, match=said) as caught:
        read(write(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_files_that_can_not_be_opened(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no such file"):
        read(tmp_path / "none.csv")
    with pytest.raises(DataError, match="unknown format"):
        read(tmp_path / "none.docx")
    (tmp_path / "cut.csv.gz").write_bytes(b"\x1f\x8b\x08\x00not really")
    with pytest.raises(DataError, match="can't be read"):
        read(tmp_path / "cut.csv.gz")


def test_what_a_strict_reader_takes_is_read_to_the_same_numbers(tmp_path: Path) -> None:
    panel = flawless_panel(1)
    path = tmp_path / "bars.csv"
    to_tidy(panel).to_csv(path, index=False)
    rows = read(path).rows.check()
    again = load(path, panel.benchmark.symbol if panel.benchmark else None)
    frame = pd.DataFrame(rows.grid("close"), index=rows.dates, columns=list(rows.symbols))[list(again.symbols)]
    np.testing.assert_array_equal(frame.to_numpy(), again.close)
