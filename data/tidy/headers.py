"""The lines above the first row: where a table begins, and what the name of a column says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from .names import ADJUSTED_BY, EMPTY, KNOWN, META, OTHERS, SUSPENDED, TICKERS, UNITS, WEAK, squeezed

LOOKED_AT = 60  # lines in which the first row must come
_WIND = re.compile(r"\[(单位|复权方式)\]\s*([^\s\[\]]*)")
_TAIL = re.compile(r"^(?P<name>.*?)\s*[(（\[【](?P<said>[^()（）\[\]【】]*)[)）\]】]\s*$", re.DOTALL)
_COLON = re.compile(r"^(?P<name>.+?)[:：](?P<said>[^:：]+)$")
DATE_LIKE = re.compile(
    r"\s*(?:(?:19|20)\d{6}|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|[A-Za-z]{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[ -][A-Za-z]{3,9}[ -]\d{4})(?!\d)"
)
NUMBER = re.compile(r"\s*[-+]?(\d[\d,]*\.?\d*|\.\d+|\d+,\d+)([eE][-+]?\d+)?\s*[%KMBT万亿手]?\s*")


class Name(NamedTuple):
    """What the name of a column says."""

    field: str  # of FIELDS, "other" for a known name of something else, "" for a name nobody knows
    unit: str | None = None  # as written
    adjusted: str = ""  # "qfq", "hfq"
    weak: bool = False


class Layout(NamedTuple):
    """The lines of a table: how many are titles, and its header lines; none in a table without."""

    titles: int
    headers: tuple[tuple[str, ...], ...]
    main: int = 0  # which of the headers names the columns

    @property
    def above(self) -> int:
        """Lines before the first row."""
        return self.titles + len(self.headers)


def meaning(name: str) -> Name:
    """What a column is by its name, with the unit and the adjustment that stand in it.

    >>> meaning("成交额(千元)")
    Name(field='amount', unit='千元', adjusted='', weak=False)
    >>> meaning("Change %").field, meaning("512480.SH").field
    ('other', '')
    """
    unit, adjusted = None, ""
    bare = name.strip()
    for word, said in _WIND.findall(bare):
        if word == "单位":
            unit = said
        else:
            adjusted = adjustment(said)
    if "[" in bare and _WIND.search(bare):
        bare = bare[: bare.index("[")]
    field = _field(bare)
    for form in (_TAIL, _COLON):
        found = form.match(bare) if not field else None
        if found and _field(found["name"]):
            said = found["said"].strip()
            field = _field(found["name"])
            adjusted = adjusted or adjustment(said)
            unit = unit if adjustment(said) or unit is not None else said
    weak = field.startswith("?")
    return Name(field.lstrip("?"), unit, adjusted or (adjustment(bare) if field else ""), weak)


def _field(name: str) -> str:
    bare = squeezed(name)
    for word in ("前复权", "后复权", "不复权"):
        bare = bare.removeprefix(word) if bare not in KNOWN else bare
    if bare in KNOWN:
        return KNOWN[bare]
    if bare in WEAK:
        return "?" + WEAK[bare]
    return "other" if bare in OTHERS or bare in ADJUSTED_BY else ""


def unit_worth(text: str) -> float | None:
    """What one of a unit is worth in units and currency; None for a word that is no unit."""
    word = re.sub(r"\s+", " ", text.strip().lower())
    return UNITS.get(word, UNITS.get(word.replace(" ", "")))


def adjustment(text: str, codes: Mapping[str, str] | None = None) -> str:
    """How prices were adjusted, by a name or a value: "qfq" forward, "hfq" backward, "" not, or not said.

    Parameters
    ----------
    text : str
        Name of a column, or a value in it.
    codes : mapping of str to str, optional
        Values that a vendor writes for it, and what they stand for.
    """
    small = text.strip().lower()
    if codes and small in codes:
        return codes[small]
    for word, way in (("qfq", "qfq"), ("前复权", "qfq"), ("forward", "qfq"), ("hfq", "hfq"), ("后复权", "hfq"),
                      ("backward", "hfq")):  # fmt: skip
        if word in small:
            return way
    return {"前": "qfq", "pre": "qfq", "后": "hfq", "post": "hfq", "adjusted": "qfq"}.get(small, "")


def layout(rows: Sequence[Sequence[str]]) -> Layout | None:
    """Where the table in the first lines of a file begins; None if no line of them is a row of it.

    Parameters
    ----------
    rows : sequence of sequences of str
        Cells of the first lines.
    """
    rows = rows[:LOOKED_AT]
    first = next((i for i, row in enumerate(rows) if _is_row(row)), None)
    if first is None:
        return None
    counts = [sum(bool(meaning(cell).field) for cell in row) for row in rows[:first]]
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[:first]]
    width = len(rows[first])
    heads = [
        i
        for i in range(first)
        if len(rows[i]) >= min(2, width) and (counts[i] or (filled[i] >= max(1, width - 1) and len(rows[i]) == width))
    ]
    if not heads:
        return Layout(first, ())
    main = max(heads, key=lambda i: (counts[i], filled[i], -i))
    start = main
    while start > 0 and start - 1 in heads and len(rows[start - 1]) == len(rows[main]):
        start -= 1  # a line of tickers may stand above the names
    lines = tuple(tuple(cell.strip() for cell in row) for row in rows[start:first] if any(cell.strip() for cell in row))
    lines = _filled(lines, lines.index(tuple(cell.strip() for cell in rows[main])))
    skipped = sum(not any(cell.strip() for cell in row) for row in rows[start:first])
    return Layout(start + skipped, lines, [i for i in range(start, first) if any(map(str.strip, rows[i]))].index(main))


def _filled(lines: tuple[tuple[str, ...], ...], main: int) -> tuple[tuple[str, ...], ...]:
    """The header lines with what merged cells leave empty.

    A name that stands above an empty cell of the line of names is its name: cells were merged downward. A line above
    names that repeat says one thing for several columns: they were merged to the right.
    """
    out = [list(line) for line in lines]
    names = out[main]
    fields = [meaning(name).field for name in names if name]
    for line in out[:main]:
        dated = any(meaning(cell).field == "date" for cell in line)  # a line of tickers names no dates
        for i, cell in enumerate(line[: len(names)]):
            if dated and not names[i] and meaning(cell).field in ("date", "symbol", "name"):
                names[i] = cell
        if len(set(fields)) < len(fields) and any(not cell for cell in line[1:]) and len({*filter(None, line[1:])}) > 1:
            for i in range(2, len(line)):
                line[i] = line[i] or line[i - 1]
    return tuple(map(tuple, out))


def tickers(table: Layout) -> tuple[str, ...] | None:
    """The second header line, where there is one that names series: yfinance's, or the upper level of a pivot."""
    names = table.headers[table.main]
    bars = [i for i, name in enumerate(names) if meaning(name).field not in ("", "date", "symbol", "name")]
    for k, line in enumerate(table.headers):
        if k == table.main or len(line) < len(names) or squeezed(line[0]) in META:
            continue
        cells = [line[i] for i in bars]
        if cells and all(cells) and not all(unit_worth(cell) is not None for cell in cells):
            return line
    return None


