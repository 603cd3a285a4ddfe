"""What outputs say, read back as a reader does: tables by section, head and row, of HTML, Markdown, paper, workbook.

No code of the project is used, so that a column, a row or a digit that one output has otherwise than another is found.
"""

from __future__ import annotations

import datetime
import html
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any


@dataclass
class Grid:
    """A table as texts; columns of pictures have neither heads nor texts, and are left out."""

    heads: list[str]
    rows: list[list[str]]

    def cells(self) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of each."""
        for i, row in enumerate(self.rows):
            for j, text in enumerate(row):
                yield i, j, text

    def differs(self, other: Grid) -> list[str]:
        """Where another table says something else."""
        if [*map(plain, self.heads)] != [*map(plain, other.heads)] or len(self.rows) != len(other.rows):
            return [f"heads {self.heads} and {other.heads}, {len(self.rows)} and {len(other.rows)} rows"]
        return [
            f"{other.rows[i][0]!r} (row {i + 1}), column {other.heads[j]!r}: {text!r}, not {other.rows[i][j]!r}"
            for i, j, text in self.cells()
            if plain(text) != plain(other.rows[i][j])
        ]


@dataclass
class Read:
    """A section: its tables and its sentences."""

    title: str
    grids: list[Grid] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


def plain(text: str) -> str:
    """A text without what outputs set differently: space, commas between items, brackets around a note."""
    text = re.sub(r",(?=\s|$)", "", text)
    return re.sub(r"[\s()\u200b]+", "", text)


def number(text: str) -> Decimal | None:
    """The number that a cell shows, as it is written: percent as percent; None for a text."""
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("\u2212", "-").lstrip("• "))
    found = re.fullmatch(r"([+-]?\d+(?:\.\d+)?)(?:%|×| bp)?", text.strip())
    return Decimal(found[1]) if found else None


def rounds_to(value: float, text: str, scale: int = 1) -> bool:
    """Whether a number, times ``scale``, is the one that is shown, to the last digit shown."""
    shown = number(text)
    if shown is None:
        return math.isnan(value) and text in ("", "\u2013")
    ulp = Decimal(1).scaleb(int(shown.as_tuple().exponent))
    return abs(Decimal(value) * scale - shown) <= ulp / 2 * (1 + Decimal("1e-9"))


# --- HTML -----------------------------------------------------------------------------------------------------------


class _Page(HTMLParser):
    """Sections of a page; without pictures and scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.sections: list[Read] = []
        self._skipped, self._text, self._into = 0, [], ""
        self._grid: Grid | None = None
        self._more = self._of_print = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag in ("svg", "script", "style"):
            self._skipped += 1
        elif self._skipped:
            return
        elif tag == "section":
            self.sections.append(Read(""))
        elif tag == "table":
            self._grid = Grid([], [])
        elif tag == "tr" and self._into in ("thead", "tbody") and self._grid is not None and self._into == "tbody":
            self._grid.rows.append([])
        elif tag in ("thead", "tbody", "tfoot"):
            self._into = tag
        elif tag in ("th", "td", "p", "li", "h2", "summary", "caption"):
            self._text = []
            self._of_print = "print-only" in (dict(attrs).get("class") or "")  # how the page itself is printed
        elif tag == "br":
            self._text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("svg", "script", "style"):
            self._skipped -= 1
            return
        if self._skipped or not self.sections:
            return
        text, section = " ".join("".join(self._text).split()), self.sections[-1]
        if tag in ("th", "td") and self._grid is not None:
            if self._into == "thead":
                self._grid.heads.append(text)
            elif self._into == "tbody":
                self._grid.rows[-1].append(text)
        elif tag == "table" and self._grid is not None:
            self._close(section)
        elif tag == "h2":
            section.title = text
        elif tag in ("p", "li") and not self._of_print:
            section.said.append(text)
        elif tag == "summary":
            self._more = bool(re.fullmatch(r"[\d,]+ more rows", text))

    def _close(self, section: Read) -> None:
        assert self._grid is not None
        made, self._grid = self._grid, None
        if self._more:
            assert section.grids[-1].heads == made.heads
            section.grids[-1].rows += made.rows
        else:
            section.grids.append(made)
        self._more = False

    def handle_data(self, data: str) -> None:
        if not self._skipped:
            self._text.append(data)


def html_sections(page: str) -> list[Read]:
    """The sections of a page that have a heading, in their order."""
    sections = [each for each in _Page(page).sections if each.title]
    for section in sections:
        section.grids = [without_pictures(grid) for grid in section.grids]
    return sections


def without_tags(page: str) -> str:
    """A page as one text: a date within a sentence has a mark of its own, so that no line breaks in it."""
    return html.unescape(re.sub(r"<[^>]*>", "", page))


def without_pictures(grid: Grid) -> Grid:
    """The table without columns that say nothing."""
    kept = [k for k, head in enumerate(grid.heads) if head or any(row[k] for row in grid.rows)]
    return Grid([grid.heads[k] for k in kept], [[row[k] for k in kept] for row in grid.rows])


# --- Markdown -------------------------------------------------------------------------------------------------------


