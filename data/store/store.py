"""``Store``: what was fetched, kept for good: Parquet per source, series and vintage, with where it came from.

    SOURCE/listing.jsonl            what the source offered, a line per change
    SOURCE/SYMBOL/0001.parquet      the first vintage; 0002.parquet the next, once history was restated
    SOURCE/SYMBOL/fetches.jsonl     a line per answer: who was asked for what, when, and what came of it

A vintage only ever grows at its end. The file of the newest one is replaced by a longer one; those of older vintages
are never touched again. A Parquet file holds its own last line of ``fetches.jsonl``, so that no kill parts bars from
their origin; a line that is only there is put into ``fetches.jsonl`` before the file is replaced.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import numpy as np
import pandas as pd

from ..errors import DataError, ParameterError, UnknownNameError
from ..panel import Panel
from ..panel_labels import KINDS
from ..spans import Span
from ..tidy.assemble import assemble, split
from ..tidy.columns import DAYS, Tidy
from .durable import append_line, last_line, locked, make_folder, read_lines, sweep
from .origins import is_joined, spans_of
from .series_files import Part, read_about, read_part, tidy_of, vintages_in, write_part
from .vintages import Bars, Merged, bars_of, merge

if TYPE_CHECKING:
    from ..sources.source import Fetched, SeriesInfo

ENVIRONMENT = "SECTORLEAD_DATA"
HELD = ("source", "symbol", "name", "sessions", "first", "last", "vintages", "fetched_at")
_LOG, _LISTING = "fetches.jsonl", "listing.jsonl"


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer did to a series.

    Attributes
    ----------
    source, symbol, name : str
    added : int
        Bars after the last one held before.
    restated, inserted : tuple of Timestamp
        Sessions of the past whose bar changed or came late. If there are any, the answer made a new vintage.
    withdrawn : tuple of Timestamp
        Sessions held that the answer should have and has not; see ``vintages.Merged``.
    vintage : int
        The newest one, from 1.
    sessions : int
        Bars in it.
    last : Timestamp
        Of the last of them.
    origin : str
        Vendor and function of the answer.
    """

    source: str
    symbol: str
    name: str
    added: int
    restated: tuple[pd.Timestamp, ...]
    inserted: tuple[pd.Timestamp, ...]
    withdrawn: tuple[pd.Timestamp, ...]
    vintage: int
    sessions: int
    last: pd.Timestamp
    origin: str

    @property
    def another_history(self) -> bool:
        """Whether this answer made a new vintage."""
        return bool(self.restated or self.inserted)


