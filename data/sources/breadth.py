"""How many stocks rise, fall, and close at their limits: collected day by day, not to be had for the past."""

from __future__ import annotations

from functools import cached_property

import pandas as pd

from ..errors import BlockedError, NoDataError, SchemaChangedError, UnknownNameError
from .calls import ask, version
from .source import SOURCES, Fetched, SeriesInfo

_KEPT = pd.Timedelta(days=28)  # the vendor forgets the pools after two to four weeks
_POOLS = {"limit-up": "stock_zt_pool_em", "limit-up-failed": "stock_zt_pool_zbgc_em"}
_POOL_COLUMNS = {
    "代码": "symbol", "名称": "name", "所属行业": "industry", "首次封板时间": "first_sealed", "炸板次数": "failures",
}  # fmt: skip
_CLOSE = pd.Timedelta(hours=15)

_ITEMS = {
    "rising": "上涨", "falling": "下跌", "flat": "平盘", "suspended": "停牌",
    "limit-up": "涨停", "limit-down": "跌停", "activity": "活跃度",
}  # fmt: skip


def _today() -> pd.Timestamp:
    return pd.Timestamp.now("Asia/Shanghai").tz_localize(None).normalize()


class LimitUp:
    """Counts of stocks that closed at their upper limit, and of those that touched it and fell back.

    Without ST and STAR stocks. The share that held is limit-up / (limit-up + limit-up-failed). The vendor offers the
    last two to four weeks only: fetch often, or have gaps.
    """

    name = "limit-up"
    summary = SOURCES["limit-up"]
    taxonomy = "EM-limit"
    host = "eastmoney.com"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """Both counts; no request is made."""
        closed = SeriesInfo("limit-up", "closed at the upper limit", kind="count")
        return (closed, SeriesInfo("limit-up-failed", "fell back from the upper limit", kind="count"))

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """A count a day for the days the vendor still has, one request each; a day without a pool is left out.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            First day asked for, but none before the last four weeks.

        Returns
        -------
        Fetched
            ``close`` is the number of stocks.

        Raises
        ------
        NoDataError
            No pool in these days.
        BlockedError
            The vendor refuses; ``done`` is the frame of the days before.
        SchemaChangedError
            A pool in another form.
        """
        first = max(_today() - _KEPT, start if start is not None else pd.Timestamp.min)
        counts: dict[pd.Timestamp, float] = {}
        for day in pd.bdate_range(first, _today()):
            try:
                counts[day] = float(len(self.pool(day, series.symbol)))
            except NoDataError:  # a holiday, a session that is not over, or a day the vendor has forgotten
                continue
            except BlockedError as error:
                raise BlockedError(str(error), done=_counted(counts)) from error
        function = _POOLS[series.symbol]
        if not counts:
            raise NoDataError(f"akshare.{function}: no pool since {first:%F}. The vendor keeps about two weeks.")
        given = {"date": f"{min(counts):%Y%m%d}..{max(counts):%Y%m%d}"}
        return Fetched(_counted(counts), "akshare", function, given, version())

    def pool(self, day: pd.Timestamp, which: str = "limit-up") -> pd.DataFrame:
        """Stocks of one day: ``symbol, name, industry, first_sealed`` (HH:MM:SS), ``failures`` (times it fell back).

        Parameters
        ----------
        day : Timestamp
        which : {"limit-up", "limit-up-failed"}

        Returns
        -------
        DataFrame
            A row per stock, ascending by symbol.

        Raises
        ------
        UnknownNameError
            Another pool.
        NoDataError, BlockedError, SchemaChangedError
            As ``Source.bars``.
        """
        if which not in _POOLS:
            raise UnknownNameError("pool", which, _POOLS)
        function = _POOLS[which]
        table = ask(function, {"date": f"{day:%Y%m%d}"}, columns=tuple(_POOL_COLUMNS)).frame
        codes = table["代码"].astype(str).str.zfill(6)
        strange = codes[~codes.str.fullmatch(r"\d{6}")]
        if len(strange):
            raise SchemaChangedError(f"akshare.{function}: {strange.iloc[0]!r} is no code of a stock.", column="代码")
        out = table[list(_POOL_COLUMNS)].rename(columns=_POOL_COLUMNS).assign(symbol=codes)
        times = out["first_sealed"].astype(str)
        out["first_sealed"] = times.str.replace(r"(\d\d)(\d\d)(\d\d)", r"\1:\2:\3", regex=True)
        return out.sort_values("symbol", ignore_index=True)


def _counted(counts: dict[pd.Timestamp, float]) -> pd.DataFrame:
    days = pd.Series(list(counts), dtype="datetime64[ns]")
    return pd.DataFrame({"date": days, "close": pd.Series(list(counts.values()), dtype="float64")})


class Breadth:
    """The market of the last session in counts of stocks; ``activity`` is the share of rising ones in per cent.

    One row per fetch: what is not collected today can't be had tomorrow. All series come in one answer, which a
    ``Breadth`` keeps; make another to ask again.
    """

    name = "breadth"
    summary = SOURCES["breadth"]
    taxonomy = "LG-breadth"
    host = "legulegu.com"

    def listing(self) -> tuple[SeriesInfo, ...]:
        """All counts; no request is made."""
        return tuple(SeriesInfo(symbol, _ITEMS[symbol], kind="count") for symbol in sorted(_ITEMS))

    def bars(self, series: SeriesInfo, start: pd.Timestamp | None = None) -> Fetched:
        """The one row of the last session. Before its close the counts are those of a moment, which is no data.

        Parameters
        ----------
        series : SeriesInfo
            One of ``listing``.
        start : Timestamp, optional
            There is nothing if the last session lies before it.

        Returns
        -------
        Fetched
            One row: ``close`` is the number of stocks, or per cent for ``activity``.

        Raises
        ------
        NoDataError
            The session is not over, or lies before ``start``.
        SchemaChangedError
            No date or no number where they were.
        """
        what = f"akshare.stock_market_activity_legu: {series.symbol}"
        items = self._items
        moment = pd.to_datetime(items.get("统计日期", ""), errors="coerce")
        item = _ITEMS[series.symbol]
        if pd.isna(moment):
            raise SchemaChangedError(f"{what}: no date in {items.get('统计日期')!r}.", column="统计日期")
        value = pd.to_numeric(items.get(item, "").rstrip("%"), errors="coerce")
        if pd.isna(value):
            raise SchemaChangedError(f"{what}: no number in {items.get(item)!r}.", column=item)
        if moment - moment.normalize() < _CLOSE:
            raise NoDataError(f"{what}: counts of {moment:%F %H:%M}; ask after the close at 15:00.")
        if start is not None and moment < start:
            raise NoDataError(f"{what}: last counts of {moment:%F}, before {start:%F}.")
        frame = _counted({moment.normalize(): float(value)})
        return Fetched(frame, "akshare", "stock_market_activity_legu", {}, version())

    @cached_property
    def _items(self) -> dict[str, str]:
        answer = ask("stock_market_activity_legu", columns=("item", "value"), pages=(self.host,))
        return {str(item).strip(): str(value).strip() for item, value in answer.frame[["item", "value"]].to_numpy()}
