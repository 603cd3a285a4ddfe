"""``PanelArrays``: what a panel holds, put in order and checked once, and the arrays derived from it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import carried, in_order, sealed
from .bars import BARS
from .benchmark import Benchmark
from .errors import DataError, UnknownNameError
from .fields import Fields, fields_of
from .panel_checks import check_axes, check_bars, check_benchmark, check_ends, check_timed, flags_of
from .panel_labels import DAYS, LABELS, labels_of
from .spans import Span, untraded
from .types import Flags, Floats

Field = Literal["open", "high", "low", "close", "volume", "amount", "adj_factor", "adjusted_close", "last_close"]


@dataclass(frozen=True, eq=False, repr=False)
class PanelArrays:
    """What a ``Panel`` holds; see there."""

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
    spans: tuple[Span, ...] = ()

    def __post_init__(self) -> None:
        symbols = tuple(self.symbols)
        order = np.array(sorted(range(len(symbols)), key=symbols.__getitem__), dtype=np.intp)
        shape = (len(self.sessions), len(symbols))
        check_axes(self.sessions, symbols)
        put: dict[str, Any] = {"symbols": tuple(symbols[i] for i in order), "notes": tuple(self.notes)}
        put["spans"] = tuple(self.spans)
        for key, default in (*((key, np.nan) for key in BARS), ("adj_factor", 1.0)):
            given = getattr(self, key)
            if given is None:
                put[key] = sealed(np.full(shape, default))
                continue
            array = np.asarray(given, dtype=np.float64)
            if array.shape != shape:
                raise DataError(f"panel: {key} has shape {array.shape}, sessions x symbols is {shape}")
            put[key] = in_order(array, order)
        put |= labels_of({key: getattr(self, key) for key in (*LABELS, *DAYS)}, symbols, order)
        put["fields"] = fields_of(self.fields, shape, order)
        put["special"] = in_order(flags_of(self.special, shape), order)
        for key, value in put.items():
            object.__setattr__(self, key, value)
        bars = {key: getattr(self, key) for key in (*BARS, "adj_factor")}
        for span in self.spans:
            if span.symbol not in symbols:
                raise UnknownNameError("series of a span", span.symbol, self.symbols)
        check_bars("panel", self.sessions, self.symbols, bars)
        check_timed(self.sessions, self.symbols, self.has_bar, self.fields)
        check_ends(self.sessions, self.symbols, self.has_bar, self.last_date)
        if self.benchmark is not None:
            check_benchmark(self.sessions, self.benchmark)

    @property
    def shape(self) -> tuple[int, int]:
        """(T, N)."""
        return len(self.sessions), len(self.symbols)

    @property
    def session(self) -> pd.Timestamp:
        """The last session: "now" for a view handed to a strategy."""
        return self.sessions[-1]

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
    def stamps(self) -> NDArray[np.datetime64]:
        """The sessions as an array, shape (T,): a DatetimeIndex takes microseconds for each question."""
        return sealed(self.sessions.to_numpy())

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

        A bar of a close only is none, unless the panel has closes alone; nor is one of another series that stands in
        for this one and is for signals only (``spans``).
        """
        able = self.has_bar & np.isfinite(self.open) if self.has_ohlc else self.has_bar
        standing_in = untraded(self.spans, self.sessions, self.symbols)
        if standing_in is not None:
            able = able & ~standing_in
        return sealed(able)

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

    def frame(self, key: Field = "close") -> pd.DataFrame:
        """One field as a (T, N) DataFrame over the same memory; writing to it fails."""
        return pd.DataFrame(getattr(self, key), index=self.sessions, columns=pd.Index(self.symbols), copy=False)
