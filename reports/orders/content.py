"""The content of a page of orders: what to send in the next session, what can't be done, and why; plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import pandas as pd

BUY, SELL, KEEP = "buy", "sell", "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One series: an order, one that can't be sent, or a holding that is left alone.

    Attributes
    ----------
    symbol, name : str
    side : {"buy", "sell", "keep"}
    shares : float
        To be sent; less than ``wanted`` where a part can't be done, for ``reason``.
    wanted : float
        Shares of the order, sized at the decision's close.
    held, target : float
        Shares now, and asked for; a target of NaN is none.
    price : float
        Expected: the close of the decision, in currency.
    limit_down, limit_up : float
        Lowest and highest price of the session; NaN where there is no limit.
    value, fees, slippage : float
        Expected, of ``shares``, in currency; slippage is inside the price that is expected to be paid.
    weight, target_weight : float
        Fractions of equity; the target is NaN where nothing was decided about the series.
    rank, rank_before : int
        1 is best, 0 none; at this decision, and at the one before.
    score : float
    why : str
        What the decision has to do with it, in words.
    reason : str
        Why not all that is wanted can be sent, a key of ``sectorlead.engine.record.REASONS``; "" where all can.
    """

    symbol: str
    name: str
    side: str
    shares: float
    wanted: float
    held: float
    target: float
    price: float
    limit_down: float
    limit_up: float
    value: float
    fees: float
    slippage: float
    weight: float
    target_weight: float
    rank: int
    rank_before: int
    score: float
    why: str
    reason: str = ""


COLUMNS = tuple(item.name for item in fields(Order))


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OrderList:
    """What to send in the session after a panel's last one.

    Attributes
    ----------
    name : str
        Label of the strategy.
    strategy : str
        As one sentence.
    session, next_session : Timestamp
        The panel's last session, and the one in which the orders are sent.
    fill : str
        When and at what price they are to fill, in words.
    decided : {"none", "decision", "exit", "undecided"}
        What the session brought, see ``sectorlead.engine.compiled.one_session``.
    decision : Timestamp or None
        The latest session in which the schedule asked, this one included; None before the first.
    next_decision : Timestamp or None
        When the schedule asks next; None where that is not known.
    equity, cash, cash_after : float
        After the last close; and cash after these orders, as expected.
    lines : tuple of Order
        Sales first, as they are sent; then buys; then what is left alone. Each in the order of the panel.
    costs : mapping of str to float
        Expected, by kind, in currency.
    market : str
    source, panel_hash : str
        Of the panel.
    notes : tuple of str
        What a reader must know.
    """

    name: str
    strategy: str
    session: pd.Timestamp
    next_session: pd.Timestamp
    fill: str
    decided: str
    decision: pd.Timestamp | None
    next_decision: pd.Timestamp | None
    equity: float
    cash: float
    cash_after: float
    lines: tuple[Order, ...]
    costs: Mapping[str, float]
    market: str
    source: str
    panel_hash: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        sent = self.to_send
        sides = ", ".join(f"{sum(each.side == side for each in sent)} to {side}" for side in (SELL, BUY))
        span = f"after {self.session:%F} for {self.next_session:%F}"
        return f"{type(self).__name__}({self.name!r}, {span}, {sides}, {self.decided!r})"

    @property
    def to_send(self) -> tuple[Order, ...]:
        """The orders that can be sent."""
        return tuple(each for each in self.lines if each.side != KEEP and each.shares > 0)

    @property
    def impossible(self) -> tuple[Order, ...]:
        """What is wanted and can't be done, in whole or in part."""
        return tuple(each for each in self.lines if each.reason)

    @property
    def kept(self) -> tuple[Order, ...]:
        """Holdings that are left alone."""
        return tuple(each for each in self.lines if each.side == KEEP)

    @property
    def cost(self) -> float:
        """All that the orders are expected to cost, slippage included, in currency."""
        return sum(self.costs.values())

    @property
    def table(self) -> pd.DataFrame:
        """One row per line, the columns of ``Order``."""
        return pd.DataFrame([asdict(each) for each in self.lines], columns=list(COLUMNS))

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON: dates as ISO text, None for what is not known."""
        told: dict[str, Any] = {
            item.name: getattr(self, item.name) for item in fields(self) if item.name not in ("lines", "costs", "notes")
        }
        for key in ("session", "next_session", "decision", "next_decision"):
            told[key] = None if told[key] is None else f"{told[key]:%F}"
        told["cost"] = self.cost
        told["costs"], told["notes"] = dict(self.costs), list(self.notes)
        told["lines"] = [{key: _plain(value) for key, value in asdict(each).items()} for each in self.lines]
        return told


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and value != value else value
