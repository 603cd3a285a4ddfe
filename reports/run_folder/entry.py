"""One line of the list: what a folder's names and its two small JSON files tell about a run."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ...data.errors import RunFolderError
from ..growth import annualises
from ..metrics.run_metrics import YEARLY
from .json_file import read_object
from .names import EQUITY, FILES, FILLS, INCOMPLETE, MANIFEST, PANEL, REPORT, RUN, SUMMARY, TABLES
from .output import kind_of
from .words import TEXT_ONLY, Words, shortened, words

NEEDED = (MANIFEST, SUMMARY, EQUITY)
OWN = frozenset((*NEEDED, REPORT, *TABLES[:5], RUN, PANEL))
"""Files of a run folder; a folder with two of them, or with the mark, is taken for one."""
SHARED = ("tournament.html", "comparison.html")
"""Pages about several runs, by name."""

METRICS = ("total_return", "cagr", "sharpe", "max_drawdown", "turnover", "cost_total")
"""What the list shows of ``summary.json``."""


class Entry(NamedTuple):
    """A folder in the list; None and "" where something is not known.

    Attributes
    ----------
    folder : str
        Path below the root, with "/"; "" is the root itself.
    status : str
        "complete", "incomplete", "damaged", or "report" for what is no run: a comparison, a sweep, an event study, ...;
        its kind is in ``words``.
    reason : str
        What is incomplete or damaged.
    page : str
        The page for people, if there is one.
    written : float
        When its last file was written, in seconds since 1970.
    """

    folder: str
    stamp: str
    status: str
    reason: str = ""
    page: str = ""
    written: float = 0.0
    name: str = ""
    sentence: str = ""
    words: str = ""
    kind: str = ""
    market: str = ""
    start: str = ""
    end: str = ""
    verified: str = ""
    total_return: float | None = None
    cagr: float | None = None
    sharpe: float | None = None
    max_drawdown: float | None = None
    turnover: float | None = None
    cost_total: float | None = None


class Told(NamedTuple):
    """An entry with the manifest it was read from, empty where that can't be read."""

    entry: Entry
    manifest: dict[str, Any] = {}  # noqa: RUF012  # nobody writes to it


def is_run(names: frozenset[str]) -> bool:
    """Whether a folder with these file names is, or was to become, a run or a page about several."""
    return INCOMPLETE in names or len(names & OWN) > 1 or not names.isdisjoint(SHARED)


def stamp(folder: Path, names: frozenset[str]) -> tuple[str, float]:
    """What changes whenever the entry can, and when the folder was written.

    Parameters
    ----------
    folder : Path
    names : frozenset of str
        Files in it.
    """
    parts, newest = [",".join(sorted(names & {INCOMPLETE, *OWN, *SHARED}))], 0.0
    for name in (MANIFEST, SUMMARY, *SHARED):
        if name in names:
            info = os.stat(folder / name)
            parts.append(f"{info.st_mtime_ns}:{info.st_size}")
            newest = max(newest, info.st_mtime)
    return "|".join(parts), newest or os.stat(folder).st_mtime


def read_entry(path: Path, folder: str, names: frozenset[str]) -> Entry:
    """The entry of a folder, whatever state it is in; see ``read_run``.

    Parameters
    ----------
    path : Path
        The folder.
    folder : str
        What to call it: its path below a root.
    names : frozenset of str
        Files in it.
    """
    return read_run(path, folder, names).entry


def read_run(path: Path, folder: str, names: frozenset[str]) -> Told:
    """What the small files of a folder tell, whatever state it is in.

    Parameters
    ----------
    path : Path
    folder : str
        How the entry calls it.
    names : frozenset of str
        Names of the plain files in it.
    """
    mark, written = stamp(path, names)
    shown = Entry(folder, mark, "complete", written=written, name=path.name, page=REPORT if REPORT in names else "")
    if INCOMPLETE in names:
        return Told(
            shown._replace(status="incomplete", reason="still being written, or writing it was stopped", page="")
        )
    if (kind := _other_kind(path, names)) is not None:
        page = next((name for name in (*SHARED, REPORT) if name in names), "")
        return Told(shown._replace(status="report", page=page, words=kind))
    manifest: dict[str, Any] = {}
    try:
        _check_there(NEEDED, names)
        manifest = read_object(path / MANIFEST)
        files = manifest.get("files", {})
        _check_there(files if isinstance(files, dict) else (), names)
        return Told(_filled(shown, manifest, read_object(path / SUMMARY)), manifest)
    except RunFolderError as error:
        return Told(shown._replace(status="damaged", reason=str(error)), manifest)


def _other_kind(path: Path, names: frozenset[str]) -> str | None:
    """What a folder holds that is no run: "sweep", "comparison", "event study", ...; None for a run."""
    if not names.isdisjoint(SHARED) and FILLS not in names and FILES not in names:
        return "comparison"  # of version 0.2, which did not say so
    kind = kind_of(path, set(names)) if FILES in names else None
    return None if kind == "run" else kind


def _check_there(needed: Iterable[str], names: frozenset[str]) -> None:
    if missing := [name for name in needed if name not in names]:
        raise RunFolderError(f"{', '.join(missing)} missing")


def _filled(entry: Entry, manifest: Mapping[str, Any], summary: Mapping[str, Any]) -> Entry:
    (sentence, (kind, text)), terms = _strategy(manifest), _part(manifest, "terms")
    values: dict[str, Any] = {name: number(summary, name) for name in METRICS}
    sessions, periods = number(summary, "sessions"), number(summary, "periods_per_year")
    if sessions and periods and not annualises(sessions, periods):  # as in every report: not annualised
        values |= {name: None for name in METRICS if name in YEARLY}
    return entry._replace(
        name=_text(manifest, "name") or entry.name, sentence=sentence, words=text, kind=kind,
        market=_text(_part(manifest, "market"), "name"), start=_text(terms, "start"), end=_text(terms, "end"),
        verified=_text(manifest, "verified"), **values,
    )  # fmt: skip


def number(summary: Mapping[str, Any], name: str) -> float | None:
    """A metric; None where it is not defined.

    Parameters
    ----------
    summary : mapping of str to object
        As in ``summary.json``.
    name : str
        Of the metric.

    Raises
    ------
    RunFolderError
        It is not there, or is not a number.
    """
    value = summary.get(name, "")
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RunFolderError(f"{SUMMARY} has no number {name!r}")
    return float(value) if math.isfinite(value) else None


def _strategy(manifest: Mapping[str, Any]) -> tuple[str, Words]:
    """The strategy's sentence, and its data in words; a manifest of version 0.2 has the sentence only, and says so."""
    if isinstance(manifest.get("strategy"), dict):
        told = _part(manifest, "strategy")
        return _text(told, "text"), Words(*map(_clean, words(told.get("data"))))
    sentence = _text(manifest, "strategy")
    return sentence, Words(TEXT_ONLY, shortened(sentence))


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = values.get(name)
    if not isinstance(part, dict):
        raise RunFolderError(f"{MANIFEST} has no {name!r}")
    return part


def _text(values: Mapping[str, Any], name: str) -> str:
    value = values.get(name)
    if value is not None and not isinstance(value, str):
        raise RunFolderError(f"{MANIFEST} has no text {name!r}")
    return _clean(value or "")


def _clean(text: str) -> str:
    """Text that can be stored and sent: lone surrogates, which JSON allows, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")
