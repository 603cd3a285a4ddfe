"""Prices that were adjusted before they came, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sectorlead.data.quality.adjusted import adjusted_prices, adjustments, subtracted_dividends
from sectorlead.data.quality.table import Table

from .planted import PRICES, SESSIONS, cells, changed, flawless
from .tables import hits

HALF = SESSIONS // 2


def paid(how: Callable[[Any], Any], rows: slice = slice(0, HALF), i: int = 2, seed: int = 0) -> Table:
    """A market in which what was paid in these rows was another function of the prices."""
    clean = flawless(seed)
    arrays = cells(clean, "amount")
    own = clean.own_price[rows, i]
    arrays["amount"][rows, i] = clean.volume[rows, i] * how(own)
    return changed(clean, **arrays)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("share", [0.1, 0.3, 0.8])
def test_subtracted_is_told_from_multiplied(seed: int, share: float) -> None:
    """Prices with D subtracted move by P / (P - D) too much; multiplied ones move right."""
    low = float(flawless(seed).low[:HALF, 2].min())
    of = paid(lambda own: own + share * low, seed=seed)
    (hit,) = hits(subtracted_dividends, of)
    assert hit.symbol == of.symbols[2]
    expected = float(np.median(1 + share * low / flawless(seed).close[:HALF, 2]))
    assert abs(adjustments(of)[2].distortion - expected) < 0.1 * expected
    assert hit.severity == (None if adjustments(of)[2].distortion > 1.1 else "warning")
    assert "subtracted" in hit.message

    times = paid(lambda own: own * (1 + share), seed=seed)
    assert hits(subtracted_dividends, times) == []
    (hit,) = hits(adjusted_prices, times)
    assert (hit.symbol, len(hit.sessions)) == (of.symbols[2], HALF)
    assert f"all before {of.sessions[HALF - 1]:%F}" in hit.message


def test_adjusted_backward_recent_bars_are_off() -> None:
    of = paid(lambda own: own * 0.7, slice(HALF, None))
    (hit,) = hits(adjusted_prices, of)
    assert f"all after {of.sessions[HALF]:%F}" in hit.message
    assert hits(subtracted_dividends, of) == []


def test_a_clean_market_and_a_raw_split_are_not_adjusted() -> None:
    clean = flawless(1)
    assert adjustments(clean) == {}
    arrays = cells(clean, *PRICES, "volume")
    for key, values in arrays.items():
        values[:HALF, 2] *= 0.25 if key == "volume" else 4.0
    assert adjustments(changed(clean, **arrays)) == {}


def yahoo(digits: int | None, quoted: int, symbol: str = "XLK", bits: type = np.float64) -> Table:
    """A fund at about 100 dollars: on a tick in the last bars, and as computed before."""
    clean = flawless(0)
    arrays = cells(clean, *PRICES, "volume")
    for key in PRICES:
        line = 100 * clean.close[:, 2] / clean.close[0, 2]
        line = line if digits is None else np.round(line, digits)
        line[: SESSIONS - quoted] *= 0.987654321
        arrays[key][:, 2] = line.astype(bits)
    nothing = np.full_like(clean.amount, np.nan)
    symbols = tuple(symbol if i == 2 else each for i, each in enumerate(clean.symbols))
    return changed(clean, symbols=symbols, amount=nothing, **arrays)


def test_quotes_only_since_the_last_dividend() -> None:
    (hit,) = hits(adjusted_prices, yahoo(2, 30))
    assert hit.symbol == "XLK"
    assert f"quotes from {flawless(0).sessions[-30]:%F} on" in hit.message
    assert len(hits(adjusted_prices, yahoo(2, 30, bits=np.float32))) == 1


def test_quotes_throughout_an_index_or_an_amount_say_nothing() -> None:
    assert hits(adjusted_prices, yahoo(2, SESSIONS)) == []
    assert hits(adjusted_prices, yahoo(2, SESSIONS, bits=np.float32)) == []  # Yahoo's numbers have 32 bits
    assert hits(adjusted_prices, yahoo(None, 30)) == []
    assert hits(adjusted_prices, yahoo(2, 30, symbol="^GSPC")) == []
    of = yahoo(2, 30)
    assert hits(adjusted_prices, replace(of, volume=np.full_like(of.volume, np.nan))) == []
    factor = np.linspace(1, 2, SESSIONS)[:, None] * np.ones_like(of.factor)
    assert hits(adjusted_prices, replace(of, factor=factor)) == []
