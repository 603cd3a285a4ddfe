"""The factor behind adjusted prices: found in both vendors' arithmetic, through rounding, and on real events."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.errors import SchemaChangedError
from sectorlead.data.sources.adjustment import adjustment_factor
from sectorlead.data.sources.yahoo import read_yahoo
from sectorlead.data.types import Floats

TICK = 0.001


def fund(seed: int, adds: bool, sessions: int = 400) -> tuple[Floats, Floats, Floats]:
    """Rounded prices of an invented fund, a vendor's rounded adjusted ones, and the true factor."""
    dice = np.random.default_rng(seed)
    days = dice.choice(np.arange(30, sessions - 5, 12), 5, replace=False)
    price = dice.uniform(1, 4)
    scale, added, factor = 1.0, 0.0, 1.0
    raw, adjusted, factors = np.empty((sessions, 4)), np.empty((sessions, 4)), np.empty(sessions)
    for t in range(sessions):
        if t in days:
            before, ratio = price, float(dice.choice([1, 1, 2, 4, 0.5, 1.3705]))
            if ratio == 1 or not 0.7 < before / ratio < 8:
                paid = before * dice.uniform(0.01, 0.08)
                price, added = before - paid, added + scale * paid
            else:
                price = before / ratio
                scale *= ratio
            factor *= before / price
        opened = price * np.exp(dice.normal(0, 0.006))
        closed = opened * np.exp(dice.normal(0, 0.012))
        top, bottom = max(opened, closed) * 1.004, min(opened, closed) * 0.996
        raw[t] = np.round(np.array([opened, top, bottom, closed]), 3)
        price = raw[t, 3]
        adjusted[t] = np.round(raw[t] * scale + added if adds else raw[t] * factor, 3)
        factors[t] = factor
    return raw, adjusted, factors


@given(st.integers(0, 10_000), st.booleans())
def test_a_factor_is_recovered_to_a_tick_and_is_constant_between_events(seed: int, adds: bool) -> None:
    raw, adjusted, true = fund(seed, adds)
    found = adjustment_factor(raw, adjusted)
    assert found[0] == 1
    assert (np.diff(found) != 0).sum() == (np.diff(true) != 0).sum()  # no flutter, nothing missed
    late = np.abs(found / true - 1) > 0.1
    assert late.sum() <= 2  # a small step may be seen a session late, a large one never is
    assert abs(found[-1] / true[-1] - 1) < 5 * 2 * TICK / raw[:, 3].min()


def test_the_quotient_would_not_do() -> None:
    """The plain quotient of a vendor that adds dividends moves with the price."""
    raw, adjusted, true = fund(3, adds=True)
    quotient = adjusted[:, 3] / raw[:, 3]
    assert np.abs(quotient / quotient[0] / true - 1).max() > 0.01
    assert (np.diff(quotient) != 0).sum() > 200


@pytest.mark.parametrize("seed", range(8))
def test_the_past_does_not_change_when_days_are_added(seed: int) -> None:
    raw, adjusted, _ = fund(seed, adds=seed % 2 == 0)
    whole = adjustment_factor(raw, adjusted)
    events = np.flatnonzero(np.diff(whole)) + 1
    for end in range(40, 400, 5):
        part = adjustment_factor(raw[:end], adjusted[:end])
        settled = end if not ((events > end - 30) & (events < end)).any() else end - 31
        np.testing.assert_array_equal(part[:settled], whole[:settled])
        np.testing.assert_allclose(part, whole[:end], rtol=5e-3)


def test_a_slip_of_the_last_digits_is_no_event() -> None:
    raw, adjusted, true = fund(6, adds=True)
    quiet = [t for t in range(15, 390, 41) if true[t - 3] == true[t + 3]]
    adjusted[quiet] += 2 * TICK  # seen where the fund's splits have made adjusted prices no smaller than raw ones
    assert len(quiet) >= 5
    found = adjustment_factor(raw, adjusted)
    assert set(np.flatnonzero(np.diff(found))) == set(np.flatnonzero(np.diff(true)))


def test_another_series_is_refused() -> None:
    raw, _, _ = fund(1, adds=True)
    _, other, _ = fund(2, adds=True)
    with pytest.raises(SchemaChangedError, match="not the same series"):
        adjustment_factor(raw, other)


def test_real_splits_and_dividends_of_chinese_funds(shared_data: Path) -> None:
    """Real raw prices and factors; adjusted ones made from them as Eastmoney does, dividends added."""
    bars = pd.read_csv(shared_data / "cn_sector_etf" / "bars.csv.gz", dtype={"symbol": str})
    splits = 0
    for _, each in bars[bars["date"] >= "2018-01-02"].groupby("symbol"):
        raw = each[["open", "high", "low", "close"]].to_numpy(dtype=float)
        true = each["adj_factor"].to_numpy(dtype=float)
        true = true / true[0]
        scale, added, adjusted = 1.0, 0.0, np.empty_like(raw)
        for t in range(len(raw)):
            step = true[t] / true[t - 1] if t else 1.0
            if abs(step - 1) > 0.2:
                scale *= step
            elif step != 1:
                added += scale * raw[t - 1, 3] * (1 - 1 / step)
            adjusted[t] = np.round(scale * raw[t] + added, 3)
        found = adjustment_factor(raw, adjusted)
        np.testing.assert_allclose(found, true, rtol=8e-3)
        splits += int((np.abs(np.diff(np.log(found))) > 0.2).sum())
    assert splits >= 5


def test_real_dividends_of_a_page_copied_from_yahoo(shared_data: Path) -> None:
    """40 dividends of XLK: on their days, and to the cent to which the page is rounded."""
    path = shared_data / "dirty" / "yahoo" / "edwinleck_XLK_yahoo_page_export.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8-sig") as file:
        paid = {
            pd.to_datetime(row[0], format="%b %d, %Y"): float(row[1].split()[0])
            for row in csv.reader(file)
            if "Dividend" in row[1]
        }
    bars = read_yahoo(path, "XLK").frames["XLK"]
    factor, close = bars["adj_factor"].to_numpy(), bars["close"].to_numpy()
    days = np.flatnonzero(np.diff(factor)) + 1
    found = {bars["date"][t]: close[t - 1] * (1 - factor[t - 1] / factor[t]) for t in days}
    assert set(found) == set(paid)
    assert len(paid) == 40
    assert max(abs(found[day] - paid[day]) for day in paid) < 0.01
