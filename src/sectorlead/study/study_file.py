"""A study as a TOML file (``docs/studies.md``): read, checked key by key, every path relative to the file."""

from __future__ import annotations

import datetime
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args, get_type_hints

from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.engine.market.market import Market, find_market
from sectorlead.study.data_argument import SIMULATED, is_file
from sectorlead.study.study import Choice, Comparison, Signal, Study


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
    if ":" in str(terms.get("cash_rate", "")):
        terms["cash_rate"] = _benchmark(terms["cash_rate"], folder)
    return Study(
        strategies=_choices(document, where),
        data=_located(data.get("path", SIMULATED), folder),
        benchmark=_benchmark(data.get("benchmark"), folder),
        hash=data.get("hash"),
        data_start=data.get("start"),
        data_end=data.get("end"),
        accept=tuple(data.get("accept", ())),
        signal=_signal(document, where, folder),
        compare=Comparison(**_section(document, "compare", where)),
        folder=folder,
        **terms,
    )


def _signal(document: dict[str, Any], where: str, folder: Path) -> Signal | None:
    if "signal" not in document:
        return None
    table = _section(document, "signal", where)
    funds = table.pop("funds", {})
    if "path" not in table:
        raise InputError(f"{where}: [signal] has no path; name the file or source of the sectors")
    if not funds:
        raise InputError(f"{where}: [signal] has no funds; write [signal.funds] and below it: 801780 = [\"512800.SH\"]")
    for sector, held in funds.items():
        if not (isinstance(held, list) and held and all(isinstance(fund, str) for fund in held)):
            raise InputError(f"{where}: {sector} in [signal.funds] must be a list of symbols, was {held!r}")
    return Signal(
        funds=funds,
        data=_located(table.pop("path"), folder),
        benchmark=_benchmark(table.pop("benchmark", None), folder),
        accept=tuple(table.pop("accept", ())),
        **table,
    )


def _located(source: str, folder: Path) -> str:
    """A file's path relative to the study's folder; the name of a source as it is."""
    return str(folder / source) if is_file(source) else source


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
    "signal": {
        "path": "text", "benchmark": "text", "hash": "text", "start": "date", "end": "date", "accept": "names",
        "missing": "text", "funds": "table",
    },
    "run": {
        "market": "text", "cash": "number", "fill": "text", "size": "text", "unfilled": "text", "engine": "text",
        "seed": "integer", "start": "date", "end": "date", "cash_rate": "rate",
    },
    "market": {"base": "text"} | {name: _kind_of(hint) for name, hint in get_type_hints(Market).items()},
    "strategies": {"name": "text", "label": "text", "set": "table"},
    "compare": {"against": "text", "seeds": "integer", "bootstrap": "integer", "phases": "table"},
}  # fmt: skip
"""Every section and key of a study, and the type of its value."""