class Store:
    """Series by source and symbol.

    Any number of processes may read and write at once: writers of one series take turns, readers wait for nobody.

    Parameters
    ----------
    root : Path, optional
        Default: the environment variable ``SECTORLEAD_DATA``, else ``data`` in the user's cache folder. Made when
        something is stored.
    """

    def __init__(self, root: Path | str | None = None) -> None:
        self._root = root

    @cached_property
    def root(self) -> Path:
        """The folder."""
        if self._root is not None:
            return Path(self._root)
        if os.environ.get(ENVIRONMENT):
            return Path(os.environ[ENVIRONMENT])
        from platformdirs import user_cache_path

        return user_cache_path("sectorlead", appauthor=False) / "data"

    # --- what is held ------------------------------------------------------------------------------------------------

    def sources(self) -> tuple[str, ...]:
        """Sources with a series, ascending."""
        return tuple(source for source in _names(self.root) if self.symbols(source))

    def symbols(self, source: str) -> tuple[str, ...]:
        """Symbols held from a source, ascending."""
        folder = self.root / _quoted(source)
        return tuple(symbol for symbol in _names(folder) if vintages_in(folder / _quoted(symbol)))

    def vintages(self, source: str, symbol: str) -> tuple[int, ...]:
        """Numbers of the vintages of a series, from 1 on; empty if it is not held.

        Parameters
        ----------
        source, symbol : str
        """
        return vintages_in(self._folder(source, symbol))

    def held(self, source: str | None = None) -> pd.DataFrame:
        """One row per series: ``HELD``, of the newest vintage; ``fetched_at`` is UTC, of the last answer."""
        rows = []
        for each in self.sources() if source is None else (source,):
            for symbol in self.symbols(each):
                folder = self._folder(each, symbol)
                about, count = read_about(folder), len(vintages_in(folder))
                span = pd.Timestamp(about["first"]), pd.Timestamp(about["last"])
                rows.append((each, symbol, about["name"], about["rows"], *span, count, self.checked(each, symbol)))
        return pd.DataFrame(rows, columns=list(HELD))

    def checked(self, source: str, symbol: str) -> pd.Timestamp | None:
        """When a series was last answered for, in UTC; None if it is not held.

        Parameters
        ----------
        source, symbol : str

        Returns
        -------
        Timestamp or None
            With the time zone UTC.
        """
        folder = self._folder(source, symbol)
        if not vintages_in(folder):
            return None
        line = last_line(folder / _LOG)
        stored = pd.Timestamp(read_about(folder)["fetch"]["at"])
        return stored if line is None else max(stored, pd.Timestamp(line["at"]))

    def sessions(self, source: str, symbol: str) -> pd.DatetimeIndex:
        """Sessions of the newest vintage; empty if the series is not held.

        Parameters
        ----------
        source, symbol : str

        Returns
        -------
        DatetimeIndex
            Ascending, tz-naive midnights.
        """
        folder = self._folder(source, symbol)
        return pd.DatetimeIndex(read_part(folder)[0].days.astype("M8[ns]") if vintages_in(folder) else [])

    def read(self, source: str, symbol: str, vintage: int | None = None) -> pd.DataFrame:
        """Bars of a series: ``date``, ``open`` ... ``amount``, ``adj_factor``, and ``st`` if it is said anywhere.

        By default of the newest vintage.

        Parameters
        ----------
        source, symbol : str
        vintage : int, optional
            From 1; default: the newest.

        Returns
        -------
        DataFrame
            A row per session, ascending; units as in ``Fetched``, NaN where nothing is known.

        Raises
        ------
        UnknownNameError
            The series or the vintage is not held.
        DataError
            The file was damaged: its content is not what its hash says.
        """
        self._must_hold(source, symbol)
        known = self.vintages(source, symbol)
        if vintage is not None and vintage not in known:
            raise UnknownNameError(f"vintage of {source} {symbol}", str(vintage), map(str, known))
        return read_part(self._folder(source, symbol), vintage)[0].frame()

    def provenance(self, source: str, symbol: str) -> list[dict[str, Any]]:
        """Every answer for a series, oldest first.

        ``number``, ``at`` (UTC), ``vendor``, ``function``, ``parameters``, ``version``, ``answer`` (hash of what came),
        ``added``, ``restated``, ``inserted``, ``withdrawn``, ``vintage``, ``content`` (hash of what was then held);
        ``common`` and ``largest`` where another vendor's bars were compared: how many, and how far closes are apart.

        Parameters
        ----------
        source, symbol : str

        Returns
        -------
        list of dict
            Plain data, as it stands in ``fetches.jsonl``.

        Raises
        ------
        UnknownNameError
            The series is not held.
        """
        self._must_hold(source, symbol)
        folder = self._folder(source, symbol)
        newest = read_about(folder)["fetch"]  # first: lines up to it are in the log before it is
        lines = [*read_lines(folder / _LOG), newest]
        return [line for _, line in sorted({line["number"]: line for line in lines}.items())]

    def spans(self, source: str, symbol: str) -> tuple[Span, ...]:
        """Which vendor gave which stretch of a series, and how they agree at the breaks; none of one vendor.

        Parameters
        ----------
        source, symbol : str

        Raises
        ------
        UnknownNameError
            The series is not held.
        """
        answers = self.provenance(source, symbol)
        return spans_of(read_part(self._folder(source, symbol)), answers)

    def changes(self, source: str, symbol: str) -> pd.DataFrame:
        """Numbers of the past that a new vintage changed: ``vintage``, ``date``, ``column``, ``before``, ``after``.

        Parameters
        ----------
        source, symbol : str

        Returns
        -------
        DataFrame
            A row per number, by vintage and date; empty where no vintage followed the first. NaN is "no number".

        Raises
        ------
        UnknownNameError
            The series is not held.
        """
        rows: list[tuple[Any, ...]] = []
        for older, newer in pairwise(self.vintages(source, symbol)):
            before, after = (self.read(source, symbol, each).set_index("date") for each in (older, newer))
            days = before.index.union(after.index)
            days = days[days <= before.index[-1]]
            names = max(before.columns, after.columns, key=len)  # one of them may be without ``st``
            old, new = (each.reindex(index=days, columns=names).to_numpy() for each in (before, after))
            for row, column in np.argwhere((old != new) & ~(np.isnan(old) & np.isnan(new))):
                rows.append((newer, days[row], names[column], old[row, column], new[row, column]))
        return pd.DataFrame(rows, columns=["vintage", "date", "column", "before", "after"])

    # --- listings ----------------------------------------------------------------------------------------------------

    def add_listing(self, source: str, taxonomy: str, series: Iterable[SeriesInfo], at: pd.Timestamp) -> None:
        """Keep what a source offers, if it is not what it offered last time.

        Parameters
        ----------
        source, taxonomy : str
            Series of two taxonomies are never joined.
        series : iterable of SeriesInfo
        at : Timestamp
            When it was seen, with a time zone.
        """
        folder = make_folder(self.root / _quoted(source))
        listed = {"taxonomy": taxonomy, "series": [_labels(each) for each in series]}
        with locked(folder / "listing.lock"):
            known = last_line(folder / _LISTING) or {}
            if {key: known.get(key) for key in listed} != listed:
                append_line(folder / _LISTING, {"at": _utc(at)} | listed)

    def listings(self, source: str) -> list[tuple[pd.Timestamp, str, tuple[SeriesInfo, ...]]]:
        """Every listing of a source that differed from the one before: when first seen, taxonomy, series."""
        return [_listing(line) for line in read_lines(self.root / _quoted(source) / _LISTING)]

    def listing(self, source: str) -> tuple[pd.Timestamp, str, tuple[SeriesInfo, ...]] | None:
        """The newest listing of a source, or None."""
        line = last_line(self.root / _quoted(source) / _LISTING)
        return None if line is None else _listing(line)

    # --- writing -----------------------------------------------------------------------------------------------------

    @contextmanager
    def claim(self, source: str, symbol: str) -> Iterator[bool]:
        """Keep other processes from fetching the same series while it is held.

        Parameters
        ----------
        source, symbol : str

        Yields
        ------
        bool
            False if another one is at it now; nobody waits.
        """
        with locked(make_folder(self._folder(source, symbol)) / "fetch.lock", wait=False) as mine:
            yield mine

    def restates(self, source: str, info: SeriesInfo, fetched: Fetched) -> bool:
        """Whether an answer would make a new vintage of a series that is held.

        Parameters
        ----------
        source : str
        info : SeriesInfo
        fetched : Fetched

        Raises
        ------
        DataError
            As ``append``.
        """
        held, about = read_part(self._folder(source, info.symbol))
        answer, _ = _answer(source, info, fetched, about, 0)
        return merge(held, answer, f"{source} {info.symbol}").another_history

    def append(
        self, source: str, info: SeriesInfo, fetched: Fetched, at: pd.Timestamp, *, whole: bool = False
    ) -> Change:
        """Store an answer: new bars at the end, restated history as a new vintage.

        When this returns, the bars are on the disk. Nothing that was held is lost or overwritten, whatever happens.

        Parameters
        ----------
        source : str
            Under which name; not necessarily that of who answered.
        info : SeriesInfo
        fetched : Fetched
        at : Timestamp
            When it was fetched, with a time zone.
        whole : bool
            The answer is the vendor's whole history, and may begin a vintage of its own where another vendor's
            contradicts it.

        Raises
        ------
        DataError
            The answer is empty or malformed, or contradicts another vendor's bars (see ``vintages.merge``).
        """
        time, folder = _utc(at), make_folder(self._folder(source, info.symbol))
        with locked(folder / "write.lock"):
            sweep(folder)
            held, about = read_part(folder) if vintages_in(folder) else (None, None)
            written = (last_line(folder / _LOG) or {"number": 0})["number"]
            stored = about["fetch"]["number"] if about else 0
            if about and stored > written:  # a kill had come between the bars and their line; the next bars forget it
                append_line(folder / _LOG, about["fetch"])
            answer, origins = _answer(source, info, fetched, about, 1 + max(stored, written))
            merged = merge(held, answer, f"{source} {info.symbol}", whole=whole)
            vintage = about["fetch"]["vintage"] + merged.another_history if about else 1
            line = _line(fetched, answer, merged, time, vintage)
            labels = _labels(info)
            told = {key: about[key] for key in _LABELS if key in about} if about else None
            if about is None or merged.bars is not held or labels != told:
                meta = {"source": source} | labels | {"origins": origins, "fetch": line}
                write_part(folder, vintage, merged.bars, meta)
            append_line(folder / _LOG, line)
        days = {key: tuple(map(pd.Timestamp, line[key])) for key in ("restated", "inserted", "withdrawn")}
        bars = merged.bars
        return Change(
            source, info.symbol, info.name, merged.added, **days, vintage=vintage, sessions=len(bars),
            last=pd.Timestamp(bars.days[-1]), origin=_origin(fetched),
        )  # fmt: skip

    # --- putting series together -------------------------------------------------------------------------------------

    def parts(self, source: str, symbols: Iterable[str] | None = None) -> dict[str, Part]:
        """Bars and metadata of the newest vintages of a source by symbol, ascending.

        Parameters
        ----------
        source : str
        symbols : iterable of str, optional
            Only these; default: all.

        Raises
        ------
        DataError
            The source is not held, or a file was damaged.
        UnknownNameError
            A symbol is not held.
        """
        held = self.symbols(source)
        if not held:
            raise DataError(f"{source} is not held. Run: sectorlead fetch {source}")
        chosen = held if symbols is None else tuple(sorted(set(symbols)))
        for symbol in chosen:
            if symbol not in held:
                raise UnknownNameError(f"series of {source} in the store", symbol, held)
        return {symbol: read_part(self._folder(source, symbol)) for symbol in chosen}

    def tidy(self, source: str, symbols: Iterable[str] | None = None) -> Tidy:
        """The newest vintages of a source in the tidy form, not checked yet.

        Parameters
        ----------
        source : str
        symbols : iterable of str, optional
            Only these; default: all.

        Raises
        ------
        DataError, UnknownNameError
            As ``parts``.
        """
        return tidy_of(self.parts(source, symbols), f"store, {source}")

    def panel(
        self,
        source: str,
        benchmark: str | None = None,
        *,
        symbols: Iterable[str] | None = None,
        start: Any = None,
        end: Any = None,
    ) -> Panel:
        """A panel of the newest vintages of a source, as ``load`` makes one from a file.

        Parameters
        ----------
        source : str
        benchmark : str, optional
            A symbol of the source, which is then not traded; a code held from the source ``index``; or ``PATH:SYMBOL``.
        symbols : iterable of str, optional
            Only these series; default: all.
        start, end : date, optional
            First and last date, both included.

        Raises
        ------
        DataError
            The source is not held: says which command fetches it. Or as ``load``.
        UnknownNameError
            A symbol or the benchmark is not held.
        """
        parts = self.parts(source, symbols)
        strange = [about["kind"] for _, about in parts.values() if about["kind"] not in KINDS]
        if strange:
            raise DataError(f"{source} holds series of kind {strange[0]}, which can't be traded; read them one by one")
        listed = self.listing(source)
        taxonomy = f" ({listed[1]})" if listed and listed[1] else ""
        at = max(pd.Timestamp(about["fetch"]["at"]) for _, about in parts.values())
        rows = tidy_of(parts, f"store, {source}")
        joined = [symbol for symbol, part in parts.items() if is_joined(part)]
        del parts  # a copy of everything
        traded, against = split(rows, benchmark, store=self)
        panel = assemble(traded, against, f"{source}{taxonomy} as fetched by {at:%F %H:%M} UTC", start, end)
        return panel.joined(span for symbol in joined for span in self.spans(source, symbol))

    # --- inside ------------------------------------------------------------------------------------------------------

    def _folder(self, source: str, symbol: str) -> Path:
        return self.root / _quoted(source) / _quoted(symbol)

    def _must_hold(self, source: str, symbol: str) -> None:
        if not self.vintages(source, symbol):
            raise UnknownNameError(f"series of {source} in the store", symbol, self.symbols(source))


