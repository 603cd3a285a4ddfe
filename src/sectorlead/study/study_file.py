"""A study as a TOML file (``docs/studies.md``): read, checked key by key, every path relative to the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_type_hints

from sectorlead.data.bounds import read_bounded
from sectorlead.data.errors import InputError, UnknownNameError
from sectorlead.data.forms import NAMES, TABLE, TEXT, Form, form_of, forms_of
from sectorlead.data.rates import RATE
from sectorlead.data.tidy.options import ReadOptions
from sectorlead.data.toml_table import parse_toml, placed, read_table
from sectorlead.engine.config import TERMS
from sectorlead.engine.market.market import Market, find_market, market
from sectorlead.ledger.registration import Registration
from sectorlead.study.data_argument import is_file
from sectorlead.study.study import (
    NO_STRATEGY,
    Choice,
    Comparison,
    Events,
    Factor,
    Missing,
    Signal,
    Source,
    Study,
    Sweeping,
    Walking,
)  # fmt: skip


def _terms(section: str) -> dict[str, Form]:
    return {known.name: known.form for known in TERMS.values() if known.section == section}


READING = forms_of(ReadOptions)
SOURCE = {name: form_of(hint) for name, hint in get_type_hints(Source).items() if name != "reading"} | READING
SECTIONS: dict[str, dict[str, Form]] = {
    "data": SOURCE | _terms("data"),
    "signal": SOURCE | _terms("data") | {"missing": form_of(Missing), "funds": TABLE},
    "run": {"market": TEXT} | _terms("run"),
    "market": {"base": TEXT} | forms_of(Market),
    "strategies": {"name": TEXT, "label": TEXT, "set": TABLE, "analyzers": NAMES},
    "compare": forms_of(Comparison),
    "events": forms_of(Events),
    "factor": forms_of(Factor),
    "sweep": forms_of(Sweeping),
    "walkforward": forms_of(Walking),
    "registration": forms_of(Registration),
}
"""Every section and key of a study, and what its value must be."""


def read_study(path: Path) -> Study:
    """A study from a TOML file (format: ``docs/studies.md``).

    Raises
    ------
    InputError
        The file can't be read or is not valid TOML (with the line), a value has the wrong type or range, or a section
        or key is not known (with the nearest known one).
    """
    try:
        content = read_bounded(path)
    except OSError as error:
        raise InputError(f"study {path} can't be read: {error.strerror}; give the path of a TOML file") from None
    document = parse_toml(content, f"study {path}")
    with placed(f"study {path}"):
        for section in document:
            if section not in SECTIONS:
                raise UnknownNameError("section", section, SECTIONS)
        return replace(_study(document, path.parent), name=path.stem)


def _study(document: Mapping[str, Any], folder: Path) -> Study:
    data, terms = _section(document, "data"), _section(document, "run")
    terms |= {name: data.pop(name) for name in _terms("data") if name in data}
    if "market" in terms and "market" in document:
        raise InputError("the market is named in [run] and written out in [market]; keep one of them")
    named = find_market(terms.pop("market")) if "market" in terms else None
    if str(terms.get("cash_rate", RATE)).partition(":")[0] != RATE:
        terms["cash_rate"] = _located_in(terms["cash_rate"], folder)
    return Study(
        strategies=_choices(document),
        data=_source(data, folder),
        market=_market(_section(document, "market"), folder) if "market" in document else named,
        terms=terms,
        signal=_signal(_section(document, "signal"), folder) if "signal" in document else None,
        compare=Comparison(**_section(document, "compare")),
        events=_events(_section(document, "events"), folder),
        factor=Factor(**_section(document, "factor")),
        sweep=Sweeping(**_section(document, "sweep")),
        walkforward=Walking(**_section(document, "walkforward")),
        registration=_registration(_section(document, "registration")) if "registration" in document else None,
        folder=folder,
    )


def _registration(table: dict[str, Any]) -> Registration:
    if missing := [name for name in ("trials", "bar", "test_from") if name not in table]:
        raise InputError(f"[registration] has no {', '.join(missing)}; declare trials, bar and test_from")
    return Registration(**table)


def _section(document: Mapping[str, Any], name: str) -> dict[str, Any]:
    return read_table(document.get(name, {}), SECTIONS[name], name)


def _source(table: Mapping[str, Any], folder: Path) -> Source:
    """A panel's table, a file's path relative to the study's folder; the name of a source stays as it is."""
    located = dict(table)
    if "path" in located and is_file(located["path"]):
        located["path"] = str(folder / located["path"])
    if "benchmark" in located:
        located["benchmark"] = _located_in(located["benchmark"], folder)
    if "distributions" in located:
        located["distributions"] = str(folder / located["distributions"])
    for symbol, line in located.get("proxies", {}).items():
        if not isinstance(line, str):
            raise InputError(f"{symbol} in [data.proxies] must be the name of a series in quotes, was {line!r}")
    located["proxies"] = {key: _series_in(line, folder) for key, line in located.get("proxies", {}).items()}
    reading = ReadOptions(**{key: located.pop(key) for key in READING if key in located})
    return Source(**located, reading=reading)


def _located_in(text: Any, folder: Path) -> Any:
    """``PATH:NAME`` with the path relative to the study's folder; anything else as it is."""
    path, colon, name = text.rpartition(":") if isinstance(text, str) else ("", "", "")
    return f"{folder / path}:{name}" if colon else text


def _series_in(text: str, folder: Path) -> str:
    """``PATH:SYMBOL`` with the path relative to the study's folder; a source and its series as they are."""
    path, colon, _ = text.rpartition(":")
    return _located_in(text, folder) if colon and is_file(path) else text


def _signal(table: dict[str, Any], folder: Path) -> Signal:
    funds = table.pop("funds", {})
    if "path" not in table:
        raise InputError("[signal] has no path; name the file or source of the sectors")
    if not funds:
        raise InputError('[signal] has no funds; write [signal.funds] and below it: 801780 = ["512800.SH"]')
    for sector, held in funds.items():
        if not (isinstance(held, list) and held and all(isinstance(fund, str) for fund in held)):
            raise InputError(f"{sector} in [signal.funds] must be a list of symbols, was {held!r}")
    own = {key: table.pop(key) for key in ("accept", "missing") if key in table}
    return Signal(funds=funds, source=_source(table, folder), **own)


def _choices(document: Mapping[str, Any]) -> tuple[Choice, ...]:
    tables = document.get("strategies")
    if tables is None and any("score" in document.get(name, {}) for name in ("events", "factor")):
        return ()
    if not (isinstance(tables, list) and tables and all(isinstance(table, dict) for table in tables)):
        raise InputError(NO_STRATEGY)
    choices = []
    for number, table in enumerate(tables, 1):
        with placed(f"strategy {number}"):
            entry = read_table(table, SECTIONS["strategies"], "strategies")
            if "name" not in entry:
                raise InputError("has no name; give a library name or module:Name")
        label, watching = entry.get("label") or entry["name"], tuple(entry.get("analyzers", ()))
        choices.append(Choice(entry["name"], label, entry.get("set", {}), watching))
    return tuple(choices)


def _events(table: dict[str, Any], folder: Path) -> Events:
    if "dates" in table:
        table["dates"] = str(folder / table["dates"])
    return Events(**table)


def _market(table: dict[str, Any], folder: Path) -> Market:
    book = table.get("rulebook", "")
    if book.endswith(".toml"):
        table["rulebook"] = str(folder / book)
    return market(table.pop("base", ""), **{"name": "custom"} | table)
