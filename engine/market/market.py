"""Market rules as a value: fees, lots, limits, settlement, slippage."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields, replace
from inspect import Parameter, Signature
from typing import Any, NamedTuple

from ...data.bounds import shown
from ...data.errors import ParameterError, UnknownNameError
from .fees import BUY, FEES, HIGHEST_RATE, Fee
from .rulebook import RULEBOOKS, RuleBook, find_rulebook

POLICIES = {
    "limit_policy": ("strict", "one-price", "ignore"),
    "uncovered": ("as-read", "raise", "nearest"),
    "trades": ("", "etf", "stock"),
}
"""What the choices of a market may be; the first is the default."""


LEAST_STEP = 1e-8
"""The finest step of money: with a finer one an account of a million could not grow tenfold and still be counted."""


class Slippage(NamedTuple):
    """What moves a fill's price against the order, ``Market.cost_scale`` included."""

    fraction: float  # of the price
    half_spread: float  # ticks
    impact: float  # factor of the square-root law


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The rules under which orders fill. A bare ``Market()`` costs nothing, rounds nothing and trades fractional units.

    With a rule book, rules go by the session's date and the board of the series; a number given for one of the rules
    marked "dated" stands in its place for all boards and dates. ``docs/session.md`` says how each rule works.

    Parameters
    ----------
    name : str
        Printed on reports.
    trades : {"", "etf", "stock"}
        What is bought and sold here, where the data do not say: the quality gate looks at it accordingly.
    rulebook : str or RuleBook
        Name of a shipped rule book, path of a TOML file, which is read at once, or a book; "" is none.
    board : str
        The board of a series that neither the panel nor the book's codes place; "" makes that an error.
    uncovered : {"as-read", "raise", "nearest"}
        Sessions after the book was last read go by the rules as they were read, and the run says so; or are an error;
        or, "nearest", as the first, and sessions before the book begins by its first entries, which otherwise are an
        error.
    commission_rate : float
        Of the traded value, each side; 0.0003 is 3 basis points.
    commission_min : float
        Currency per fill.
    commission_includes_levies : bool
        Whether the commission is quoted with the exchange's handling fee and the regulator's levy ("full"), or these
        are paid beside it ("net").
    stamp_duty_rate, transfer_fee_rate : float, optional
        Of the traded value; stamp duty on sells only. Dated.
    lot : int, optional
        Shares per board lot; 0 trades fractional units. An odd remainder may be sold in full. Dated.
    price_limit : float, optional
        0.1 allows prices within 10% of the previous close; 0 is no limit. Dated.
    tick : float, optional
        Smallest price step, for limit prices and half spreads. Dated.
    dividend_tax_rate : float, optional
        Of a dividend that is not reinvested by the factor, however long the shares are held. Dated.
    t_plus_one : bool, optional
        Shares bought in a session can be sold from the next one; cash from a sale is usable at once either way. Dated.
    limit_policy : {"strict", "one-price", "ignore"}
        An order at its price limit is blocked; only if the bar never left the limit; never.
    participation : float
        Largest share of a bar's volume that one order may take; 0 is no cap.
    slippage_bps : float
        Added to a buy's price and taken off a sell's, in basis points, within the price limits.
    half_spread_ticks : float
        The same in ticks.
    impact : float
        Factor of the square-root law: ``impact * volatility * sqrt(order / daily volume)`` of the price; 0 is none.
    recovery : float
        What a holding in a series that ends brings, as a fraction of its last close.
    money_step : float
        Fill values, fees and interest are rounded half up to it: a whole part of 1 from 1e-8 on, such as 0.01 or 0.05;
        0 rounds nothing.
    cost_scale : float
        Every cost times this, those of the rule book too: all fees with their minimum, slippage, half spread and
        impact. 0 is free, 2 is twice as dear.

    Raises
    ------
    ParameterError
        For a value out of range.
    UnknownNameError
        For a choice or a rule book that is not known.
    """

    name: str = "custom"
    trades: str = ""
    rulebook: str | RuleBook = ""
    board: str = ""
    uncovered: str = "as-read"
    commission_rate: float = 0.0
    commission_min: float = 0.0
    commission_includes_levies: bool = True
    stamp_duty_rate: float | None = None
    transfer_fee_rate: float | None = None
    lot: int | None = None
    price_limit: float | None = None
    tick: float | None = None
    t_plus_one: bool | None = None
    dividend_tax_rate: float | None = None
    limit_policy: str = "strict"
    participation: float = 0.0
    slippage_bps: float = 0.0
    half_spread_ticks: float = 0.0
    impact: float = 0.0
    recovery: float = 1.0
    money_step: float = 0.0
    cost_scale: float = 1.0

    def __post_init__(self) -> None:
        if not self.rulebook:
            for key, value in _WITHOUT_BOOK.items():
                if getattr(self, key) is None:
                    object.__setattr__(self, key, value)
        for key, allowed in POLICIES.items():
            if getattr(self, key) not in allowed:
                raise UnknownNameError(f"Market.{key}", str(getattr(self, key)), allowed)
        for item in fields(self):
            value = getattr(self, item.name)
            if value is None and item.name in _WITHOUT_BOOK:
                continue
            if item.name in _OTHERWISE:
                kind, allowed_text = _OTHERWISE[item.name]
                if not isinstance(value, kind):
                    raise ParameterError(f"Market.{item.name} must be {allowed_text}, was {value!r}")
                continue
            high = _HIGHEST.get(item.name, sys.float_info.max)
            if not (isinstance(value, int | float) and 0 <= value <= high):
                allowed_text = f"from 0 to {high:g}" if item.name in _HIGHEST else ">= 0"
                raise ParameterError(f"Market.{item.name} must be a number {allowed_text}, was {shown(value)}")
        if self.tick == 0:
            raise ParameterError("Market.tick must be > 0; it is the step of limit prices, e.g. 0.001 for a fund")
        parts = round(1 / self.money_step) if self.money_step >= LEAST_STEP else 0
        if self.money_step and (not parts or abs(self.money_step * parts - 1) > 1e-9):
            near = f"; the nearest is {1 / parts:.10g}" if parts else ""
            raise ParameterError(
                f"Market.money_step must be 0, or a whole part of one unit of currency from {LEAST_STEP:g} to 1, such "
                f"as 0.01 or 0.05; was {self.money_step!r}{near}"
            )
        if self.lot is not None and (isinstance(self.lot, bool) or self.lot != int(self.lot)):
            raise ParameterError(f"Market.lot must be a whole number of shares, 0 for fractions; was {self.lot!r}")
        if isinstance(self.rulebook, str) and self.rulebook and self.rulebook not in RULEBOOKS:
            # kept as read: its errors come early, and a file that changes later does not change a market
            object.__setattr__(self, "rulebook", find_rulebook(self.rulebook))

    @property
    def book(self) -> RuleBook | None:
        """The rule book, None if there is none."""
        if isinstance(self.rulebook, RuleBook):
            return self.rulebook
        return find_rulebook(self.rulebook) if self.rulebook else None

    @property
    def slippage(self) -> Slippage:
        """What moves fill prices, times ``cost_scale``."""
        own = self.slippage_bps / 1e4, self.half_spread_ticks, self.impact
        return Slippage(*(float(cost) * self.cost_scale for cost in own))

    @property
    def free(self) -> bool:
        """Whether no order can cost anything: no rule book, fee, slippage or impact, or 0 times them."""
        numbers = [getattr(self, name) for fee in FEES for name in (fee.rate, fee.minimum) if name]
        return not self.cost_scale or not (self.rulebook or any(numbers) or any(self.slippage))

    def describe(self) -> dict[str, Any]:
        """All rules by name, plain values; the rule book as name, version and digest."""
        told = {item.name: getattr(self, item.name) for item in fields(self)}
        book = self.book
        told["rulebook"] = {"name": book.name, "version": book.version, "digest": book.digest} if book else None
        return told

    def sentence(self) -> str:
        """The rules that cost money or block orders, in one line for a report; a market without costs says "free"."""
        first, *others = (self._told(fee) for fee in FEES)
        parts, book = [first], self.book
        if self.free:
            parts = ["free: no commission, no fee, no slippage"]
        if book:
            beside = [fee.label.lower() for fee in FEES if fee.included and not getattr(self, fee.included)]
            if beside:
                parts.append(f"{' and '.join(beside)} beside it")
            parts.append(f"rule book {book.name} {book.version}")
        if not self.free:
            parts += filter(None, others)
            parts += self._slippage_told()
        if self.lot is not None:
            parts.append(f"lots of {self.lot}" if self.lot else "fractional units")
        if self.price_limit:
            parts.append(f"price limit {self.price_limit:.0%}")
        if self.limit_policy != "strict" and self.price_limit != 0:
            parts.append(f"limits: {self.limit_policy}")
        if self.t_plus_one:
            parts.append("T+1 shares, T+0 cash")
        if self.participation:
            parts.append(f"at most {self.participation:.0%} of a bar's volume")
        if self.recovery != 1:
            parts.append(f"{self.recovery:.0%} of the last close when a series ends")
        times = "" if self.cost_scale == 1 else f"{self.cost_scale:g} times all costs: "
        if times and self.free and self.cost_scale:
            times = f"{self.cost_scale:g} times no costs: "
        return times + "; ".join(parts)

    def _told(self, fee: Fee) -> str:
        """A fee's own numbers in this market; where none cost "", and of the first fee that there is none."""
        rate, least = (getattr(self, name) if name else None for name in (fee.rate, fee.minimum))
        if not rate and not least:
            return f"free of {fee.label.lower()}" if fee is FEES[0] else ""
        parts = [] if rate is None else [f"{rate * 1e4:g} bp"]
        parts += [f"{'at least ' if parts else ''}{least:g} per fill"] if least else []
        side = "" if len(fee.sides) == 2 else " on buys" if BUY in fee.sides else " on sells"
        return f"{fee.label.lower()} {', '.join(parts)}{side}"

    def _slippage_told(self) -> list[str]:
        parts = [f"slippage {self.slippage_bps:g} bp"]
        if self.half_spread_ticks:
            parts.append(f"half spread {self.half_spread_ticks:g} ticks")
        if self.impact:
            parts.append(f"square-root impact x {self.impact:g}")
        return parts


