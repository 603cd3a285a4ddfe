"""``Orders``: what to send in the next session, with its files."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path

from ..render.i18n import find_locale
from ..render.section_markdown import markdown
from ..sections.base import Paragraph
from .content import COLUMNS, Order, OrderList
from .sections import order_sections
from .words import heading, sentences


class Orders(OrderList):
    """What to send in the session after a panel's last one, what can't be done, and why.

    Its attributes are those of ``sectorlead.reports.orders.content.OrderList``.
    """

    def csv(self) -> str:
        """What can be sent, one row per order, as CSV."""
        out = io.StringIO()
        rows = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        rows.writeheader()
        for each in self.to_send:
            rows.writerow(_row(each))
        return out.getvalue()

    def markdown(self, locale: str = "en") -> str:
        """The page as Markdown.

        Parameters
        ----------
        locale : {"en", "zh"}
        """
        language = find_locale(locale)
        return markdown(heading(self), [Paragraph(sentences(self))], order_sections(self), language)

    def _repr_markdown_(self) -> str:
        """What a notebook shows."""
        return self.markdown()

    def save(self, folder: str | Path, *, locale: str = "en") -> Path:
        """Writes ``orders.csv``, ``orders.md`` and ``orders.json``; returns the folder.

        Parameters
        ----------
        folder : path
            Made if it is not there.
        locale : {"en", "zh"}
            Of the Markdown.
        """
        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        told = json.dumps(self.to_dict(), ensure_ascii=False, indent=1, allow_nan=False)
        texts = {"orders.csv": self.csv(), "orders.md": self.markdown(locale), "orders.json": told + "\n"}
        for name, text in texts.items():
            (target / name).write_text(text, encoding="utf-8")
        return target


def _row(order: Order) -> dict[str, str]:
    """Numbers as people type them: whole shares without a point; nothing where nothing is known."""
    return {key: _typed(value) for key, value in asdict(order).items()}


def _typed(value: object) -> str:
    if isinstance(value, float):
        return "" if value != value else f"{value:.12g}"
    return str(value)
