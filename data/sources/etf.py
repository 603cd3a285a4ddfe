"""Sector ETFs: raw prices, and the factor that makes them total-return."""

from __future__ import annotations

import pandas as pd

from ..boards import bare_code, is_fund
from ..errors import BlockedError, SchemaChangedError
from .adjustment import adjustment_factor
from .calls import ask, version
from .eastmoney import KLINE, KLINE_UNITS
from .frames import normalised
from .source import SOURCES, Fetched, SeriesInfo

_PRICES = ["open", "high", "low", "close"]

_FUNDS = """
159227 航空航天 2025-05-16, 159326 电网设备 2024-09-09, 159713 稀土 2021-08-16, 159755 电池 2021-06-24
159779 消费电子 2021-11-26, 159857 光伏 2021-02-24, 159867 畜牧 2021-03-05, 159869 游戏 2021-03-05
159870 化工 2021-03-03, 159883 医疗器械 2021-04-30, 159890 云计算 2021-04-02
159934 黄金 2013-12-16, 159980 有色期货 2019-12-24, 159992 创新药 2020-04-10
512010 医药 2013-10-28, 512200 房地产 2017-09-25, 512400 有色金属 2017-09-01, 512480 半导体 2019-06-12
512660 军工 2016-08-08, 512690 酒 2019-05-06, 512800 银行 2017-08-03, 512880 证券 2016-08-08
515030 新能源车 2020-03-04, 515080 中证红利 2019-12-27, 515170 食品饮料 2021-01-13, 515210 钢铁 2020-03-02
515220 煤炭 2020-03-02, 515230 软件 2021-03-02, 515790 光伏 2020-12-18, 515880 通信 2019-09-06
515980 人工智能 2020-02-10, 516750 建材 2021-11-05, 561120 家电 2022-02-15, 561360 油气 2023-10-31
562500 机器人 2021-12-29, 589100 科创芯片 2025-04-07
"""


class SectorETFs:
    """Funds that track sectors, each with its first day of trading; any other fund's code works in ``bars``, too.

    The list is chosen by hand from funds that trade today, so it knows which ones survived. Every bar was traded: an
    ETF has no backfill.
    """

    name = "etf"
    summary = SOURCES["etf"]
    taxonomy = "ETF"
    host = "eastmoney.com"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """The chosen funds; no request is made."""
        words = [entry.split() for entry in _FUNDS.replace("\n", ",").split(",") if entry.strip()]
        funds = (SeriesInfo(code, f"{name}ETF", kind="etf", known_from=pd.Timestamp(day)) for code, name, day in words)
        return tuple(sorted(funds, key=lambda info: info.symbol))

    def one(self, code: str) -> SeriesInfo | None:
        """Any fund by its code, with or without an exchange; None for a code that no exchange-traded fund has.

        >>> SectorETFs().one("sh512760").symbol, SectorETFs().one("600000")
        ('512760', None)
        """
        bare = bare_code(code)
        return SeriesInfo(bare, bare, kind="etf") if is_fund(code) else None

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """Unadjusted bars and ``adj_factor``, which is 1 on the first day of the fund.

        Two requests, raw and ``hfq`` (adjusted from the first day on, so that its past never changes), both from the
        beginning whatever ``start`` is: the factor counts from there. ``qfq`` is never used: it is rewritten by every
        dividend and becomes negative. See ``adjustment_factor`` for the derivation.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day kept; default: all. The factor is the same either way.

        Returns
        -------
        Fetched
            Prices in CNY as quoted, volume in shares, amount in CNY, ``adj_factor``.

        Raises
        ------
        BlockedError
            The two answers are of different days; ``done`` is the frame of raw bars. Or as ``Source.bars``.
        SchemaChangedError
            A price at or below zero, or adjusted prices of another series.
        NoDataError
            As ``Source.bars``.
        """
        function = "fund_etf_hist_em"
        what = f"akshare.{function}({series.symbol})"
        parameters = {
            "symbol": series.symbol, "period": "daily", "start_date": "19700101", "end_date": "20500101", "adjust": "",
        }  # fmt: skip
        raw = normalised(ask(function, parameters).frame, KLINE, KLINE_UNITS, what=what)
        names = {ours: KLINE[ours] for ours in ("date", *_PRICES)}
        hfq = normalised(ask(function, parameters | {"adjust": "hfq"}).frame, names, what=f"{what} hfq")
        if not raw["date"].equals(hfq["date"]):
            apart = raw["date"].to_frame().merge(hfq["date"], how="outer", indicator=True).query("_merge != 'both'")
            message = f"{what}: raw and hfq differ in {len(apart)} dates, first {apart['date'].iloc[0]:%F}."
            raise BlockedError(f"{message} One of them came at another time; try again later.", done=raw)
        if not (raw[_PRICES] > 0).all().all():
            day = raw["date"][~(raw[_PRICES] > 0).all(axis=1)].iloc[0]
            raise SchemaChangedError(f"{what}: unadjusted prices are not above 0 on {day:%F}.", column="收盘")
        raw["adj_factor"] = adjustment_factor(raw[_PRICES].to_numpy(), hfq[_PRICES].to_numpy())
        if start is not None:
            raw = raw[raw["date"] >= start].reset_index(drop=True)
        return Fetched(raw, "akshare", f"{function} + {function}", parameters | {"adjust": "'' + hfq"}, version())
