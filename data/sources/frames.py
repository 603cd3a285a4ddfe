"""A vendor's table of bars into ours: names, units, dates, and nothing that contradicts its labels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from ..errors import NoDataError, SchemaChangedError

LOT = 100.0  # shares: 手
TEN_THOUSAND_LOTS = 1e6  # shares: 万手
HUNDRED_MILLION = 1e8  # 亿: shares or CNY

OURS = ("date", "open", "high", "low", "close", "volume", "amount", "adj_factor")


def normalised(
    frame: pd.DataFrame,
    names: Mapping[str, str],
    units: Mapping[str, float] | None = None,
    *,
    start: pd.Timestamp | None = None,
    what: str,
) -> pd.DataFrame:
    """Bars in our columns and units, ascending by date.

    Rows without a close are no bars and are left out; the same row twice is kept once.

    Parameters
    ----------
    frame : DataFrame
        As the vendor's function returned it.
    names : mapping
        Our name -> the vendor's, for every column that is used.
    units : mapping
        Our name -> what one of the vendor's units is worth in ours.
    start : Timestamp, optional
        Earlier rows are left out.
    what : str
        For messages: who was asked for what.

    Raises
    ------
    SchemaChangedError
        A column is missing, holds no dates or no numbers, a date comes twice with other values, or prices contradict
        their labels (a high below the low in more than half of the rows).
    NoDataError
        No bar from ``start`` on.
    """
    for vendors in names.values():
        if vendors not in frame:
            found = ", ".join(map(str, frame.columns))
            raise SchemaChangedError(f"{what}: no column {vendors!r}; found: {found}.", column=vendors)
    out = pd.DataFrame({"date": _dates(frame[names["date"]], what)})
    for ours in (name for name in OURS[1:] if name in names):
        out[ours] = _numbers(frame[names[ours]], what) * (units or {}).get(ours, 1.0)
    if out["close"].isna().all():
        raise SchemaChangedError(f"{what}: {names['close']!r} holds no number.", column=names["close"])
    out = out[out["close"].notna()].drop_duplicates().sort_values("date", ignore_index=True)
    twice = out["date"][out["date"].duplicated()]
    if len(twice):
        message = f"{what}: {len(twice)} dates come twice, first {twice.iloc[0]:%F}."
        raise SchemaChangedError(message, column=names["date"])
    _check_labels(out, names, what)
    if start is not None:
        out = out[out["date"] >= start].reset_index(drop=True)
    if out.empty:
        since = f" since {start:%F}" if start is not None else ""
        raise NoDataError(f"{what}: no bar{since}.")
    return out


def _dates(column: pd.Series, what: str) -> pd.Series:
    try:
        days = pd.to_datetime(column, format=None if column.dtype.kind == "M" else "ISO8601")
    except (ValueError, TypeError) as error:
        message = f"{what}: {column.name!r} holds no dates: {error}."
        raise SchemaChangedError(message, column=str(column.name)) from error
    if days.isna().any():
        message = f"{what}: {column.name!r} is not a date in {int(days.isna().sum())} of {len(days)} rows."
        raise SchemaChangedError(message, column=str(column.name))
    return days.dt.tz_localize(None).dt.normalize().astype("datetime64[ns]")


def _numbers(column: pd.Series, what: str) -> pd.Series:
    numbers = pd.to_numeric(column, errors="coerce").astype("float64")
    text = column.astype(str).str.strip()
    broken = numbers.isna() & column.notna() & ~text.isin(["", "-", "--", "nan", "None", "null"])
    if broken.any():
        example = text[broken].iloc[0]
        raise SchemaChangedError(f"{what}: {column.name!r} holds {example!r}, not a number.", column=str(column.name))
    return numbers


def _check_labels(bars: pd.DataFrame, names: Mapping[str, str], what: str) -> None:
    """A high that is not the highest in most rows is another column under that name; single bad bars are not."""
    if not {"open", "high", "low"} <= set(bars):
        return
    prices = bars[["open", "high", "low", "close"]].to_numpy()
    known = (prices > 0).all(axis=1)
    if not known.any():
        return
    prices = prices[known]
    for name, wrong in (
        ("high", prices[:, 1] < prices.max(axis=1) * (1 - 1e-6)),
        ("low", prices[:, 2] > prices.min(axis=1) * (1 + 1e-6)),
    ):
        if float(np.mean(wrong)) > 0.5:
            message = f"{what}: {names[name]!r} is not the {name} of the bar in {wrong.mean():.0%} of the rows."
            raise SchemaChangedError(message, column=names[name])
