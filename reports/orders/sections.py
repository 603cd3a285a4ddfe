"""The sections of a page of orders: the account, what is sent, what can't be, what is left alone, notes."""

from __future__ import annotations

from collections.abc import Sequence

from ..analysis.execution import MEANINGS
from ..formatting import decimal
from ..message import Message, say, sentence, sentences
from ..sections.base import (
    COUNT,
    RATIO,
    Block,
    Cell,
    Code,
    Column,
    Facts,
    Format,
    Points,
    Section,
    Table,
    Value,
)
from .content import BUY, SELL, Order, OrderList

PRICE, PARTS, WEIGHT = Format("number", 3), Format("number", 4), Format("percent", 2)
SIDES = {BUY: say("buy"), SELL: say("sell")}
"""What is done, to a reader."""


def order_sections(orders: OrderList) -> tuple[Section, ...]:
    """The sections that have something to say.

    Parameters
    ----------
    orders : OrderList
    """
    found: list[tuple[str, Message, Sequence[Block]]] = [("account", say("Account"), _account(orders))]
    if orders.to_send:
        found.append(("send", say("To send"), [_sent(orders)]))
    if orders.impossible:
        found.append(("impossible", say("What can't be done"), [_short(orders)]))
    if orders.kept:
        found.append(("kept", say("Left alone"), [_kept(orders)]))
    if orders.notes:
        found.append(("notes", say("Notes"), [Points(sentences(orders.notes))]))
    return tuple(Section(name, title, blocks) for name, title, blocks in found)


def _account(orders: OrderList) -> list[Block]:
    facts = Facts(
        [
            (say("Equity after the last close"), decimal(orders.equity)),
            (say("Cash"), decimal(orders.cash)),
            (say("Cash after these orders, expected"), decimal(orders.cash_after)),
            (say("Expected costs, slippage included"), decimal(orders.cost)),
            (say("Trading rules"), orders.market),
            (say("Data"), say("{source}, {hash}", source=sentence(orders.source), hash=orders.panel_hash)),
        ]
    )
    return [facts, Code(orders.strategy)]


def _sent(orders: OrderList) -> Table:
    columns = (
        Column(say("Side")), Column(say("Symbol")), Column(say("Name")), Column(say("Shares"), COUNT),
        Column(say("Expected price"), PRICE), Column(say("Limit down"), PRICE), Column(say("Limit up"), PRICE),
        Column(say("Order value"), RATIO), Column(say("Costs"), RATIO), Column(say("Why"), look="wrap"),
    )  # fmt: skip
    rows: list[Sequence[Value | Cell]] = [
        (
            SIDES[each.side], each.symbol, each.name, shares(each.shares), each.price, each.limit_down, each.limit_up,
            each.value, each.fees + each.slippage, sentence(each.why),
        )
        for each in orders.to_send
    ]  # fmt: skip
    return Table(say("To send"), columns, rows)


def _short(orders: OrderList) -> Table:
    columns = (
        Column(say("Side")), Column(say("Symbol")), Column(say("Name")), Column(say("Shares wanted"), COUNT),
        Column(say("Of these to send"), COUNT), Column(say("Why not"), look="wrap"),
    )  # fmt: skip
    rows: list[Sequence[Value | Cell]] = [
        (
            SIDES[each.side], each.symbol, each.name, shares(_asked(each)), shares(each.shares),
            sentence(MEANINGS.get(each.reason, each.reason)),
        )
        for each in orders.impossible
    ]  # fmt: skip
    return Table(say("What can't be done"), columns, rows)


def _asked(order: Order) -> float:
    """What less than a lot was asked for, where no lot is wanted."""
    return order.wanted or order.target


def _kept(orders: OrderList) -> Table:
    columns = (
        Column(say("Symbol")), Column(say("Name")), Column(say("Shares"), COUNT), Column(say("Weight"), WEIGHT),
        Column(say("Target"), WEIGHT), Column(say("Why"), look="wrap"),
    )  # fmt: skip
    rows: list[Sequence[Value | Cell]] = [
        (each.symbol, each.name, shares(each.held), each.weight, each.target_weight, sentence(each.why))
        for each in orders.kept
    ]
    return Table(say("Left alone"), columns, rows)


def shares(count: float) -> Cell:
    """Whole shares without decimals, fractions with four."""
    return Cell(count, PARTS if count % 1.0 else COUNT)
