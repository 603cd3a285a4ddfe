"""Bars written as vendors and people write them: each function leaves files or a frame, and says how to load them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

PRICES = ["open", "high", "low", "close"]
ALL = (*PRICES, "volume", "amount")


class Shape(NamedTuple):
    """Data as a user has them, what the user says of them, and which fields they carry."""

    data: Any
    told: dict[str, Any] = {}  # noqa: RUF012  # never written to
    fields: tuple[str, ...] = ALL


Writer = Callable[[Path, pd.DataFrame], Shape]
SHAPES: dict[str, Writer] = {}


def shape(name: str) -> Callable[[Writer], Writer]:
    def named(writer: Writer) -> Writer:
        SHAPES[name] = writer
        return writer

    return named


def bars(seed: int, sessions: int, symbols: list[str], gaps: float = 0.1) -> pd.DataFrame:
    """Invented bars in the tidy form, by date and symbol: cents, lots of 100, an amount at the close."""
    random = np.random.default_rng(seed)
    days = pd.bdate_range("2023-01-16", periods=sessions)  # both orders of day and month in it, and days beyond 12
    rows = pd.MultiIndex.from_product([days, sorted(symbols)], names=["date", "symbol"]).to_frame(index=False)
    count = len(rows)
    rows["close"] = np.round(10 * np.exp(random.normal(0, 0.2, count)), 2)
    rows["open"] = np.round(rows["close"] * random.uniform(0.98, 1.02, count), 2)
    rows["high"] = rows[["open", "close"]].max(axis=1) + 0.05
    rows["low"] = rows[["open", "close"]].min(axis=1) - 0.05
    rows["high"], rows["low"] = rows["high"].round(2), rows["low"].round(2)
    rows["volume"] = random.integers(100, 90_000, count) * 100.0
    rows["amount"] = (rows["volume"] * rows["close"]).round(2)
    kept = random.random(count) >= gaps
    kept[:: len(symbols) + 1] = True
    return rows[kept].reset_index(drop=True)[["date", "symbol", *ALL]]


def text(
    frame: pd.DataFrame, path: Path, encoding: str = "utf-8", above: str = "", below: str = "", **how: Any
) -> Path:
    body = frame.to_csv(index=False, lineterminator="\n", **how)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes((above + body + below).encode(encoding))
    return path


def each(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [(str(symbol), part.drop(columns="symbol")) for symbol, part in frame.groupby("symbol")]


# --- one text, a row per date and symbol ------------------------------------------------------------------------------


@shape("tidy")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame, folder / "bars.csv"))


@shape("mark of UTF-8")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame, folder / "bars.csv", "utf-8-sig"))


@shape("UTF-16")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame, folder / "bars.csv", "utf-16"))


@shape("gzip")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    frame.to_csv(folder / "bars.csv.gz", index=False)
    return Shape(folder / "bars.csv.gz")


@shape("semicolons and decimal commas")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame, folder / "bars.csv", sep=";", decimal=","))


@shape("tabs")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame, folder / "bars.txt", sep="\t"))


@shape("newest first")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.iloc[::-1], folder / "bars.csv"))


@shape("Chinese names and units, in GBK")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    names = ["日期", "代码", "开盘价(元)", "最高价(元)", "最低价(元)", "收盘价(元)", "成交量(手)", "成交额(千元)"]
    made = frame.assign(volume=frame["volume"] / 100, amount=frame["amount"] / 1e3).set_axis(names, axis=1)
    made.insert(2, "简称", "某基金")
    return Shape(text(made, folder / "导出.csv", "gbk", below="数据来源：Wind\n"))


@shape("units in full-width brackets")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    names = ["交易日期", "证券代码", *(f"{key}（元）" for key in ("开盘价", "最高价", "最低价", "收盘价"))]
    names += ["成交量（万股）", "成交额（亿元）"]
    made = frame.assign(volume=frame["volume"] / 1e4, amount=frame["amount"] / 1e8).set_axis(names, axis=1)
    return Shape(text(made, folder / "bars.csv"))


@shape("units in English")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    names = ["Date", "Ticker", "Open", "High", "Low", "Close", "Volume (lots)", "Amount (thousand)"]
    made = frame.assign(volume=frame["volume"] / 100, amount=frame["amount"] / 1e3).set_axis(names, axis=1)
    return Shape(text(made, folder / "bars.csv"))


@shape("RiceQuant")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.rename(columns={"symbol": "order_book_id", "date": "datetime", "amount": "total_turnover"})
    return Shape(text(made, folder / "bars.csv"))


@shape("JoinQuant")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.rename(columns={"date": "", "symbol": "code", "amount": "money"}), folder / "bars.csv"))


@shape("baostock")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.rename(columns={"symbol": "code"}).assign(preclose=1.0, adjustflag=3, turn=0.5, tradestatus=1, isST=0)
    idle = made.iloc[:1].assign(date=made["date"].max() + pd.Timedelta(days=1), volume=0.0, amount=0.0, tradestatus=0)
    return Shape(text(pd.concat([made, idle]), folder / "bars.csv"))


@shape("stooq")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.assign(date=frame["date"].dt.strftime("%Y%m%d"), per="D", time="000000", openint=0)
    made = made[["symbol", "per", "date", "time", *PRICES, "volume", "openint"]]
    heads = ["<TICKER>", "<PER>", "<DATE>", "<TIME>", "<OPEN>", "<HIGH>", "<LOW>", "<CLOSE>", "<VOL>", "<OPENINT>"]
    return Shape(text(made.set_axis(heads, axis=1), folder / "bars.txt"), fields=(*PRICES, "volume"))


@shape("days as whole numbers")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.assign(date=frame["date"].dt.strftime("%Y%m%d")), folder / "bars.csv"))


@shape("days as Excel counts them")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.assign(date=(frame["date"] - pd.Timestamp("1899-12-30")).dt.days), folder / "bars.csv"))


@shape("the year first, with slashes")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    days = frame["date"].map(lambda day: f"{day.year}/{day.month}/{day.day}")
    return Shape(text(frame.assign(date=days), folder / "bars.csv"))


@shape("the day first")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.assign(date=frame["date"].dt.strftime("%d/%m/%Y")), folder / "bars.csv"))


@shape("the month first, as told")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.assign(date=frame["date"].dt.strftime("%m/%d/%Y")), folder / "bars.csv"), {"dates": "MDY"})


@shape("a form of one's own, as told")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    path = text(frame.assign(date=frame["date"].dt.strftime("%d.%m.%y")), folder / "bars.csv")
    return Shape(path, {"dates": "%d.%m.%y"})


@shape("the month in words")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.assign(date=frame["date"].dt.strftime("%b %d, %Y")), folder / "bars.csv"))


@shape("the close of the day in Shanghai")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.assign(date=frame["date"].dt.strftime("%F 15:00:00+08:00")), folder / "bars.csv"))


@shape("midnight in Shanghai, given in UTC")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    before = (frame["date"] - pd.Timedelta(hours=8)).dt.strftime("%FT%H:%M:%SZ")
    return Shape(text(frame.assign(date=before), folder / "bars.csv"), {"dates": "Asia/Shanghai"})


@shape("thousands and percent")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.assign(volume=frame["volume"].map("{:,.0f}".format), amount=frame["amount"].map("{:,.2f}".format))
    return Shape(text(made.assign(**{"Change %": "0.5%"}), folder / "bars.csv"))


@shape("words for nothing")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.astype(dict.fromkeys(ALL, object))
    nothing = {"open": "--", "high": "-", "low": "停牌", "close": "停牌", "volume": "", "amount": "N/A"}
    halted = made.iloc[:1].assign(symbol="999999", **nothing)
    other = halted.assign(symbol=made["symbol"].iloc[0], date=made["date"].max() + pd.Timedelta(days=1))
    return Shape(text(pd.concat([made, halted, other]), folder / "bars.csv"))


@shape("a factor by another name")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(text(frame.assign(adjust_factor=1.0), folder / "bars.csv"))


@shape("units as told")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.assign(volume=frame["volume"] / 100, amount=frame["amount"] / 1e4)
    return Shape(text(made, folder / "bars.csv"), {"units": {"volume": "手", "amount": 10_000}})


@shape("columns as told")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.rename(columns={"close": "settled", "symbol": "fund"}).assign(nonsense=1)
    return Shape(text(made, folder / "b.csv"), {"columns": {"settled": "close", "fund": "symbol", "nonsense": ""}})


# --- a file or a sheet per series -------------------------------------------------------------------------------------


@shape("a folder of tushare")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    for symbol, part in each(frame):
        made = part.rename(columns={"volume": "vol"}).assign(date=part["date"].dt.strftime("%Y%m%d"), ts_code=symbol)
        made = made.rename(columns={"date": "trade_date"}).assign(vol=part["volume"] / 100, amount=part["amount"] / 1e3)
        text(made.iloc[::-1], folder / "tushare" / f"{symbol}.csv")
    return Shape(folder / "tushare")


@shape("a pattern of Eastmoney")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    heads = ["日期", "开盘", "最高", "最低", "收盘", "成交量", "成交额"]
    for symbol, part in each(frame):
        made = part.assign(volume=part["volume"] / 100).set_axis(heads, axis=1).assign(振幅=1.0, 涨跌幅=0.1, 换手率=0.2)
        text(made, folder / f"em_{symbol}_daily.csv")
    return Shape(str(folder / "em_*.csv"))


@shape("a list of files without header")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape([text(part, folder / f"{symbol}.txt", header=False) for symbol, part in each(frame)])


@shape("Tongdaxin")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    for symbol, part in each(frame):
        made = part.assign(date=part["date"].dt.strftime("%Y/%m/%d"))
        heads = ("日期", "开盘", "最高", "最低", "收盘", "成交量", "成交额")
        made = made.set_axis([f"      {key}" for key in heads], axis=1)
        title, end = f"{symbol} 某ETF 日线 不复权\n", "数据来源:通达信\n"
        stem = f"export of {symbol}" if symbol.isdigit() else symbol
        text(made, folder / "tdx" / f"{stem}.txt", "gbk", title, end, sep="\t")
    return Shape(folder / "tdx")


@shape("a sheet per series")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    with pd.ExcelWriter(folder / "book.xlsx", engine="openpyxl") as book:
        for symbol, part in each(frame):
            part.to_excel(book, sheet_name=symbol, index=False)
    return Shape(folder / "book.xlsx")


@shape("Choice")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    names = ["交易时间", "证券代码", *(f"{key}(元)" for key in ("开盘价", "最高价", "最低价", "收盘价"))]
    names += ["成交量(万股)", "成交额(百万元)"]
    made = frame.assign(volume=frame["volume"] / 1e4, amount=frame["amount"] / 1e6).set_axis(names, axis=1)
    source = pd.DataFrame([["数据来源：东方财富Choice数据", *[None] * 7]], columns=names)
    pd.concat([made.astype(object), source]).to_excel(folder / "choice.xlsx", index=False, engine="openpyxl")
    return Shape(folder / "choice.xlsx")


@shape("Wind, with units in a second line of the name")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    names = ["日期", "证券代码"] + [f"{name}\n[单位] 元" for name in ("开盘价", "最高价", "最低价", "收盘价")]
    names += ["成交量\n[单位] 股", "成交额\n[单位] 百万元"]
    made = frame.assign(amount=frame["amount"] / 1e6).set_axis(names, axis=1)
    made.to_excel(folder / "wind.xlsx", index=False, engine="openpyxl")
    return Shape(folder / "wind.xlsx")


@shape("Parquet")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    frame.assign(date=frame["date"].dt.strftime("%Y%m%d").astype(int)).to_parquet(folder / "bars.parquet")
    return Shape(folder / "bars.parquet")


@shape("Feather")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    frame.to_feather(folder / "bars.feather")
    return Shape(folder / "bars.feather")


@shape("frames by symbol")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape({symbol: part.set_index("date") for symbol, part in each(frame)})


# --- frames and wide tables -------------------------------------------------------------------------------------------


def pivot(frame: pd.DataFrame, *fields: str) -> pd.DataFrame:
    return frame.pivot_table(list(fields), "date", "symbol")


@shape("a long frame")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(frame)


@shape("a frame by date and symbol")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(frame.set_index(["date", "symbol"]))


@shape("a frame with a zone")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(frame.assign(date=frame["date"].dt.tz_localize("Asia/Shanghai")))


@shape("a wide frame")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    return Shape(frame.pivot_table("close", "date", "symbol"), fields=("close",))


@shape("a wide text")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    frame.pivot_table("close", "date", "symbol").to_csv(folder / "wide.csv")
    return Shape(folder / "wide.csv", fields=("close",))


@shape("a wide workbook")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    frame.pivot_table("close", "date", "symbol").to_excel(folder / "wide.xlsx", engine="openpyxl")
    return Shape(folder / "wide.xlsx", fields=("close",))


@shape("Wind's economic database")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = frame.pivot_table("close", "date", "symbol").rename_axis("指标名称").reset_index()
    count = made.shape[1] - 1
    more = pd.DataFrame([["频率", *["日"] * count], ["单位", *["点"] * count]], columns=made.columns)
    made = pd.concat([more, made.assign(指标名称=made["指标名称"].dt.strftime("%F")).astype(object)])
    return Shape(text(made, folder / "edb.csv", "gbk", below="数据来源：Wind\n"), fields=("close",))


@shape("yfinance")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = pivot(frame, *ALL[:5])
    made.columns = pd.MultiIndex.from_tuples([(a.title(), b) for a, b in made.columns], names=["Price", "Ticker"])
    return Shape(made.rename_axis("Date"), fields=ALL[:5])


@shape("yfinance, by ticker")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = pivot(frame, *ALL[:5])
    made.columns = pd.MultiIndex.from_tuples([(b, a.title()) for a, b in made.columns], names=["Ticker", "Price"])
    return Shape(made.rename_axis("Date").sort_index(axis=1), fields=ALL[:5])


@shape("yfinance, as text")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = pivot(frame, *ALL[:5])
    made.columns = pd.MultiIndex.from_tuples([(a.title(), b) for a, b in made.columns], names=["Price", "Ticker"])
    made.rename_axis("Date").to_csv(folder / "yahoo.csv")
    return Shape(folder / "yahoo.csv", fields=ALL[:5])


@shape("yfinance, as Parquet")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = pivot(frame, *ALL[:5])
    made.columns = pd.MultiIndex.from_tuples([(a.title(), b) for a, b in made.columns], names=["Price", "Ticker"])
    made.rename_axis("Date").to_parquet(folder / "yahoo.parquet")
    return Shape(folder / "yahoo.parquet", fields=ALL[:5])


@shape("two levels without names")
def _(folder: Path, frame: pd.DataFrame) -> Shape:
    made = pivot(frame, *ALL)
    made.columns = pd.MultiIndex.from_tuples([(b, a) for a, b in made.columns])
    return Shape(made.rename_axis(None))
