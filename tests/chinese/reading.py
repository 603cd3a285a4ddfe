"""What a person reads in what is written: pages, print, workbooks, Markdown, figures; and the English left in it."""

from __future__ import annotations

import html
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ALLOWED = {
    "Latin letters in Chinese too, in textbooks and in the press": (
        "CAGR VaR CVaR HAC RRG RPS RS IC OLS Holm PDF HTML Excel CSV TOML JSON UTC UTF ISO CNY ETF LOF REITs ST STAR "
        "bp ddof min Brinson Fachler Carino Romano Wolf Bonferroni Newey West Sharpe Yahoo Shibor Kenneth French FIFO"
    ),
    "programs, and what they call their functions and values": (
        "sectorlead Python numpy pandas numba backtrader pyarrow scipy akshare ln x86 None True False"
    ),
}
"""Words that no language changes, by the reason why."""
TREATMENTS = (
    "load", "run", "reconcile", "convert", "fetch calendar", "fill", "vwap", "qfq", "hfq", "yfinance", "Adj Close",
    "auto_adjust=False", "Close", "tushare", "vol", "amount", "baostock", "adjustflag=3", "adjust=''", "adj=None",
    "dates='DMY'", "'MDY'", "columns={\"NAME\": \"close\"}", "[data.columns]", "pip install -U exchange_calendars",
    "(1 + returns).cumprod()", "frame[\"symbol\"].astype(str).str.zfill(6)",
)  # fmt: skip
"""Options, functions and what vendors call theirs, in what is to be done about faults of data: typed as they are."""
_NO_PROSE = re.compile(
    r"https?://\S+|\b[\w-]+(?:\.[a-z]+)*\.(?:com|cn|org)\b"  # addresses
    r"|(?<!\w)--[a-z][a-z-]*|Ctrl-C"  # options and keys
    r"|[\w.-]*/[\w./*-]+|(?<!\w)[\w-]*(?:\.(?:csv|gz|html|pdf|xlsx|json|jsonl|toml|parquet|py|md|npz|png))+\b"  # files
    r"|\b\w+(?:\.\w+)+\b|\b[A-Za-z]\w*_\w+"  # identifiers with dots, or with underscores
    r"|\b[A-Za-z]*\d\w*\b"  # symbols, hashes, units of a time
    r"|\b(?:Linux|Windows|macOS)-\S+"  # the platform, as Python calls it
)
_LATIN = re.compile(r"[\x20-\x7e]*[A-Za-z]{2}[\x20-\x7e]*")
_MARKS = " :;|-"  # between a label and code
_SHORT = 12  # characters of a word or two, which code may have as well
_WORD = re.compile(r"[A-Za-z][A-Za-z']+")
_READ_OUT = re.compile(r'\b(?:aria-label|title|data-head|data-label|alt|placeholder)="([^"]*)"')
_MARKED = re.compile(r"<(pre|code)\b[^>]*>(.*?)</\1>|<[^>]*\btranslate=\"no\"[^>]*>([^<]+)", re.DOTALL)


