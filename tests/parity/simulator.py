"""docs/session.md once more, rule by rule: lists, dicts and decimals, for reading aloud and not for speed.

Written from that page alone. It shares no line with the engines, so that three independent readings of the rules meet
in ``test_engines.py``. Money is ``Decimal``; shares, prices and weights are floats. What holds for one series in one
session is in ``rules_of_the_day.py``; here is what happens when.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from sectorlead.data.panel import Panel
from sectorlead.engine.market.market import Market

from .rules_of_the_day import Rate, Rules

HELD = ("month", "year", "longer")
Weights = dict[int, float]  # by column
Ask = Callable[[int, "Simulator"], Weights | None]


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
    handling_fee: float
    levy: float
    slippage: float
    dividend_tax: float


class Rejection(NamedTuple):
    row: int
    column: int
    side: str
    wanted: float
    filled: float
    reason: str


@dataclass
class Simulator:
    """Call ``run``; ``decide(row, simulator)`` gives weights by column, or None, in the sessions ``decision_rows``.

    ``between``, where given, is asked where that decided nothing, and names only what it wants changed.
    """

    panel: Panel
    market: Market
    decide: Ask
    decision_rows: Iterable[int]
    start_cash: float
    fill: str
    size: str
    unfilled: str
    first: int = 0
    last: int = -1
    cash_rate: Rate = None
    between: Ask | None = None
    ended: str = "stated"
    write_off: int | None = None
    dividends: str = "reinvested"
    flows: dict[int, float] = field(default_factory=dict)  # row -> amount
    no_trade: float = 0.0
    no_trade_of: str = "equity"
    no_trade_to: str = "target"
    price_at: str | None = None
    decide_at: str | None = None
    equity: list[float] = field(default_factory=list)
    cash_line: list[float] = field(default_factory=list)
    interest: list[float] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)  # what came in or went out after each close
    shares: list[list[float]] = field(default_factory=list)
    fills: list[Fill] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    decisions: list[tuple[int, list[float]]] = field(default_factory=list)

    def run(self) -> Simulator:
        self.rules = Rules(self.panel, self.market, self.cash_rate, self.ended)
        rows, columns = self.panel.shape
        self.columns = range(columns)
        self.last = self.last % rows
        self.cash = Decimal(repr(self.start_cash))
        self.due = Decimal(0)
        self.held = [0.0] * columns
        self.since = [-1] * columns
        self.bought: list[list[list]] = [[] for _ in self.columns]  # row, shares, (dividend, rates) of each
        self.paying: dict[int, float] = {}  # shares that get a dividend in this session
        self.orders: dict[int, float] = {}  # column -> target shares, as long as it is open
        self.unsized: Weights = {}  # what was decided and gets its shares in the next fill pass
        self.mark: list[float | None] = [None] * columns  # last known close
        self.factor: list[float | None] = [None] * columns
        self.silent = [0] * columns  # sessions without a bar, up to this one
        deciding = {t for t in self.decision_rows if self.first <= t < self.last}
        asked = set(range(self.first, self.last)) if self.between else deciding
        for t in range(self.last + 1):
            self.split(t)
            if t < self.first:
                self.close(t)
                continue
            self.interest.append(0.0)
            if t > self.first:
                earned = self.rules.interest(self.cash, t)
                self.interest[-1] = float(earned)
                self.cash += earned
            received = self.pay(t)
            self.terminate(t)
            if self.dividends == "reinvest-at-open":
                self.reinvest(t, received)
            if self.decide_at and t in asked:
                before, self.mark = self.mark, self.seen(t)
                self.ask(t, t in deciding)
                self.mark = before
                self.fill_pass(t)
                self.close(t)
                self.give_up(t)
                self.transfer(t)
            else:
                later = self.fill == "same-close"
                if not later:
                    self.fill_pass(t)
                self.close(t)
                self.give_up(t)
                self.transfer(t)
                if t in asked:
                    self.ask(t, t in deciding)
                if later:
                    self.fill_pass(t)
            self.equity.append(float(self.worth()))
            self.cash_line.append(float(self.cash))
            self.shares.append(list(self.held))
        return self

    def close(self, t: int) -> None:
        for i in self.columns:
            self.mark[i] = self.rules.close[t][i] or self.mark[i]
            self.silent[i] = 0 if self.rules.close[t][i] else self.silent[i] + 1

    def seen(self, t: int) -> list[float | None]:
        """What is known at the time of a decision before the close."""
        now = self.rules.timed(self.decide_at)[t]
        return [now[i] or (before and float(before)) for i, before in enumerate(self.previous)]

    def worth(self) -> Decimal:
        """Cash plus holdings at their last known close."""
        return self.cash + sum(Decimal(self.held[i]) * Decimal(self.mark[i]) for i in self.columns if self.held[i] > 0)

    # --- before trading ----------------------------------------------------------------------------------------------

    def split(self, t: int) -> None:
        self.previous: list[Decimal | None] = [None if x is None else Decimal(repr(x)) for x in self.mark]
        for i in self.columns:
            if self.rules.close[t][i] is None:
                continue
            old, new = self.factor[i], self.rules.adj_factor[t][i]
            if old is not None and new != old:
                self.previous[i] *= Decimal(repr(old)) / Decimal(repr(new))
            ratio = new / (old or new)
            if self.dividends != "reinvested":
                ratio = (self.rules.split[t][i] or 1.0) if old else 1.0
                if self.held[i] > 0 and self.rules.dividend[t][i]:
                    self.paying[i] = self.held[i]
            self.held[i] *= ratio
            if i in self.orders:
                self.orders[i] *= ratio
            for lot in self.bought[i]:
                lot[1] *= ratio
            self.factor[i] = new

    def pay(self, t: int) -> dict[int, Decimal]:
        """Dividends, less what is withheld; what each brought."""
        received = {}
        for i, shares in self.paying.items():
            dividend = self.rules.dividend[t][i]
            month, year, longer = (self.rules.dated(f"dividend_tax_{held}", t - 1, i) for held in HELD)
            value = self.rules.money(Decimal(repr(shares)) * Decimal(repr(dividend)))
            tax = self.rules.money(value * Decimal(repr(longer)))
            received[i] = value - tax
            self.cash += value - tax
            for lot in self.bought[i]:
                ratio = self.held[i] / shares  # these are shares after the split
                lot[2].append((lot[1] / ratio * dividend, max(month, longer) - longer, max(year, longer) - longer))
            told = float(value), 0, 0, 0, 0, 0, 0, float(tax)
            self.fills.append(Fill(t, i, "dividend", shares, dividend, *told))
        self.paying = {}
        return received

    def reinvest(self, t: int, received: dict[int, Decimal]) -> None:
        for i in sorted(received):
            money = min(received[i], max(Decimal(0), self.cash - self.due))
            if i in self.orders or i in self.unsized or money <= 0:
                continue
            wanted = self.rules.lots(float(money) / (self.reference(t, i) or float(self.previous[i])), t, i)
            if not wanted:
                continue
            shares = min(wanted, self.rules.most(t, i))
            if reason := self.blocked(t, i, buy=True):
                self.reject(t, i, True, wanted, 0.0, reason)
                continue
            given = 0.0
            if shares:
                price = self.price(t, i, True, shares)
                given = self.afford(t, {i: shares}, {i: price}, money)[i]
            if given > 0:
                self.book(t, i, given, price, buy=True)
            if shares < wanted:
                self.reject(t, i, True, wanted, given, "participation")

    def tax(self, t: int, i: int, shares: float, done: bool) -> Decimal:
        """What a sale owes on dividends, first bought first sold."""
        total, left, kept = 0.0, shares, []
        for row, held, dividends in self.bought[i]:
            part = min(1.0, max(left, 0.0) / held)
            left -= part * held
            length = self.rules.held_for(row, t)
            total += part * sum(paid[0] * (*paid[1:], 0.0)[length] for paid in dividends)
            rest = [(amount * (1 - part), *rates) for amount, *rates in dividends]
            kept += [[row, held * (1 - part), rest]] * (part < 1)
        if done:
            self.bought[i] = kept
        return self.rules.money(Decimal(repr(total)))

    def terminate(self, t: int) -> None:
        for i in self.columns:
            if self.rules.ends[i] != t - 1:
                continue
            lacking = i in self.orders and self.wanted(t, i)[0]  # dust is no buy
            if self.held[i] > 0:
                price = self.mark[i] * self.market.recovery
                value = self.rules.money(Decimal(repr(self.held[i])) * Decimal(repr(price)))
                self.cash += value
                self.fills.append(Fill(t, i, "terminated", self.held[i], price, float(value), 0, 0, 0, 0, 0, 0, 0))
                self.held[i], self.since[i], self.bought[i] = 0.0, -1, []
            if lacking and self.wanted(t, i)[1] > 0:
                self.reject(t, i, True, self.wanted(t, i)[1], 0.0, "terminated")
            self.orders.pop(i, None)

    def give_up(self, t: int) -> None:
        for i in self.columns:
            if self.silent[i] == self.write_off and self.held[i] > 0:
                self.fills.append(Fill(t, i, "written_off", self.held[i], 0.0, 0.0, 0, 0, 0, 0, 0, 0, 0))
                self.held[i], self.since[i], self.bought[i] = 0.0, -1, []
                self.orders.pop(i, None)

    def transfer(self, t: int) -> None:
        """A deposit pays what is due first; a withdrawal gets what cash there is."""
        before, amount = self.cash, Decimal(repr(self.flows.get(t, 0.0)))
        self.cash += max(amount, Decimal(0))
        self.due += max(-amount, Decimal(0))
        paid = min(self.cash, self.due)
        self.cash, self.due = self.cash - paid, self.due - paid
        self.moved.append(float(self.cash - before))

    def invested(self, worth: float) -> float:
        """What weights are fractions of."""
        return max(0.0, worth - float(self.due))

    # --- decision ----------------------------------------------------------------------------------------------------

    def ask(self, t: int, deciding: bool) -> None:
        weights = self.decide(t, self) if deciding else None
        if weights is not None:
            self.take(t, weights, self.columns)
        elif self.between:
            weights = self.between(t, self)
            if weights is not None:
                self.take(t, weights, weights)

    def take(self, t: int, weights: Weights, named: Iterable[int]) -> None:
        equity, wanted = float(self.worth()), {}
        target = [self.held[i] * (self.mark[i] or 0.0) / equity if equity else 0.0 for i in self.columns]
        for i in named:
            weight = target[i] = weights.get(i, 0.0)
            self.orders.pop(i, None)
            self.unsized.pop(i, None)
            if weight > 0 and self.mark[i] is None:
                self.reject(t, i, True, 0.0, 0.0, "no_price")
            elif weight > 0 and self.rules.ends[i] < t:
                lacking = self.rules.lots(weight * self.invested(equity) / self.mark[i], t, i)
                if lacking > 0:
                    self.reject(t, i, True, lacking, 0.0, "terminated")
            elif weight > 0 or self.held[i] > 0:
                wanted[i] = weight
        self.decisions.append((t, target))
        if self.size == "fill":
            self.unsized |= wanted
        else:
            self.orders |= self.sized(wanted, self.mark, self.invested(equity))

    def sized(self, weights: Weights, price: list[float | None], equity: float) -> dict[int, float]:
        """Target shares; none where the no-trade band holds a weight."""
        orders = {}
        for i, w in weights.items():
            orders[i] = w * equity / price[i]
            if not self.no_trade or w == 0 or self.held[i] == 0:
                continue
            width = self.no_trade * w if self.no_trade_of == "target" else self.no_trade
            worth = self.rules.money(Decimal(self.held[i]) * Decimal(price[i]))
            low, high = (self.rules.money(Decimal(max(0.0, edge * equity))) for edge in (w - width, w + width))
            noise = 0 if self.market.money_step else Decimal("1e-9") * max(worth, high)
            if low - noise <= worth <= high + noise:
                del orders[i]
            elif self.no_trade_to == "edge":
                orders[i] = (w + width if worth > high else w - width) * equity / price[i]
        return orders

    # --- fill pass ---------------------------------------------------------------------------------------------------

    def reference(self, t: int, i: int) -> float | None:
        rules = self.rules
        if rules.open[t][i] is None and rules.has_opens:
            return None
        if self.fill == "open":
            return rules.open[t][i]
        if self.fill == "at":
            return rules.timed(self.price_at)[t][i] if rules.close[t][i] is not None else None
        if self.fill == "vwap":
            volume, amount = rules.volume[t][i], rules.amount[t][i]
            return amount / volume if volume and amount is not None else rules.close[t][i]
        return rules.close[t][i]

    def fill_pass(self, t: int) -> None:
        if self.unsized:
            known = self.rules.close[t] if "close" in self.fill else [None for _ in self.columns]
            before = [price and float(price) for price in self.previous]
            before = self.seen(t) if self.decide_at else before
            at = [self.reference(t, i) or known[i] or before[i] for i in self.columns]
            equity = float(self.cash) + sum(self.held[i] * at[i] for i in self.columns if self.held[i] > 0)
            self.orders |= self.sized(self.unsized, at, self.invested(equity))
            self.unsized = {}
        sides = {i: self.wanted(t, i) for i in sorted(self.orders)}
        again = [i for i, (buy, wanted) in sides.items() if not buy and wanted > 0 and self.sell(t, i, wanted)]
        again += self.buy(t, {i: wanted for i, (buy, wanted) in sides.items() if buy}, sale_open=bool(again))
        self.orders = {i: self.orders[i] for i in again if self.unfilled == "carry"}

    def wanted(self, t: int, i: int) -> tuple[bool, float]:
        """Whether an order buys, and how many shares; 0 where it is nothing."""
        held, target = self.held[i], self.orders[i]
        if not self.rules.steps(t, i)[1] and abs(target - held) < 1e-9 * max(held, target):
            return False, 0.0
        if target < held:
            return False, held if target == 0 else self.rules.lots(held - target, t, i)
        return target > held, self.rules.lots(target - held, t, i)

    def blocked(self, t: int, i: int, buy: bool) -> str:
        price = self.reference(t, i)
        if self.rules.ends[i] < t:
            return "terminated"
        if price is None:
            return "no_bar"
        if self.rules.volume[t][i] == 0:
            return "zero_volume"
        if self.rules.at_limit(t, i, buy, price, self.previous[i]):
            return "limit_up" if buy else "limit_down"
        return ""

    def sell(self, t: int, i: int, wanted: float) -> bool:
        """Returns whether the order stays open."""
        reason = self.blocked(t, i, buy=False)
        if reason:
            self.reject(t, i, False, wanted, 0.0, reason)
            return reason != "terminated"
        shares = min(wanted, self.rules.most(t, i))
        if shares > 0:
            price = self.price(t, i, False, shares)
            value, fees = self.cost(t, i, shares, price, buy=False)
            if self.cash + value - sum(fees) - self.tax(t, i, shares, done=False) < 0:
                self.reject(t, i, False, wanted, 0.0, "fees")
                return True
            self.book(t, i, shares, price, buy=False)
        if shares < wanted:
            self.reject(t, i, False, wanted, shares, "participation")
        return shares < wanted

    def buy(self, t: int, wanted: dict[int, float], sale_open: bool) -> list[int]:
        """Returns the orders that stay open."""
        again, possible = [], {}
        for i, shares in wanted.items():
            if shares == 0:
                if self.held[i] == 0 and self.rules.ends[i] >= t:
                    self.reject(t, i, True, self.orders[i], 0.0, "lot")
            elif reason := self.blocked(t, i, buy=True):
                self.reject(t, i, True, shares, 0.0, reason)
                again += [i] * (reason != "terminated")
            elif (most := min(shares, self.rules.most(t, i))) > 0:
                possible[i] = most
            else:
                self.reject(t, i, True, shares, 0.0, "participation")
                again.append(i)
        prices = {i: self.price(t, i, True, shares) for i, shares in possible.items()}
        given = self.afford(t, possible, prices, max(Decimal(0), self.cash - self.due))
        for i, shares in given.items():
            if shares > 0:
                self.book(t, i, shares, prices[i], buy=True)
            if shares < possible[i] * (1 - 1e-9):
                self.reject(t, i, True, wanted[i], shares, "cash")
                again += [i] * sale_open
            elif shares < wanted[i] * (1 - 1e-9):
                self.reject(t, i, True, wanted[i], shares, "participation")
                again.append(i)
        return sorted(again)

    def afford(
        self, t: int, wanted: dict[int, float], prices: dict[int, float], cash: Decimal
    ) -> dict[int, float]:
        """Scales buys that cash doesn't cover; the largest remainders get what is left, a lot at a time."""

        def due(i: int, shares: float) -> Decimal:
            value, fees = self.cost(t, i, shares, prices[i], buy=True)
            return value + sum(fees) if shares > 0 else Decimal(0)

        def needed(shares: dict[int, float]) -> Decimal:
            return sum((due(i, n) for i, n in shares.items()), Decimal(0))

        def scaled(i: int, s: float) -> float:
            if steps[i][1]:
                return self.rules.lots(s * wanted[i], t, i)
            return s * (1 - 1e-12) * wanted[i] if s > 1e-9 else 0.0

        def one_more(i: int) -> float:
            return given[i] + (steps[i][1] if given[i] else max(steps[i]))

        if needed(wanted) <= cash:
            return wanted
        steps = {i: self.rules.steps(t, i) for i in wanted}
        s = float(cash / needed(wanted))
        if needed({i: scaled(i, s) for i in wanted}) > cash:
            full = [self.cost(t, i, n, prices[i], buy=True) for i, n in wanted.items()]
            fees = sum(sum(fees) for _, fees in full)
            rounding, worth = len(full) * Decimal(repr(self.market.money_step)), sum(value for value, _ in full)
            s = max(0.0, float((cash - fees - rounding) / worth)) if worth else 0.0
        given = {i: scaled(i, s) for i in wanted}
        extra = {i: due(i, one_more(i)) - due(i, given[i]) for i in wanted if steps[i][1]}
        left = cash - needed(given)
        while payable := [i for i in extra if one_more(i) <= wanted[i] and extra[i] <= left]:
            i = max(payable, key=lambda i: (s * wanted[i] / steps[i][1] - given[i] / steps[i][1], -i))
            left -= extra[i]
            given[i] = one_more(i)
            extra[i] = due(i, one_more(i)) - due(i, given[i])
        return given

    # --- a trade -----------------------------------------------------------------------------------------------------

    def price(self, t: int, i: int, buy: bool, quantity: float) -> float:
        return self.rules.price(t, i, buy, self.reference(t, i), quantity, self.previous[i])

    def cost(self, t: int, i: int, shares: float, price: float, buy: bool) -> tuple[Decimal, tuple[Decimal, ...]]:
        """Value, and the fees by kind."""
        value = self.rules.money(Decimal(repr(shares)) * Decimal(repr(price)))
        return value, self.rules.fees(t, i, buy, value)

    def book(self, t: int, i: int, shares: float, price: float, buy: bool) -> None:
        value, fees = self.cost(t, i, shares, price, buy)
        tax = Decimal(0) if buy else self.tax(t, i, shares, done=True)
        self.cash += (-value if buy else value) - sum(fees) - tax
        if buy:
            self.bought[i].append([t, shares, []])
        if buy and self.held[i] == 0:
            self.since[i] = t
        self.held[i] += shares if buy else -shares
        if self.held[i] == 0:
            self.since[i], self.bought[i] = -1, []
        slippage = abs(price - self.reference(t, i)) * shares
        side = "buy" if buy else "sell"
        self.fills.append(Fill(t, i, side, shares, price, float(value), *map(float, fees), slippage, float(tax)))

    def reject(self, t: int, i: int, buy: bool, wanted: float, filled: float, reason: str) -> None:
        self.rejections.append(Rejection(t, i, "buy" if buy else "sell", wanted, filled, reason))
