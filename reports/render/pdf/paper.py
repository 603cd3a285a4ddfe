"""Sections as a printed report: A4 pages typeset by typst, as PDF or as a picture of a page.

``templates/report.typ`` is the layout; here its content is written out as data. The PDF is tagged, has bookmarks, and
is the same bytes for the same sections. Fonts are those of ``fonts.subset``, and none of the machine's.
"""

from __future__ import annotations

import importlib.util
import json
import math
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ....data.errors import InputError
from ....engine.record import Record
from ...charts.palette import PRINT, fills, with_moves
from ...charts.picture import Frame, axis_picture, picture, row_picture
from ...charts.spec import LIGHTER, Chart, Row
from ...message import Message, Text, say, sentence
from ...sections.base import (
    SHARED_AXIS,
    TERMS,
    Beside,
    Block,
    Cell,
    Code,
    Column,
    Facts,
    Figure,
    Heading,
    Items,
    Paragraph,
    Points,
    Section,
    Table,
    parts_of,
)
from .. import fonts
from ..i18n import ENGLISH, Locale

_WIDE = 184.0  # millimetres of text
_PLOT = Frame(620, 0, left=44, right=150, above=6, below=26)
"""Of a chart across the page; its height is the figure's."""
_NAMES, _NUMBERS = 34.0, 16.0  # millimetres of the first column of a timeline, and of each of its last two
_INSET = 1.1  # millimetres at both sides of a cell, as in the layout
_MILLIMETRE = (620 + 44 + 150) / _WIDE  # pixels of a picture across the page
_SHARED = Frame(
    (_WIDE - _NAMES - 2 * _NUMBERS - 2 * _INSET) * _MILLIMETRE, 0,
    left=(_NAMES + _INSET) * _MILLIMETRE, right=(2 * _NUMBERS + _INSET) * _MILLIMETRE, above=6, below=26,
)  # fmt: skip
"""Of a chart above a timeline: from where its bars begin to where they end."""
_HALF = Frame(330, 0, left=44, right=84, above=6, below=26)
"""Of one of two charts next to each other."""
_THIRD = Frame(247, 0, left=44, right=6, above=6, below=26)
"""Of one of three small charts next to each other, without names at the ends of lines."""
_MOST_COLUMNS = 20  # a wider table goes on below, under its first column, in parts of one width
_TALL = 3.4  # millimetres of a row of bars
_LITTLE, _LOWER = 100.0, 0.75
"""Where the last page ends above so many millimetres, charts are made lower by the factor, if that saves the page."""


@dataclass(frozen=True)
class Paper:
    """A printed report.

    Parameters
    ----------
    title : Message or str
        Of the document.
    front : sequence of Block
        Before the first section, below the title.
    sections : sequence of Section
    footer : Message or str
        On every page.
    ribbon : Message or str
        A warning at the top of page one.
    heading : Message or str
        Of page one; the title where it is "".
    codes : mapping of str to str
        What stands for a name where no font has its characters.
    snug : bool
        Whether its page is as high as what is on it, for a picture, without a title or a footer.
    records : mapping of label to Record
        Runs whose lines the page of the report shows under a cursor, in the section of growth.
    dated : datetime
        Of a workbook, which says when it was made.
    closing : Message or str
        Below the last section of a page; "" for what reports on results say there.
    """

    title: Text
    front: Sequence[Block]
    sections: Sequence[Section]
    footer: Text = ""
    ribbon: Text = ""
    heading: Text = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    snug: bool = False
    records: Mapping[str, Record] = field(default_factory=dict)
    dated: datetime = datetime(2000, 1, 1)
    closing: Text = ""

    @property
    def named(self) -> Message:
        """The title as a message: a plain one is a sentence, which is translated."""
        return self.title if isinstance(self.title, Message) else sentence(self.title)


def write_pdf(paper: Paper, path: str | Path, language: Locale, moves: str | None = None) -> Path:
    """Write the report as PDF, making its folder; returns the path.

    Parameters
    ----------
    paper : Paper
    path : path
    language : Locale
    moves : str, optional
        One of ``palette.SCHEMES``.
    """
    return _written(path, _typeset(paper, language, moves, format="pdf", timestamp=0))


def write_png(paper: Paper, path: str | Path, language: Locale, resolution: float, moves: str | None = None) -> Path:
    """Write page one as a picture, making its folder; returns the path.

    Parameters
    ----------
    paper : Paper
    path : path
    language : Locale
    resolution : float
        Dots per inch.
    moves : str, optional
        One of ``palette.SCHEMES``.
    """
    pages = _typeset(paper, language, moves, format="png", ppi=resolution)
    return _written(path, pages[0] if isinstance(pages, list) else pages)


