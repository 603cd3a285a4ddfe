"""What a rule book is made of: items and entries; its boards are those of ``data.boards``."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass
from typing import Any, NamedTuple

from ...data.errors import ParameterError, UnknownNameError
from .fees import HIGHEST_RATE, book_items
from .rulebook_format import is_date

DIVIDEND_TAXES = ("dividend_tax_month", "dividend_tax_year", "dividend_tax_longer")
"""The tax on a dividend by how long its shares are held: up to a month, up to a year, longer."""


class ItemRule(NamedTuple):
    """What the values of an item may be, and what a market can say in place of the book."""

    low: float
    high: float
    whole: bool
    instead: str


ITEM_RULES = {
    **{item: ItemRule(0.0, HIGHEST_RATE, False, fee.instead) for item, (fee, _) in book_items().items()},
    "lot_min": ItemRule(0, 1e6, True, "lot=..."),
    "lot_step": ItemRule(0, 1e6, True, "lot=..."),
    "tick": ItemRule(1e-6, 1, False, "tick=..."),
    "limit": ItemRule(0, 0.99, False, "price_limit=..."),
    "limit_special": ItemRule(0, 0.99, False, "price_limit=..."),
    "free_sessions": ItemRule(0, 1_000, True, "price_limit=..."),
    "t_plus_one": ItemRule(0, 1, True, "t_plus_one=..."),
    **{item: ItemRule(0, 0.5, False, "dividend_tax_rate=...") for item in DIVIDEND_TAXES},
}
"""Of every item, what its values may be."""

ITEMS: tuple[str, ...] = tuple(ITEM_RULES)
"""What a rule book can say.

The items of ``fees.FEES`` (``stamp_duty_buy``, ``stamp_duty_sell``, ``transfer_fee``, ``handling_fee``, ``levy``)
    Fractions of the traded value; what does not name a side is paid on each.
``lot_min``, ``lot_step``
    Shares: the smallest buy, and the step from there; 0 and 0 are fractional units.
``tick``
    Currency, the smallest step of a price.
``limit``, ``limit_special``
    Fraction by which a price may leave the previous close, 0 is no limit; of normal series, and of those under special
    treatment (risk warning, ST).
``free_sessions``
    How many sessions from the listing on have no price limit, the listing session counted as the first. It goes by the
    day of the listing: look it up in that session.
``t_plus_one``
    1 if what was bought in a session can't be sold in it, otherwise 0.
``dividend_tax_month``, ``dividend_tax_year``, ``dividend_tax_longer``
    Fractions of a dividend, by how long its shares had been held when they were sold: up to a month, up to a year, or
    longer. They go by the record date, the session before the ex-date; the last is withheld at once.
"""


@dataclass(frozen=True)
class Entry:
    """One rule: a value from a date on, until the next entry of the same item and board.

    Attributes
    ----------
    item : str
        One of ``ITEMS``, which says what the value means.
    boards : tuple of str
        For which it holds; at least one.
    start : date
        The first day on which it holds.
    value : float
    source : str
        The announcement or table that says so, for a person to look up.
    verified : bool
        False where sources differ or only one without a named announcement was found: the remark says which.
    remark : str

    Raises
    ------
    UnknownNameError
        An item that is not known.
    ParameterError
        A value out of the item's range, no board, no source, or no date.
    """

    item: str
    boards: tuple[str, ...]
    start: datetime.date
    value: float
    source: str
    verified: bool
    remark: str = ""

    def __post_init__(self) -> None:
        if self.item not in ITEM_RULES:
            raise UnknownNameError("item", str(self.item), ITEMS)
        if not self.boards:
            raise ParameterError("boards is empty; name at least one board")
        check_date("from", self.start)
        rule, value = ITEM_RULES[self.item], self.value
        fits = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not (fits and rule.low <= value <= rule.high and (not rule.whole or value == int(value))):
            number = "a whole number" if rule.whole else "a number"
            raise ParameterError(
                f"value of {self.item} must be {number} from {rule.low:g} to {rule.high:g}, was {value!r}"
            )
        if not self.source.strip():
            raise ParameterError("source is empty; say which announcement or table gives the value")


def check_date(key: str, value: Any) -> None:
    """Raise unless a value is a date without a time of day.

    Parameters
    ----------
    key : str
        What it is the value of, for the error.
    value : object

    Raises
    ------
    ParameterError
        It is none.
    """
    if not is_date(value):
        raise ParameterError(f"{key} must be a date without time, was {value!r}")
