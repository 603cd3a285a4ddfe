"""``sectorlead tearsheet``: a report of a file of returns, whoever made them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sectorlead.cli.language import Locale, Moves, speak
from sectorlead.cli.manners import answer
from sectorlead.reports.message import say, sentence

if TYPE_CHECKING:
    import pandas as pd


def tearsheet(
    file: Annotated[Path, typer.Argument(help="A CSV file: dates first, then simple returns as fractions.")],
    column: Annotated[str | None, typer.Option(help="Column of the returns.", show_default="the second")] = None,
    benchmark: Annotated[
        str | None, typer.Option(help="Column of the benchmark's returns, or a file like this one.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The page.", show_default="FILE with .html")] = None,
    locale: Locale = "en",
    moves: Moves = None,
) -> None:
    """Report any series of returns: growth, drawdowns, months, risk, and what a benchmark says of them."""
    from sectorlead.cli import terminal
    from sectorlead.reports.formatting import by_unit
    from sectorlead.reports.metrics.run_metrics import LINE_METRICS, definitions
    from sectorlead.research.returns_sheet import tearsheet as made

    speak(locale, moves)
    own = _column(file, column)
    market = None
    if benchmark is not None:
        other = Path(benchmark)
        market = _column(other, None) if other.is_file() else _column(file, benchmark)
    found = made(own, market)
    page = found.save(out or file.with_suffix(".html"), locale=locale, moves=moves)
    known, line = definitions(found.line.periods), found.line
    shown = line.readable(line.metrics)
    beside = line.readable(line.of_market) if line.market else {}
    first, last = (f"{line.dates[k]:%F}" for k in (1, -1))
    what = "{name}: {first}..{last}, {count} returns"
    terminal.lines(say(what, name=line.name, first=first, last=last, count=len(line.dates) - 1))
    rows = [
        (sentence(known[name].label), by_unit(shown[name], known[name].unit),
         by_unit(beside[name], known[name].unit) if beside else "")
        for name in LINE_METRICS
    ]  # fmt: skip
    heads = ("", line.name, line.market.label if line.market else "")
    terminal.print_table(terminal.console(), heads, rows, right=(1, 2))
    terminal.places(page=page)
    answer(lambda: {"page": str(page), "summary": line.readable(found.summary())})


def _column(path: Path, name: str | None) -> pd.Series[float]:
    """A column of a file by its dates, which are in the first one."""
    import pandas as pd

    from sectorlead.data.errors import InputError, UnknownNameError

    try:
        frame = pd.read_csv(path, index_col=0)
    except (OSError, ValueError) as error:
        raise InputError(f"{path} can't be read as CSV: {error}; dates first, then a column of returns") from None
    if not len(frame.columns):
        raise InputError(f"{path} has one column; dates first, then a column of returns")
    if not len(frame):
        raise InputError(f"{path} has a header and no row; dates first, then a column of returns")
    if name is not None and name not in frame.columns:
        raise UnknownNameError("column", name, list(map(str, frame.columns)))
    try:
        frame.index = pd.to_datetime(frame.index.astype(str), format="mixed")
    except (TypeError, ValueError) as error:
        raise InputError(f"the first column of {path} are no dates: {error}") from None
    return frame[name if name is not None else frame.columns[0]]