def markdown_sections(text: str) -> list[Read]:
    """The sections of a Markdown document."""
    sections: list[Read] = []
    for block in text.split("\n\n"):
        lines = block.splitlines()
        if block.startswith("## "):
            sections.append(Read(_unmarked(block[3:])))
        elif block.startswith("| ") and sections:
            rows = [[_unmarked(cell) for cell in re.split(r"(?<!\\) ?\| ?", line)[1:-1]] for line in lines]
            sections[-1].grids.append(without_pictures(Grid(rows[0], rows[2:])))
        elif sections:
            sections[-1].said += [_unmarked(line.removeprefix("- ")) for line in lines]
    return sections


def _unmarked(text: str) -> str:
    text = re.sub(r"(?<!\\)\*\*", "", text)
    return re.sub(r"\\(.)", r"\1", text).strip()


# --- paper ----------------------------------------------------------------------------------------------------------


class Printed:
    """The text of a PDF in the order in which it is set, without space and what is at the foot of pages."""

    def __init__(self, path: Path, foot: str) -> None:
        import pypdf

        pages = [page.extract_text() for page in pypdf.PdfReader(path).pages]
        kept = ("\n".join(line for line in page.splitlines() if not line.startswith(foot)) for page in pages)
        self.text = plain("\n".join(kept))
        self.at = 0

    def find(self, text: str) -> bool:
        """Go behind the next place where this is said."""
        place = self.text.find(plain(text), self.at)
        if place >= 0:
            self.at = place + len(plain(text))
        return place >= 0

    def differences(self, sections: Iterable[Read]) -> list[str]:
        """Where sections of a page are set otherwise, in their order."""
        found = []
        for section in sections:
            if not self.find(section.title):
                found.append(f"there is no section {section.title}")
                continue
            found += self.sentences_lacking(section)
            found += [f"{section.title}: {text}" for grid in section.grids for text in self.differs(grid)]
        return found

    def sentences_lacking(self, section: Read) -> list[str]:
        """What a section says in words and paper from here on does not; beginnings, as the rest may go over a page."""
        rest = self.text[self.at :]
        return [text for text in section.said if plain(text)[:60] not in rest]

    def differs(self, grid: Grid) -> list[str]:
        """Where the next table is another; goes behind it. A wide one is set in parts, each with its first column."""
        found, start = [], 1
        heads = [plain(head) for head in grid.heads]
        while start < len(heads) or start == 1:
            begin = heads[0] + "".join(heads[start : start + 2])
            place = self.text.find(begin, self.at)
            if place < 0:
                return [*found, f"no table begins with {begin}"]
            self.at, stop = place + len(heads[0]), start
            while stop < len(heads) and self._takes(heads[stop]):
                stop += 1
            columns = [0, *range(start, stop)]
            again = "".join(heads[k] for k in columns)
            for i, row in enumerate(grid.rows):
                for j in columns:
                    if self._takes(plain(row[j])) or (j == 0 and self._takes(again + plain(row[0]))):
                        continue
                    where = f"{row[0]!r} (row {i + 1}), column {grid.heads[j]!r}"
                    return [*found, f"{where}: {row[j]!r}, on paper {self.text[self.at : self.at + 40]!r}"]
            start = stop
        return found

    def _takes(self, text: str) -> bool:
        there = self.text.startswith(text, self.at)
        self.at += len(text) * there
        return there


# --- workbook -------------------------------------------------------------------------------------------------------


def sheet_of(book: Any, title: str) -> Any:
    """The sheet whose first cell says the title of a section; None where there is none."""
    return next((sheet for sheet in book.worksheets if sheet["A1"].value == title), None)


def sheet_differs(sheet: Any, grid: Grid, after: int) -> tuple[list[str], int]:
    """Where a table on a sheet below a row is another than on the page, and the row that it ends at."""
    rows = list(sheet.iter_rows())
    heads = [plain(head) for head in grid.heads]
    for top in range(after, len(rows)):
        own = [plain(str(cell.value or "")) for cell in rows[top]]
        kept = [k for k, head in enumerate(own) if head]
        if [own[k] for k in kept] == [head for head in heads if head]:
            break
    else:
        return [f"no table with the heads {grid.heads}"], after
    kept = kept if all(heads) else [*range(len(heads))]
    found = []
    for i, row in enumerate(grid.rows):
        for k, text in zip(kept, row, strict=True):
            cell = rows[top + 1 + i][k] if top + 1 + i < len(rows) else None
            if cell is None or not cell_says(cell, text):
                told = None if cell is None else cell.value
                found.append(f"{row[0]!r} (row {i + 1}), column {own[k]!r}: {text!r}, in the workbook {told!r}")
    return found, top + len(grid.rows)


def cell_says(cell: Any, text: str) -> bool:
    """Whether a cell of a workbook says what a page says: the same text or date, or a number that rounds to it."""
    value = cell.value
    if value is None:
        return text in ("", "\u2013")
    if isinstance(value, datetime.datetime):
        return f"{value:%Y-%m-%d}" == text
    if isinstance(value, str):
        return plain(value) == plain(text)
    shown = number(text)
    digits = len((re.search(r"\.(0+)", cell.number_format) or ["", ""])[1])
    percent = "%" in cell.number_format
    if shown is None or digits < -int(shown.as_tuple().exponent) or ("%" in text and not percent):
        return False
    return rounds_to(value, text, 100 if percent else 1)