_WITHOUT_BOOK: dict[str, Any] = {
    **{fee.rate: 0.0 for fee in FEES if fee.rate and fee.items},
    "lot": 0, "price_limit": 0.0, "tick": 0.001, "t_plus_one": False, "dividend_tax_rate": 0.0,
}  # fmt: skip
_OTHERWISE: dict[str, tuple[type | tuple[type, ...], str]] = {
    "name": (str, "text"),
    "trades": (str, "text"),
    "rulebook": ((str, RuleBook), "the name of a rule book, the path of a .toml file or a RuleBook"),
    "board": (str, "the name of a board"),
    "uncovered": (str, "text"),
    "limit_policy": (str, "text"),
    "commission_includes_levies": (bool, "True or False"),
    "t_plus_one": (bool, "True or False"),
}
"""The fields that are not numbers."""
_HIGHEST = {
    **{fee.rate: HIGHEST_RATE for fee in FEES if fee.rate},
    "dividend_tax_rate": 0.5,
    "price_limit": 0.99, "tick": 1.0, "participation": 1.0, "slippage_bps": 1_000.0, "half_spread_ticks": 100.0,
    "impact": 10.0, "recovery": 1.0, "money_step": 1.0,
}  # fmt: skip

_CN = Market(
    name="cn-etf", trades="etf", rulebook="cn-a", board="fund", commission_rate=0.00025, commission_min=5.0,
    money_step=0.01,
)  # fmt: skip
MARKETS: dict[str, Market] = {
    market.name: market
    for market in (
        Market(name="frictionless"),
        Market(name="cn-index", commission_rate=0.0003, money_step=0.01),
        _CN,
        replace(_CN, name="cn-stock", trades="stock", board=""),
        Market(name="us-etf", trades="etf", lot=1, tick=0.01, money_step=0.01),
    )
}
"""Markets by name.

``cn-index``: an index is not tradable; the cost of a fund that tracks it, 3 bp flat each side, in fractional units,
without limits. ``cn-etf``, ``cn-stock``: by the rule book ``cn-a``; 2.5 bp and 5 CNY are usual broker terms. Indices
run under ``cn-etf`` as if they were funds. ``us-etf``: no commission, as US brokers quote; the fees of regulators on
sales (below 0.3 bp) are left out.
"""