def english(texts: Iterable[str], names: Iterable[str] = (), code: Iterable[str] = ()) -> dict[str, list[str]]:
    """Texts with English words that are neither allowed nor a name nor code, and these words.

    Parameters
    ----------
    texts : iterable of str
    names : iterable of str
        Of series, strategies, markets, parameters and values that are typed: the same in every language.
    code : iterable of str
        A run of Latin text that is part of one of these is code, which print breaks where a line ends.
    """
    code = {*code}
    whole = "\n".join(re.sub(r"\s", "", text) for text in code)
    longest = sorted({name for name in names if name}, key=len, reverse=True)
    named = re.compile("|".join(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)" for name in longest) or r"(?!)", re.A)
    allowed = {word for words in ALLOWED.values() for word in words.split()}
    found = {}
    for text in texts:
        plain = " ".join(text.split())
        runs = (
            run for run in _LATIN.findall(plain)
            if run.strip(_MARKS) not in code
            and (len(run) < _SHORT or re.sub(r"\s", "", run.strip(_MARKS)) not in whole)
        )  # fmt: skip
        prose = _NO_PROSE.sub(" ", named.sub(" ", " \n ".join(runs)))
        words = [word for word in _WORD.findall(prose) if word not in allowed]
        if words:
            found[plain] = words
    return found


def page_texts(page: str) -> Iterator[str]:
    """Texts of an HTML page between tags, in attributes that are read out, and in its data; not code and names."""
    for data in re.findall(r"<script[^>]*application/json[^>]*>(.*?)</script>", page, flags=re.DOTALL):
        yield from _values(json.loads(html.unescape(data)))
    page = re.sub(r"<(style|script|pre|code)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r'<[^>]*\btranslate="no"[^>]*>[^<]*', " ", page)
    for tag in re.findall(r"<[a-z][^>]*>", page):
        if 'translate="no"' not in tag:
            yield from map(html.unescape, _READ_OUT.findall(tag))
    yield from (html.unescape(text) for text in re.split(r"<[^>]*>", page))


def marked(page: str) -> set[str]:
    """What a page marks as code or as a name; print has no such marks."""
    texts = (html.unescape(re.sub(r"<[^>]*>", "", code or name)) for _, code, name in _MARKED.findall(page))
    return {line.strip() for text in texts for line in text.split("\n") if line.strip()}


def _values(data: Any, key: str = "") -> Iterator[str]:
    """Texts of JSON in a page; keys, roles of lines and kinds of bands are for its script."""
    if isinstance(data, str) and key not in ("role", "bands"):
        yield data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from _values(value, name)
    elif isinstance(data, list):
        for value in data:
            yield from _values(value, key)


def pdf_texts(path: Path) -> Iterator[str]:
    """Texts of a PDF: the lines of its pages, its bookmarks, its title."""
    import pypdf

    file = pypdf.PdfReader(path)
    for page in file.pages:
        yield from page.extract_text().split("\n")
    yield str((file.metadata or {}).get("/Title", ""))
    yield from _titles(file.outline)


def _titles(outline: Iterable[Any]) -> Iterator[str]:
    for item in outline:
        if isinstance(item, list):
            yield from _titles(item)
        else:
            yield str(item.title)


def workbook_texts(path: Path, *, without: Iterable[str] = ()) -> Iterator[str]:
    """Texts of a workbook: cells, names of sheets, and what its charts say.

    Parameters
    ----------
    path : Path
    without : iterable of str
        Names of sheets whose cells are not read.
    """
    import openpyxl

    for sheet in openpyxl.load_workbook(path):
        yield sheet.title
        if sheet.title not in without:
            for row in sheet.iter_rows(values_only=True):
                read = row[:-1] if sheet.title == "指标汇总" else row  # the last column has the names of summary.json
                yield from (cell for cell in read if isinstance(cell, str))
    with zipfile.ZipFile(path) as parts:
        for name in parts.namelist():
            if name.startswith(("xl/charts/", "xl/drawings/")) and name.endswith(".xml"):
                yield from map(html.unescape, re.findall(r"<a:t>([^<]*)</a:t>", parts.read(name).decode()))


def markdown_texts(text: str) -> Iterator[str]:
    """Lines of Markdown without code."""
    plain = re.sub(r"```.*?```|`[^`]*`", " ", text, flags=re.DOTALL)
    yield from re.sub(r"\\(.)", r"\1", plain).split("\n")


def figure_texts(figure: Any) -> Iterator[str]:
    """What a figure of matplotlib says."""
    from matplotlib.text import Text

    yield from (text.get_text() for text in figure.findobj(Text) if text.get_visible())


def read(path: Path) -> Iterator[str]:
    """Texts of a file that is for people; none of one that is for programs."""
    if path.suffix == ".html":
        yield from page_texts(path.read_text(encoding="utf-8"))
    elif path.suffix == ".pdf":
        yield from pdf_texts(path)
    elif path.suffix == ".xlsx":
        yield from workbook_texts(path, without=("清单",))  # the manifest, key by key as in manifest.json
    elif path.suffix == ".md":
        yield from markdown_texts(path.read_text(encoding="utf-8"))
