"""``OrderFills``: what was got for what was asked, by order and in sum, and how the account kept up with the run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ..formatting import decimal, percent
from ..message import Message, say, sentences
from ..render.i18n import find_locale
from ..render.section_markdown import markdown
from ..sections.base import COUNT, DATE, RATIO, Block, Cell, Column, Facts, Format, Points, Section, Table, Value
from .sections import PARTS, PRICE, SIDES, shares

TENTHS, CHANGE = Format("number", 1), Format("percent", 2, plus=True)

ASKED = (
    "session", "symbol", "side", "asked", "got", "expected_price", "market_price", "price", "slippage_bps",
    "slippage", "timing", "fees_expected", "fees",
)  # fmt: skip
"""Columns of ``OrderFills.by_order``."""
_REST = ("expected_price", "market_price", "price", "slippage_bps", "slippage", "fees_expected", "fees")
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

    def sections(self) -> tuple[Section, ...]:
        """The tables, in order."""
        found: list[tuple[str, Message, Sequence[Block]]] = [
            ("sum", say("In sum"), [self._sum()]), ("orders", say("By order"), [self._by_order()])
        ]  # fmt: skip
        if len(self.tracking):
            found.append(("tracking", say("The account beside the paper run"), [self._tracked()]))
        if self.notes:
            found.append(("notes", say("Notes"), [Points(sentences(self.notes))]))
        return tuple(Section(name, title, blocks) for name, title, blocks in found)

    def _sum(self) -> Facts:
        known = self.totals
        return Facts(
            [
                (say("Value traded"), decimal(known["value"])),
                (say("Filled, of the value asked"), percent(known["filled"])),
                (say("Slippage against the market price"), decimal(known["slippage"])),
                (say("The same in basis points"), decimal(known["slippage_bps"], 1)),
                (say("Moved from the close to the market price, against the orders"), decimal(known["timing"])),
                (say("Fees expected"), decimal(known["fees_expected"])),
                (say("Fees paid"), decimal(known["fees"])),
            ]
        )

    def _by_order(self) -> Table:
        columns = (
            Column(say("Session"), DATE), Column(say("Symbol")), Column(say("Side")), Column(say("Asked"), COUNT),
            Column(say("Got"), COUNT), Column(say("Close"), PRICE), Column(say("Market price"), PRICE),
            Column(say("Price"), PRICE), Column(say("bp"), TENTHS), Column(say("Slippage"), RATIO),
            Column(say("Expected fees"), RATIO), Column(say("Fees"), RATIO),
        )  # fmt: skip
        rows: list[Sequence[Value | Cell]] = [
            (
                row["session"], str(row["symbol"]), SIDES[row["side"]], shares(row["asked"]), shares(row["got"]),
                *(row[key] for key in _REST),
            )
            for row in self.by_order.to_dict(orient="records")
        ]  # fmt: skip
        return Table(say("By order"), columns, rows)

    def _tracked(self) -> Table:
        columns = (
            Column(say("Session"), DATE), Column(say("Account"), PARTS), Column(say("Paper"), PARTS),
            Column(say("Difference"), CHANGE),
        )  # fmt: skip
        rows = [[row[key] for key in TRACKED] for row in self.tracking.to_dict(orient="records")]
        return Table(say("The account beside the paper run"), columns, rows)

    def markdown(self, locale: str = "en") -> str:
        """The page as Markdown.

        Parameters
        ----------
        locale : {"en", "zh"}
        """
        return markdown(say("Orders and fills"), [], self.sections(), find_locale(locale))

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