def _answer(
    source: str, info: SeriesInfo, fetched: Fetched, about: Mapping[str, Any] | None, number: int
) -> tuple[Bars, list[str]]:
    """The bars of an answer with its number, and the origins of the series with the answer's among them."""
    bars, origin = bars_of(fetched.frame, f"{source} {info.symbol}"), _origin(fetched)
    known: list[str] = list(about["origins"]) if about else []
    origins = known if origin in known else [*known, origin]
    fetch, place = np.full(len(bars), number, np.int32), np.full(len(bars), origins.index(origin), np.int8)
    return replace(bars, fetch=fetch, origin=place), origins


def _origin(fetched: Fetched) -> str:
    return f"{fetched.vendor} {fetched.function}"


def _line(fetched: Fetched, answer: Bars, merged: Merged, at: str, vintage: int) -> dict[str, Any]:
    """What ``Store.provenance`` tells of an answer."""
    return {
        "number": int(answer.fetch[0]),
        "at": at,
        "vendor": fetched.vendor,
        "function": fetched.function,
        "parameters": {str(key): str(value) for key, value in fetched.parameters.items()},
        "version": fetched.version,
        "answer": answer.content_hash,
        "added": merged.added,
        **{key: getattr(merged, key).astype(str).tolist() for key in ("restated", "inserted", "withdrawn")},
        **({"common": merged.common, "largest": merged.largest} if merged.common else {}),
        "vintage": vintage,
        "content": merged.bars.content_hash,
    }


