"""Panels that agree with a given one in some way, and differ from it in all else.

Each has arrays of its own, so that nothing of the given panel can be reached through it, and is not looked at by the
quality gate: some of them are meant to be wild.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.bars import BARS
from sectorlead.data.benchmark import Benchmark, EarlierBars
from sectorlead.data.panel import Panel
from sectorlead.data.types import Floats

INPUTS = ("prices", "volume", "factors", "benchmark", "special", "fields", "ends")
"""What of a panel can be changed after a row, one by one."""
CYCLE = 28
"""Years after which weekdays and leap years come again, from 1901 to 2099."""
_PRICES = ("open", "high", "low", "close")


def copied(panel: Panel, **changes: Any) -> Panel:
    """The same panel in memory of its own, with these fields of ``Panel`` in place of its own."""
    held = {item.name: getattr(panel, item.name) for item in fields(panel)} | {"checked": False} | changes
    for key in (*BARS, "adj_factor", "special"):
        held[key] = np.array(held[key])
    held["fields"] = {name: np.array(values) for name, values in dict(held["fields"]).items()}
    if "benchmark" not in changes and panel.benchmark is not None:
        held["benchmark"] = _benchmark(panel.benchmark, {key: getattr(panel.benchmark, key) for key in BARS})
    return Panel(**held)


def ended(panel: Panel, row: int) -> Panel:
    """The panel that ends with a row.

    Parameters
    ----------
    panel : Panel
    row : int
    """
    return _rows(panel, slice(0, row + 1))


def begun(panel: Panel, row: int) -> Panel:
    """The panel that begins with a row; what its benchmark did before is kept.

    Parameters
    ----------
    panel : Panel
    row : int
    """
    return _rows(panel, slice(row, len(panel.sessions)))


def changed(panel: Panel, row: int, seed: int, inputs: Collection[str] = INPUTS) -> Panel:
    """The same panel up to a row, and after it something else.

    Parameters
    ----------
    panel : Panel
    row : int
        The last that stays.
    seed : int
    inputs : collection of str
        Which of ``INPUTS`` change.
    """
    rng = np.random.default_rng((seed, row))
    kept = np.arange(len(panel.sessions)) <= row
    later = panel.last_date > panel.sessions[row].to_datetime64()
    made: dict[str, Any] = {"last_date": np.where(later, np.datetime64("NaT", "ns"), panel.last_date)}
    open_ended = "ends" in inputs
    if not open_ended:
        made["last_date"] = panel.last_date
    own = {key: getattr(panel, key) for key in BARS}
    wild = _wild(rng, own, kept[:, None], gaps=open_ended)
    over = ~np.isnat(made["last_date"]) & (panel.sessions.to_numpy()[:, None] > made["last_date"])
    for key in _PRICES if "prices" in inputs else ():
        made[key] = np.where(over, np.nan, wild[key])
    for key in ("volume", "amount") if "volume" in inputs else ():
        made[key] = np.where(np.isnan(made.get("close", own["close"])), np.nan, wild[key])
    if "prices" in inputs and "volume" not in inputs:
        for key in ("volume", "amount"):
            made[key] = np.where(np.isnan(made["close"]), np.nan, own[key])
    if "factors" in inputs:
        other = panel.adj_factor * rng.uniform(0.5, 2, panel.shape)
        made["adj_factor"] = np.where(kept[:, None], panel.adj_factor, other)
    if "special" in inputs:
        made["special"] = panel.special ^ (~kept[:, None] & (rng.random(panel.shape) < 0.2))
    if "fields" in inputs:
        made["fields"] = {name: _other(rng, values, kept[:, None]) for name, values in panel.fields.items()}
    if "benchmark" in inputs and (old := panel.benchmark) is not None:
        line = _wild(rng, {key: getattr(old, key) for key in BARS}, kept, gaps=False)
        made["benchmark"] = _benchmark(old, line)
    return copied(panel, **made)


def lengthened(panel: Panel, seed: int, sessions: int = 80) -> Panel:
    """The same panel with made-up sessions after its last.

    Parameters
    ----------
    panel : Panel
    seed : int
    sessions : int
        How many are added.
    """
    rng = np.random.default_rng((seed, sessions))
    gap = pd.Series(panel.sessions).diff().median() if len(panel.sessions) > 1 else pd.Timedelta(days=1)
    if gap <= pd.Timedelta(days=4):
        more = pd.bdate_range(panel.sessions[-1], periods=sessions + 1)[1:]
    else:
        more = pd.DatetimeIndex([panel.sessions[-1] + gap * k for k in range(1, sessions + 1)]).normalize()
    made: dict[str, Any] = {"sessions": panel.sessions.append(more.as_unit(panel.sessions.unit))}
    ends = ~np.isnat(panel.last_date)

    def longer(values: Any, blank: Any) -> Any:
        return np.concatenate((values, np.full((sessions, *values.shape[1:]), blank, dtype=values.dtype)))

    kept = np.arange(len(made["sessions"])) < len(panel.sessions)
    wild = _wild(rng, {key: longer(getattr(panel, key), np.nan) for key in BARS}, kept[:, None], gaps=True)
    made |= {key: np.where(ends & ~kept[:, None], np.nan, values) for key, values in wild.items()}
    made["adj_factor"] = np.concatenate((panel.adj_factor, np.repeat(panel.adj_factor[-1:], sessions, axis=0)))
    made["special"] = longer(panel.special, False)
    made["fields"] = {
        name: _other(rng, longer(values, np.nan), kept[:, None]) for name, values in panel.fields.items()
    }
    if (old := panel.benchmark) is not None:
        line = _wild(rng, {key: longer(getattr(old, key), np.nan) for key in BARS}, kept, gaps=False)
        made["benchmark"] = _benchmark(old, line)
    return copied(panel, **made)


def moved(day: pd.Timestamp) -> pd.Timestamp:
    """A date so many years later that its weekday, month and day are the same."""
    return day + pd.DateOffset(years=CYCLE)


def later(panel: Panel) -> Panel:
    """The same panel with all its dates ``CYCLE`` years later."""
    made: dict[str, Any] = {"sessions": _all_moved(panel.sessions)}
    for key in ("known_from", "last_date"):
        made[key] = _all_moved(pd.DatetimeIndex(getattr(panel, key))).to_numpy()
    made["spans"] = tuple(replace(each, first=moved(each.first), last=moved(each.last)) for each in panel.spans)
    if (old := panel.benchmark) is not None:
        early = EarlierBars(_all_moved(old.earlier.sessions), *(getattr(old.earlier, key) for key in BARS))
        made["benchmark"] = replace(old, earlier=early)
    return copied(panel, **made)


def renamed(panel: Panel, names: Sequence[str]) -> Panel:
    """The same series under other symbols, which can put them in another order.

    Parameters
    ----------
    panel : Panel
    names : sequence of str, N of them
    """
    name = dict(zip(panel.symbols, names, strict=True))
    spans = tuple(replace(each, symbol=name[each.symbol]) for each in panel.spans)
    return copied(panel, symbols=tuple(names), spans=spans)


def without(panel: Panel, column: int) -> Panel:
    """The panel without one of its series.

    Parameters
    ----------
    panel : Panel
    column : int
    """
    rest = [symbol for i, symbol in enumerate(panel.symbols) if i != column]
    return copied(panel.select(rest))


def made_up(panel: Panel, seed: int) -> Panel:
    """Other prices, volumes and fields on the same sessions and symbols, with bars in the same places.

    Its returns are drawn without regard to those of the panel: nobody who sees only these can know anything of the
    panel's own. Volatilities are alike, and all series share a factor, which is the benchmark.

    Parameters
    ----------
    panel : Panel
    seed : int
    """
    rng = np.random.default_rng((seed, 1))
    shape = panel.shape
    moves = np.diff(np.log(panel.last_adjusted_close), axis=0)
    spread = np.sqrt(np.nanmean(np.square(moves), axis=0)) if len(moves) else np.full(shape[1], 0.01)
    spread = np.where(np.isfinite(spread) & (spread > 0), np.minimum(spread, 0.05), 0.01)
    factor = rng.standard_t(5, shape[0]) * 0.6
    own = rng.standard_t(5, shape) * 0.6
    first = panel.close[np.minimum(panel.first_bar, shape[0] - 1), np.arange(shape[1])]
    path = np.cumsum(np.clip(spread * (0.6 * factor[:, None] + 0.6 * own), -0.09, 0.09), axis=0)
    close = np.where(np.isfinite(first), first, 1.0) * np.exp(path - path.mean(axis=0))
    made: dict[str, Any] = dict(_around(rng, {key: getattr(panel, key) for key in BARS}, close))
    made["adj_factor"] = np.ones(shape)
    made["fields"] = {name: rng.permuted(values, axis=0) for name, values in panel.fields.items()}
    if (old := panel.benchmark) is not None:
        start = old.base if np.isfinite(old.base) else float(np.nan_to_num(old.close[:1], nan=1.0)[0])
        line = start * np.exp(np.cumsum(np.clip(0.012 * factor, -0.09, 0.09)))
        made["benchmark"] = _benchmark(old, _around(rng, {key: getattr(old, key) for key in BARS}, line))
    return copied(panel, **made)


def _rows(panel: Panel, part: slice) -> Panel:
    made: dict[str, Any] = {key: getattr(panel, key)[part] for key in (*BARS, "adj_factor", "special")}
    made["sessions"] = sessions = panel.sessions[part]
    made["fields"] = {name: values[part] for name, values in panel.fields.items()}
    over = panel.last_date > sessions[-1].to_datetime64()
    made["last_date"] = np.where(over, np.datetime64("NaT", "ns"), panel.last_date)
    made["spans"] = tuple(
        replace(each, first=max(each.first, sessions[0]), last=min(each.last, sessions[-1]))
        for each in panel.spans
        if each.first <= sessions[-1] and each.last >= sessions[0]
    )
    if (old := panel.benchmark) is not None:
        early = old.earlier
        if part.start:
            days = pd.DatetimeIndex(old.earlier.sessions.append(panel.sessions[: part.start]))
            early = EarlierBars(days, *(old.whole(key)[: old.before + part.start] for key in BARS))
        made["benchmark"] = replace(old, earlier=early, **{key: getattr(old, key)[part].copy() for key in BARS})
    return copied(panel, **made)


def _benchmark(old: Benchmark, line: dict[str, Floats]) -> Benchmark:
    opened, high, low, close, volume, amount = (np.array(line[key]) for key in BARS)
    return Benchmark(old.symbol, old.name, opened, high, low, close, volume, amount, old.earlier, old.alone)


def _all_moved(days: pd.DatetimeIndex) -> pd.DatetimeIndex:
    return pd.DatetimeIndex([day if pd.isna(day) else moved(day) for day in days]).as_unit("ns")


def _other(rng: np.random.Generator, values: Floats, kept: Any) -> Floats:
    known = values[np.isfinite(values)]
    scale = float(np.std(known)) if known.size else 1.0
    return np.where(kept, values, rng.normal(float(np.mean(known)) if known.size else 0.0, scale or 1.0, values.shape))


def _wild(rng: np.random.Generator, bars: dict[str, Floats], kept: Any, *, gaps: bool) -> dict[str, Floats]:
    """Bars that are kept, and others at a third to three times the usual level; some missing, where there may be."""
    shape = bars["close"].shape
    known = bars["close"][np.isfinite(bars["close"])]
    level = float(np.median(known)) if known.size else 1.0
    blank = np.isnan(bars["close"]) if not gaps else rng.random(shape) < 0.1
    close = np.where(blank, np.nan, level * np.exp(rng.uniform(-1.1, 1.1, shape)))
    other = _around(rng, bars | {"close": close}, close)
    return {key: np.where(kept, bars[key], other[key]) for key in BARS}


def _around(rng: np.random.Generator, bars: dict[str, Floats], close: Floats) -> dict[str, Floats]:
    """Whole bars around closes, NaN where ``bars`` have no close; of closes alone where they have no more."""
    close = np.where(np.isnan(bars["close"]), np.nan, close)
    opened, wick = close * rng.uniform(0.99, 1.01, close.shape), rng.uniform(0, 0.01, (2, *close.shape))
    out = {
        "open": opened, "high": np.maximum(opened, close) * (1 + wick[0]),
        "low": np.minimum(opened, close) * (1 - wick[1]), "close": close,
    }  # fmt: skip
    if not np.isfinite(bars["open"]).any():
        out |= dict.fromkeys(("open", "high", "low"), np.full(close.shape, np.nan))
    size = rng.lognormal(0, 1, close.shape)
    volume = bars["volume"][np.isfinite(bars["volume"])]
    amount = bars["amount"][np.isfinite(bars["amount"])]
    usual = float(np.median(volume)) if volume.size else np.nan
    out["volume"] = np.where(np.isnan(close), np.nan, np.round(usual * size))
    out["amount"] = np.where(np.isnan(close), np.nan, out["volume"] * close if volume.size else np.nan)
    if not amount.size:
        out["amount"] = np.full(close.shape, np.nan)
    return out
