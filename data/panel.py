"""``Panel``: aligned bars of N series over T sessions, checked once, read-only ever after."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import carried, sealed
from .bars import BARS, LATE_CLOSES, PRICES, Broken, broken_rules, late_closes
from .benchmark import Benchmark, earlier_bars
from .errors import DataError, UnknownNameError
from .fields import Fields, fields_of, lagged
from .frames import laid_over, line_over, sessions_of, symbols_of
from .types import Flags, Floats

Field = Literal["open", "high", "low", "close", "volume", "amount", "adj_factor", "adjusted_close", "last_close"]

KINDS = ("index", "etf", "stock")
_LABELS = ("names", "groups", "kinds", "boards", "stated_kinds")
_DAYS = ("known_from", "last_date")
_BY_SESSION = (
    "special", "has_bar", "tradable", "last_close", "last_factor", "adjusted_close", "last_adjusted_close", "published",
)  # fmt: skip


class Origin(NamedTuple):
    """The panel of which another is the beginning.

    Attributes
    ----------
    content_hash : str
        See ``Panel.content_hash``.
    sessions : int
        How many it has.
    last : Timestamp
        The last of them.
    """

    content_hash: str
    sessions: int
    last: pd.Timestamp


@dataclass(frozen=True, eq=False, repr=False)
class Panel:
    """Aligned bars of N series over T sessions.

    Symbols are kept in ascending order whatever the order given, so column order can't change a result.

    Parameters
    ----------
    sessions : DatetimeIndex of shape (T,)
        Strictly increasing, tz-naive, at midnight.
    symbols : sequence of str, N of them
        Unique.
    close : array of shape (T, N)
        Unadjusted closes in currency or points; NaN where a series has no bar. All that is finite is > 0.
    open, high, low : array of shape (T, N), optional
        All three or none (a close-only panel). NaN where ``close`` is, and in the first bars of a series of which only
        the close is known: these warm up indicators and can't be traded, see ``tradable``.
    volume, amount : array of shape (T, N), optional
        Units and currency, >= 0; NaN where unknown.
    adj_factor : array of shape (T, N), optional
        Total-return factor: ``close * adj_factor`` is the adjusted close. > 0 where there is a bar; default 1.
    names, groups, kinds : sequence of str, optional
        Display name (default: the symbol), group (default: ""), kind "index", "etf" or "stock"; "" (default) is not
        said and counts as "index".
    boards : sequence of str, optional
        Trading board of each series, whose rules its orders meet: "main", "chinext", "star", "bse", "fund", "fund-20",
        "fund-t0", or a board of a rule book of your own; "" (default) is not said, and leaves it to the symbol's code.
    stated_kinds : sequence of str, optional
        What of ``kinds`` the data say, "" where they say nothing and a series only counts as an index; default: what
        was given as ``kinds``. A run without a market goes by it.
    known_from : sequence of dates, optional
        The date each series was published; NaT (default) where that is not known. Before it a series can't be ranked or
        held.
    last_date : sequence of dates, optional
        The last date on which each series could trade; NaT (default) where it goes on, or that is not known. Only this
        ends a series: one without bars up to the panel's end is suspended. A later bar is an error.
    special : array of shape (T, N), optional
        Whether a series is under special treatment (ST) in a session; default: none ever is. Bool, or numbers 1 and 0
        with NaN where nothing is said: there the last value that was said still holds, and False before the first.
    benchmark : Benchmark, optional
        On the same sessions.
    fields : mapping of str to array of shape (T, N), optional
        Further numbers by name, such as a premium or a flow: what was known of each series after the close of each
        session; NaN where nothing was. See ``field``.
    source : str
        What the panel was made from; printed on every report.
    notes : sequence of str
        What a reader must know about how it was made, e.g. sessions that were left out.
    checked : bool
        False for arrays that are meant as they are, faults included, as in a test: the quality gate does not look at
        them.

    Raises
    ------
    DataError
        Names the first offending sessions and symbols.
    UnknownNameError
        For a kind that is none.
    """

    sessions: pd.DatetimeIndex
    symbols: tuple[str, ...]
    close: Floats
    open: Floats = None  # type: ignore[assignment]  # filled in __post_init__, as are those below
    high: Floats = None  # type: ignore[assignment]
    low: Floats = None  # type: ignore[assignment]
    volume: Floats = None  # type: ignore[assignment]
    amount: Floats = None  # type: ignore[assignment]
    adj_factor: Floats = None  # type: ignore[assignment]
    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    boards: tuple[str, ...] = ()
    known_from: NDArray[np.datetime64] = None  # type: ignore[assignment]
    last_date: NDArray[np.datetime64] = None  # type: ignore[assignment]
    special: NDArray[np.bool_] = None  # type: ignore[assignment]
    benchmark: Benchmark | None = None
    fields: Fields = None  # type: ignore[assignment]
    source: str = ""
    notes: tuple[str, ...] = ()
    checked: bool = True

    stated_kinds: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        symbols = tuple(self.symbols)
        order = np.array(sorted(range(len(symbols)), key=symbols.__getitem__), dtype=np.intp)
        shape = (len(self.sessions), len(symbols))
        _check_axes(self.sessions, symbols)
        put: dict[str, Any] = {"symbols": tuple(symbols[i] for i in order), "notes": tuple(self.notes)}
        for key, default in (*((key, np.nan) for key in BARS), ("adj_factor", 1.0)):
            given = getattr(self, key)
            if given is None:
                put[key] = sealed(np.full(shape, default))
                continue
            array = np.asarray(given, dtype=np.float64)
            if array.shape != shape:
                raise DataError(f"panel: {key} has shape {array.shape}, sessions x symbols is {shape}")
            put[key] = sealed(np.take(array, order, axis=1))
        nothing, said = ("",) * shape[1], tuple(self.kinds)
        for key, fallback in zip(_LABELS, (symbols, nothing, nothing, nothing, said or nothing), strict=True):
            values = tuple(getattr(self, key)) or fallback
            if len(values) != shape[1]:
                raise DataError(f"panel: {len(values)} {key} for {shape[1]} symbols")
            put[key] = tuple(str(values[i]) for i in order)
        both = list(zip(put["kinds"], put["stated_kinds"], strict=True))
        put["kinds"] = tuple(kind or told or "index" for kind, told in both)
        put["stated_kinds"] = tuple(told if kind in ("", told or "index") else kind for kind, told in both)
        for key in _DAYS:
            days = np.full(shape[1], "NaT", "M8[ns]") if getattr(self, key) is None else getattr(self, key)
            if len(days) != shape[1]:
                raise DataError(f"panel: {len(days)} {key} dates for {shape[1]} symbols")
            put[key] = sealed(np.asarray(pd.to_datetime(list(days)), dtype="M8[ns]")[order])
        put["fields"] = fields_of(self.fields, shape, order)
        put["special"] = sealed(np.take(_flags(self.special, shape), order, axis=1))
        for key, value in put.items():
            object.__setattr__(self, key, value)
        strange = sorted(set(self.kinds) - set(KINDS))
        if strange:
            raise UnknownNameError("kind of series", strange[0], KINDS)
        bars = {key: getattr(self, key) for key in (*BARS, "adj_factor")}
        _check_bars("panel", self.sessions, self.symbols, bars)
        _check_ends(self)
        if self.benchmark is not None:
            _check_benchmark(self.sessions, self.benchmark)

    # --- shape and names -------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        span = f"{self.sessions[0]:%F}..{self.sessions[-1]:%F}" if len(self.sessions) else "empty"
        against = f", benchmark {self.benchmark.symbol}" if self.benchmark else ""
        told = f"{self.source!r}, {self.quality}" if self.quality else repr(self.source)
        return f"Panel({len(self.symbols)} series x {len(self.sessions)} sessions, {span}{against}, {told})"

    @property
    def shape(self) -> tuple[int, int]:
        """(T, N)."""
        return len(self.sessions), len(self.symbols)

    @property
    def session(self) -> pd.Timestamp:
        """The last session: "now" for a view handed to a strategy."""
        return self.sessions[-1]

    @cached_property
    def simulated(self) -> bool:
        """Whether the source says that this market was made up."""
        return self.source.startswith("simulated")

    @property
    def findings(self) -> tuple[Any, ...] | None:
        """What the quality gate found when it last looked at the panel, errors first; None before it has."""
        return next(reversed(self.looked_at.values()), None)

    @property
    def quality(self) -> str:
        """How many findings of each severity there are: "no errors, 2 warnings, 5 notes"; "" before the gate looked."""
        if not self.checked:
            return "not checked"
        found = self.findings
        if found is None:
            return ""
        counts = {name: sum(each.severity == name for each in found) for name in ("error", "warning", "note")}
        return ", ".join(f"{count or 'no'} {name}{'s' * (count != 1)}" for name, count in counts.items())

    @cached_property
    def looked_at(self) -> dict[Any, tuple[Any, ...]]:
        """Findings by what the quality gate was asked; filled and read by it, so that it looks only once.

        The beginning of a panel that was looked at is not looked at again: what was found in its sessions holds.
        """
        last, whole = self.sessions[-1:], self.__dict__.get("_looked_at_of_whole", {})
        return {
            asked: tuple(each for each in found if not len(each.sessions) or (each.sessions[0] <= last).all())
            for asked, found in whole.items()
        }

    @cached_property
    def causal(self) -> dict[str, bool]:
        """Digests of parts that were found not to look ahead in it; see ``sectorlead.engine.lookahead``."""
        return {}

    def column(self, symbol: str) -> int:
        """Position of ``symbol``; raises ``UnknownNameError`` with the nearest known one."""
        try:
            return self._columns[symbol]
        except KeyError:
            raise UnknownNameError("symbol", symbol, self.symbols) from None

    @cached_property
    def _columns(self) -> dict[str, int]:
        return {symbol: i for i, symbol in enumerate(self.symbols)}

    # --- derived arrays, all causal: row t uses rows <= t ------------------------------------------------------------

    @cached_property
    def has_bar(self) -> NDArray[np.bool_]:
        """Whether there is a bar, shape (T, N)."""
        return sealed(np.isfinite(self.close))

    @cached_property
    def last_close(self) -> Floats:
        """Last known unadjusted close, shape (T, N); NaN before the first bar."""
        return sealed(carried(self.close))

    @cached_property
    def last_factor(self) -> Floats:
        """Adjustment factor of the last known bar, shape (T, N); NaN before the first bar."""
        return sealed(carried(np.where(self.has_bar, self.adj_factor, np.nan)))

    @cached_property
    def adjusted_close(self) -> Floats:
        """Total-return close ``close * adj_factor``, shape (T, N); NaN where there is no bar."""
        return sealed(self.close * self.adj_factor)

    @cached_property
    def last_adjusted_close(self) -> Floats:
        """Last known total-return close, shape (T, N); NaN before the first bar."""
        return sealed(self.last_close * self.last_factor)

    @cached_property
    def first_bar(self) -> NDArray[np.int64]:
        """Row of each series' first bar, shape (N,); T where there is none."""
        return sealed(np.where(self.has_bar.any(axis=0), self.has_bar.argmax(axis=0), len(self.sessions)))

    @cached_property
    def last_bar(self) -> NDArray[np.int64]:
        """Row of each series' last bar, shape (N,); -1 where there is none.

        It is T where the panel is the beginning of one in which the series has later bars; see ``cut``.
        """
        back = self.has_bar[::-1]
        return sealed(np.where(back.any(axis=0), len(self.sessions) - 1 - back.argmax(axis=0), -1))

    @cached_property
    def published(self) -> NDArray[np.bool_]:
        """Whether a series was published by each session, shape (T, N); True where ``known_from`` is not known."""
        return sealed(~(self.sessions.to_numpy()[:, None] < self.known_from[None, :]))

    @cached_property
    def has_ohlc(self) -> bool:
        """False for a close-only panel; a view has it from the panel it is a view of."""
        return bool(np.isfinite(self.open).any())

    @cached_property
    def tradable(self) -> Flags:
        """Whether there is a bar that an order can fill in, shape (T, N).

        A bar of a close only is none, unless the panel has closes alone.
        """
        return sealed(self.has_bar & np.isfinite(self.open)) if self.has_ohlc else self.has_bar

    def field(self, name: str) -> Floats:
        """Further numbers by name, shape (T, N), read-only: what was known after the close of each session.

        What is published later than the session it is dated stands in the session in which it was known. NaN where
        nothing was known of a session; nothing is carried on.

        Raises
        ------
        UnknownNameError
            The panel has no such field: names the nearest.
        """
        return self.fields[name]

    # --- views -------------------------------------------------------------------------------------------------------

    def frame(self, key: Field = "close") -> pd.DataFrame:
        """One field as a (T, N) DataFrame over the same memory; writing to it fails."""
        return pd.DataFrame(getattr(self, key), index=self.sessions, columns=pd.Index(self.symbols), copy=False)

    def until(self, row: int) -> Panel:
        """The panel as it was known after session ``row``: later rows do not exist in it. Arrays are views.

        A ``last_date`` after that session is not known in it.
        """
        part = object.__new__(Panel)
        kept = part.__dict__
        kept.update(self.__dict__)
        if "looked_at" in kept or "_looked_at_of_whole" not in kept:
            kept["_looked_at_of_whole"] = self.looked_at
        for key in ("first_bar", "last_bar", "content_hash", "origin", "looked_at", "causal", "_admitted"):
            kept.pop(key, None)
        stop, kept["has_ohlc"] = row + 1, self.has_ohlc
        kept["fields"] = self.fields.rows(stop)
        for key in (*BARS, "adj_factor", *_BY_SESSION):
            kept[key] = getattr(self, key)[:stop]
        kept["sessions"] = self.sessions[:stop]
        ahead = self.last_date > self.sessions[row].to_datetime64()
        if ahead.any():
            kept["last_date"] = sealed(np.where(ahead, np.datetime64("NaT", "ns"), self.last_date))
        if self.benchmark is not None:
            kept["benchmark"] = self.benchmark.until(row)
        return part

    @cached_property
    def origin(self) -> Origin:
        """The panel that these are the first rows of: this one, unless ``cut`` made it."""
        return Origin(self.content_hash, len(self.sessions), self.sessions[-1])

    def cut(self, row: int) -> Panel:
        """The rows up to ``row``, as a run that ends there knows them.

        Other than ``until``, which is what was known after that session, it knows of a series without a bar at its end
        whether that goes on, which ``ended="last-bar"`` asks; and which panel it was cut from.
        """
        if row == len(self.sessions) - 1:
            return self
        later = self.last_date > self.sessions[row].to_datetime64()
        return self.until(row).beginning(self.origin, (self.last_bar > row) | later)

    def beginning(self, origin: Origin, goes_on: Flags) -> Panel:
        """The same panel as the beginning of a longer one, in which the series ``goes_on``, shape (N,), have more bars.

        All arrays are shared; what other methods make of it is a panel of its own again.

        Parameters
        ----------
        origin : Origin
            What is known of the longer panel.
        goes_on : bool array of shape (N,)
            Series that have bars, or their stated end, after the last session of this one.
        """
        part = object.__new__(Panel)
        last_bar = sealed(np.where(goes_on, len(self.sessions), self.last_bar))
        part.__dict__.update(self.__dict__ | {"origin": origin, "last_bar": last_bar})
        return part

    def select(self, symbols: Sequence[str]) -> Panel:
        """The panel of these symbols only; sessions and benchmark stay, and what the quality gate found in them."""
        columns = [self.column(symbol) for symbol in symbols]
        part = self._replaced(
            symbols=tuple(symbols),
            **{key: getattr(self, key)[:, columns] for key in (*BARS, "adj_factor")},
            **{key: tuple(getattr(self, key)[i] for i in columns) for key in _LABELS},
            **{key: getattr(self, key)[columns] for key in _DAYS},
            special=self.special[:, columns],
            fields=self.fields.columns(columns),
        )
        gone = set(self.symbols) - set(symbols)
        for asked, found in self.looked_at.items():
            part.looked_at[asked] = tuple(each for each in found if each.symbol not in gone)
        return part

    def released(self, known_from: Sequence[Any] | NDArray[np.datetime64]) -> Panel:
        """The same panel with other dates of publication, shape (N,), NaT where not known; all arrays are shared."""
        days = np.asarray(known_from, dtype="M8[ns]").copy()
        if days.shape != self.known_from.shape:
            raise DataError(f"panel: {days.size} known_from dates for {len(self.symbols)} symbols")
        part = object.__new__(Panel)
        part.__dict__.update(self.__dict__ | {"known_from": sealed(days)})
        for key in ("published", "content_hash", "origin", "looked_at", "_looked_at_of_whole", "causal", "_admitted"):
            part.__dict__.pop(key, None)
        return part

    def __deepcopy__(self, memo: dict[int, Any]) -> Panel:
        """Itself: nothing in it can change."""
        return self

    def noted(self, *notes: str) -> Panel:
        """The same panel with more notes; all arrays are shared, and what the quality gate found is kept."""
        part = object.__new__(Panel)
        kept = {"looked_at": dict(self.looked_at), "causal": self.causal}
        part.__dict__.update(self.__dict__ | kept | {"notes": (*self.notes, *notes)})
        return part

    def _replaced(self, **changes: Any) -> Panel:
        return Panel(**{item.name: getattr(self, item.name) for item in fields(self)} | changes)

    @cached_property
    def content_hash(self) -> str:
        """Hash of everything that can change a result, 16 hex digits; equal content gives an equal hash."""
        digest = hashlib.blake2b(digest_size=8)
        factor = np.where(self.has_bar, self.adj_factor, np.nan)  # what it is between bars has no meaning
        digest.update("\x1f".join((*self.symbols, *self.groups, *self.kinds)).encode())
        digest.update(self.sessions.to_numpy().astype("M8[s]").tobytes())
        digest.update(self.known_from.astype("M8[s]").tobytes())
        arrays = [*(getattr(self, key) for key in BARS), factor]
        if self.benchmark is not None:
            digest.update(self.benchmark.symbol.encode())
            arrays += [self.benchmark.whole(key) for key in BARS]
            if self.benchmark.before:
                digest.update(self.benchmark.earlier.sessions.to_numpy().astype("M8[s]").tobytes())
        for array in arrays:
            same = np.where(np.isnan(array), np.nan, array + 0.0)  # the bits of NaN and zero differ by origin
            digest.update(same.tobytes())
        if any(self.boards):
            digest.update("\x1f".join(("boards", *self.boards)).encode())
        if self.special.any():
            digest.update(b"special" + self.special.tobytes())
        if not np.isnat(self.last_date).all():
            digest.update(b"last_date" + self.last_date.astype("M8[s]").tobytes())
        for name, array in self.fields.items():
            digest.update(f"field\x1f{name}\x1f".encode() + np.where(np.isnan(array), np.nan, array + 0.0).tobytes())
        return digest.hexdigest()

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, benchmark: str | None = None, source: str = "frame") -> Panel:
        """A panel from one long frame in the tidy form, which leaves nothing to guess; ``load`` takes other forms.

        Parameters
        ----------
        frame : DataFrame
            A row per date and symbol, in any order: ``date`` (midnights without a zone), ``symbol`` (text), ``close``,
            and any of ``open, high, low`` (all three or none), ``volume`` (units), ``amount`` (currency),
            ``adj_factor``, ``name``, ``group``, ``kind``, ``known_from``, ``last_date``, ``board``; or the first
            two as its index.
        benchmark : str, optional
            The symbol that is the benchmark, not a series.
        source : str
            As ``Panel``.

        Returns
        -------
        Panel
            Its sessions are the dates that have a close of a tradable series.

        Raises
        ------
        DataError
            A column that is not known or missing, dates that are no midnights, symbols that are no text, a date and
            symbol that come twice, or what ``Panel`` refuses; says what to do.
        UnknownNameError
            A benchmark that is no symbol of the frame.
        """
        from .long_frame import arrays_of

        sessions, symbols, arrays, bench = arrays_of(frame, benchmark)
        against = None if bench is None else Benchmark(**bench)
        return cls(sessions, symbols, benchmark=against, source=source, **arrays)

    @classmethod
    def from_frames(
        cls,
        close: pd.DataFrame,
        *,
        benchmark: pd.Series | None = None,
        lags: Mapping[str, int] | None = None,
        **arrays: Any,
    ) -> Panel:
        """A panel from wide frames (sessions x symbols).

        Parameters
        ----------
        close : DataFrame of shape (T, N)
            Rows are labelled by dates, tz-naive midnights; columns by symbols, which are taken as texts.
        benchmark : Series of shape (T,), optional
            Closes of the benchmark, aligned by session; its name is the symbol. Those before the first session of
            ``close`` are its earlier bars.
        lags : mapping of str to int, optional
            For each of ``fields``, how many sessions after the one it is dated a value is known; default 0, which is
            after the close of that session.
        **arrays
            Any other parameter of ``Panel``, ``fields`` a mapping of frames; a DataFrame is aligned with ``close`` by
            session and symbol, NaN where it says nothing, with a note where that is all of a symbol.

        Returns
        -------
        Panel

        Raises
        ------
        DataError
            For labels that are no dates, carry a time or a zone, or have several levels, and for a frame or benchmark
            that has no session or no symbol in common with ``close``; says what to do.
        """
        sessions, symbols = sessions_of(close.index, "close"), symbols_of(close.columns, "close")
        notes = list(arrays.pop("notes", ()))

        def aligned(given: Mapping[str, Any]) -> dict[str, Any]:
            out = dict(given)
            for key, value in given.items():
                if isinstance(value, pd.DataFrame):
                    out[key], note = laid_over(value, sessions, symbols, key)
                    notes.extend([note] if note else [])
            return out

        extra = aligned(arrays.pop("fields", None) or {})
        for key, sessions_later in (lags or {}).items():
            if key not in extra:
                raise UnknownNameError("field", key, tuple(extra))
            extra[key] = lagged(np.asarray(extra[key], dtype=np.float64), sessions_later, key)
        others = aligned(arrays)
        bench = None
        if benchmark is not None:
            line = line_over(benchmark, sessions, "benchmark")
            earlier, note = earlier_bars(benchmark.dropna().sort_index().to_frame("close"), sessions)
            notes += [f"benchmark {benchmark.name} {note}"] if note else []
            blank = np.full(len(close), np.nan)
            name = str(benchmark.name)
            bench = Benchmark(name, name, blank, blank, blank, line, blank, blank, earlier)
        prices = close.to_numpy(np.float64)
        return cls(sessions, symbols, prices, benchmark=bench, fields=Fields(extra), notes=tuple(notes), **others)