def find_market(market: str | Market) -> Market:
    """A market by name, or the one given; raises ``UnknownNameError`` with the nearest known name."""
    if isinstance(market, Market):
        return market
    try:
        return MARKETS[market]
    except KeyError:
        raise UnknownNameError("market", market, MARKETS) from None


def market(base: str | Market = "", **rules: Any) -> Market:
    """A named market with rules of your own in place of some of its own.

    Parameters
    ----------
    base : str or Market
        What it starts from; "" is ``Market()``, which costs nothing.
    **rules
        Fields of ``Market``. The market is called "custom" unless ``name`` is one of them, or there is none.

    Returns
    -------
    Market

    Raises
    ------
    UnknownNameError
        For a market or a field that is not known; says the nearest.
    ParameterError
        For a value out of range; says what is allowed.

    Examples
    --------
    >>> dearer = market("cn-etf", slippage_bps=5, name="cn-etf with slippage")
    >>> dearer.slippage_bps, dearer.commission_min
    (5, 5.0)
    >>> market("cn-etf", slipage_bps=5)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    sectorlead.data.errors.UnknownNameError: unknown field of a market 'slipage_bps'. Did you mean 'slippage_bps'? ...
    """
    known = [item.name for item in fields(Market)]
    for name in rules:
        if name not in known:
            raise UnknownNameError("field of a market", name, known)
    found = find_market(base) if base else Market()
    return replace(found, **{"name": "custom"} | rules) if rules else found


market.__signature__ = Signature(  # type: ignore[attr-defined]  # for editors and notebooks: every field by name
    [
        Parameter("base", Parameter.POSITIONAL_OR_KEYWORD, default="", annotation="str | Market"),
        *(Parameter(item.name, Parameter.KEYWORD_ONLY, default=..., annotation=item.type) for item in fields(Market)),
    ],
    return_annotation="Market",
)
