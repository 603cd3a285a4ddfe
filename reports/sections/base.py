"""What a report is made of: sections of typed blocks, declared once and drawn by a renderer for every output.

A section says what is shown and never how: a table has values and the kinds of its columns, so that a workbook gets
numbers and every other output the same text of them. Words are messages (``reports.message``), translated by the
renderer. Renderers: ``render.section_html``, ``render.pdf.paper``, ``render.excel.section_sheets``,
``render.section_markdown``, ``render.section_notebook``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from ..charts.picture import Frame
from ..charts.spec import Chart, Row, Tick
from ..formatting import BLANK, by_unit, decimal, p_value, percent
from ..message import Message, Text

# --- numbers --------------------------------------------------------------------------------------------------------


class Format(NamedTuple):
    """How values of a kind are written.

    Attributes
    ----------
    kind : str
        "text", "percent" (of a fraction), "points" (percent without the sign, for tables that say so), "number",
        "basis" (basis points), "p" (a p-value), "date", "year", or "unit:" and the unit of a metric's ``Definition``.
    digits : int
        After the point.
    plus : bool
        Whether gains carry a plus.
    """

    kind: str = "text"
    digits: int = 0
    plus: bool = False

    @property
    def numeric(self) -> bool:
        """Whether values are numbers, which stand at the right."""
        return self.kind not in ("text", "date")

    def text(self, value: object) -> str:
        """The value as people read it; "" for None, an en dash for a number that is not known.

        Parameters
        ----------
        value : object
            A number, a date, or a text that is the same in every language.
        """
        if value is None:
            return ""
        if isinstance(value, datetime.date):  # pandas timestamps are, too
            return f"{value:%Y-%m-%d}" if value == value else BLANK  # NaT is not itself
        if not isinstance(value, int | float):
            return str(value)
        number = float(value)
        if self.kind == "percent":
            return percent(number, self.digits, self.plus)
        if self.kind == "points":
            written = percent(number, self.digits, self.plus)
            return "" if written == BLANK else written.removesuffix("%")
        if self.kind == "p":
            return p_value(number)
        if self.kind == "year":
            return f"{value:.0f}"
        if self.kind.startswith("unit:"):
            return by_unit(number, self.kind[5:])
        written = decimal(number, self.digits)
        if self.plus and number > 0 and any(digit in written for digit in "123456789"):
            written = f"+{written}"
        return f"{written} bp" if self.kind == "basis" and written != BLANK else written


TEXT = Format()
PERCENT, WHOLE_PERCENT, SIGNED = Format("percent", 1), Format("percent"), Format("percent", 1, plus=True)
POINTS, FINE_POINTS = Format("points", 1), Format("points", 2)
COUNT, MONEY, RATIO, FINE = Format("number"), Format("number"), Format("number", 2), Format("number", 3)
CORRELATION = Format("number", 2, plus=True)
BASIS, DATE, YEAR, P_VALUE = Format("basis", 1), Format("date"), Format("year"), Format("p")


def unit_format(unit: str) -> Format:
    """The format of a metric by the unit of its ``Definition``."""
    return Format(f"unit:{unit}")


# --- cells ----------------------------------------------------------------------------------------------------------


class Item(NamedTuple):
    """One of several things: its text, small print before or behind it, and the code by which charts know it."""

    text: Text
    note: Text = ""
    before: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Items:
    """Several things in one cell."""

    items: tuple[Item, ...]


class Cell(NamedTuple):
    """A value with more to it than its column says.

    Attributes
    ----------
    value : see ``Value``
    format : Format, optional
        Its own, where values of a column differ in kind.
    note : Message or str
        Small print: below a text that heads its row, behind any other.
    role : str
        Colour of a key before it; a role of ``charts.palette``.
    marked : bool
        Whether a bullet stands before it.
    heat : float
        How full its colour is, of gains above 0 and of losses below, -1 to 1; 0 for none.
    strong : bool
    hover : str
        What it is, to who asks; a name.
    """

    value: Value = None
    format: Format | None = None
    note: Text = ""
    role: str = ""
    marked: bool = False
    heat: float = 0.0
    strong: bool = False
    hover: str = ""


Value = float | int | datetime.date | Message | str | Items | Chart | Row | None
"""What a cell holds: a number, a date, a text, several items, or a small picture."""


def heat(value: float, scale: float) -> Cell:
    """A cell that is coloured by its value, fully where its size is ``scale``; empty where it is not known.

    Parameters
    ----------
    value : float
    scale : float
        > 0.
    """
    return Cell(value, heat=max(-1.0, min(1.0, value / scale))) if value == value else Cell()


# --- blocks ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Parameters
    ----------
    head : Message or str
    format : Format
        Of its values.
    definition : Message or str
        What it is, shown to who asks for it.
    wide : bool
        Whether narrow pages leave it out.
    look : str
        "" or what a stylesheet knows: "strong", "quiet", "total", "wrap" (text in several lines), "definition",
        "bars" (small pictures), ...
    role : str
        Colour of a line before the head.
    """

    head: Text
    format: Format = TEXT
    definition: Text = ""
    wide: bool = False
    look: str = ""
    role: str = ""

    @property
    def drawn(self) -> bool:
        """Whether its cells are small pictures, which outputs of values leave out."""
        return any(look in ("bars", "share", "whisker", "strip") for look in self.look.split())


