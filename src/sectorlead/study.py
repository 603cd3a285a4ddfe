"""Strategies on one panel under one set of terms, as one checked value that a TOML file describes."""

from __future__ import annotations

import datetime
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.data.panel import Panel
from sectorlead.engine.backtest import CHOICES
from sectorlead.engine.market import Market, find_market
from sectorlead.resolve import SIMULATED, is_file

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Choice:
    """A strategy that was asked for.

    Attributes
    ----------
    name : str
        Library name or ``module:Name``.
    label : str
        How the run is called; the name if left out.
    parameters : mapping
        Parameters by name.
    """

    name: str
    label: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What ``compare`` is asked for besides the runs; the names are those of ``sectorlead.contest.compare``.

    Attributes
    ----------
    against : str or None
        Label of the strategy that the others are compared with; None is the first.
    seeds : int
        How often a random strategy is drawn.
    bootstrap : int
        Resamples.
    phases : mapping
        Parameters of ``MarketPhases`` by name.
    """

    against: str | None = None
    seeds: int = 200
    bootstrap: int = 2_000
    phases: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """Strategies on one panel under one set of terms.

    Attributes
    ----------
    strategies : tuple of Choice
        At least one; labels are unique.
    data : str
        A file, a source that the store holds, or "simulated".
    benchmark : str or None
        A symbol of the data, ``PATH:SYMBOL``, or a code that the store holds from the source ``index``.
    hash : str or None
        The first 12 or more hex digits of the sha256 that the file of the data must have.
    data_start, data_end : str or None
        The panel is cut to these dates.
    accept : tuple of str
        Rules of the quality gate whose errors do not stop a run: "bad-tick", or "bad-tick:801010" for one series.
    market : Market
        Rules under which orders fill.
    cash, fill, size, unfilled, engine, seed
        As ``sectorlead.run``; no engine means "both", and "backtrader" for a ``backtrader.Strategy``.
    cash_rate : float, str or None
        What idle cash earns per year: a fraction, or ``PATH:COLUMN`` of such rates by date.
    start, end : str or None
        First and last session of the run; earlier sessions of the panel warm up indicators.
    compare : Comparison
        How the strategies are compared.
    folder : Path or None
        Where the study file lies; its paths and modules are relative to it.
    """

    strategies: tuple[Choice, ...] = ()
    data: str = SIMULATED
    benchmark: str | None = None
    hash: str | None = None
    data_start: str | None = None
    data_end: str | None = None
    accept: tuple[str, ...] = ()
    market: Market = field(default_factory=lambda: find_market("cn-etf"))
    cash: float = 1_000_000.0
    fill: str = "open"
    size: str = "decision"
    unfilled: str = "carry"
    engine: str | None = None
    seed: int | None = None
    cash_rate: float | str | None = None
    start: str | None = None
    end: str | None = None
    compare: Comparison = field(default_factory=Comparison)
    folder: Path | None = None

    def __post_init__(self) -> None:
        for key, allowed in CHOICES.items():
            if getattr(self, key) not in (*allowed, *([None] if key == "engine" else [])):
                raise UnknownNameError(key, str(getattr(self, key)), allowed)
        if not 0 < self.cash < float("inf"):
            raise ParameterError(f"cash must be a finite number > 0, was {self.cash!r}")
        for key in ("data_start", "data_end", "start", "end"):
            _check_date(key.removeprefix("data_"), getattr(self, key))
        labels = [choice.label for choice in self.strategies]
        doubles = sorted({label for label in labels if labels.count(label) > 1})
        if doubles:
            raise InputError(f"two strategies are called {doubles[0]!r}; give each [[strategies]] its own label")
        if self.data == SIMULATED and (self.benchmark or self.hash or self.data_start or self.data_end):
            raise InputError("the simulated market has its own benchmark and dates; give the path of the data as well")

    def panel(self) -> Panel:
        """The data: loaded and cut, or simulated; a pinned file only if it is the one that was pinned."""
        from sectorlead.resolve import data_panel

        if self.hash is not None:
            from sectorlead.data.snapshot import check_hash

            check_hash(self.data, self.hash)
        return data_panel(self.data, self.benchmark, start=self.data_start, end=self.data_end)

    def idle_rate(self) -> float | pd.Series | None:
        """What idle cash earns, read from its file where it is one."""
        if self.cash_rate is None:
            return None
        from sectorlead.data.rates import read_rate

        return read_rate(str(self.cash_rate))

    def choose(self, label: str | None) -> Choice:
        """The strategy to run: the only one, or the one with this label."""
        labels = [choice.label for choice in self.strategies]
        if label is None:
            if len(labels) == 1:
                return self.strategies[0]
            raise InputError(f"the study has {len(labels)} strategies; pick one with --strategy: {', '.join(labels)}")
        if label not in labels:
            raise UnknownNameError("strategy of the study", label, labels)
        return self.strategies[labels.index(label)]


def read_study(path: Path) -> Study:
    """A study from a TOML file (format: ``docs/studies.md``).

    Raises
    ------
    InputError
        The file can't be read or is not valid TOML (with the line), a value has the wrong type or range, or a section
        or key is not known (with the nearest known one).
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"study {path} can't be read: {error.strerror}; give the path of a TOML file") from None
    except UnicodeDecodeError as error:
        raise InputError(f"study {path} is not UTF-8 text (byte {error.start}); save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"study {path} is not valid TOML: {error}") from None
    where = str(path)
    for section in document:
        if section not in _SECTIONS:
            raise UnknownNameError(f"section in {where}:", section, _SECTIONS)
    try:
        return _study(document, where, path.parent)
    except UnknownNameError:
        raise
    except InputError as error:
        text = str(error)
        raise InputError(text if text.startswith(where) else f"{where}: {text}") from None


def _study(document: dict[str, Any], where: str, folder: Path) -> Study:
    data = _section(document, "data", where)
    terms = _section(document, "run", where)
    if "market" in document:
        if "market" in terms:
            raise InputError(f"{where}: the market is named in [run] and written out in [market]; keep one of them")
        terms["market"] = _market(_section(document, "market", where), folder)
    elif "market" in terms:
        terms["market"] = find_market(terms["market"])
    source = data.get("path", SIMULATED)
    if ":" in str(terms.get("cash_rate", "")):
        terms["cash_rate"] = _benchmark(terms["cash_rate"], folder)
    return Study(
        strategies=_choices(document, where),
        data=str(folder / source) if is_file(source) else source,
        benchmark=_benchmark(data.get("benchmark"), folder),
        hash=data.get("hash"),
        data_start=data.get("start"),
        data_end=data.get("end"),
        accept=tuple(data.get("accept", ())),
        compare=Comparison(**_section(document, "compare", where)),
        folder=folder,
        **terms,
    )


def _choices(document: dict[str, Any], where: str) -> tuple[Choice, ...]:
    tables = document.get("strategies")
    if not (isinstance(tables, list) and tables and all(isinstance(table, dict) for table in tables)):
        raise InputError(f"{where}: no strategy to run; write [[strategies]] and below it: name = \"pullback-leaders\"")
    choices = []
    for number, table in enumerate(tables, 1):
        entry = _checked(table, "strategies", f"{where}, strategy {number}")
        if "name" not in entry:
            raise InputError(f"{where}, strategy {number}: has no name; give a library name or module:Name")
        choices.append(Choice(entry["name"], entry.get("label") or entry["name"], entry.get("set", {})))
    return tuple(choices)


def _market(table: dict[str, Any], folder: Path) -> Market:
    base = find_market(table.pop("base")) if "base" in table else Market()
    book = table.get("rulebook", "")
    if book.endswith(".toml"):
        table["rulebook"] = str(folder / book)
    return replace(base, **({"name": "custom"} | table))


def _benchmark(text: str | None, folder: Path) -> str | None:
    """``PATH:SYMBOL`` with the path relative to the study's folder; a plain symbol as it is."""
    if text is None or ":" not in text:
        return text
    path, _, symbol = text.rpartition(":")
    return f"{folder / path}:{symbol}"


def _section(document: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise InputError(f"{where}: {name} must be a section, written [{name}]")
    return _checked(table, name, where)


def _checked(table: dict[str, Any], section: str, where: str) -> dict[str, Any]:
    """The keys of a section, each known and of its type; dates as ISO text."""
    known = _SECTIONS[section]
    kept = {}
    for key, value in table.items():
        if key not in known:
            raise UnknownNameError(f"key of [{section}] in {where}:", key, known)
        expected = known[key]
        if expected == "date" and isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            value = f"{value:%Y-%m-%d}"
        words, types = _TYPES[expected]
        fits = isinstance(value, types) and (bool in types or not isinstance(value, bool))
        if expected == "names":
            fits = fits and all(isinstance(each, str) for each in value)
        if not fits:
            given = str(value) if isinstance(value, datetime.datetime) else repr(value)
            raise InputError(f"{where}: {key} in [{section}] must be {words}, was {given}")
        kept[key] = value
    return kept


def _check_date(key: str, text: str | None) -> None:
    if text is None:
        return
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{key} must be a date such as 2020-01-31, was {text!r}") from None


_TYPES: dict[str, tuple[str, tuple[type, ...]]] = {
    "text": ("text in quotes", (str,)),
    "number": ("a number", (int, float)),
    "integer": ("a whole number", (int,)),
    "flag": ("true or false", (bool,)),
    "date": ("a date without time, such as 2020-01-31", (str,)),
    "table": ("a table such as {top = 3}", (dict,)),
    "names": ('a list of texts such as ["bad-tick"]', (list,)),
    "rate": ('a fraction such as 0.02, or a file and its column, "rates.csv:shibor"', (int, float, str)),
}


def _kind_of(hint: Any) -> str:
    """What a field of a market is in a study file; a rule book is a text, its name or path."""
    named = {str: "text", bool: "flag", int: "integer", float: "number"}
    return next(named[kind] for kind in get_args(hint) or (hint,) if kind in named)


_SECTIONS: dict[str, dict[str, str]] = {
    "data": {"path": "text", "benchmark": "text", "hash": "text", "start": "date", "end": "date", "accept": "names"},
    "run": {
        "market": "text", "cash": "number", "fill": "text", "size": "text", "unfilled": "text", "engine": "text",
        "seed": "integer", "start": "date", "end": "date", "cash_rate": "rate",
    },
    "market": {"base": "text"} | {name: _kind_of(hint) for name, hint in get_type_hints(Market).items()},
    "strategies": {"name": "text", "label": "text", "set": "table"},
    "compare": {"against": "text", "seeds": "integer", "bootstrap": "integer", "phases": "table"},
}  # fmt: skip
"""Every section and key of a study, and the type of its value."""
