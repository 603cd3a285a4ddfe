"""The rules of docs/session.md that hold for one series in one session: boards, limits, slippage, fees, interest.

Written from that page alone, on single numbers; rule books are looked up entry by entry. Rates and money are
``Decimal``, shares and prices floats.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from functools import cache
from itertools import pairwise
from math import inf, sqrt
from statistics import fmean, stdev

import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.market.market import Market

Rate = float | pd.Series | None
GIVEN = {
    "lot_min": "lot", "lot_step": "lot", "tick": "tick", "limit": "price_limit", "limit_special": "price_limit",
    "stamp_duty_sell": "stamp_duty_rate", "transfer_fee": "transfer_fee_rate",
    "dividend_tax_month": "dividend_tax_rate", "dividend_tax_year": "dividend_tax_rate",
    "dividend_tax_longer": "dividend_tax_rate",
}  # fmt: skip
"""The item of a rule book in whose place a number of the market stands."""
HALF = Decimal("0.500001")  # what lies a millionth of a step below the half counts as the half


class Rules:
    """Of a panel and a market; methods take the session's row ``t`` and the column ``i``."""

    def __init__(self, panel: Panel, market: Market, cash_rate: Rate = None, ended: str = "stated") -> None:
        self.market, self.book, self.cash_rate = market, market.book, cash_rate
        self.days = [day.date() for day in panel.sessions]
        for key in ("open", "high", "low", "close", "volume", "amount", "adj_factor"):
            setattr(self, key, [[None if x != x else x for x in row] for row in getattr(panel, key).tolist()])
        for key in ("dividend", "split"):
            told = panel.fields[key].tolist() if key in panel.fields else [[0.0] * len(panel.symbols)] * len(self.days)
            setattr(self, key, [[None if x != x else x for x in row] for row in told])
        self.has_opens = any(price is not None for row in self.open for price in row)
        self.special, self.fields = panel.special.tolist(), panel.fields
        bars = [[row[i] is not None for row in self.close] for i in range(len(panel.symbols))]
        stated = [None if pd.isna(day) else pd.Timestamp(day).date() for day in panel.last_date]
        self.ends = [self._end_row(*of, ended) for of in zip(stated, bars, strict=True)]
        first_bar = [of.index(True) if True in of else None for of in bars]
        known = [None if pd.isna(day) else pd.Timestamp(day).date() for day in panel.known_from]
        self.listed = [self._listing_row(*of) for of in zip(first_bar, known, strict=True)]
        self.boards = [
            self._board(*of) for of in zip(panel.boards, panel.symbols, panel.kinds, strict=True) if self.book
        ]
        self.dated, self.pressure, self.timed = cache(self._dated), cache(self._pressure), cache(self._timed)

    def _timed(self, time: str) -> list[list[float | None]]:
        """Prices at a time of day."""
        return [[None if x != x else x for x in row] for row in self.fields[f"price_{time}"].tolist()]

    def _end_row(self, stated: date | None, bars: list[bool], ended: str) -> float:
        """The last session in which a series is there; infinity where it goes on."""
        if stated is not None:
            return sum(day <= stated for day in self.days) - 1
        if ended == "last-bar" and True in bars:
            return max(t for t, there in enumerate(bars) if there)
        return inf

    # --- boards and dates --------------------------------------------------------------------------------------------

    def _board(self, given: str, symbol: str, kind: str) -> str:
        fitting = [of for of in self.book.boards if any(re.fullmatch(code, symbol) for code in of.codes)]
        kinds = (kind, "etf") if kind == "index" else (kind,)  # an index may have a fund's code
        trading = [of.name for of in fitting if of.kind in kinds]
        return given or (trading[0] if trading else self.market.board)

    def _dated(self, item: str, t: int, i: int) -> float:
        own = getattr(self.market, GIVEN[item]) if item in GIVEN else None
        if item == "stamp_duty_buy" and self.market.stamp_duty_rate is not None:
            return 0.0
        if own is not None:
            return float(own)
        if self.book is None:
            return 0.0
        told = sorted((e.start, e.value) for e in self.book.entries if e.item == item and self.boards[i] in e.boards)
        return [value for start, value in told if start <= self.days[t] or start == told[0][0]][-1]

    def _listing_row(self, first_bar: int | None, known: object) -> int | None:
        """Where a series is newly listed."""
        if not first_bar or (known and known < self.days[0]):
            return None
        return first_bar if known is None else sum(day < known for day in self.days)

    # --- quantities and money ----------------------------------------------------------------------------------------

    def steps(self, t: int, i: int) -> tuple[float, float]:
        """Smallest order and step."""
        return self.dated("lot_min", t, i), self.dated("lot_step", t, i)

    def lots(self, x: float, t: int, i: int) -> float:
        minimum, step = self.steps(t, i)
        if not step:
            return x
        whole = (x / step + 1e-9) // 1 * step
        return whole if whole >= minimum else 0.0

    def most(self, t: int, i: int) -> float:
        volume, share = self.volume[t][i], self.market.participation
        return self.lots(share * volume, t, i) if share and volume else inf

    def money(self, x: Decimal) -> Decimal:
        if not self.market.money_step:
            return x
        step = Decimal(repr(self.market.money_step))
        return floor(x / step + HALF) * step

    def interest(self, cash: Decimal, t: int) -> Decimal:
        """What ``cash`` at the close of t-1 earns until t."""
        rate = self.cash_rate
        if isinstance(rate, pd.Series):
            known = [value for day, value in rate.items() if day.date() <= self.days[t - 1]]
            rate = known[-1] if known else None
        if not rate:
            return Decimal(0)
        return self.money(cash * Decimal(repr(float(rate))) * (self.days[t] - self.days[t - 1]).days / 365)

    def held_for(self, bought: int, sold: int) -> int:
        """0 for a month at most, 1 for a year, 2 for longer; the day of the sale is not part of it."""
        start, end = self.days[bought], self.days[sold]
        if end <= later(start, 1):
            return 0
        return 1 if end <= later(start, 12) else 2

    # --- prices ------------------------------------------------------------------------------------------------------

    def limits(self, t: int, i: int, previous: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
        """Lower and upper, by the previous close."""
        limit = Decimal(repr(self.dated("limit_special" if self.special[t][i] else "limit", t, i)))
        row = self.listed[i]
        free = self.book is not None and row is not None and 0 <= t - row < self.dated("free_sessions", row, i)
        if previous is None or not limit or free or self.market.limit_policy == "ignore":
            return None, None
        tick = Decimal(repr(self.dated("tick", t, i)))
        ticks = floor(previous / tick + HALF)
        return floor(ticks * (1 - limit) + Decimal("0.5")) * tick, floor(ticks * (1 + limit) + Decimal("0.5")) * tick

    def at_limit(self, t: int, i: int, buy: bool, reference: float, previous: Decimal | None) -> bool:
        lower, upper = self.limits(t, i, previous)
        if lower is None:
            return False
        if self.market.limit_policy == "one-price":
            extreme = self.low[t][i] if buy else self.high[t][i]
            reference = reference if extreme is None else extreme
        price, half = Decimal(repr(reference)), Decimal(repr(self.dated("tick", t, i))) / 2
        return price >= upper - half if buy else price <= lower + half

    def price(self, t: int, i: int, buy: bool, reference: float, quantity: float, previous: Decimal | None) -> float:
        """What an order for ``quantity`` shares pays."""
        side = 1 if buy else -1
        times = self.market.cost_scale
        impact = self.market.impact and times * self.market.impact * self.pressure(t, i) * sqrt(quantity)
        spread = times * self.market.half_spread_ticks * self.dated("tick", t, i)
        price = reference * (1 + side * (times * self.market.slippage_bps / 1e4 + impact)) + side * spread
        lower, upper = self.limits(t, i, previous)
        if lower is not None:
            price = min(price, float(upper)) if buy else max(price, float(lower))
        return max(price, 0.0)

    def _pressure(self, t: int, i: int) -> float:
        closes: list[float | None] = [None]
        for r in range(t):
            bar = self.close[r][i]
            closes.append(closes[-1] if bar is None else bar * self.adj_factor[r][i])
        returns = [b / a - 1 for a, b in list(pairwise(closes))[-20:] if a is not None and b is not None]
        volumes = [row[i] for row in self.volume[max(0, t - 20) : t] if row[i] is not None]
        if len(returns) < 5 or len(volumes) < 5 or not any(volumes):
            return 0.0
        return stdev(returns) / sqrt(fmean(volumes))

    # --- fees --------------------------------------------------------------------------------------------------------

    def fees(self, t: int, i: int, buy: bool, value: Decimal) -> tuple[Decimal, ...]:
        """Commission, stamp duty, transfer fee, handling fee, levy."""
        market = self.market
        net = not market.commission_includes_levies
        kinds = [("stamp_duty_buy" if buy else "stamp_duty_sell", True), ("transfer_fee", True)]
        kinds += [("handling_fee", net), ("levy", net)]
        times = Decimal(repr(market.cost_scale))
        commission = times * max(Decimal(repr(market.commission_min)), Decimal(repr(market.commission_rate)) * value)
        rest = (times * Decimal(repr(self.dated(item, t, i))) * value if due else Decimal(0) for item, due in kinds)
        return self.money(commission), *map(self.money, rest)


def later(day: date, months: int) -> date:
    """The same day some months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def floor(x: Decimal) -> Decimal:
    return x.to_integral_value(ROUND_FLOOR)