@dataclass(frozen=True)
class Table:
    """A table of values.

    Parameters
    ----------
    label : Message or str
        What it is, to who can't see it; the name of its part of a sheet.
    columns : sequence of Column
        The first one heads the rows.
    rows : sequence of sequences of values or cells
    caption : Message or str, or several
    look : str
        Names of the stylesheet.
    total : bool
        Whether the last row adds up the others.
    shown : int
        Rows in view, where the rest is behind a click; 0 for all.
    ticks : sequence of Tick
        Below a column of bars.
    behind : Chart, optional
        What lies behind every bar.
    printed : sequence of int
        Rows that a print has room for; all where it is empty.
    folded : Message or str
        What stands for the table until it is unfolded; "" for one that is open.
    screen_only : bool
        Whether paper and Markdown leave it out.
    """

    label: Text
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value | Cell]]
    caption: Text | tuple[Text, ...] = ""
    look: str = ""
    total: bool = False
    shown: int = 0
    ticks: Sequence[Tick] = ()
    behind: Chart | None = None
    printed: Sequence[int] = ()
    folded: Text = ""
    screen_only: bool = False

    def cells(self) -> Iterator[tuple[Cell, ...]]:
        """The rows, each value as a cell."""
        for row in self.rows:
            yield tuple(value if isinstance(value, Cell) else Cell(value) for value in row)

    def only(self, *heads: str) -> Table:
        """The table with some of its columns, in their order; the first, which heads the rows, always.

        Parameters
        ----------
        *heads : str
            What stands above those that are kept, in English.

        Raises
        ------
        KeyError
            For a head that no column has.
        """
        known = [str(column.head) for column in self.columns]
        if missing := {*heads} - {*known}:
            raise KeyError(f"no column {', '.join(sorted(missing))}; there are {', '.join(known)}")
        kept = [k for k, head in enumerate(known) if not k or head in heads]
        return replace(
            self, columns=[self.columns[k] for k in kept], rows=[[row[k] for k in kept] for row in self.rows]
        )


SHARED_AXIS = "shared-axis"
"""Look of a figure whose plots stand above the bars of a timeline, from the same left to the same right."""