def check_pdf() -> None:
    """Raise ``InputError`` where typst is not installed."""
    _typst()


def _typst() -> Any:
    try:
        import typst
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] != "typst":
            raise
        raise InputError(
            "a PDF, and a picture of page one, need the package typst, which is not installed: "
            "pip install 'sectorlead[pdf]'"
        ) from None
    return typst


def _typeset(paper: Paper, language: Locale, moves: str | None, **output: Any) -> Any:
    typst = _typst()
    content = _content(paper, language, moves)
    text = json.dumps(content, ensure_ascii=False)
    subset = fonts.subset([text])
    coded = subset is None and fonts.needs_cjk(text)  # in English, and codes for names
    with tempfile.TemporaryDirectory() as folder:
        for face in (subset.path if subset else None, _shipped()):
            if face:
                shutil.copy(face, folder)
        faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        layout = Path(folder) / "report.typ"
        layout.write_bytes(files(__package__.rpartition(".")[0]).joinpath("templates", "report.typ").read_bytes())

        def compiler(content: dict[str, Any]) -> Any:
            if coded:
                content = json.loads(_coded(json.dumps(content, ensure_ascii=False), paper.codes))
                content["advice"] = str(say(ADVICE, package=fonts.PACKAGE))
            content["fonts"] = [fonts.FAMILY, "DejaVu Sans"] if subset else ["DejaVu Sans"]
            told = {"data": json.dumps(content, ensure_ascii=False)}
            return typst.Compiler(layout, root=folder, font_paths=faces, sys_inputs=told)

        said = ENGLISH if coded else language
        made = compiler(_content(paper, said, moves) if coded else content)
        if output["format"] == "pdf" and (end := _end(made)).nearly_empty:
            lower = compiler(_content(paper, said, moves, _LOWER))
            made = lower if _end(lower).page < end.page else made
        return made.compile(**output)


class _End(NamedTuple):
    """Where a document ends: its page, from 1, and millimetres from the top of it."""

    page: int
    y: float

    @property
    def nearly_empty(self) -> bool:
        """Whether a page was begun for the little that is on it."""
        return self.page > 1 and self.y < _LITTLE


def _end(compiler: Any) -> _End:
    return _End(**json.loads(compiler.query("<end>", field="value", one=True)))


ADVICE = "Codes and “?” stand for Chinese: no font for it was found. Install one: pip install {package}"


def _coded(text: str, codes: Mapping[str, str]) -> str:
    """A text with codes for names that plain Latin fonts lack characters of, and "?" for what is left of these."""
    for name in sorted(codes, key=len, reverse=True):
        if fonts.needs_cjk(name):
            text = text.replace(name, codes[name])
    return re.sub(r"[\u2e80-\uffff]+", "?", text)


@lru_cache(maxsize=1)
def _shipped() -> Path:
    """DejaVu Sans, which comes with matplotlib: no Chinese, but found on every machine."""
    spec = importlib.util.find_spec("matplotlib")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).with_name("mpl-data") / "fonts" / "ttf" / "DejaVuSans.ttf"


