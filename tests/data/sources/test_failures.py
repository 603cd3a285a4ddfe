"""Every way an answer goes wrong, on every function of akshare that is used, is one of three errors."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from sectorlead.data.errors import BlockedError, NoDataError, SchemaChangedError, SourceError
from sectorlead.data.sources import find_source
from sectorlead.data.sources.breadth import LimitUp
from sectorlead.data.sources.eastmoney import Boards
from sectorlead.data.sources.exchanges import limits
from sectorlead.data.sources.indices import _eastmoney, _sina, _tencent
from sectorlead.data.sources.rates import _eastmoney as em_rate
from sectorlead.data.sources.rates import _jin10
from sectorlead.data.sources.source import SeriesInfo

from .loopback import Vendors


def bars(name: str, symbol: str) -> Callable[[], Any]:
    return lambda: find_source(name).bars(SeriesInfo(symbol, symbol))


def listing(name: str) -> Callable[[], Any]:
    return lambda: find_source(name).listing()


SINCE = pd.Timestamp("2024-01-02")
DAY = pd.Timestamp.now().normalize()  # the pool of stocks that fell back is offered for 30 days only
CALLS: dict[str, Callable[[], Any]] = {
    "index_hist_sw": bars("sw1", "801010"),
    "sw_index_first_info": listing("sw1"),
    "sw_index_second_info": listing("sw2"),
    "stock_board_industry_name_em": listing("em-industry"),
    "stock_board_concept_name_em": listing("em-concept"),
    "stock_board_industry_hist_em": bars("em-industry", "BK0400"),
    "stock_board_concept_hist_em": bars("em-concept", "BK0400"),
    "stock_board_industry_cons_em": lambda: Boards("industry").constituents("BK0400"),
    "stock_board_concept_cons_em": lambda: Boards("concept").constituents("BK0400"),
    "stock_board_industry_name_ths": listing("ths-industry"),
    "stock_board_concept_name_ths + summary": listing("ths-concept"),
    "stock_board_industry_index_ths": bars("ths-industry", "元件"),
    "stock_board_concept_index_ths": bars("ths-concept", "概念1"),
    "stock_zh_index_hist_csindex": bars("csi:000928", "000928"),
    "index_csindex_all": listing("csi:000928"),
    "fund_etf_hist_em": bars("etf", "512800"),
    "stock_zh_index_daily": lambda: _sina("sz399006", SINCE),
    "stock_zh_index_daily_em": lambda: _eastmoney("sz399006", SINCE),
    "stock_zh_index_daily_tx": lambda: _tencent("sz399006", SINCE),
    "stock_zh_index_daily_tx, all": lambda: _tencent("sz399006", None),
    "tool_trade_date_hist_sina": bars("calendar", "XSHG"),
    "rate_interbank": lambda: em_rate(None),
    "macro_china_shibor_all": lambda: _jin10(None),
    "stock_zt_pool_em": lambda: LimitUp().pool(DAY),
    "stock_zt_pool_zbgc_em": lambda: LimitUp().pool(DAY, "limit-up-failed"),
    "stock_market_activity_legu": bars("breadth", "rising"),
}
JSON = [
    name for name in CALLS if not re.search(r"_info$|_ths|legu|csindex_all|daily$|daily_tx|sina", name)
]  # answers that are nothing but JSON


@pytest.mark.parametrize("name", CALLS)
def test_a_good_answer_is_no_failure(vendors: Vendors, name: str) -> None:
    assert CALLS[name]() is not None


@pytest.mark.parametrize("fault", ["403", "429", "502", "reset", "silence", "page", "empty", "cut", "short"])
@pytest.mark.parametrize("name", CALLS)
def test_refusal_silence_and_fragments_are_blocked(vendors: Vendors, name: str, fault: str) -> None:
    vendors.fault = fault
    with limits(read=0.05 if fault == "silence" else 10), pytest.raises(BlockedError) as caught:
        CALLS[name]()
    assert type(caught.value) is BlockedError
    assert name.split(" ")[0].split(",")[0] in str(caught.value)


NOTHING = [
    '{"rc": 102, "data": null}',
    '{"code": "200", "data": []}',
    '{"result": null, "success": false}',
    '{"rc": 0, "data": {"total": 0, "diff": [], "klines": [], "pool": []}}',
]


@pytest.mark.parametrize("body", NOTHING)
@pytest.mark.parametrize("name", JSON)
def test_null_and_empty_answers_are_no_data(vendors: Vendors, name: str, body: str) -> None:
    vendors.rewrite = lambda *_: body
    with pytest.raises(NoDataError):
        CALLS[name]()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("stock_zh_index_daily", 'var KLC_KL_x="";'),
        ("tool_trade_date_hist_sina", 'var datelist="";'),
        ("stock_zh_index_daily_tx", 'kline_dayqfq={"code":0,"data":{"sz399006":{"qt":{}}}}'),
        ("stock_board_industry_index_ths", 'quotebridge_v4({"data":""})'),
    ],
)
def test_empty_scripts_are_no_data(vendors: Vendors, name: str, body: str) -> None:
    vendors.rewrite = lambda address, text: text if address.startswith("q.10jqka") else body
    with pytest.raises(NoDataError):
        CALLS[name]()


def test_a_refusal_in_json_is_a_refusal(vendors: Vendors) -> None:
    vendors.rewrite = lambda *_: '{"code": "500", "message": "访问过于频繁，请稍后再试", "data": null}'
    with pytest.raises(BlockedError, match="频繁"):
        CALLS["index_hist_sw"]()


RENAMED = [
    ("index_hist_sw", '"closeindex"', '"closeprice"', "收盘"),
    ("index_hist_sw", '"data"', '"datas"', "data"),
    ("index_hist_sw", '"hike": 1.0', '"hike": ', "hike"),  # JSON that breaks in the middle, as for 801156
    ("index_hist_sw", '"2024-01-05"', '"soon"', "日期"),
    ("index_hist_sw", '"2024-01-05"', '"2024-01-04"', "日期"),
    ("index_hist_sw", '"maxindex": 10', '"maxindex": 1', "最高"),  # not the highest price of its bar
    ("sw_index_first_info", "level1Items", "items1", "page"),
    ("sw_index_first_info", "801010.SI", "农林.SI", "行业代码"),
    ("sw_index_second_info", "lg-industries-item-chinese-title", "title", "行业代码"),
    ("stock_board_industry_name_em", '"BK0400"', '"行业"', "板块代码"),
    ("stock_board_industry_name_em", '"f62": 1.5,', "", "number of columns"),
    ("stock_board_concept_name_em", '"diff"', '"rows"', "diff"),
    ("stock_board_industry_hist_em", '"klines"', '"lines"', "klines"),
    ("stock_board_concept_hist_em", '"klines"', '"lines"', "rows"),
    ("stock_board_industry_hist_em", ",3.68", "", "number of columns"),
    ("stock_board_concept_hist_em", ",3.68", ",3.68,1", "number of columns"),
    ("stock_board_industry_cons_em", '"000400"', '"BK400"', "代码"),
    ("stock_board_industry_name_ths", "cate_inner", "cate", "page"),
    ("stock_board_concept_name_ths + summary", "概念名称", "名称", "概念名称"),
    ("stock_board_concept_name_ths + summary", "page_info", "pages", "page"),
    ("stock_board_industry_index_ths", ",,,,0", ",,0", "number of columns"),
    ("stock_board_concept_index_ths", "clid", "id", "page"),
    ("stock_zh_index_hist_csindex", ', "peg": 12.2', "", "number of columns"),
    ("stock_zh_index_hist_csindex", '"close"', '"a": 1, "close"', "number of columns"),
    ("fund_etf_hist_em", '"klines"', '"lines"', "klines"),
    ("stock_zh_index_daily_em", '"klines"', '"lines"', "klines"),
    ("stock_zh_index_daily_tx", '"day"', '"days"', "qfqday"),
    ("stock_zh_index_daily", "KLC_KL_x=", "KLC_KL_x:", "body"),
    ("rate_interbank", '"REPORT_PERIOD": "隔夜", ', "", "number of columns"),
    ("macro_china_shibor_all", '"O/N"', '"ON"', "O/N"),
    ("stock_zt_pool_em", '"pool"', '"stocks"', "pool"),
    ("stock_zt_pool_em", '"zbc": 1, ', "", "number of columns"),
    ("stock_zt_pool_em", '"c": "000004"', '"c": "国华"', "代码"),
    ("stock_zt_pool_zbgc_em", '"zttj"', '"a": 1, "zttj"', "number of columns"),
    ("stock_market_activity_legu", "market-activity-meta", "meta", "page"),
    ("stock_market_activity_legu", "上涨", "升", "上涨"),
]


@pytest.mark.parametrize(("name", "old", "new", "column"), RENAMED)
def test_a_changed_form_names_the_column(vendors: Vendors, name: str, old: str, new: str, column: str) -> None:
    vendors.rewrite = lambda _, text: text.replace(old, new)
    with pytest.raises(SchemaChangedError) as caught:
        CALLS[name]()
    assert caught.value.column == column


def test_keys_in_another_order_are_not_read_as_each_other(vendors: Vendors) -> None:
    """akshare gives the columns of a list their names by position."""

    def turned(_: str, text: str) -> str:
        answer = json.loads(text)
        answer["data"]["diff"] = [dict(reversed(row.items())) for row in answer["data"]["diff"]]
        return json.dumps(answer)

    vendors.rewrite = turned
    with pytest.raises(SchemaChangedError, match="stands in '板块代码'"):
        find_source("em-industry").listing()


# --- answers that look whole and are not ------------------------------------------------------------------------------


def test_fewer_industries_than_shenwan_has(vendors: Vendors) -> None:
    last = r'<div class="lg-industries-item"><[^<]*801980.*?(?=</div><div id="level2)'
    vendors.rewrite = lambda _, text: re.sub(last, "", text)
    with pytest.raises(BlockedError, match="30 industries instead of 31"):
        find_source("sw1").listing()


@pytest.mark.parametrize("name", ["stock_board_industry_name_em", "stock_board_concept_cons_em"])
def test_a_wrong_number_of_rows_is_noticed(vendors: Vendors, name: str) -> None:
    vendors.rewrite = lambda _, text: text.replace('"total": 230', '"total": 290')
    with pytest.raises(BlockedError, match="230 of 290"):
        CALLS[name]()


def test_a_page_that_repeats_another_is_noticed(vendors: Vendors) -> None:
    vendors.rewrite = lambda _, text: text.replace('"BK05', '"BK04')
    with pytest.raises(BlockedError, match=r"130 of 230") as caught:
        find_source("em-industry").listing()
    assert len(caught.value.done) == 230


def test_a_page_without_rows_after_full_ones_is_noticed(vendors: Vendors) -> None:
    vendors.rewrite = lambda _, text: '{"rc": 102, "data": null}' if '"BK0600"' in text else text
    with pytest.raises(BlockedError, match="stopped giving rows after 2 answers"):
        find_source("em-concept").listing()


def test_fewer_pages_of_rates_than_rows_need(vendors: Vendors) -> None:
    vendors.rewrite = lambda _, text: text.replace('"pages": 2', '"pages": 1')
    with pytest.raises(BlockedError, match="5 of 9 rows"):
        em_rate(None)


@pytest.mark.parametrize("second", ["<div>nothing here</div>", "<html><body>访问过于频繁</body></html>"])
def test_a_page_of_concepts_that_was_left_out_is_noticed(vendors: Vendors, second: str) -> None:
    vendors.rewrite = lambda address, text: second if "page/2" in address else text
    with pytest.raises(BlockedError, match="1 of 2 pages"):
        find_source("ths-concept").listing()


@pytest.mark.parametrize(
    ("fault", "said"),
    [("404", "nothing for 2023"), ("403", "refused"), ("page", "web page"), ("cut", "without its end")],
)
def test_a_year_that_akshare_leaves_out_is_noticed(vendors: Vendors, fault: str, said: str) -> None:
    vendors.fault, vendors.where = fault, "2023.js"
    with pytest.raises(BlockedError, match=said) as caught:
        CALLS["stock_board_industry_index_ths"]()
    assert len(caught.value.done) >= 4  # the other years


def test_years_before_a_board_was_made_are_not_missing(vendors: Vendors) -> None:
    fetched = find_source("ths-industry").bars(SeriesInfo("881270", "元件"))
    assert fetched.frame["date"].min() == pd.Timestamp("2022-01-04")
    assert sum("d.10jqka.com.cn" in address for address, _ in vendors.asked) > 20


def test_raw_and_adjusted_of_other_days_are_not_mixed(vendors: Vendors) -> None:
    vendors.rewrite = lambda _, text: (
        text if vendors.asked[-1][1]["fqt"] == "0" else text.replace("2024-01-05", "2024-01-06")
    )
    with pytest.raises(BlockedError, match="differ in 2 dates, first 2024-01-05"):
        CALLS["fund_etf_hist_em"]()


def test_an_unknown_name_is_no_data(vendors: Vendors) -> None:
    with pytest.raises(NoDataError, match="没有"):
        bars("ths-industry", "没有")()


def test_nothing_since_a_late_start_is_no_data(vendors: Vendors) -> None:
    with pytest.raises(NoDataError, match="no bar since 2030-01-01"):
        find_source("sw1").bars(SeriesInfo("801010", ""), pd.Timestamp("2030-01-01"))


@pytest.mark.parametrize(
    ("name", "host"), [("index", "sina"), ("index-em", "push2his.eastmoney.com"), ("index-tx", "gtimg.cn")]
)
def test_a_host_that_refuses_an_index_is_named(vendors: Vendors, name: str, host: str) -> None:
    vendors.fault = "403"
    with pytest.raises(BlockedError, match=host):
        bars(name, "000300")()


def test_a_refused_day_keeps_the_days_before(vendors: Vendors) -> None:
    source, days = LimitUp(), []

    def refuse(_: str, text: str) -> str:
        days.append(1)
        return text if len(days) <= 3 else '{"message": "访问频繁", "data": null}'

    vendors.rewrite = refuse
    with pytest.raises(BlockedError) as caught:
        source.bars(source.listing()[0])
    assert caught.value.done["close"].tolist() == [2.0, 2.0, 2.0]


def test_the_three_errors_are_of_one_family() -> None:
    assert {error.__base__ for error in (NoDataError, BlockedError, SchemaChangedError)} == {SourceError}
