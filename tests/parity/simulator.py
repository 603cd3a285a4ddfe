"""docs/session.md once more, rule by rule: lists, dicts and decimals, for reading aloud and not for speed.

Written from that page alone. It shares no line with the engines, so that three independent readings of the rules meet
in ``test_engines.py``. Money is ``Decimal``; shares, prices and weights are floats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import ROUND_FLOOR, Decimal
from typing import NamedTuple

from sectorlead.data.panel import Panel
from sectorlead.engine.market import Market

Weights = dict[int, float]  # by column


class Fill(NamedTuple):
    row: int
    column: int
    side: str
    shares: float
    price: float
    value: float
    commission: float
    stamp_duty: float
    transfer_fee: float
    slippage: float


class Rejection(NamedTuple):
    row: int
    column: int
    side: str
    wanted: float
    filled: float
    reason: str


@dataclass
class Simulator:
    """Call ``run``; ``decide(row, simulator)`` gives weights by column, or None, in the sessions ``decision_rows``."""

    panel: Panel
    market: Market
    decide: Callable[[int, Simulator], Weights | None]
    decision_rows: Iterable[int]
    start_cash: float
    fill: str
    size: str
    unfilled: str
    first: int = 0
    last: int = -1
    equity: list[float] = field(default_factory=list)
    cash_line: list[float] = field(default_factory=list)
    shares: list[list[float]] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)

    def run(self) -> Simulator:
        for key in ("open", "close", "volume", "amount", "adj_factor"):
            rows = getattr(self.panel, key).tolist()
            setattr(self, f"_{key}", [[None if x != x else x for x in row] for row in rows])
        rows, columns = self.panel.shape
        self.columns = range(columns)
        self.last = self.last % rows
        bars = [[t for t in range(rows) if self._close[t][i] is not None] for i in self.columns]
        self.final_bar = [max(of, default=-1) for of in bars]
        self.cash = Decimal(repr(self.start_cash))
        self.held = [0.0] * columns
        self.orders: dict[int, float] = {}  # column -> target shares, as long as it is open
        self.unsized: Weights | None = None  # a decision whose shares are fixed in the next fill pass
        self.mark: list[float | None] = [None] * columns  # last known close
        self.factor: list[float | None] = [None] * columns
        deciding = {t for t in self.decision_rows if self.first <= t < self.last}
        for t in range(self.last + 1):
            self.split(t)
            if t >= self.first:
                self.terminate(t)
                if not (self.fill == "same-close" and t in deciding):
                    self.fill_pass(t)
            for i in self.columns:
                self.mark[i] = self._close[t][i] or self.mark[i]
            if t < self.first:
                continue
            if t in deciding:
                weights = self.decide(t, self)
                if weights is not None:
                    self.take(t, weights)
                if self.fill == "same-close":
                    self.fill_pass(t)
            self.equity.append(float(self.worth()))
            self.cash_line.append(float(self.cash))
            self.shares.append(list(self.held))
        return self

    def worth(self) -> Decimal:
        """Cash plus holdings at their last known close."""
        return self.cash + sum(Decimal(self.held[i]) * Decimal(self.mark[i]) for i in self.columns if self.held[i] > 0)

    # --- before trading ----------------------------------------------------------------------------------------------

    def split(self, t: int) -> None:
        self.previous: list[Decimal | None] = [None if x is None else Decimal(repr(x)) for x in self.mark]
        for i in self.columns:
            if self._close[t][i] is None:
                continue
            old, new = self.factor[i], self._adj_factor[t][i]
            if old is not None and new != old:
                self.held[i] *= new / old
                if i in self.orders:
                    self.orders[i] *= new / old
                self.previous[i] *= Decimal(repr(old)) / Decimal(repr(new))
            self.factor[i] = new

    def terminate(self, t: int) -> None:
        for i in self.columns:
            if self.final_bar[i] != t - 1:
                continue
            lacking = i in self.orders and self.wanted(i)[0]  # dust is no buy
            if self.held[i] > 0:
                value = self.money(Decimal(repr(self.held[i])) * Decimal(repr(self.mark[i])))
                self.cash += value
                self.fills.append(Fill(t, i, "terminated", self.held[i], self.mark[i], float(value), 0, 0, 0, 0))
                self.held[i] = 0.0
            if lacking and self.wanted(i)[1] > 0:
                self.reject(t, i, True, self.wanted(i)[1], 0.0, "terminated")
            self.orders.pop(i, None)

    # --- decision ----------------------------------------------------------------------------------------------------

    def take(self, t: int, weights: Weights) -> None:
        self.orders, self.unsized = {}, None
        equity, wanted = float(self.worth()), {}
        for i in self.columns:
            weight = weights.get(i, 0.0)
            if weight > 0 and self.mark[i] is None:
                self.reject(t, i, True, 0.0, 0.0, "no_price")
            elif weight > 0 and self.final_bar[i] < t:
                lacking = self.lots(weight * equity / self.mark[i])
                if lacking > 0:
                    self.reject(t, i, True, lacking, 0.0, "terminated")
            elif weight > 0 or self.held[i] > 0:
                wanted[i] = weight
        if self.size == "fill":
            self.unsized = wanted
        else:
            self.orders = {i: w * equity / self.mark[i] for i, w in wanted.items()}

    # --- fill pass ---------------------------------------------------------------------------------------------------

    def reference(self, t: int, i: int) -> float | None:
        if self.fill == "open":
            return self._open[t][i]
        if self.fill == "vwap":
            volume, amount = self._volume[t][i], self._amount[t][i]
            return amount / volume if volume and amount is not None else self._close[t][i]
        return self._close[t][i]

    def fill_pass(self, t: int) -> None:
        if self.unsized is not None:
            at = [self.reference(t, i) or (self.previous[i] and float(self.previous[i])) for i in self.columns]
            equity = float(self.cash) + sum(self.held[i] * at[i] for i in self.columns if self.held[i] > 0)
            self.orders = {i: w * equity / at[i] for i, w in self.unsized.items()}
            self.unsized = None
        sides = {i: self.wanted(i) for i in sorted(self.orders)}
        again = [i for i, (buy, wanted) in sides.items() if not buy and wanted > 0 and self.sell(t, i, wanted)]
        again += self.buy(t, {i: wanted for i, (buy, wanted) in sides.items() if buy}, sale_open=bool(again))
        self.orders = {i: self.orders[i] for i in again if self.unfilled == "carry"}

    def wanted(self, i: int) -> tuple[bool, float]:
        """Whether an order buys, and how many shares; 0 where it is nothing."""
        held, target = self.held[i], self.orders[i]
        if not self.market.lot and abs(target - held) < 1e-9 * max(held, target):
            return False, 0.0
        if target < held:
            return False, held if target == 0 else self.lots(held - target)
        return target > held, self.lots(target - held)

    def blocked(self, t: int, i: int, buy: bool) -> str:
        price = self.reference(t, i)
        if self.final_bar[i] < t:
            return "terminated"
        if price is None:
            return "no_bar"
        if self._volume[t][i] == 0:
            return "zero_volume"
        lower, upper = self.limits(i)
        half_tick = Decimal(repr(self.market.tick)) / 2
        if buy and upper is not None and Decimal(repr(price)) >= upper - half_tick:
            return "limit_up"
        if not buy and lower is not None and Decimal(repr(price)) <= lower + half_tick:
            return "limit_down"
        return ""

    def sell(self, t: int, i: int, wanted: float) -> bool:
        """Returns whether the order stays open."""
        reason = self.blocked(t, i, buy=False)
        if reason:
            self.reject(t, i, False, wanted, 0.0, reason)
            return reason != "terminated"
        shares = min(wanted, self.most(t, i))
        _, value, fees = self.cost(t, i, shares, buy=False)
        if shares > 0 and self.cash + value - sum(fees) < 0:
            self.reject(t, i, False, wanted, 0.0, "fees")
            return True
        if shares > 0:
            self.book(t, i, shares, buy=False)
        if shares < wanted:
            self.reject(t, i, False, wanted, shares, "participation")
        return shares < wanted

    def buy(self, t: int, wanted: dict[int, float], sale_open: bool) -> list[int]:
        """Returns the orders that stay open."""
        again, possible = [], {}
        for i, shares in wanted.items():
            if shares == 0:
                if self.held[i] == 0 and self.final_bar[i] >= t:
                    self.reject(t, i, True, self.orders[i], 0.0, "lot")
            elif reason := self.blocked(t, i, buy=True):
                self.reject(t, i, True, shares, 0.0, reason)
                again += [i] * (reason != "terminated")
            elif (most := min(shares, self.most(t, i))) > 0:
                possible[i] = most
            else:
                self.reject(t, i, True, shares, 0.0, "participation")
                again.append(i)
        given = self.afford(t, possible)
        for i, shares in given.items():
            if shares > 0:
                self.book(t, i, shares, buy=True)
            if shares < possible[i] * (1 - 1e-9):
                self.reject(t, i, True, wanted[i], shares, "cash")
                again += [i] * sale_open
            elif shares < wanted[i] * (1 - 1e-9):
                self.reject(t, i, True, wanted[i], shares, "participation")
                again.append(i)
        return sorted(again)

    def afford(self, t: int, wanted: dict[int, float]) -> dict[int, float]:
        """Scales buys that cash doesn't cover; the largest remainders get what is left, a lot at a time."""

        def needed(shares: dict[int, float]) -> Decimal:
            parts = [self.cost(t, i, n, buy=True) for i, n in shares.items() if n > 0]
            return sum((value + sum(fees) for _, value, fees in parts), Decimal(0))

        def scaled(s: float) -> dict[int, float]:
            if self.market.lot:
                return {i: self.lots(s * n) for i, n in wanted.items()}
            return {i: s * (1 - 1e-12) * n if s > 1e-9 else 0.0 for i, n in wanted.items()}

        if needed(wanted) <= self.cash:
            return wanted
        s = float(self.cash / needed(wanted))
        if needed(scaled(s)) > self.cash:
            full = [self.cost(t, i, n, buy=True) for i, n in wanted.items()]
            fees = sum(sum(fees) for _, _, fees in full)
            rounding = len(full) * Decimal(repr(self.market.money_step))
            s = max(0.0, float((self.cash - fees - rounding) / sum(value for _, value, _ in full)))
        given, lot = scaled(s), self.market.lot
        while lot:
            one_more = {i: given | {i: given[i] + lot} for i in given if given[i] + lot <= wanted[i]}
            payable = [i for i, more in one_more.items() if needed(more) <= self.cash]
            if not payable:
                break
            given = one_more[max(payable, key=lambda i: (s * wanted[i] / lot - given[i] / lot, -i))]
        return given

    # --- prices, limits, fees ----------------------------------------------------------------------------------------

    def lots(self, x: float) -> float:
        return (x / self.market.lot + 1e-9) // 1 * self.market.lot if self.market.lot else x

    def most(self, t: int, i: int) -> float:
        volume = self._volume[t][i]
        return self.lots(self.market.participation * volume) if self.market.participation and volume else float("inf")

    def money(self, x: Decimal) -> Decimal:
        if not self.market.money_step:
            return x
        step = Decimal(repr(self.market.money_step))
        return floor(x / step + Decimal("0.500001")) * step

    def limits(self, i: int) -> tuple[Decimal | None, Decimal | None]:
        if not self.market.price_limit or self.previous[i] is None:
            return None, None
        tick, limit = Decimal(repr(self.market.tick)), Decimal(repr(self.market.price_limit))
        ticks = floor(self.previous[i] / tick + Decimal("0.5"))
        return floor(ticks * (1 - limit) + Decimal("0.5")) * tick, floor(ticks * (1 + limit) + Decimal("0.5")) * tick

    def cost(self, t: int, i: int, shares: float, buy: bool) -> tuple[float, Decimal, tuple[Decimal, ...]]:
        """Fill price, value, and commission, stamp duty, transfer fee."""
        market, slip = self.market, self.market.slippage_bps / 1e4
        lower, upper = self.limits(i)
        price = self.reference(t, i) * (1 + slip if buy else 1 - slip)
        if buy and upper is not None:
            price = min(price, float(upper))
        if not buy and lower is not None:
            price = max(price, float(lower))
        value = self.money(Decimal(repr(shares)) * Decimal(repr(price)))
        commission = max(Decimal(repr(market.commission_min)), Decimal(repr(market.commission_rate)) * value)
        stamp_duty = Decimal(0) if buy else Decimal(repr(market.stamp_duty_rate)) * value
        transfer_fee = Decimal(repr(market.transfer_fee_rate)) * value
        return price, value, tuple(self.money(fee) for fee in (commission, stamp_duty, transfer_fee))

    def book(self, t: int, i: int, shares: float, buy: bool) -> None:
        price, value, fees = self.cost(t, i, shares, buy)
        self.cash += (-value if buy else value) - sum(fees)
        self.held[i] += shares if buy else -shares
        slippage = abs(price - self.reference(t, i)) * shares
        side = "buy" if buy else "sell"
        self.fills.append(Fill(t, i, side, shares, price, float(value), *map(float, fees), slippage))

    def reject(self, t: int, i: int, buy: bool, wanted: float, filled: float, reason: str) -> None:
        self.rejections.append(Rejection(t, i, "buy" if buy else "sell", wanted, filled, reason))


def floor(x: Decimal) -> Decimal:
    return x.to_integral_value(ROUND_FLOOR)
