"""Which market rules a run was under, and who says so."""

from __future__ import annotations

import datetime
from itertools import groupby
from typing import NamedTuple

from ...engine.market.fees import FEES, book_items
from ...engine.market.rule_tables import boards_of
from ...engine.market.rulebook import Entry
from ...engine.market.rulebook_parts import DIVIDEND_TAXES
from ...engine.record import Record

LABELS: dict[str, str] = {
    **{item: label for item, (_, label) in book_items().items()},
    "lot_min": "smallest order",
    "lot_step": "order step",
    "tick": "price step",
    "limit": "price limit",
    "limit_special": "price limit under special treatment",
    "free_sessions": "sessions without limit from the listing on",
    "t_plus_one": "T+1 shares",
    "dividend_tax_month": "tax on dividends of shares held up to a month",
    "dividend_tax_year": "tax on dividends of shares held up to a year",
    "dividend_tax_longer": "tax on dividends of shares held longer",
}
"""Names of ``rulebook.ITEMS`` for people."""


class Rule(NamedTuple):
    """One value of the rule book that was in force during a run."""

    what: str
    boards: str
    start: datetime.date
    value: str
    source: str
    verified: bool
    remark: str


class Rules(NamedTuple):
    """The rule book's part in a run.

    Attributes
    ----------
    name, version, digest : str
    boards : tuple of (str, int)
        Boards of the panel's series, and how many series each has.
    rules : tuple of Rule
        What the book said in the run's sessions, but for what the market itself says.
    unverified : int
        How many of them are not verified.
    """

    name: str
    version: str
    digest: str
    boards: tuple[tuple[str, int], ...]
    rules: tuple[Rule, ...]
    unverified: int

    @property
    def placed(self) -> str:
        """The boards in words: "30 fund, 1 fund-t0"."""
        return ", ".join(f"{count} {board}" for board, count in self.boards)

    @property
    def doubt(self) -> str:
        """How many rules were in force, and whether they are verified, in words."""
        sure = f"{self.unverified} of them not verified" if self.unverified else "all of them verified"
        return f"{len(self.rules)} rules were in force, {sure}"


def rules_of_run(record: Record) -> Rules | None:
    """The rule book's part in a run; None in a market without one."""
    market, sessions = record.market, record.sessions
    book = market.book
    if book is None:
        return None
    placed = boards_of(market, record.panel)
    boards = tuple((board, placed.count(board)) for board in sorted(set(placed)))
    names = [board for board, _ in boards]
    entries = book.in_force(items_asked(record), names, sessions[0], sessions[-1])
    rules = tuple(_merged(entries, names))
    return Rules(book.name, book.version, book.digest, boards, rules, sum(not rule.verified for rule in rules))


def items_asked(record: Record) -> tuple[str, ...]:
    """The items that the market leaves to its rule book, in the order of ``LABELS``."""
    market = record.market
    own = {
        **{item: fee.own_rate(market, side) is not None for fee in FEES for side, item in fee.items.items()},
        "lot_min": market.lot is not None,
        "lot_step": market.lot is not None,
        "tick": market.tick is not None,
        "t_plus_one": market.t_plus_one is not None,
    }
    free = market.price_limit is not None or market.limit_policy == "ignore"
    ever = record.panel.special[: record.terms.last + 1].any()
    untaxed = market.dividend_tax_rate is not None or record.terms.dividends == "reinvested"
    own |= dict.fromkeys(DIVIDEND_TAXES, untaxed)
    own |= {"limit": free, "free_sessions": free, "limit_special": free or not ever}
    return tuple(item for item in LABELS if not own[item])


def _merged(entries: tuple[Entry, ...], boards: list[str]) -> list[Rule]:
    """Entries as rows; those that say the same of several items in a row are one."""

    fees = book_items()

    def said(entry: Entry) -> tuple[object, ...]:
        together = fees[entry.item][0].kind if entry.item in fees else entry.item.partition("_")[0]
        return together, entry.boards, entry.start, _value(entry), entry.source, entry.verified

    out = []
    for _, group in groupby(entries, said):
        these = list(group)
        entry = these[0]
        what = " and ".join(LABELS[each.item] for each in these)
        remark = " ".join(dict.fromkeys(each.remark for each in these if each.remark))
        mine = ", ".join(board for board in boards if board in entry.boards)
        out.append(
            Rule(what[0].upper() + what[1:], mine, entry.start, _value(entry), entry.source, entry.verified, remark)
        )
    return out


def _value(entry: Entry) -> str:
    value = float(entry.value)
    if entry.item.startswith("lot"):
        return f"{value:,.0f} share{'s' * (value != 1)}" if value else "fractional"
    if entry.item == "tick":
        return f"{value:g}"
    if entry.item.startswith(("limit", "dividend_tax")):
        return f"{value * 100:g}%" if value else "none"
    if entry.item == "free_sessions":
        return f"{value:.0f}"
    if entry.item == "t_plus_one":
        return "yes" if value else "no"
    return f"{value * 1e4:g} bp" if value else "none"