@dataclass(frozen=True)
class Figure:
    """Charts below each other.

    Parameters
    ----------
    charts : sequence of Chart
    heights : sequence of int
        Pixels of each on a page; the chart's own where it is empty.
    key : tuple of (role, Message or str)
        What colours mean.
    frame : Frame, optional
        For a chart that keeps its proportions, with its texts inside.
    titled : bool
        Whether each chart has its title above.
    look : str
        Names of the stylesheet.
    printed : sequence of int
        Millimetres of each on paper; from ``heights`` where it is empty.
    """

    charts: Sequence[Chart]
    heights: Sequence[int] = ()
    key: Sequence[tuple[str, Text]] = ()
    frame: Frame | None = None
    titled: bool = False
    look: str = ""
    printed: Sequence[int] = ()


def parts_of(text: Text | tuple[Text, ...]) -> tuple[Text, ...]:
    """One text, or several, as several."""
    return text if isinstance(text, tuple) else (text,)


@dataclass(frozen=True)
class Paragraph:
    """Sentences that follow each other; ``look`` is "", "lead", "note", "warning" or "verdict"."""

    text: Text | tuple[Text, ...]
    look: str = ""

    @property
    def parts(self) -> tuple[Text, ...]:
        """Its sentences."""
        return parts_of(self.text)


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    text: Text


@dataclass(frozen=True)
class Facts:
    """Labels and texts; a text may be several sentences, or items. Rows in ``screen_only`` are left out of print.

    Those that look like ``TERMS`` say what numbers of the text before them are: a page has them behind a click, paper
    among the definitions of the section.
    """

    rows: Sequence[tuple[Text, Text | tuple[Text, ...] | Items]]
    look: str = "facts"
    screen_only: Sequence[int] = ()


TERMS = "terms"
"""Look of facts that define numbers in sentences, as heads of columns define those in tables."""


@dataclass(frozen=True)
class Points:
    """Sentences as a list."""

    texts: Sequence[Text]


@dataclass(frozen=True)
class Code:
    """Text of a program, the same in every language."""

    text: str


@dataclass(frozen=True)
class Beside:
    """Two halves next to each other where there is room."""

    left: Sequence[Block]
    right: Sequence[Block]


Block = Table | Figure | Paragraph | Heading | Facts | Points | Code | Beside


@dataclass(frozen=True)
class Section:
    """A section of a report.

    Parameters
    ----------
    id : str
        Anchor on the page, and name of its sheet.
    title : Message or str
    blocks : sequence of Block
    nav : Message or str
        Its name in the list of sections; "" for a section that the list leaves out.
    look : str
        Names of the stylesheet; "print-block" for one that a page shows on paper only.
    """

    id: str
    title: Text
    blocks: Sequence[Block]
    nav: Text = ""
    look: str = ""

    def tables(self) -> Iterator[Table]:
        """Its tables, in their order."""
        yield from _tables(self.blocks)

    def definitions(self) -> tuple[tuple[tuple[Text, ...], Text], ...]:
        """What its numbers are, each definition once, as (names, definition): of terms in sentences, and of columns."""
        found: dict[Text, list[Text]] = {}
        lists = (block.rows for block in self.blocks if isinstance(block, Facts) and block.look != TERMS)
        listed = {told for rows in lists for _, told in rows}
        columns = ((each.head, each.definition) for each in self._columns() if each.definition not in listed)
        for name, told in (*self._terms(), *columns):
            names = found.setdefault(told, []) if told else [name]
            names += [name] * (name not in names)
        return tuple((tuple(names), told) for told, names in found.items())

    def _terms(self) -> Iterator[tuple[Text, Text]]:
        for block in self.blocks:
            if isinstance(block, Facts) and block.look == TERMS:
                yield from ((label, told) for label, told in block.rows if isinstance(told, Message | str))

    def _columns(self) -> Iterator[Column]:
        for table in self.tables():
            yield from table.columns


def _tables(blocks: Sequence[Block]) -> Iterator[Table]:
    for block in blocks:
        if isinstance(block, Table):
            yield block
        elif isinstance(block, Beside):
            yield from _tables(block.left)
            yield from _tables(block.right)
