"""Every source, through akshare's unmodified code: what it makes of good answers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import NoDataError, UnknownNameError
from sectorlead.data.sources import MAKERS, find_source
from sectorlead.data.sources.breadth import LimitUp
from sectorlead.data.sources.eastmoney import Boards
from sectorlead.data.sources.source import SOURCES, Fetched, SeriesInfo, Source

from .bodies import DAYS, FIRST, bar
from .loopback import Vendors

CLOSES = [bar(n)[3] for n in range(len(DAYS))]
NAMES = [name.replace("CODE", "000928") for name in SOURCES if not name.endswith("PATH")]


def test_every_source_that_is_named_can_be_made() -> None:
    assert list(MAKERS) == list(SOURCES)


def first_bars(fetched: Fetched, *columns: str) -> list[float]:
    return [float(fetched.frame[column].iloc[0]) for column in columns]


@pytest.mark.parametrize("name", NAMES)
def test_a_source_keeps_the_protocol(vendors: Vendors, name: str) -> None:
    source = find_source(name)
    assert isinstance(source, Source)
    assert source.name == name
    series = source.listing()
    assert [info.symbol for info in series] == sorted({info.symbol for info in series})
    for info in series[:2]:
        fetched = source.bars(info)
        dates, numbers = fetched.frame["date"], fetched.frame.drop(columns="date")
        assert dates.is_monotonic_increasing
        assert dates.is_unique
        assert dates.dt.tz is None
        assert (dates == dates.dt.normalize()).all()
        assert (numbers.dtypes == "float64").all()
        assert set(numbers) <= {"open", "high", "low", "close", "volume", "amount", "adj_factor"}
        assert numbers["close"].notna().all()
        assert (fetched.vendor, fetched.version[:2]) == ("akshare", "1.")
        assert all(isinstance(value, str) for value in fetched.parameters.values())


def test_taxonomies_are_declared_and_different() -> None:
    said = {name: find_source(name).taxonomy for name in NAMES}
    assert said["sw1"] == said["sw2"] == "SW2021"
    assert len(set(said.values())) == len(said) - 1


@pytest.mark.parametrize(("name", "near"), [("sw3", "'sw"), ("em-industri", "'em-industry'"), ("csi:3", "'csi:CODE'")])
def test_an_unknown_source_says_the_nearest(name: str, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        find_source(name)


@pytest.mark.parametrize(
    ("name", "symbol", "volume", "amount"),
    [
        ("sw1", "801010", 81.42e8, 849.56e8),
        ("em-industry", "BK0400", 1720723100, 3.134633e10),
        ("em-concept", "BK0400", 1720723100, 3.134633e10),
        ("ths-industry", "元件", 378801210, 6537645000),
        ("ths-concept", "概念1", 378801210, 6537645000),
        ("csi:000928", "000928", 1169.28e6, 127.39e8),
        ("etf", "512800", 1720723100, 3.134633e10),
    ],
)
def test_units_are_shares_and_yuan(vendors: Vendors, name: str, symbol: str, volume: float, amount: float) -> None:
    fetched = find_source(name).bars(SeriesInfo(symbol, symbol))
    assert first_bars(fetched, "open", "high", "low", "close") == [100, 103, 98.5, 101.5]
    assert first_bars(fetched, "volume", "amount") == pytest.approx([volume, amount])


@pytest.mark.parametrize("name", ["sw1", "em-industry", "em-concept", "csi:000928", "etf", "index", "calendar", "rate"])
def test_start_leaves_out_what_is_earlier(vendors: Vendors, name: str) -> None:
    source = find_source(name)
    fetched = source.bars(source.listing()[0], pd.Timestamp(DAYS[3]))
    assert fetched.frame["date"].tolist() == [pd.Timestamp(day) for day in DAYS[3:]]


def test_shenwan_lists_its_industries_with_the_day_they_were_published(vendors: Vendors) -> None:
    series = {info.symbol: info for info in find_source("sw1").listing()}
    assert list(series) == FIRST
    assert series["801010"].known_from == pd.Timestamp("2014-02-21")
    assert series["801950"].known_from == pd.Timestamp("2021-12-13")
    second = find_source("sw2").listing()[0]
    assert (second.symbol, second.name, second.group, second.known_from) == ("801011", "二级1", "农林牧渔", None)


def test_eastmoney_reads_all_pages_and_members(vendors: Vendors) -> None:
    boards = Boards("industry")
    assert [info.symbol for info in boards.listing()] == [f"BK{n:04d}" for n in range(400, 630)]
    assert [query["pn"] for _, query in vendors.asked] == ["1", "2", "3"]
    members = boards.constituents("BK0400")
    assert len(members) == 230
    assert members.iloc[0].tolist() == ["000400", "股票400"]
    assert len(Boards("concept").constituents("BK0400")) == 230


def test_a_list_is_asked_for_again_not_remembered(vendors: Vendors) -> None:
    source = find_source("em-concept")
    source.listing()
    vendors.rewrite = lambda _, text: text.replace("板块400", "新名")
    assert source.listing()[0].name == "新名"


def test_concepts_carry_the_day_they_were_made(vendors: Vendors) -> None:
    made = {info.name: info.known_from for info in find_source("ths-concept").listing()}
    assert made["概念0"] == pd.Timestamp("2023-01-15")
    assert made["概念4"] == pd.Timestamp("2023-05-15")  # on the second page
    assert made["旧概念"] is None


def test_an_index_has_its_launch_and_loses_its_invented_row(vendors: Vendors) -> None:
    source = find_source("csi:000928")
    (info,) = source.listing()
    assert (info.name, info.known_from) == ("800能源", pd.Timestamp("2009-07-03"))
    assert source.bars(info).frame["date"].tolist() == [pd.Timestamp(day) for day in DAYS]
    wednesday = pd.Timestamp("2024-01-10")
    assert source.bars(info, wednesday).frame["date"].iloc[0] == wednesday
    assert pd.Timestamp(vendors.asked[-1][1]["startDate"]).day_name() == "Saturday"
    assert find_source("csi:H00928").listing()[0].known_from is None


def test_an_etf_is_raw_with_a_factor_and_never_forward_adjusted(vendors: Vendors) -> None:
    split = DAYS[5]

    def halved(address: str, text: str) -> str:
        if "kline" not in address or vendors.asked[-1][1]["fqt"] == "0":
            return text
        before, after = text.split(f'"{split}', 1)  # adjusted prices double once more on that day
        rows = [row.split(",") for row in f'"{split}{after}'.split("]")[0].split('", "')]
        doubled = '", "'.join(",".join([row[0], *(str(float(x) * 2) for x in row[1:5]), *row[5:]]) for row in rows)
        return before + doubled + "]" + after.split("]", 1)[1]

    vendors.rewrite = halved
    fetched = find_source("etf").bars(SeriesInfo("512800", "银行ETF", kind="etf"))
    factor = fetched.frame["adj_factor"].to_numpy()
    assert (factor[:5] == 1).all()
    assert len(set(factor[5:])) == 1
    assert factor[-1] == pytest.approx(2 * bar(4)[3] / bar(4)[3], rel=2e-3)
    assert {query["fqt"] for _, query in vendors.asked} == {"0", "2"}


def test_an_index_comes_from_the_next_host_when_one_refuses(vendors: Vendors) -> None:
    source, info = find_source("index"), SeriesInfo("399006", "创业板指")
    sina = source.bars(info)
    assert sina.function == "stock_zh_index_daily"
    assert "/sz399006/" in vendors.asked[-1][0]
    assert first_bars(sina, "close", "volume") == [101.5, 5_000_000_000]
    assert "amount" not in sina.frame
    vendors.fault, vendors.where = "403", "sina.com.cn"
    eastmoney = source.bars(info)
    assert eastmoney.function == "stock_zh_index_daily_em"
    assert "stock_zh_index_daily(symbol='sz399006')" in eastmoney.parameters["instead of"]
    assert first_bars(eastmoney, "close", "volume", "amount") == [101.5, 1720723100, 3.134633e10]
    vendors.where = "sina|eastmoney"
    tencent = source.bars(info, pd.Timestamp(DAYS[0]))
    assert tencent.function == "stock_zh_index_daily_tx"
    assert first_bars(tencent, "close", "volume") == [101.5, 59695045500]  # its column "amount" is lots
    assert "amount" not in tencent.frame


def test_sessions_are_sinas(vendors: Vendors) -> None:
    source = find_source("calendar")
    dates = source.bars(source.listing()[0]).frame["date"]
    assert pd.Timestamp("1992-05-04") in set(dates)  # missing at the vendor, added by akshare
    assert pd.Timestamp("2024-01-01") not in set(dates)
    assert dates.iloc[-len(DAYS) :].tolist() == [pd.Timestamp(day) for day in DAYS]


def test_the_cash_rate_is_in_per_cent_from_either_host(vendors: Vendors) -> None:
    source = find_source("rate")
    (info,) = source.listing()
    assert first_bars(source.bars(info), "close") == [1.9]
    vendors.fault, vendors.where = "502", "eastmoney"
    jin10 = source.bars(info)
    assert jin10.function == "macro_china_shibor_all"
    assert "rate_interbank" in jin10.parameters["instead of"]


def test_limit_up_counts_and_pool(vendors: Vendors) -> None:
    source = LimitUp()
    closed, failed = source.listing()
    assert set(source.bars(closed).frame["close"]) == {2.0}
    assert set(source.bars(failed).frame["close"]) == {1.0}
    pool = source.pool(pd.Timestamp("2024-01-05"))
    assert pool.iloc[0].tolist() == ["000004", "国华网安", "软件开发", "09:25:00", 1]
    vendors.rewrite = lambda _, text: text if vendors.asked[-1][1]["date"][-1] in "02468" else '{"data": null}'
    days = source.bars(closed).frame["date"]
    assert (days.dt.day % 2 == 0).all()


def test_breadth_is_one_row_after_the_close(vendors: Vendors) -> None:
    source = find_source("breadth")
    values = {info.symbol: source.bars(info).frame.iloc[0] for info in source.listing()}
    assert values["rising"].tolist() == [pd.Timestamp("2024-10-14"), 4770.0]
    assert values["activity"]["close"] == 93.53
    assert len(vendors.asked) == 1
    vendors.rewrite = lambda _, text: text.replace("15:00:00", "10:30:00")
    with pytest.raises(NoDataError, match="10:30"):
        find_source("breadth").bars(SeriesInfo("rising", ""))


def test_closes_agree_wherever_they_come_from(vendors: Vendors) -> None:
    for name, symbol in (("sw1", "801010"), ("em-concept", "BK0400"), ("csi:000928", "000928"), ("index", "000300")):
        np.testing.assert_array_equal(find_source(name).bars(SeriesInfo(symbol, symbol)).frame["close"], CLOSES)