_LABELS = ("symbol", "name", "group", "kind", "known_from", "board", "last_date")


def _labels(info: SeriesInfo) -> dict[str, Any]:
    known, last = (
        None if day is None or pd.isna(day) else f"{day:%F}" for day in (info.known_from, info.last_date)
    )
    out = {"symbol": info.symbol, "name": info.name, "group": info.group, "kind": info.kind, "known_from": known}
    return out | ({"board": info.board} if info.board else {}) | ({"last_date": last} if last else {})


def _listing(line: Mapping[str, Any]) -> tuple[pd.Timestamp, str, tuple[SeriesInfo, ...]]:
    from ..sources.source import SeriesInfo

    series = tuple(
        SeriesInfo(**each | {key: pd.Timestamp(each[key]) for key in DAYS if each.get(key)})
        for each in line["series"]
    )
    return pd.Timestamp(line["at"]), line["taxonomy"], series


def _names(folder: Path) -> list[str]:
    try:
        return sorted(unquote(entry.name) for entry in os.scandir(folder) if entry.is_dir() and entry.name[0] != ".")
    except FileNotFoundError:
        return []


def _quoted(name: str) -> str:
    """A name of a file for any name."""
    if not name:
        raise ParameterError("a source or symbol can't be empty")
    return quote(name, safe="").replace(".", "%2E")


def _utc(at: pd.Timestamp) -> str:
    if at.tz is None:
        raise ParameterError(f"at must carry a time zone, was {at}")
    return str(at.tz_convert("UTC").isoformat(timespec="milliseconds"))
