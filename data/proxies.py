"""History of a series before its first bar, from another series that stands in for it, as an index for a fund."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .arrays import sealed
from .bars import BARS, PRICES
from .benchmark import Benchmark, EarlierBars, bars_alone
from .dates import as_date
from .errors import DataError
from .frames import sessions_of
from .panel import Panel
from .spans import Span, notes_on
from .types import Floats

CHECKED = 250  # common sessions, from the first on, in which both sides are compared
_CORRELATED = 20  # returns that tell a correlation


class _Fitted(NamedTuple):
    """What stands in for a series."""

    column: int
    first: int  # row of the series' own first bar
    bars: pd.DataFrame  # adjusted prices before it, multiplied to meet the series
    span: Span | None  # None where there are none


def with_proxies(
    panel: Panel, proxies: Mapping[str, str | pd.Series | pd.DataFrame], *, trade: bool = False, start: Any = None
) -> Panel:
    """A panel whose series begin with others in their place, scaled to meet them.

    A proxy's prices are multiplied by the quotient of both adjusted closes in the first session that both have, and
    stand in every session before the first bar of the series. They are for signals: ``Panel.tradable`` is False there,
    and ``known_from`` is not before the first bar of the series, so no order fills and nothing ranks or holds it
    earlier. Sessions of a proxy before the panel's first become sessions of the panel, in which a run warms up: it
    starts where something can trade unless it is told otherwise. ``Panel.spans`` says what stands
    where and how well both agree where both are known, and so do the notes of the panel, on every report.

    Parameters
    ----------
    panel : Panel
    proxies : mapping of str to str, Series or DataFrame
        By the symbol that begins late, what stands in for it: another symbol of the panel; closes by session; or bars
        with any of the columns ``open, high, low, close``. A Series or frame is labelled by tz-naive midnights and
        holds what an owner earned, dividends in it if the panel has them in ``adj_factor``; reports call it by its
        ``name`` (of a frame: ``attrs["name"]``).
    trade : bool
        Whether orders fill in the bars of proxies as if they were the series. Reports say so.
    start : date, optional
        No session before it is added.

    Returns
    -------
    Panel

    Raises
    ------
    DataError
        A series without a bar, a proxy that has no session in common with it or prices at or below 0, or one to be
        traded that has closes only.
    UnknownNameError
        A symbol that the panel does not have.
    """
    fitted = [_fitted(panel, symbol, given, trade) for symbol, given in proxies.items()]
    began = pd.Timestamp.min if start is None else as_date("start", start)
    bench = panel.benchmark
    if bench is not None:  # a panel has no session before its benchmark
        known = bench.earlier.sessions.append(panel.sessions)[np.isfinite(bench.whole("close"))]
        began = max(began, known[0] if len(known) else panel.sessions[0])
    days = np.unique(np.concatenate([each.bars.index.to_numpy() for each in fitted] or [np.zeros(0, "M8[ns]")]))
    early = pd.DatetimeIndex(days[(days < panel.sessions[0].to_datetime64()) & (days >= began.to_datetime64())])
    return _spliced(panel, early, fitted, trade)


def _fitted(panel: Panel, symbol: str, given: str | pd.Series | pd.DataFrame, trade: bool) -> _Fitted:
    """A proxy scaled to the series it stands in for, and how well it fits."""
    column = panel.column(symbol)
    first, own = int(panel.first_bar[column]), panel.adjusted_close[:, column]
    bars, label = _bars(panel, symbol, given)
    if first == len(panel.sessions):
        raise DataError(f"proxy of {symbol}: the series has no bar that a proxy could stand before")
    other = bars["close"].reindex(panel.sessions).to_numpy(np.float64)
    common = np.flatnonzero(np.isfinite(own) & np.isfinite(other))
    if not len(common):
        raise DataError(
            f"proxy {label} of {symbol}: no session in common, so nothing says how to scale it. {symbol} has bars from "
            f"{panel.sessions[first]:%F} to {panel.sessions[panel.last_bar[column]]:%F}, the proxy from "
            f"{bars.index[0]:%F} to {bars.index[-1]:%F}"
        )
    factor = float(own[common[0]] / other[common[0]])
    seen = common[:CHECKED]
    largest = float(np.abs(other[seen] * factor / own[seen] - 1).max())
    begins = panel.sessions[first]
    before = bars[bars.index < begins] * factor
    if not len(before):
        return _Fitted(column, first, before, None)
    whole = before[list(PRICES[:3])].notna().all(axis=None)
    if trade and panel.has_ohlc and not whole:
        raise DataError(
            f"proxy {label} of {symbol}: it has closes only, and the panel trades at other prices; give its open, high "
            "and low as well, or leave it to signals"
        )
    span = Span(
        symbol, before.index[0], before.index[-1], label, "proxy", trade, factor, len(seen), largest,
        _alike(own[seen], other[seen]),
    )  # fmt: skip
    return _Fitted(column, first, before, span)


def _bars(panel: Panel, symbol: str, given: Any) -> tuple[pd.DataFrame, str]:
    """Adjusted prices of a proxy by session, all four columns, and what to call it."""
    if isinstance(given, str):
        column = panel.column(given)
        factor = panel.adj_factor[:, column]
        frame = pd.DataFrame({key: getattr(panel, key)[:, column] * factor for key in PRICES}, panel.sessions)
        label = given
    elif isinstance(given, pd.Series):
        frame, label = given.to_frame("close"), str(given.name or "a proxy")
    else:
        frame, label = given, str(given.attrs.get("name", "a proxy"))
    what = f"proxy {label} of {symbol}"
    if "close" not in frame:
        raise DataError(f"{what}: no column close; found: {', '.join(map(str, frame.columns))}")
    days = sessions_of(frame.index, what)
    if not days.is_unique:
        raise DataError(f"{what}: session given twice: {days[days.duplicated()][0]:%F}")
    bars = frame.set_axis(days, axis=0).reindex(columns=list(PRICES)).astype(np.float64).sort_index()
    bars = bars[bars["close"].notna()]
    if not len(bars):
        raise DataError(f"{what}: it has no close")
    if not (np.isfinite(bars["close"]) & (bars["close"] > 0)).all():
        raise DataError(f"{what}: closes must be finite and > 0")
    return bars, label


def _alike(own: Floats, other: Floats) -> float | None:
    """Correlation of log returns; None where there are too few, or one side does not move."""
    returns = np.diff(np.log(own)), np.diff(np.log(other))
    if len(returns[0]) < _CORRELATED or not all(np.std(each) > 0 for each in returns):
        return None
    return float(np.corrcoef(*returns)[0, 1])


def _spliced(panel: Panel, early: pd.DatetimeIndex, fitted: list[_Fitted], trade: bool) -> Panel:
    """The panel with sessions before its first and the proxies in their places."""
    count, sessions = len(early), pd.DatetimeIndex(early.append(panel.sessions))

    def longer(array: NDArray[Any], fill: Any) -> NDArray[Any]:
        return np.concatenate((np.full((count, array.shape[1]), fill, array.dtype), array))

    arrays = {key: longer(getattr(panel, key), np.nan) for key in BARS}
    arrays["adj_factor"], known_from = longer(panel.adj_factor, 1.0), panel.known_from.copy()
    spans, notes, stretches = list(panel.spans), list[str](), list[Span]()
    for column, first, bars, span in fitted:
        symbol, begins = panel.symbols[column], panel.sessions[first]
        here = bars.index.intersection(sessions) if span else bars.index[:0]
        if span is None or not len(here):
            notes.append(f"proxy of {symbol}: it has no session before the first bar, {begins:%F}")
            continue
        rows, factor = sessions.get_indexer(here), panel.adj_factor[first, column]
        arrays["adj_factor"][: count + first, column] = factor
        for key in PRICES if trade and panel.has_ohlc else ("close",):
            arrays[key][rows, column] = bars[key].reindex(here).to_numpy() / factor
        known = known_from[column]
        if trade:
            known_from[column] = known if np.isnat(known) else min(known, here[0].to_datetime64())
        else:
            known_from[column] = begins.to_datetime64() if np.isnat(known) else max(known, begins.to_datetime64())
        put = replace(span, first=here[0], last=here[-1])
        own = Span(symbol, begins, panel.sessions[panel.last_bar[column]], panel.source)
        spans += [put] if any(each.symbol == symbol for each in panel.spans) else [put, own]
        stretches.append(put)
    return panel._replaced(
        sessions=sessions, **{key: sealed(array) for key, array in arrays.items()}, known_from=known_from,
        special=longer(panel.special, False),
        fields={name: longer(array, np.nan) for name, array in panel.fields.items()},
        benchmark=_longer_benchmark(panel.benchmark, panel.sessions, sessions),
        spans=tuple(sorted(spans, key=lambda each: (each.symbol, each.first))),
        notes=(*panel.notes, *notes, *notes_on(stretches)),
    )  # fmt: skip


def _longer_benchmark(
    bench: Benchmark | None, old: pd.DatetimeIndex, sessions: pd.DatetimeIndex
) -> Benchmark | None:
    """A benchmark on more sessions: some of its earlier bars are none any more."""
    if bench is None or len(old) == len(sessions):
        return bench
    days = pd.DatetimeIndex(bench.earlier.sessions.append(old))
    place = days.get_indexer(sessions)
    before = int((days < sessions[0]).sum())
    whole = {key: bench.whole(key) for key in BARS}
    now = {key: np.where(place >= 0, values[np.maximum(place, 0)], np.nan) for key, values in whole.items()}
    earlier = EarlierBars(days[:before], **{key: values[:before] for key, values in whole.items()})
    own = bench.on_its_own_days(old)
    alone = bars_alone(pd.DataFrame({key: getattr(own, key) for key in BARS}, own.sessions), sessions)
    return Benchmark(bench.symbol, bench.name, **now, earlier=earlier, alone=alone)
