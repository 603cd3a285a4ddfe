"""``Panel``: aligned bars of N series over T sessions, checked once, read-only ever after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import sealed
from .bars import BARS
from .benchmark import Benchmark
from .clock import named_by_time, timed
from .errors import DataError
from .fields import Fields
from .panel_arrays import PanelArrays
from .panel_hash import content_hash
from .panel_labels import DAYS, LABELS
from .spans import Span, notes_on, ribbon
from .spans import until as spans_until
from .types import Flags, Floats

_BY_SESSION = (
    "stamps", "special", "has_bar", "tradable", "last_close", "last_factor", "adjusted_close", "last_adjusted_close",
    "published",
)  # fmt: skip
_OF_THE_WHOLE = ("content_hash", "origin", "looked_at", "causal", "_admitted")  # found out about a panel, and kept


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


class Panel(PanelArrays):
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
    spans : sequence of Span
        Where each stretch comes from, of series that several sources were joined for; none for those of one source.
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

    # --- what it is ------------------------------------------------------------------------------------------------

    def __repr__(self) -> str:
        span = f"{self.sessions[0]:%F}..{self.sessions[-1]:%F}" if len(self.sessions) else "empty"
        against = f", benchmark {self.benchmark.symbol}" if self.benchmark else ""
        told = f"{self.source!r}, {self.quality}" if self.quality else repr(self.source)
        return f"Panel({len(self.symbols)} series x {len(self.sessions)} sessions, {span}{against}, {told})"

    @cached_property
    def simulated(self) -> bool:
        """Whether the source says that this market was made up."""
        return self.source.startswith("simulated")

    @property
    def ribbon(self) -> str:
        """What every page about the panel says at its top; "" where its prices are those of its series."""
        if self.simulated:
            return "Simulated market: these prices never existed"
        return ribbon(self.spans)

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
        counted, told = self.__dict__.get("_counted", (None, ""))
        if counted is not found:
            counts = {name: sum(each.severity == name for each in found) for name in ("error", "warning", "note")}
            told = ", ".join(f"{count or 'no'} {name}{'s' * (count != 1)}" for name, count in counts.items())
            self.__dict__["_counted"] = found, told
        return str(told)

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

    # --- views -------------------------------------------------------------------------------------------------------

    def until(self, row: int) -> Panel:
        """The panel as it was known after session ``row``: later rows do not exist in it. Arrays are views.

        A ``last_date`` after that session is not known in it.
        """
        kept = dict(self.__dict__)
        if "looked_at" in kept or "_looked_at_of_whole" not in kept:
            kept["_looked_at_of_whole"] = self.looked_at
        for key in ("first_bar", "last_bar", *_OF_THE_WHOLE):
            kept.pop(key, None)
        stop, kept["has_ohlc"] = row + 1, self.has_ohlc
        kept["fields"] = self.fields.rows(stop)
        for key in (*BARS, "adj_factor", *_BY_SESSION):
            kept[key] = getattr(self, key)[:stop]
        kept["sessions"] = self.sessions[:stop]
        if self.spans:
            kept["spans"] = spans_until(self.spans, self.sessions[row])
        ahead = self.last_date > self.sessions[row].to_datetime64()
        if ahead.any():
            kept["last_date"] = sealed(np.where(ahead, np.datetime64("NaT", "ns"), self.last_date))
        if self.benchmark is not None:
            kept["benchmark"] = self.benchmark.until(row)
        return _of(kept)

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
        last_bar = sealed(np.where(goes_on, len(self.sessions), self.last_bar))
        return _of(self.__dict__ | {"origin": origin, "last_bar": last_bar})

    def in_progress(self, bars: Mapping[str, Floats], fields: Mapping[str, Floats]) -> Panel:
        """A view whose last session is not over yet; all else that is derived from its bars is derived anew.

        Parameters
        ----------
        bars : mapping of str to array of shape (T, N)
            In place of its own, read-only; the rows before the last are the same.
        fields : mapping of str to array of shape (T, N)
            All of them.
        """
        kept = self.__dict__ | dict(bars) | {"fields": Fields(fields)}
        for key in ("has_bar", "tradable", "last_close", "last_factor", "adjusted_close", "last_adjusted_close"):
            kept.pop(key, None)
        if self.benchmark is not None:
            kept["benchmark"] = self.benchmark.before_the_close()
        return _of(kept)

    def select(self, symbols: Sequence[str]) -> Panel:
        """The panel of these symbols only; sessions and benchmark stay, and what the quality gate found in them."""
        columns = [self.column(symbol) for symbol in symbols]
        part = self._replaced(
            symbols=tuple(symbols),
            **{key: getattr(self, key)[:, columns] for key in (*BARS, "adj_factor", "special")},
            **{key: tuple(getattr(self, key)[i] for i in columns) for key in LABELS},
            **{key: getattr(self, key)[columns] for key in DAYS},
            fields=self.fields.columns(columns),
            spans=tuple(each for each in self.spans if each.symbol in set(symbols)),
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
        kept = self.__dict__ | {"known_from": sealed(days)}
        for key in ("published", "_looked_at_of_whole", *_OF_THE_WHOLE):
            kept.pop(key, None)
        return _of(kept)

    def __deepcopy__(self, memo: dict[int, Any]) -> Panel:
        """Itself: nothing in it can change."""
        return self

    def noted(self, *notes: str) -> Panel:
        """The same panel with more notes; all arrays are shared, and what the quality gate found is kept."""
        kept = {"looked_at": dict(self.looked_at), "causal": self.causal, "notes": (*self.notes, *notes)}
        return _of(self.__dict__ | kept)

    def joined(self, spans: Iterable[Span]) -> Panel:
        """The same panel with where its stretches come from, told in its notes too; all arrays are shared.

        Parameters
        ----------
        spans : iterable of Span
            Of traded stretches; those of other series and sessions are left out.
        """
        first, last = self.sessions[0], self.sessions[-1]
        here = [each for each in spans if each.symbol in self._columns and each.first <= last and each.last >= first]
        several = Counter(each.symbol for each in here)
        found = tuple(
            replace(each, first=max(each.first, first), last=min(each.last, last))
            for each in here
            if several[each.symbol] > 1
        )
        return _of(self.noted(*notes_on(found)).__dict__ | {"spans": (*self.spans, *found)}) if found else self

    def _replaced(self, **changes: Any) -> Panel:
        return Panel(**{item.name: getattr(self, item.name) for item in dataclass_fields(self)} | changes)

    @cached_property
    def content_hash(self) -> str:
        """Hash of everything that can change a result, 16 hex digits; equal content gives an equal hash."""
        return content_hash(self)

    @classmethod
    def from_frame(
        cls,
        frame: pd.DataFrame,
        *,
        benchmark: str | None = None,
        fields: Mapping[str, int] | Sequence[str] = (),
        source: str = "frame",
    ) -> Panel:
        """A panel from one long frame in the tidy form, which leaves nothing to guess; ``load`` takes other forms.

        Parameters
        ----------
        frame : DataFrame
            A row per date and symbol, in any order: ``date`` (midnights without a zone), ``symbol`` (text), ``close``,
            and any of ``open, high, low`` (all three or none), ``volume`` (units), ``amount`` (currency),
            ``adj_factor``, ``name``, ``group``, ``kind``, ``known_from``, ``last_date``, ``board``; or the first
            two as its index; and prices at a time of day, ``price_10:00``, at which orders can fill (``price_at``).
        benchmark : str, optional
            The symbol that is the benchmark, not a series.
        fields : mapping of str to int, or sequence of str
            Further columns of numbers that come along (``Panel.field``), each with the sessions after its date in which
            a value is known; a sequence says 0, after the close of that date. Dates before the first session count as
            the sessions before it.
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

        lags = dict(fields) if isinstance(fields, Mapping) else dict.fromkeys(fields, 0)
        lags |= {name: 0 for name in frame if isinstance(name, str) and timed(name) and name not in lags}
        sessions, symbols, arrays, bench = arrays_of(frame, benchmark, lags)
        against = None if bench is None else Benchmark(**bench)
        return cls(sessions, symbols, benchmark=against, source=source, **arrays)

    @classmethod
    def from_frames(
        cls,
        close: pd.DataFrame,
        *,
        benchmark: pd.Series | None = None,
        lags: Mapping[str, int] | None = None,
        prices: Mapping[str, pd.DataFrame] | None = None,
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
            after the close of that session. Rows of its frame before the first of ``close`` are the sessions before it.
        prices : mapping of str to DataFrame, optional
            Prices by time of day, ``{"10:00": frame}``, at which orders can fill (``price_at``), as fields.
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
        from .wide_frames import arrays_of

        if prices:
            arrays["fields"] = dict(arrays.get("fields") or {}) | named_by_time(prices)
        return cls(**arrays_of(close, benchmark, lags or {}, arrays))


def _of(held: Mapping[str, Any]) -> Panel:
    """A panel that holds what was checked before."""
    panel = object.__new__(Panel)
    panel.__dict__.update(held)
    return panel
