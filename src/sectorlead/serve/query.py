"""What a list page is asked for, and the URL that asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

PAGE_SIZE = 50
MOST_RUNS = 11
"""Runs side by side: as many as there are colours."""

COLUMNS = {
    "name": "name COLLATE NOCASE", "market": "market", "start": "start", "total_return": "total_return",
    "cagr": "cagr", "sharpe": "sharpe", "max_drawdown": "max_drawdown", "turnover": "turnover",
    "cost_total": "cost_total", "verified": "verified <> ''", "written": "written",
}  # fmt: skip
"""What can be sorted by."""
TEXTS = ("name", "market", "start")
"""Columns that are sorted upwards at first."""
STATUSES = ("complete", "verified", "incomplete", "damaged")


@dataclass(frozen=True, slots=True)
class Query:
    """Filters, order, page and selection of the list; what it does not know is left at its default.

    Attributes
    ----------
    text : str
        Words that must all occur in name, folder, strategy or market.
    start, end : str
        ISO dates: only runs that start on or after the one, and end on or before the other.
    runs : tuple of str
        Folders selected for a comparison, in the order of selection.
    """

    text: str = ""
    market: str = ""
    kind: str = ""
    status: str = ""
    start: str = ""
    end: str = ""
    sort: str = "written"
    order: str = "desc"
    page: int = 1
    runs: tuple[str, ...] = ()

    @classmethod
    def read(cls, items: Iterable[tuple[str, str]]) -> Query:
        """From the pairs of a query string."""
        pairs = list(items)
        given = dict(pairs)
        sort = given.get("sort", "") if given.get("sort") in COLUMNS else "written"
        order = given.get("order", "")
        page = given.get("page", "")
        status = given.get("status", "")
        return cls(
            text=given.get("text", "")[:200], market=given.get("market", ""), kind=given.get("kind", ""),
            status=status if status in STATUSES else "", start=given.get("start", ""), end=given.get("end", ""),
            sort=sort, order=order if order in ("asc", "desc") else cls.first_order(sort),
            page=max(1, int(page)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
            runs=chosen(pairs),
        )  # fmt: skip

    @staticmethod
    def first_order(sort: str) -> str:
        """The order a column is sorted in at first: names upwards, numbers downwards."""
        return "asc" if sort in TEXTS else "desc"

    def sorted_by(self, sort: str) -> Query:
        """By another column, or by the same in the other order; from the first page."""
        flipped = "asc" if self.order == "desc" else "desc"
        return replace(self, sort=sort, order=flipped if sort == self.sort else self.first_order(sort), page=1)

    def at(self, page: int) -> Query:
        """Another page of the same."""
        return replace(self, page=page)

    @property
    def filtered(self) -> bool:
        """Whether anything is left out."""
        return any((self.text, self.market, self.kind, self.status, self.start, self.end))

    @property
    def url(self) -> str:
        """Where this is; nothing in it that is at its default."""
        plain = Query(sort=self.sort, order=self.first_order(self.sort))
        names = ("text", "market", "kind", "status", "start", "end", "order", "page")
        pairs: list[tuple[str, Any]] = [
            (name, getattr(self, name)) for name in names if getattr(self, name) != getattr(plain, name)
        ]
        pairs += [("sort", self.sort)] * (self.sort != "written")
        pairs += [("run", folder) for folder in self.runs]
        return "/?" + urlencode(pairs) if pairs else "/"

    def where(self) -> tuple[str, list[Any]]:
        """The condition in SQL, and its values."""
        tests, values = ["status <> 'report'"], []
        for word in self.text.lower().split():
            tests.append("found LIKE ? ESCAPE '\\'")
            values.append("%" + "".join(f"\\{c}" if c in "\\%_" else c for c in word) + "%")
        exact = (("market", "= ?", self.market), ("kind", "= ?", self.kind), ("start", ">= ?", self.start))
        for column, test, value in (*exact, ("end", "<= ?", self.end)):
            if value:
                tests.append(f"{column} {test} AND {column} <> ''")
                values.append(value)
        if self.status == "verified":
            tests.append("verified <> ''")
        elif self.status:
            tests.append("status = ?")
            values.append(self.status)
        return " AND ".join(tests), values

    def ordering(self) -> str:
        """The order in SQL: what is not known comes last either way."""
        unknown = f"{self.sort} = ''" if self.sort in TEXTS else f"{self.sort} IS NULL"
        return f"{unknown}, {COLUMNS[self.sort]} {self.order.upper()}, folder"


def chosen(items: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The folders named by ``run``, each once, ``MOST_RUNS`` at most."""
    return tuple(dict.fromkeys(value for name, value in items if name == "run"))[:MOST_RUNS]
