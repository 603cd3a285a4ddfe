"""Tables of dividends and splits as vendors write them; their columns were read off akshare, tushare and baostock."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.errors import DataError
from sectorlead.data.tidy.distributions import read_distributions

SINA = pd.DataFrame({
    "公告日期": ["2024-11-19", "2024-06-13", "2024-04-01", "2023-06-20"], "送股": [0, 3, 0, 0], "转增": [0, 2, 0, 0],
    "派息": [238.82, 15.0, 9.0, 0.0], "进度": ["实施", "实施", "预案", "实施"],
    "除权除息日": ["2024-11-25", "2024-06-19", None, "2023-06-30"],
    "股权登记日": ["2024-11-22", "2024-06-18", None, ""],
    "红股上市日": [None] * 4,
})  # fmt: skip
EM = pd.DataFrame({
    "代码": ["300228"], "名称": ["富瑞特装"], "送转股份-送转总比例": [10.0],
    "送转股份-送转比例": [4.0], "送转股份-转股比例": [6.0],
    "现金分红-现金分红比例": [0.3], "现金分红-股息率": [0.0006], "每股收益": [0.87], "股权登记日": ["2014-11-21"],
    "除权除息日": ["2014-11-24"], "方案进度": ["实施分配"],
})  # fmt: skip
CNINFO = pd.DataFrame({
    "实施方案公告日期": ["2024-06-13"], "分红类型": ["年度分红"], "送股比例": [None],
    "转增比例": [4.8], "派息比例": [3.0], "股权登记日": ["2024-06-18"], "除权日": ["2024-06-19"],
    "派息日": ["2024-06-19"], "实施方案分红说明": ["10转增4.8股派3元(含税)"],
})  # fmt: skip
THS = pd.DataFrame({
    "报告期": ["2023年报", "2022年报", "2021年报"],
    "分红方案说明": ["10派3.62元(含税)", "不分配不转增", "10送3股转2股派1.5元(含税)"],
    "A股除权除息日": ["2024-06-19", "--", "2022-06-20"], "方案进度": ["实施方案", "董事会预案", "实施方案"],
})  # fmt: skip
FUND = pd.DataFrame({
    "序号": [1], "基金代码": ["510880"], "基金简称": ["红利ETF"], "权益登记日": ["2024-01-16"],
    "除息日期": ["2024-01-17"], "分红": [0.145], "分红发放日": ["2024-01-23"],
})  # fmt: skip
F10 = pd.DataFrame({
    "年份": ["2026年", "2021年"], "除息日": ["2026-09-07", "2021-02-25"],
    "每10份分红": ["每10份派现金0.0500元", "每份派现金0.9元"],
})  # fmt: skip
FUND_SPLIT = pd.DataFrame({
    "基金代码": ["510500", "512200"], "拆分折算日": ["2022-08-26", "2024-08-09"], "拆分类型": ["份额分拆", "份额折算"],
    "拆分折算": ["1:2.0000", 0.358],
})  # fmt: skip
TUSHARE = pd.DataFrame({
    "ts_code": ["600519.SH"], "end_date": ["20231231"], "div_proc": ["实施"], "stk_div": [0.3], "stk_bo_rate": [0.1],
    "stk_co_rate": [0.2], "cash_div": [27.0], "cash_div_tax": [30.876], "ex_date": ["20240619"],
    "pay_date": ["20240619"],
})  # fmt: skip
BAOSTOCK = pd.DataFrame({
    "code": ["sh.600519"], "dividOperateDate": ["2024-06-19"], "dividPayDate": ["2024-06-19"],
    "dividCashPsBeforeTax": ["30.876"], "dividCashPsAfterTax": ["27.8或30.9"], "dividStocksPs": ["0.1"],
    "dividReserveToStockPs": ["0.2"],
})  # fmt: skip
ACTIONS = pd.DataFrame(
    {"Dividends": [0.83, 0.0], "Stock Splits": [0.0, 2.0]},
    pd.DatetimeIndex(["2024-03-18 00:00:00", "2024-06-10"], tz="America/New_York", name="Date"),
)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"600519": SINA}, [("600519", "2024-11-25", 23.882, 1.0), ("600519", "2024-06-19", 1.5, 1.5)]),
        (EM, [("300228", "2014-11-24", 0.03, 2.0)]),
        ({"300001": CNINFO}, [("300001", "2024-06-19", 0.3, 1.48)]),
        ({"300001": THS}, [("300001", "2024-06-19", 0.362, 1.0), ("300001", "2022-06-20", 0.15, 1.5)]),
        (FUND, [("510880", "2024-01-17", 0.145, 1.0)]),
        ({"110011": F10}, [("110011", "2026-09-07", 0.005, 1.0), ("110011", "2021-02-25", 0.9, 1.0)]),
        (FUND_SPLIT, [("510500", "2022-08-26", 0.0, 2.0), ("512200", "2024-08-09", 0.0, 0.358)]),
        (TUSHARE, [("600519.SH", "2024-06-19", 30.876, 1.3)]),
        (BAOSTOCK, [("sh.600519", "2024-06-19", 30.876, 1.3)]),
        ({"XLK": ACTIONS.tz_localize(None)}, [("XLK", "2024-03-18", 0.83, 1.0)]),
        (
            pd.DataFrame({
                "symbol": ["A", "B"], "ex_date": ["2024-01-02"] * 2, "dividend_per_10": [4.0, 0], "split": [None, 2],
            }),
            [("A", "2024-01-02", 0.4, 1.0), ("B", "2024-01-02", 0.0, 2.0)],
        ),
    ],
    ids=["sina", "em", "cninfo", "ths", "fund", "f10", "fund splits", "tushare", "baostock", "yfinance", "own"],
)  # fmt: skip
def test_vendors_tables(given: Any, expected: list[tuple[str, str, float, float]]) -> None:
    found = read_distributions(given)
    assert list(found.symbol) == [row[0] for row in expected]
    assert [str(day) for day in found.day] == [row[1] for row in expected]
    np.testing.assert_allclose(found.dividend, [row[2] for row in expected], rtol=1e-12)
    np.testing.assert_allclose(found.split, [row[3] for row in expected], rtol=1e-12)
    assert found.after.all() == (given is FUND_SPLIT)
    assert found.after.any() == (given is FUND_SPLIT)


def test_what_is_left_out_is_told() -> None:
    file, done = "distributions of 600519", SINA.assign(进度="实施")
    assert read_distributions({"600519": SINA}).notes == (f"{file}: plans that were not carried out left out: 1",)
    assert read_distributions({"600519": done}).notes == (f"{file}: rows without an ex-date left out: 1",)
    assert read_distributions(FUND).notes == (
        "distributions: days of payment are not used: a dividend is cash on its ex-date",
    )


def test_files_name_their_series_or_are_named_by_it(tmp_path: Path) -> None:
    SINA.to_csv(tmp_path / "600519.csv", index=False)
    FUND.to_csv(tmp_path / "funds.csv", index=False, encoding="gbk")
    FUND_SPLIT.to_excel(tmp_path / "splits.xlsx", index=False, engine="xlsxwriter")
    found = read_distributions([tmp_path / "600519.csv", str(tmp_path / "funds.csv"), tmp_path / "splits.xlsx"])
    assert found.symbol == ("600519", "600519", "510880", "510500", "512200")
    assert found.where[2].endswith("funds.csv, line 2")
    assert found.after.tolist() == [False, False, False, True, True]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (FUND.rename(columns={"分红": "累计分红"}), "has 累计分红, of which it is open what it adds up"),
        (TUSHARE.drop(columns=["cash_div_tax", "stk_div"]), "says what was left of dividends after tax"),
        (FUND.drop(columns="除息日期"), "no column of ex-dates; found: 序号"),
        (FUND.drop(columns="分红"), "has no amounts; found"),
        (SINA, 'no column of symbols; .*distributions={"600519": table}'),
        (FUND.assign(分红=-0.1), r"分红 must be a number >= 0, .*row 1 \(分红 '-0.1'\)"),
        (FUND.assign(分红="some"), "分红 must be a number"),
        ([], "no table"),
    ],
)
def test_what_is_refused(given: Any, said: str) -> None:
    with pytest.raises(DataError, match=said):
        read_distributions(given)
