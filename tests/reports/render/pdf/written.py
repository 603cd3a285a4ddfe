"""What stands in a PDF: its texts in order, and its tables by where their cells are, as a reader sees them."""

from __future__ import annotations

import re
import zlib
from typing import NamedTuple

from sectorlead.reports.render.pdf.canvas import Words
from sectorlead.reports.render.pdf.page import PageWriter

STRING = rb"\((?:\\[\s\S]|[^\\()])*\)"
NEAR = 0.3  # millimetres: ends of a column's texts are no further apart


def lines(content: bytes) -> list[str]:
    """Every text of a PDF whose codes are UTF-16, as ours are."""
    streams = re.findall(rb"/FlateDecode.*?>>\nstream\n(.*?)\nendstream", content, re.S)
    marks = b"".join(part for part in map(zlib.decompress, streams) if b"TJ" in part)
    shown = [b"".join(re.findall(STRING, row)) for row in re.findall(rb"\[((?:%s|[-. \n\d])*)\]\sTJ" % STRING, marks)]
    return [re.sub(rb"(?s)\\(.)|[()]", unescaped, row).decode("utf-16-be") for row in shown]


def unescaped(match: re.Match[bytes]) -> bytes:
    return {b"n": b"\n", b"r": b"\r", None: b""}.get(match[1], match[1])


class Word(NamedTuple):
    """A text with both its ends and its baseline, in millimetres."""

    left: float
    right: float
    y: float
    text: str


def words(writer: PageWriter, page: int) -> list[Word]:
    """The texts of a page, from 1."""
    marks = [mark for mark in writer._pages[page - 1].marks if isinstance(mark, Words)]
    return [Word(mark.x, mark.x + writer._width(mark.text, mark.size), mark.y, mark.text) for mark in marks]


def pages_with(writer: PageWriter, text: str) -> list[int]:
    """Numbers of the pages on which a text stands."""
    return [k for k in range(1, len(writer._pages) + 1) if any(word.text == text for word in words(writer, k))]


def table(
    writer: PageWriter, page: int, heads: tuple[str, ...], below: str = "", span: tuple[float, float] = (0.0, 210.0)
) -> list[dict[str, str]]:
    """The rows under a line of heads, each text under the head whose left or right end it shares.

    Parameters
    ----------
    writer : PageWriter
    page : int
    heads : tuple of str
        All in one line.
    below : str
        A text of the page that the table stands below.
    span : (float, float)
        Between which millimetres the table is, where another one is beside it.
    """
    found = [word for word in words(writer, page) if span[0] <= word.left and word.right <= span[1] + NEAR]
    top = max((word.y for word in found if word.text == below), default=0.0)
    lines: dict[float, list[Word]] = {}
    for word in sorted(found, key=lambda word: word.y):
        if word.y > top:
            same = next((y for y in reversed(lines) if word.y - y < NEAR), word.y)
            lines.setdefault(same, []).append(word)
    start = min(y for y, line in lines.items() if {*heads} <= {word.text for word in line})
    columns = {head: next(word for word in lines[start] if word.text == head) for head in heads}
    out, last = [], start
    for y in sorted(y for y in lines if y > start):
        if y - last > 5.5:  # a gap: the table has ended
            break
        row = {}
        for word in lines[y]:
            for head, column in columns.items():
                if abs(word.right - column.right) < NEAR or abs(word.left - column.left) < NEAR:
                    row[head] = word.text
        out.append(row)
        last = y
    return out