def _written(path: str | Path, content: bytes) -> Path:
    target = Path(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


# --- content --------------------------------------------------------------------------------------------------------


def _content(paper: Paper, language: Locale, moves: str | None, scale: float = 1.0) -> dict[str, Any]:
    tones = dict(with_moves(PRINT, moves))
    drawing = _Drawing(language, tones, scale)
    front = [{"kind": "ribbon", "text": language.say(paper.ribbon)}] if paper.ribbon else []
    front += [] if paper.snug else [{"kind": "title", "text": language.say(paper.heading or paper.title)}]
    return {
        "title": language.say(paper.named),
        "lang": language.tag[:2],
        "snug": paper.snug,
        "tones": tones,
        "footer": language.say(paper.footer),
        "advice": "",
        "front": [*front, *drawing.blocks(paper.front)],
        "sections": [
            {
                "title": language.say(section.title),
                "blocks": list(drawing.blocks(section.blocks)),
                "defined": [
                    (", ".join(map(language.say, names)), language.say(told)) for names, told in section.definitions()
                ],
            }
            for section in paper.sections
            if section.look != "print-block"
        ],
    }


@dataclass(frozen=True)
class _Drawing:
    """Writes blocks out as data; charts but those of page one are as high as ``scale`` says."""

    language: Locale
    tones: dict[str, str]
    scale: float = 1.0

    def blocks(self, of: Iterable[Block]) -> Iterator[dict[str, Any]]:
        for block in of:
            if isinstance(block, Facts) and block.look == TERMS:
                continue  # among the definitions of the section
            if isinstance(block, Table):
                if block.screen_only:
                    continue
                yield from (self._table(part) for part in _in_width(block))
            else:
                yield self._block(block)

    def _block(self, block: Block) -> dict[str, Any]:
        said = self.language.say
        match block:
            case Paragraph():
                return {"kind": "paragraph", "look": block.look, "text": self._spoken(block.parts)}
            case Heading():
                return {"kind": "heading", "text": said(block.text)}
            case Facts():
                return {
                    "kind": "facts",
                    "rows": [self._fact(*row) for k, row in enumerate(block.rows) if k not in block.screen_only],
                }
            case Points():
                return {"kind": "points", "texts": [said(text) for text in block.texts]}
            case Code():
                return {"kind": "code", "text": block.text}
            case Beside():
                return {"kind": "beside", "left": [*self.blocks(block.left)], "right": [*self.blocks(block.right)]}
            case Figure():
                return self._figure(block)
            case Table():  # pragma: no cover - told above
                return self._table(block)

    def _fact(self, label: Text, text: Text | tuple[Text, ...] | Items) -> tuple[str, str, bool]:
        if isinstance(text, Items):
            told = ", ".join(self.language.say(item.text) for item in text.items) or "–"
        else:
            told = self._spoken(parts_of(text))
        return self.language.say(label), told, str(label) == "Warning"

    def _spoken(self, parts: Sequence[Text]) -> str:
        return (" " if self.language.tag == "en" else "").join(self.language.say(part) for part in parts)

    def _figure(self, block: Figure) -> dict[str, Any]:
        charts, small = [], "multiples" in block.look
        columns = 3 if small else 2 if any(name in block.look for name in ("small", "choices")) else 1
        printed = (
            block.printed or [round(each * 0.55) for each in block.heights] or [chart.height for chart in block.charts]
        )
        for k, chart in enumerate(map(self.language.chart, block.charts)):
            across = _SHARED if block.look == SHARED_AXIS else (_PLOT, _HALF, _THIRD)[columns - 1]
            scale = 1.0 if block.look == SHARED_AXIS else self.scale
            chart = _bare(chart) if small else chart
            frame = block.frame or across._replace(height=round(printed[k] * scale))
            charts.append(
                {
                    "svg": standalone(picture(chart, frame), self.tones),
                    "alt": chart.summary,
                    "title": chart.title if block.titled else "",
                    "wide": 88 * self.scale if block.frame else 100,
                }
            )
        return {
            "kind": "figure",
            "columns": columns,
            "charts": charts,
            "key": [(role, self.language.say(name)) for role, name in block.key],
        }

    # --- tables -----------------------------------------------------------------------------------------------------

    def _table(self, table: Table) -> dict[str, Any]:
        said = self.language.say
        kept = [k for k, column in enumerate(table.columns) if column.look != "share"]
        columns = [table.columns[k] for k in kept]
        return {
            "kind": "table",
            "caption": self._spoken(parts_of(table.caption)),
            "heads": [said(column.head) for column in columns],
            "widths": [_NAMES, "loose", _NUMBERS, _NUMBERS] if "timeline" in table.look else [*map(_width, columns)],
            "aligns": ["right" if column.format.numeric and k else "left" for k, column in enumerate(columns)],
            "rows": [
                *([self._cell(table, table.columns[k], row[k], k) for k in kept] for row in table.cells()),
                *self._axis(table, columns),
            ],
            "total": table.total,
            "bars": any(column.look == "bars" for column in columns),
        }

    def _axis(self, table: Table, columns: Sequence[Column]) -> Iterator[list[str | dict[str, Any]]]:
        """The time axis below a column of bars."""
        if table.ticks:
            drawn = {"svg": axis_picture(table.ticks, self.tones), "high": _TALL, "alt": ""}
            yield [drawn if column.look == "bars" else "" for column in columns]

    def _cell(self, table: Table, column: Column, cell: Cell, k: int) -> str | dict[str, Any]:
        said, value = self.language.say, cell.value
        if isinstance(value, Row):
            return {"svg": row_picture(value, table.behind, self.tones), "high": _TALL, "alt": value.name}
        if isinstance(value, Chart):
            return {
                "svg": standalone(picture(value, Frame(300, 20, 0, 0, 0, 0)), self.tones),
                "high": _TALL,
                "alt": value.summary,
            }
        if isinstance(value, Items):
            items = [(f"{item.before} {said(item.text)}".strip(), said(item.note)) for item in value.items]
            return {"items": items, "lines": "episodes" in table.look}
        text = said(value) if isinstance(value, Message) else (cell.format or column.format).text(value)
        text = "• " * cell.marked + text
        more: dict[str, Any] = {}
        if cell.heat:
            more["fill"] = _mixed(self.tones["up" if cell.heat > 0 else "down"], 0.62 * min(1.0, abs(cell.heat)))
        if cell.role:
            more["key"] = cell.role
        if cell.strong or column.look == "strong":
            more["bold"] = True
        if cell.note:
            more["below" if k == 0 and "reason" in column.look else "behind"] = said(cell.note)
        return {"text": text, **more} if more else text


def _bare(chart: Chart) -> Chart:
    """A chart for little room: its title names the line, and of the ticks those that come first are left."""
    lines = tuple(line._replace(label="", value="") for line in chart.lines)
    return chart._replace(lines=lines, x_ticks=tuple(tick for tick in chart.x_ticks if not tick.minor))


def _width(column: Column) -> str:
    loose = ("definition", "reason", "moves", "marks", "wrap", "source", "bars", "whisker")
    return "loose" if any(name in column.look for name in loose) else "auto"


def _in_width(table: Table) -> Iterator[Table]:
    """The table in parts that are as wide as a page, each with the first column."""
    count = len(table.columns)
    if count <= _MOST_COLUMNS:
        yield table
        return
    parts = math.ceil((count - 1) / (_MOST_COLUMNS - 1))
    for some in np.array_split(np.arange(1, count), parts):
        kept, start = [0, *some.tolist()], int(some[0])
        yield Table(
            table.label,
            [table.columns[k] for k in kept],
            [[row[k] for k in kept] for row in table.rows],
            table.caption if start == 1 else "",
            table.look,
            table.total,
            printed=table.printed,
        )


# --- pictures -------------------------------------------------------------------------------------------------------


def standalone(svg: str, tones: dict[str, str]) -> str:
    """An SVG of ``picture`` with its colours and strokes inside, for readers without the page's stylesheet.

    Parameters
    ----------
    svg : str
    tones : dict
        Colours by role.
    """
    return (
        str(svg)
        .replace(">", f"><style>{_style(tuple(tones.items()))}</style>", 1)
        .replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    )


@lru_cache(maxsize=4)
def _style(tones: tuple[tuple[str, str], ...]) -> str:
    tone = dict(tones)
    rules = [
        f'text{{font-family:"{fonts.FAMILY}","DejaVu Sans";font-size:11.5px;fill:{tone["ink"]}}}',
        "path{fill:none}",
        f".line,.axis,.trail,.ticks,.leader{{stroke:{tone['faint']};stroke-width:1.2;stroke-linejoin:round}}",
        ".line.strategy{stroke-width:1.7}.line.level{stroke-dasharray:4 3}",
        ".trail{opacity:.45}.trail.strong{opacity:.85}.trail.far{opacity:.13}",
        f".ticks{{stroke-width:.5;opacity:.5}}.leader{{stroke-width:.7}}.grid{{stroke:{tone['rule']};stroke-width:.7}}",
        f".band{{fill:{tone['band']}}}.tick,.value,.name{{fill:{tone['soft']}}}.corner{{fill:{tone['faint']}}}",
        f".name{{paint-order:stroke;stroke:{tone['paper']};stroke-width:3px;stroke-linejoin:round}}",
        f".lighter path{{fill-opacity:{LIGHTER}}}.name.strong{{fill:{tone['ink']}}}",
        ".reach{opacity:.45;stroke-width:4}",
        f"circle.strong{{stroke:{tone['ink']};stroke-width:1.5}}",
    ]
    for role, code in tones:
        if fills(role) and role not in ("band", "up", "down"):
            rules.append(f".band.{role}{{fill:{code}}}")
        elif (role[:1] == "c" and role[1:].isdigit()) or role in ("strategy", "benchmark", "reference", "up", "down"):
            rules.append(
                f".line.{role},.trail.{role},.axis.{role}{{stroke:{code}}}"
                f".bars.{role} path,circle.{role},.end.{role}{{fill:{code}}}"
            )
    return "".join(rules)


def _mixed(code: str, strength: float) -> str:
    """A colour on white, 0 for white and 1 for itself."""
    parts = (int(code[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(255 - strength * (255 - part)):02x}" for part in parts)