def units_line(table: Layout) -> tuple[str, ...] | None:
    """The line below the names that says the unit of each column, if there is one."""
    for k, line in enumerate(table.headers):
        said = [cell for cell in line if cell and squeezed(cell) not in META]
        if k != table.main and said and all(unit_worth(cell) is not None for cell in said):
            return line
    return None


def _is_row(cells: Sequence[str]) -> bool:
    """Whether a line is a row: a date among its first cells, and numbers or nothing in most of the others."""
    if squeezed(cells[0]) in META | TICKERS if cells else True:
        return False
    dated = next((i for i, cell in enumerate(cells[:5]) if DATE_LIKE.match(cell)), None)
    others = [cell for i, cell in enumerate(cells) if i != dated]
    numbers = sum(bool(NUMBER.fullmatch(cell)) for cell in others)
    if dated is not None:
        known = sum(bool(meaning(cell).field) for cell in others if cell.strip())
        return bool(others) and 2 * known <= len(others) and not _is_title(cells)
    empty = sum(cell.strip().lower() in EMPTY | SUSPENDED for cell in others)
    return numbers >= 1 and len(cells) > 1 and numbers + empty >= 0.6 * len(others) and not _all_codes(cells)


def _is_title(cells: Sequence[str]) -> bool:
    return sum(bool(cell.strip()) for cell in cells) == 1


def _all_codes(cells: Sequence[str]) -> bool:
    """Whether a line is a header of codes: 000300, 399006."""
    said = [cell.strip() for cell in cells[1:] if cell.strip()]
    return all(re.fullmatch(r"\d{6}", cell) for cell in said)
