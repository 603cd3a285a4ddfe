"""A page of orders as words and tables of texts, and as Markdown; a terminal prints the same tables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..analysis.execution import MEANINGS
from ..formatting import BLANK, decimal, percent
from ..render.i18n import Locale, find_locale
from .content import Order, OrderList


class Part(NamedTuple):
    """A table with its title; ``right`` are columns of numbers."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: tuple[int, ...]


def title_of(orders: OrderList, locale: str = "en") -> str:
    """The title of the page.

    Parameters
    ----------
    orders : OrderList
    locale : {"en", "zh"}
    """
    return find_locale(locale).text(f"Orders for {orders.next_session:%F}") + f" · {orders.name}"


def lead(orders: OrderList, locale: str = "en") -> list[str]:
    """What the session brought, in sentences.

    Parameters
    ----------
    orders : OrderList
    locale : {"en", "zh"}
    """
    day, sent = f"{orders.session:%F}", orders.to_send
    ahead = "" if orders.next_decision is None else f"{orders.next_decision:%F}"
    said = []
    if orders.decided == "decision":
        said.append(f"Decided after the close of {day}.")
    elif orders.decided == "exit":
        said.append(f"No decision today, {day}, but an exit fired.")
    elif orders.decided == "none":
        said.append(f"No decision today, {day}; next on {ahead}." if ahead else f"No decision today, {day}.")
    else:
        said.append(
            f"The schedule asks after the close of {day}, and the rule leaves the portfolio alone: nothing can be "
            "ranked, or its exposure is not known."
        )
    if not ahead:
        said.append("When the next decision is due is not known.")
    elif orders.decided != "none":
        said.append(f"The next decision is due after the close of {ahead}.")
    counts = [sum(each.side == side for each in sent) for side in ("sell", "buy")]
    said.append(f"To send: {counts[0]} to sell, {counts[1]} to buy." if sent else "There is nothing to send.")
    if orders.impossible:
        said.append(f"Not to be done, in whole or in part: {len(orders.impossible)}.")
    locale_ = find_locale(locale)
    return [locale_.text(each) for each in (*said, orders.fill)]


def parts(orders: OrderList, locale: str = "en") -> list[Part]:
    """The tables, in order; those without rows are left out.

    Parameters
    ----------
    orders : OrderList
    locale : {"en", "zh"}
    """
    words = find_locale(locale)
    found = [
        _account(orders, words),
        Part(
            "To send",
            ("Side", "Symbol", "Name", "Shares", "Expected price", "Limit down", "Limit up", "Order value", "Costs",
             "Why"),
            tuple(_sent(each, words) for each in orders.to_send),
            (3, 4, 5, 6, 7, 8),
        ),
        Part(
            "What can't be done",
            ("Side", "Symbol", "Name", "Shares wanted", "Of these to send", "Why not"),
            tuple(_short(each, words) for each in orders.impossible),
            (3, 4),
        ),
        Part(
            "Left alone",
            ("Symbol", "Name", "Shares", "Weight", "Target", "Why"),
            tuple(_kept(each, words) for each in orders.kept),
            (2, 3, 4),
        ),
    ]
    return [
        part._replace(title=words.text(part.title), head=tuple(map(words.text, part.head)))
        for part in found
        if part.rows
    ]


def markdown(orders: OrderList, locale: str = "en") -> str:
    """The page as Markdown.

    Parameters
    ----------
    orders : OrderList
    locale : {"en", "zh"}
    """
    words = find_locale(locale)
    said = [" ".join(lead(orders, locale)), _cell(orders.strategy)]
    return as_markdown(title_of(orders, locale), said, parts(orders, locale), orders.notes, words)


def as_markdown(title: str, said: Sequence[str], tables: Sequence[Part], notes: Sequence[str], words: Locale) -> str:
    """Titles, paragraphs, tables and notes as Markdown.

    Parameters
    ----------
    title : str
    said : sequence of str
        Paragraphs, as they are.
    tables : sequence of Part
    notes : sequence of str
        In English.
    words : Locale
    """
    blocks = [f"# {_cell(title)}", *said]
    for part in tables:
        rule = "|".join("---:" if i in part.right else "---" for i in range(len(part.head)))
        rows = ["| " + " | ".join(map(_cell, row)) + " |" for row in part.rows]
        blocks += [f"## {part.title}", "\n".join(["| " + " | ".join(part.head) + " |", f"|{rule}|", *rows])]
    if notes:
        blocks += [f"## {words.text('Notes')}", "\n".join(f"- {_cell(words.text(note))}" for note in notes)]
    return "\n\n".join(blocks) + "\n"


def _account(orders: OrderList, words: Locale) -> Part:
    facts = {
        "Equity after the last close": decimal(orders.equity),
        "Cash": decimal(orders.cash),
        "Cash after these orders, expected": decimal(orders.cash_after),
        "Expected costs, slippage included": decimal(orders.cost),
        "Trading rules": orders.market,
        "Data": f"{orders.source}, {orders.panel_hash}",
    }
    return Part("Account", ("", ""), tuple((words.text(key), value) for key, value in facts.items()), (1,))


def _sent(order: Order, words: Locale) -> tuple[str, ...]:
    return (
        words.text(order.side), order.symbol, order.name, _shares(order.shares), _price(order.price),
        _price(order.limit_down), _price(order.limit_up), decimal(order.value), decimal(order.fees + order.slippage),
        words.text(order.why),
    )  # fmt: skip


def _short(order: Order, words: Locale) -> tuple[str, ...]:
    wanted = _shares(order.wanted or order.target)
    why = MEANINGS.get(order.reason, order.reason)
    return words.text(order.side), order.symbol, order.name, wanted, _shares(order.shares), words.text(why)


def _kept(order: Order, words: Locale) -> tuple[str, ...]:
    target = percent(order.target_weight, 2)
    return order.symbol, order.name, _shares(order.held), percent(order.weight, 2), target, words.text(order.why)


def _shares(count: float) -> str:
    return BLANK if math.isnan(count) else f"{count:,.4f}".rstrip("0").rstrip(".")


def _price(price: float) -> str:
    return BLANK if math.isnan(price) else f"{price:,.3f}"


def _cell(text: str) -> str:
    """A text that no sign of Markdown in it can break."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")
