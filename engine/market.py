"""Market rules as a value: fees, lots, limits, settlement."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass, fields
from typing import Any

from ..data.errors import ParameterError, UnknownNameError


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """The rules under which orders fill. A bare ``Market()`` costs nothing, rounds nothing and trades fractional units.

    Parameters
    ----------
    name : str
        Printed on reports.
    commission_rate : float
        Of the traded value, each side; 0.0003 is 3 basis points.
    commission_min : float
        Currency per fill.
    stamp_duty_rate, transfer_fee_rate : float
        Of the traded value; stamp duty on sells only.
    lot : int
        Shares per board lot; 0 trades fractional units. An odd remainder may be sold in full.
    price_limit : float
        0.1 allows prices within 10% of the previous close; 0 is no limit.
    tick : float
        Smallest price step, for limit prices.
    t_plus_one : bool
        Shares bought in a session can be sold from the next one; cash from a sale is usable at once either way.
    participation : float
        Largest share of a bar's volume that one order may take; 0 is no cap.
    slippage_bps : float
        Added to a buy's price and taken off a sell's, in basis points, within the price limits.
    money_step : float
        Fill values and fees are rounded half up to it; 0 rounds nothing.

    Raises
    ------
    ParameterError
        For a value out of range.
    """

    name: str = "custom"
    commission_rate: float = 0.0
    commission_min: float = 0.0
    stamp_duty_rate: float = 0.0
    transfer_fee_rate: float = 0.0
    lot: int = 0
    price_limit: float = 0.0
    tick: float = 0.001
    t_plus_one: bool = False
    participation: float = 0.0
    slippage_bps: float = 0.0
    money_step: float = 0.0

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if item.name in ("name", "t_plus_one"):
                continue
            high = _HIGHEST.get(item.name, math.inf)
            if not (isinstance(value, int | float) and 0 <= value <= high and math.isfinite(value)):
                allowed = f"from 0 to {high:g}" if math.isfinite(high) else ">= 0"
                raise ParameterError(f"Market.{item.name} must be a number {allowed}, was {value!r}")
        if self.tick == 0:
            raise ParameterError("Market.tick must be > 0; it is the step of limit prices, e.g. 0.001 for a fund")

    def describe(self) -> dict[str, Any]:
        """All rules by name."""
        return asdict(self)

    def sentence(self) -> str:
        """The rules that cost money or block orders, in one line for a report."""
        parts = [f"commission {self.commission_rate * 1e4:g} bp"]
        if self.commission_min:
            parts[0] += f", at least {self.commission_min:g} per fill"
        if self.stamp_duty_rate:
            parts.append(f"stamp duty {self.stamp_duty_rate * 1e4:g} bp on sells")
        if self.transfer_fee_rate:
            parts.append(f"transfer fee {self.transfer_fee_rate * 1e4:g} bp")
        parts.append(f"slippage {self.slippage_bps:g} bp")
        parts.append(f"lots of {self.lot}" if self.lot else "fractional units")
        if self.price_limit:
            parts.append(f"price limit {self.price_limit:.0%}")
        if self.t_plus_one:
            parts.append("T+1 shares, T+0 cash")
        if self.participation:
            parts.append(f"at most {self.participation:.0%} of a bar's volume")
        return "; ".join(parts)


_HIGHEST = {
    "commission_rate": 0.1, "stamp_duty_rate": 0.1, "transfer_fee_rate": 0.1,
    "price_limit": 0.99, "participation": 1.0, "slippage_bps": 1_000.0, "money_step": 1.0, "tick": 1.0,
}  # fmt: skip

MARKETS: dict[str, Market] = {
    market.name: market
    for market in (
        Market(name="frictionless"),
        Market(
            name="cn-etf", commission_rate=0.00025, commission_min=5.0, lot=100, price_limit=0.10, tick=0.001,
            t_plus_one=True, money_step=0.01,
        ),
    )
}  # fmt: skip
"""Markets by name. ``cn-etf``: funds pay no stamp duty and no transfer fee; 2.5 bp and 5 CNY are usual broker terms."""


def find_market(market: str | Market) -> Market:
    """A market by name, or the one given; raises ``UnknownNameError`` with the nearest known name."""
    if isinstance(market, Market):
        return market
    try:
        return MARKETS[market]
    except KeyError:
        raise UnknownNameError("market", market, MARKETS) from None
