"""What was got for what was asked: a broker's fills beside the journal of orders and the paper run."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from sectorlead.data.boards import same_series
from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.engine.market.fill_prices import reference_price
from sectorlead.reports.orders.content import BUY, KEEP, SELL
from sectorlead.reports.orders.fills import ASKED, TRACKED, OrderFills
from sectorlead.research.orders.journal import OrderJournal
from sectorlead.research.orders.tables import read_table

if TYPE_CHECKING:
    from sectorlead.engine.record import Record

NAMES = {
    "date": ("session", "trade date", "成交日期", "交易日期", "日期"),
    "symbol": ("code", "ticker", "证券代码", "代码", "基金代码", "股票代码"),
    "side": ("direction", "买卖方向", "买卖标志", "操作", "业务名称", "委托方向"),
    "shares": ("quantity", "filled", "成交数量", "成交股数", "数量"),
    "price": ("fill price", "成交价格", "成交均价", "成交价"),
    "fees": (
        "fee", "commission", "stamp duty", "transfer fee", "手续费", "佣金", "印花税", "过户费", "规费", "其他费",
        "其他杂费",
    ),
}  # fmt: skip
"""Columns of fills, and what brokers call them; several columns of fees are added up."""
_SIDES = {
    BUY: ("buy", "b", "long", "买", "买入", "证券买入", "1"),
    SELL: ("sell", "s", "卖", "卖出", "证券卖出", "-1"),
}


class Got(NamedTuple):
    """Fills of one series on one side in one session."""

    shares: float
    price: float
    fees: float


def order_fills(
    journal: OrderJournal | str | Path, fills: str | Path | pd.DataFrame, panel: Panel, run: Record | None = None
) -> OrderFills:
    """What was got, by order: slippage, fees against those expected, and how the account kept up with a run.

    Parameters
    ----------
    journal : OrderJournal or path
    fills : path or DataFrame
        With ``symbol``, ``side``, ``shares``, ``price``, and as far as they are known ``fees`` and ``date``. Without a
        date all are fills of the latest orders.
    panel : Panel
        Has the prices of the sessions in which orders were sent, as far as it reaches.
    run : Run, optional
        The paper run, for ``tracking``, and for the price at which it fills (its term ``fill``; else the open).

    Returns
    -------
    OrderFills

    Raises
    ------
    InputError
        The journal is empty, or the fills can't be read; says which row.
    """
    kept = journal if isinstance(journal, OrderJournal) else OrderJournal(journal)
    entries = kept.entries
    if not entries:
        raise DataError(f"journal {kept.path} has no orders to compare fills with; ask for some first")
    found, notes = _read(fills, entries, panel)
    fill, time = ("open", None) if run is None else (run.terms.fill, run.terms.price_at)
    if fill == "open" and not panel.has_ohlc:
        fill = "close"
    prices = reference_price(panel, fill, time)
    rows = []
    dates = {day for day, *_ in found}
    for entry in entries:
        day = pd.Timestamp(entry["next_session"])
        asked = {(line["symbol"], line["side"]): line for line in entry["lines"] if line["side"] != KEEP}
        if day not in dates:
            if day > max(dates, default=day):
                continue
            notes.append(f"no fill of {day:%F} is in the file: its orders count as not filled")
        others = [(symbol, side) for date, symbol, side in found if date == day and (symbol, side) not in asked]
        for symbol, side in [*asked, *others]:
            got = found.get((day, symbol, side), Got(0.0, math.nan, 0.0))
            rows.append(_row(day, symbol, side, asked.get((symbol, side)), got, _price(panel, prices, day, symbol)))
    sent = {pd.Timestamp(entry["next_session"]) for entry in entries}
    if alone := sorted({f"{day:%F}" for day in dates - sent}):
        notes.append(f"fills of sessions for which nothing was asked are left out: {', '.join(alone)}")
    frame = pd.DataFrame(rows, columns=list(ASKED))
    return OrderFills(
        by_order=frame, totals=_totals(frame), tracking=_tracking(entries, run, notes), notes=tuple(notes)
    )


Key = tuple[pd.Timestamp, str, str]


def _read(given: Any, entries: Sequence[Mapping[str, Any]], panel: Panel) -> tuple[dict[Key, Got], list[str]]:
    table = read_table(given, "fills", NAMES, ("symbol", "side", "shares", "price"))
    count = len(table.frame)
    latest = pd.Timestamp(entries[-1]["next_session"])
    days = table.dates("date") if "date" in table.frame else [latest] * count
    shares, prices = table.numbers("shares"), table.numbers("price")
    charged = [table.numbers(name) for name in table.columns if name.rstrip(".") == "fees"]
    known = [*dict.fromkeys([*(line["symbol"] for each in entries for line in each["lines"]), *panel.symbols])]
    found: dict[Key, Got] = {}
    unpaid = 0
    for k in range(count):
        symbol, side = _symbol(table.frame["symbol"].iloc[k], known), _side(table.frame["side"].iloc[k], table.file, k)
        quantity, price = abs(shares[k]), prices[k]
        if not (0 < quantity < math.inf and 0 < price < math.inf):
            raise DataError(
                f"{table.file}: row {k + 1}, {symbol}: shares and price of a fill must be above 0, were {shares[k]:g} "
                f"and {price:g}; leave orders out that were not filled"
            )
        parts = [column[k] for column in charged if not math.isnan(column[k])]
        if any(not 0 <= part < math.inf for part in parts):
            raise DataError(
                f"{table.file}: row {k + 1}, {symbol}: fees must be what was paid, >= 0, were {min(parts):g}; give "
                "them without the sign"
            )
        fees = float(sum(parts)) if parts else math.nan
        unpaid += not parts
        key = (latest if pd.isna(days[k]) else days[k], symbol, side)
        before = found.get(key, Got(0.0, 0.0, 0.0))
        whole = before.shares + quantity
        mean = (before.shares * before.price + quantity * price) / whole
        found[key] = Got(whole, mean, before.fees + fees)
    notes = [f"columns of the fills that are not read: {', '.join(table.unread)}"] if table.unread else []
    if not charged:
        notes.append("the fills say nothing of fees")
    elif unpaid:
        notes.append(f"fees of {unpaid} fills are empty, and so not known; give 0 where none were paid")
    return found, notes


def _symbol(symbol: str, known: Sequence[str]) -> str:
    if symbol in known:
        return symbol
    alike = [each for each in known if same_series(symbol, each)]
    return alike[0] if len(alike) == 1 else symbol


def _side(text: str, file: str, k: int) -> str:
    for side, words in _SIDES.items():
        if text.strip().lower() in words:
            return side
    raise DataError(f"{file}: row {k + 1}: side must be buy or sell (买入, 卖出), was {text!r}")


def _price(panel: Panel, prices: Any, day: pd.Timestamp, symbol: str) -> float:
    row = int(panel.sessions.searchsorted(day))
    there = row < len(panel.sessions) and panel.sessions[row] == day and symbol in panel.symbols
    return float(prices[row, panel.column(symbol)]) if there else math.nan


def _row(
    day: pd.Timestamp, symbol: str, side: str, asked: Mapping[str, Any] | None, got: Got, market: float
) -> tuple[Any, ...]:
    sign = 1.0 if side == BUY else -1.0
    shares = 0.0 if asked is None else float(asked["shares"])
    expected = math.nan if asked is None else float(asked["price"])
    worse = sign * (got.price - market) * got.shares if got.shares else 0.0
    bps = sign * (got.price / market - 1.0) * 1e4 if got.shares else math.nan
    moved = sign * (market - expected) * got.shares if got.shares else 0.0
    fees = 0.0 if asked is None or not shares else float(asked["fees"]) * got.shares / shares
    paid = got.fees if got.shares else 0.0
    return day, symbol, side, shares, got.shares, expected, market, got.price, bps, worse, moved, fees, paid


def _totals(frame: pd.DataFrame) -> dict[str, float]:
    got = frame[frame["got"] > 0]
    value = float((got["got"] * got["price"]).sum())
    asked = float((frame["asked"] * frame["expected_price"]).sum())
    filled = float((np.minimum(frame["got"], frame["asked"]) * frame["expected_price"]).sum())
    priced = got[got["market_price"].notna()]
    slippage, market = float(priced["slippage"].sum()), float((priced["got"] * priced["market_price"]).sum())
    return {
        "value": value,
        "filled": filled / asked if asked else math.nan,
        "slippage": slippage if len(priced) else math.nan,
        "slippage_bps": slippage / market * 1e4 if market else math.nan,
        "timing": float(priced["timing"].sum()) if len(priced) else math.nan,
        "fees_expected": float(frame["fees_expected"].sum()),
        "fees": float(got["fees"].sum(skipna=False)) if len(got) else 0.0,
    }


def _tracking(entries: Sequence[Mapping[str, Any]], run: Record | None, notes: list[str]) -> pd.DataFrame:
    """The account of the journal and the paper run, both as growth of 1 since the first common session."""
    blank = pd.DataFrame(columns=list(TRACKED))
    if run is None:
        return blank
    account = pd.Series({pd.Timestamp(entry["session"]): float(entry["equity"]) for entry in entries})
    account = account[account.index.isin(run.sessions)]
    if len(account) < 2:
        notes.append("the journal has fewer than two evenings within the paper run: there is no tracking yet")
        return blank
    wealth = pd.Series(run.wealth[1:], index=run.sessions)[account.index]
    own, paper = account / account.iloc[0], wealth / wealth.iloc[0]
    notes.append("money paid in or out between two evenings of the journal looks like a gain or a loss of the account")
    return pd.DataFrame(
        {"session": account.index, "account": own.to_numpy(), "paper": paper.to_numpy(),
         "difference": (own - paper).to_numpy()}
    )  # fmt: skip