def _flags(given: Any, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """``special`` of a panel from what was given for it."""
    if given is None:
        return np.zeros(shape, np.bool_)
    array = np.asarray(given)
    if array.shape != shape:
        raise DataError(f"panel: special has shape {array.shape}, sessions x symbols is {shape}")
    if array.dtype == np.bool_:
        return np.asarray(array, np.bool_)
    if array.dtype.kind not in "iuf" or not np.isin(array[~np.isnan(array)], (0, 1)).all():
        raise DataError("panel: special must be True or False, or 1, 0 and NaN where nothing is said")
    return np.asarray(carried(array.astype(np.float64)) == 1.0)


def _check_axes(sessions: pd.DatetimeIndex, symbols: tuple[str, ...]) -> None:
    if not isinstance(sessions, pd.DatetimeIndex):
        raise DataError(f"panel: sessions must be a DatetimeIndex, was {type(sessions).__name__}")
    if sessions.tz is not None:
        raise DataError("panel: sessions carry a time zone; make them naive: index.tz_localize(None).normalize()")
    timed = sessions != sessions.normalize()
    if timed.any():
        raise DataError(f"panel: sessions must be midnights, first other: {sessions[timed][0]}")
    if not (sessions.is_monotonic_increasing and sessions.is_unique):
        raise DataError("panel: sessions must be strictly increasing without duplicates")
    doubles = sorted(symbol for symbol, count in Counter(symbols).items() if count > 1)
    if doubles:
        raise DataError(f"panel: symbols given twice: {', '.join(doubles[:5])}")


def _check_bars(owner: str, sessions: pd.DatetimeIndex, symbols: tuple[str, ...], bars: Mapping[str, Floats]) -> None:
    late = Broken(late_closes(bars["close"], bars["open"]), LATE_CLOSES, PRICES)
    for broken in (*broken_rules(bars), *((late,) if late.where.any() else ())):
        where = np.argwhere(broken.where)
        first = ", ".join(f"{sessions[t]:%F} {symbols[i]}" for t, i in where[:5])
        raise DataError(f"{owner}: {broken.rule}; {len(where)} bars break this, first: {first}")


def _check_ends(panel: Panel) -> None:
    """No series has a bar after the date on which it is said to have ended."""
    stated = np.flatnonzero(~np.isnat(panel.last_date))
    late = panel.has_bar[:, stated] & (panel.sessions.to_numpy()[:, None] > panel.last_date[stated])
    if late.any():
        where = [(panel.sessions[t], panel.symbols[stated[k]], panel.last_date[stated[k]]) for k, t in
                 np.argwhere(late.T)[:5]]  # fmt: skip
        first = ", ".join(f"{day:%F} {symbol} (last_date {end.astype('M8[D]')})" for day, symbol, end in where)
        raise DataError(
            f"panel: a series has no bar after its last_date; {int(late.sum())} bars break this, first: {first}. "
            "Correct the date, or leave it out"
        )


def _check_benchmark(sessions: pd.DatetimeIndex, benchmark: Benchmark) -> None:
    for key in BARS:
        count = len(getattr(benchmark, key))
        if count != len(sessions):
            raise DataError(f"panel: benchmark has {count} sessions in {key}, the panel {len(sessions)}")
    earlier = benchmark.earlier.sessions
    _check_axes(earlier, ())
    if len(earlier) and len(sessions) and earlier[-1] >= sessions[0]:
        raise DataError(
            f"panel: earlier bars of the benchmark must end before its first session, {sessions[0]:%F}; "
            f"they end {earlier[-1]:%F}"
        )
    bars = {key: benchmark.whole(key)[:, None] for key in BARS}
    bars["adj_factor"] = np.ones((len(bars["close"]), 1))
    _check_bars("benchmark", pd.DatetimeIndex(earlier.append(sessions)), (benchmark.symbol,), bars)
