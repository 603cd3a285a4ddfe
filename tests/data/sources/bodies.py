"""Answers in the shapes the vendors send, over a few invented days; by host and path."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import pandas as pd

from sectorlead.data.sources.source import Fetched

from . import sina_text

DAYS = tuple(day.date() for day in pd.bdate_range("2024-01-02", "2024-01-12"))
Body = tuple[int, str | bytes]
Query = dict[str, str]


def bar(n: int) -> tuple[float, float, float, float]:
    """Open, high, low, close of day n."""
    return 100.0 + n, 103.0 + n, 98.5 + n, 101.5 + n


FILLER = "<!-- page -->" * 200  # a notice is short, a page is not


def page(content: str) -> Body:
    return 200, f"<html><body>{FILLER}{content}</body></html>"


def as_json(value: Any) -> Body:
    return 200, json.dumps(value, ensure_ascii=False)


# --- Shenwan, Legulegu ------------------------------------------------------------------------------------------------

FIRST = [
    f"801{n}"
    for n in (
        *("010", "030", "040", "050", "080"), *range(110, 190, 10), *(200, 210, 230),
        *range(710, 800, 10), *(880, 890), *range(950, 990, 10),
    )
]  # fmt: skip


def sw_trend(_: str, query: Query) -> Body:
    rows = []
    for n, day in enumerate(DAYS):
        opened, high, low, closed = bar(n)
        rows.append({
            "swindexcode": query["swindexcode"], "bargaindate": str(day), "openindex": f"{opened:.2f}",
            "maxindex": high, "minindex": low, "closeindex": closed, "hike": 1.0, "markup": 1.0,
            "bargainamount": 81.42, "bargainsum": 849.56,
        })  # fmt: skip
    return as_json({"code": "200", "message": "success", "data": rows})


def lg_industries(*_: Any) -> Body:
    def item(code: str, name: str, parent: str = "") -> str:
        values = "".join(f'<span class="value">{x}</span>' for x in ("43.49", "48.28", "2.76", "1.39"))
        return (
            f'<div class="lg-industries-item"><div class="lg-industries-item-chinese-title">{code}.SI</div>'
            f'<div class="lg-industries-item-number">{name}{parent}(97)</div>'
            f'<div class="lg-sw-industries-item-value">{values}</div></div>'
        )

    first = "".join(item(code, f"行业{code}") for code in FIRST)
    second = "".join(item(f"80101{n}", f"二级{n}", "<span>[农林牧渔]</span>") for n in range(1, 6))
    return page(f'<div id="level1Items">{first}</div><div id="level2Items">{second}</div>')


def lg_activity(*_: Any) -> Body:
    table = """<table><tr><td>上涨</td><td>4770</td><td>涨停</td><td>119</td><td>真实涨停</td><td>101</td></tr>
    <tr><td>下跌</td><td>281</td><td>跌停</td><td>6</td><td>真实跌停</td><td>4</td></tr>
    <tr><td>平盘</td><td>39</td><td>停牌</td><td>10</td><td>st st*涨停</td><td>10</td></tr></table>"""
    share = '<div class="metric-activity">活跃度\n93.53%</div>'
    return page(f'{table}{share}<div class="market-activity-meta">2024-10-14 15:00:00</div>')


# --- Eastmoney --------------------------------------------------------------------------------------------------------

PAGE = 100  # rows on a page, whatever is asked for


def em_kline(_: str, query: Query) -> Body:
    fields = len(query["fields2"].split(",")) - ("f116" in query["fields2"])  # f116 is never answered
    factor = {"0": 1.0, "2": 2.0}[query["fqt"]]
    lines = []
    for n, day in enumerate(DAYS):
        opened, high, low, closed = (price * factor for price in bar(n))
        line = [day, opened, closed, high, low, 17207231, 3.134633e10, 1.77, 1.0, 1.0, 3.68]
        lines.append(",".join(map(str, line[:fields])))
    market, code = query["secid"].split(".")
    data = {"code": code, "market": int(market), "name": "板块", "decimal": 2, "dktotal": len(lines), "klines": lines}
    return as_json({"rc": 0, "rt": 17, "svr": 1, "lt": 1, "full": 0, "data": data})


def em_list(_: str, query: Query) -> Body:
    """Keys come in ascending order of their numbers, and with f128 its two companions, asked for or not."""
    boards = query["fs"].startswith("m:90")
    texts = {"f12": "BK{:04d}", "f14": "板块{}"} if boards else {"f12": "{:06d}", "f14": "股票{}"}
    rows: list[dict[str, Any]] = [
        {key: text.format(n + 400) for key, text in texts.items()} | {"f3": round(5 - n / 50, 2), "f128": "龙头"}
        for n in range(230)
    ]
    keys = []
    for key in sorted(set(query["fields"].split(",")) - {"f140", "f141"}, key=lambda key: int(key[1:])):
        keys += [key, "f140", "f141"] if key == "f128" else [key]
    at = (int(query["pn"]) - 1) * PAGE
    shown = [{key: row.get(key, 1.5) for key in keys} for row in rows[at : at + PAGE]]
    return as_json({"rc": 0, "rt": 6, "svr": 1, "data": {"total": len(rows), "diff": shown} if shown else None})


def em_pool(path: str, query: Query) -> Body:
    row: dict[str, Any] = {"c": "000004", "m": 0, "n": "国华网安", "p": 17930}
    rest = {"ltsz": 2.26e9, "tshare": 2.3e9, "hs": 10.5}
    statistics = {"hybk": "软件开发", "zttj": {"days": 10, "ct": 6}}
    if "ZTPool" in path:
        row |= {"zdp": 10.0, "amount": 237018304, **rest, "lbc": 2, "fbt": 92500, "lbt": 141354, "fund": 3e7, "zbc": 1}
        row |= statistics
    else:
        row |= {"ztp": 18000, "zdp": 8.1, "amount": 237018304, **rest, "fbt": 100203, "zbc": 3, "zf": 9.9, "zs": 0.1}
        row |= {"zttj": statistics["zttj"], "hybk": "软件开发"}
    pool = [row, row | {"c": "600004"}] if "ZTPool" in path else [row]
    return as_json({"rc": 0, "data": {"tc": len(pool), "qdate": int(query["date"]), "pool": pool}})


def em_interbank(_: str, query: Query) -> Body:
    rows = [
        {
            "REPORT_DATE": f"{day} 00:00:00", "REPORT_PERIOD": "隔夜", "IR_RATE": 1.9 + n / 100, "CHANGE_RATE": -0.5,
            "INDICATOR_ID": "001", "LATEST_RECORD": "0", "MARKET": "上海", "MARKET_CODE": "001", "CURRENCY": "人民币",
            "CURRENCY_CODE": "CNY",
        }
        for n, day in reversed(list(enumerate(DAYS)))
    ]  # fmt: skip
    at = (int(query["pageNumber"]) - 1) * 5
    return as_json({"result": {"pages": 2, "data": rows[at : at + 5], "count": len(rows)}, "success": True, "code": 0})


# --- Tonghuashun ------------------------------------------------------------------------------------------------------


def ths_board(path: str, _: Query) -> Body:
    links = {"thshy": {"元件": "881270", "半导体": "881121"}, "gn": {"概念0": "300000", "旧概念": "308000"}}
    kind = path.split("/")[0]
    items = "".join(f'<a href="http://q.10jqka.com.cn/{kind}/detail/code/{c}/">{n}</a>' for n, c in links[kind].items())
    return page(f'<div class="cate_inner">{items}</div><input id="clid" value="885{path[-3:]}"/>')


def ths_concepts(path: str, _: Query) -> Body:
    number = int(path.split("/page/")[1].split("/")[0])
    rows = "".join(
        f'<tr><td>2023-0{n + 1}-15</td><td><a href="http://q.10jqka.com.cn/gn/detail/code/30{n}000/">概念{n}</a></td>'
        f"<td>驱动</td><td>龙头</td><td>{n + 5}</td></tr>"
        for n in ((0, 1, 2) if number == 1 else (3, 4))
    )
    head = "".join(f"<th>{name}</th>" for name in ("日期", "概念名称", "驱动事件", "龙头股", "成分股数量"))
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    return 200, f'{FILLER}{table}<div class="m-pager"><span class="page_info">{number}/2</span></div>'


def ths_year(path: str, _: Query) -> Body:
    """Boards begin in 2022."""
    year = int(path.rsplit("/", 1)[1][:4])
    if year < 2022:
        return 404, "<html><body>404</body></html>"
    days = (date(year, 1, 4), date(year, 1, 5))
    rows = []
    for n, day in enumerate(days):
        opened, high, low, closed = bar(n)
        rows.append(f"{day:%Y%m%d},{opened},{high},{low},{closed},378801210,6537645000.000,,,,0")
    data = json.dumps({"rt": "0930-1130,1300-1500", "num": 2, "data": ";".join(rows)})
    return 200, f"quotebridge_v4_line_bk_881270_01_{year}({data})"


# --- China Securities Index, Sina, Tencent, Jin10 ---------------------------------------------------------------------


def csi_history(_: str, query: Query) -> Body:
    """The first row carries the day that was asked for, with the values of the first real one."""

    def row(day: str, n: int) -> dict[str, Any]:
        opened, high, low, closed = bar(n)
        return {
            "tradeDate": day, "indexCode": query["indexCode"], "indexNameCnAll": "中证能源指数", "indexNameCn": "能源",
            "indexNameEnAll": "CSI Energy", "indexNameEn": "Energy", "open": opened, "high": high, "low": low,
            "close": closed, "change": 1.0, "changePct": 1.0, "tradingVol": 1169.28, "tradingValue": 127.39,
            "consNumber": 24.0, "peg": 12.2,
        }  # fmt: skip

    since = query["startDate"]
    days = [(f"{day:%Y%m%d}", n) for n, day in enumerate(DAYS) if f"{day:%Y%m%d}" >= since]
    rows = [row(since, days[0][1] if days else 0), *(row(*each) for each in days)]
    return as_json({"code": "200", "msg": "Success", "data": rows, "success": True})


def csi_list(*_: Any) -> Body:
    return 200, workbook()


@cache
def workbook() -> bytes:
    book = io.BytesIO()
    columns: dict[str, list[Any]] = {"指数代码": ["000300", "000928"], "指数简称": ["沪深300", "800能源"]}
    dates = {"基日": ["2004-12-31", "2004-12-31"], "基点": [1000, 1000], "发布时间": ["2005-04-08", "2009-07-03"]}
    pd.DataFrame(columns | dates).to_excel(book, index=False)
    return book.getvalue()


def sina_bars(*_: Any) -> Body:
    rows = [(day, *bar(n), 5_000_000_000 + n) for n, day in enumerate(DAYS)]  # more than 32 bits of volume
    return 200, f'var KLC_KL_x="{sina_text.bars(rows)}";'


def sina_sessions(*_: Any) -> Body:
    days = [day.date() for day in pd.bdate_range("2023-12-20", "2024-01-12") if day != pd.Timestamp("2024-01-01")]
    return 200, f'var datelist="{sina_text.sessions(days)}";'


def tx_first(*_: Any) -> Body:
    return as_json({"code": 0, "msg": "", "data": []})  # akshare then asks for the last 320 days


def tx_bars(_: str, query: Query) -> Body:
    symbol, _, since, until, *_ = query["param"].split(",")
    kept = [(n, day) for n, day in enumerate(DAYS) if (since or "0") <= str(day) <= (until or "9")]
    rows = [[str(day), *(str(bar(n)[k]) for k in (0, 3, 1, 2)), "596950455.00"] for n, day in kept]
    return 200, "kline_dayqfq=" + json.dumps({"code": 0, "msg": "", "data": {symbol: {"day": rows, "qt": {}}}})


def jin10_rates(*_: Any) -> Body:
    terms = ("O/N", "1W", "2W", "1M", "3M", "6M", "9M", "1Y")
    return as_json({"keys": ["日期"], "values": {str(day): {term: ["1.9", "-0.5"] for term in terms} for day in DAYS}})


ROUTES: dict[tuple[str, str], Callable[[str, Query], Body]] = {
    ("swsresearch.com", "institute-sw/api/index_publish/trend/"): sw_trend,
    ("legulegu.com", "stockdata/sw-industry-overview"): lg_industries,
    ("legulegu.com", "stockdata/market-activity"): lg_activity,
    ("eastmoney.com", "api/qt/stock/kline/get"): em_kline,
    ("eastmoney.com", "api/qt/clist/get"): em_list,
    ("eastmoney.com", "getTopicZ"): em_pool,
    ("eastmoney.com", "api/data/v1/get"): em_interbank,
    ("q.10jqka.com.cn", "gn/index/"): ths_concepts,
    ("q.10jqka.com.cn", ""): ths_board,
    ("d.10jqka.com.cn", "v4/line/"): ths_year,
    ("csindex.com.cn", "csindex-home/perf/index-perf"): csi_history,
    ("csindex.com.cn", "csindex-home/exportExcel/indexAll"): csi_list,
    ("sina.com.cn", "realstock/company/klc_td_sh.txt"): sina_sessions,
    ("sina.com.cn", "realstock/company/"): sina_bars,
    ("ifzq.gtimg.cn", "other/klineweb"): tx_first,
    ("finance.qq.com", "ifzqgtimg/appstock/app/newfqkline/get"): tx_bars,
    ("jin10.com", "data_center/reports/il_1.json"): jin10_rates,
}
"""(end of the host, start of the path) -> what answers; the first that fits."""


def first_bars(fetched: Fetched, *columns: str) -> list[float]:
    return [float(fetched.frame[column].iloc[0]) for column in columns]
