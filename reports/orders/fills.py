"""``OrderFills``: what was got for what was asked, by order and in sum, and how the account kept up with the run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..formatting import decimal, percent
from ..render.i18n import find_locale
from .text import Part, as_markdown

ASKED = (
    "session", "symbol", "side", "asked", "got", "expected_price", "market_price", "price", "slippage_bps",
    "slippage", "timing", "fees_expected", "fees",
)  # fmt: skip
"""Columns of ``OrderFills.by_order``."""
_DIGITS = {
    "asked": 0, "got": 0, "expected_price": 3, "market_price": 3, "price": 3, "slippage_bps": 1, "slippage": 2,
    "fees_expected": 2, "fees": 2,
}  # fmt: skip
TRACKED = ("session", "account", "paper", "difference")
"""Columns of ``OrderFills.tracking``."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class OrderFills:
    """What was got, beside what was asked.

    Attributes
    ----------
    by_order : DataFrame
        One row per order that was asked or filled: ``session`` in which it was sent; ``asked`` and ``got`` shares;
        ``expected_price``, the decision's close; ``market_price``, at which a backtest fills in that session, NaN where
        the panel does not have it; ``price``, the mean of what was got; ``slippage`` in currency and ``slippage_bps``,
        against the market price, above 0 where that was worse; ``timing`` in currency, what the market moved from the
        close to that price, against the order; ``fees_expected`` for the shares that were got, and ``fees`` paid.
    totals : mapping of str to float
        ``value`` traded, ``slippage``, ``slippage_bps`` of the value, ``timing``, ``fees_expected``, ``fees``, and
        ``filled``, the share of what was asked that was got, by value.
    tracking : DataFrame
        For each session of the journal the growth of 1 of ``account`` and ``paper`` run since the first, and their
        ``difference``; empty without a run.
    notes : tuple of str
    """

    by_order: pd.DataFrame
    totals: Mapping[str, float]
    tracking: pd.DataFrame
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        known = self.totals
        return f"OrderFills({len(self.by_order)} orders, {known['filled']:.1%} filled, {known['slippage_bps']:.1f} bp)"

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        frames = {"by_order": self.by_order, "tracking": self.tracking}
        told: dict[str, Any] = {
            key: json.loads(frame.to_json(orient="records", date_format="iso", double_precision=12, force_ascii=False))
            for key, frame in frames.items()
        }
        for rows in told.values():
            for row in rows:
                row["session"] = row["session"][:10]
        plain = {key: None if value != value else value for key, value in self.totals.items()}
        return told | {"totals": plain, "notes": list(self.notes)}

    def parts(self, locale: str = "en") -> list[Part]:
        """The tables, in order.

        Parameters
        ----------
        locale : {"en", "zh"}
        """
        words = find_locale(locale)
        known = self.totals
        facts = {
            "Value traded": decimal(known["value"]),
            "Filled, of the value asked": percent(known["filled"]),
            "Slippage against the market price": decimal(known["slippage"]),
            "The same in basis points": decimal(known["slippage_bps"], 1),
            "Moved from the close to the market price, against the orders": decimal(known["timing"]),
            "Fees expected": decimal(known["fees_expected"]),
            "Fees paid": decimal(known["fees"]),
        }
        rows = [
            (
                f"{row['session']:%F}", str(row["symbol"]), words.text(row["side"]),
                *(decimal(row[key], digits) for key, digits in _DIGITS.items()),
            )
            for row in self.by_order.to_dict(orient="records")
        ]  # fmt: skip
        tracked = [
            (f"{row['session']:%F}", decimal(row["account"], 4), decimal(row["paper"], 4),
             percent(row["difference"], 2, True))
            for row in self.tracking.to_dict(orient="records")
        ]
        found = [
            Part("In sum", ("", ""), tuple((words.text(key), value) for key, value in facts.items()), (1,)),
            Part(
                "By order",
                ("Session", "Symbol", "Side", "Asked", "Got", "Expected price", "Market price", "Price", "bp",
                 "Slippage", "Fees expected", "Fees"),
                tuple(rows), tuple(range(3, 12)),
            ),
            Part("The account beside the paper run", ("Session", "Account", "Paper", "Difference"), tuple(tracked),
                 (1, 2, 3)),
        ]  # fmt: skip
        return [
            part._replace(title=words.text(part.title), head=tuple(map(words.text, part.head)))
            for part in found
            if part.rows
        ]

    def markdown(self, locale: str = "en") -> str:
        """The page as Markdown.

        Parameters
        ----------
        locale : {"en", "zh"}
        """
        words = find_locale(locale)
        return as_markdown(words.text("Orders and fills"), [], self.parts(locale), self.notes, words)

    def save(self, folder: str | Path, *, locale: str = "en") -> Path:
        """Writes ``fills.csv``, ``fills.md`` and ``fills.json``; returns the folder.

        Parameters
        ----------
        folder : path
            Made if it is not there.
        locale : {"en", "zh"}
            Of the Markdown.
        """
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        self.by_order.to_csv(target / "fills.csv", index=False)
        told = json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        (target / "fills.json").write_text(told + "\n", encoding="utf-8")
        (target / "fills.md").write_text(self.markdown(locale), encoding="utf-8")
        return target
