"""Pairs of series: against numpy by brute force, what is planted, and what is not known."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import DataError
from sectorlead.data.panel import Panel
from sectorlead.strategies.indicators import pairs
from sectorlead.strategies.indicators.pairs import PairCorrelation, pair_table


def drawn(returns: np.ndarray, market: np.ndarray) -> Panel:
    days = pd.bdate_range("2021-01-04", periods=len(returns))
    names = [chr(ord("A") + i) for i in range(returns.shape[1])]
    close = pd.DataFrame(100 * np.exp(np.cumsum(returns, axis=0)), days, names)
    return Panel.from_frames(close, benchmark=pd.Series(1000 * np.exp(np.cumsum(market)), days, name="B"))


def residual(values: np.ndarray, market: np.ndarray) -> np.ndarray:
    design = np.column_stack((np.ones(len(market)), market))
    return values - design @ np.linalg.lstsq(design, values, rcond=None)[0]


def _moves(price: np.ndarray, bar: np.ndarray) -> np.ndarray:
    out = np.full(price.shape, np.nan)
    out[1:] = np.where(bar[1:] & bar[:-1], np.log(price[1:]) - np.log(price[:-1]), np.nan)
    return out


@settings(max_examples=40)
@given(
    seed=st.integers(0, 10_000), window=st.integers(8, 30), net=st.booleans(), ahead=st.integers(0, 2),
    present=st.sampled_from([0.0, 0.5, 0.9]),
)  # fmt: skip
def test_every_entry_by_brute_force(make_random, seed: int, window: int, net: bool, ahead: int, present: float) -> None:
    panel = make_random(seed, 60, 4, gaps=0.05)
    rule = PairCorrelation(window, net, ahead, present)
    rows = np.array([5, 31, 40, 59])
    found = rule.rows(panel, rows)
    own = np.where(panel.published, _moves(panel.last_adjusted_close, panel.has_bar), np.nan)
    market = _moves(panel.benchmark.last_close, np.isfinite(panel.benchmark.close))
    for d, t in enumerate(rows.tolist()):
        last = np.arange(max(t - window + 1 + ahead, ahead), t + 1)
        for i in range(4):
            for j in range(4):
                x, y, u, v = own[last - ahead, i], own[last, j], market[last - ahead], market[last]
                known = np.isfinite(x) & np.isfinite(y) & ((np.isfinite(u) & np.isfinite(v)) | (not net))
                assert found.sessions[d, i, j] == known.sum()
                expected = np.nan
                here = panel.has_bar[t] & panel.published[t]
                if known.sum() >= max(4, present * (window - ahead)) and here[i] and here[j]:
                    x, y, u, v = x[known], y[known], u[known], v[known]
                    a, b = (residual(x, u), residual(y, v)) if net else (x, y)
                    expected = np.corrcoef(a, b)[0, 1]
                assert found.correlation[d, i, j] == pytest.approx(expected, abs=1e-9, nan_ok=True)
    whole = rule(panel)
    assert np.array_equal(whole.correlation[rows], found.correlation, equal_nan=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairs, "_correlate", pairs._correlate.__wrapped__)  # type: ignore[attr-defined]
        plain = rule.rows(panel, rows)
    assert all(np.array_equal(a, b, equal_nan=True) for a, b in zip(found, plain, strict=True))


def test_what_is_planted_is_found() -> None:
    """A and B share the market, B and C a factor of their own, and A lifts D the day after."""
    rng = np.random.default_rng(0)
    market, factor, own = rng.normal(0, 0.01, 500), rng.normal(0, 0.01, 500), rng.normal(0, 0.004, (500, 4))
    a, b, c = market + own[:, 0], market + factor + own[:, 1], factor + own[:, 2]
    d = 0.8 * np.append(0.0, a[:-1]) + own[:, 3]
    table = pair_table(drawn(np.column_stack((a, b, c, d)), market), 400).set_index(["first", "second"])
    assert table.loc[("A", "B"), "raw"] > 0.5
    assert abs(table.loc[("A", "B"), "net"]) < 0.15
    assert table.loc[("B", "C"), "net"] > 0.8 > table.loc[("B", "C"), "raw"]
    assert table.loc[("A", "D"), "leads"] > 0.8
    assert abs(table.loc[("A", "D"), "lags"]) < 0.15
    assert abs(table.loc[("A", "D"), "raw"]) < 0.15
    assert table["net"].is_monotonic_decreasing
    assert len(table) == 6
    assert (table["sessions"] == 400).all()


def test_a_side_that_does_not_vary_is_not_known_and_a_multiple_is_one() -> None:
    rng = np.random.default_rng(1)
    market = rng.normal(0, 0.01, 80)
    x = rng.normal(0, 0.01, 80)
    panel = drawn(np.column_stack((x, 2 * x, np.zeros(80), 1.5 * market)), market)
    raw = PairCorrelation(20)(panel).correlation[-1]
    assert raw[0, 1] == pytest.approx(1.0)
    assert raw[0, 1] <= 1.0
    assert np.isnan(raw[2]).all()
    net = PairCorrelation(20, net=True)(panel).correlation[-1]
    assert net[0, 1] == pytest.approx(1.0)
    assert np.isnan(net[3]).all()  # nothing is left of it but rounding
    ahead = PairCorrelation(20, net=True, ahead=1)(panel).correlation[-1]
    assert np.isnan(ahead[3]).all()
    assert np.isnan(ahead[:, 3]).all()
    assert np.isfinite(ahead[:2, :2]).all()
    multiples = drawn(np.column_stack([x, *(each * market for each in (0.3, 0.7, 1.1, 1.3, 1.7, 2.3))]), market)
    for sessions in (0, 1):
        left = PairCorrelation(20, net=True, ahead=sessions)(multiples).correlation[20:]
        assert np.isnan(left[:, 1:, 0]).all()
        assert np.isnan(left[:, 0, 1:]).all()
        assert np.isfinite(left[:, 0, 0]).all()
    flat = drawn(np.column_stack((x, 2 * x)), np.zeros(80))
    assert np.isnan(PairCorrelation(20, net=True)(flat).correlation).all()
    assert (raw == raw.T)[~np.isnan(raw)].all()


def test_net_of_a_benchmark_that_is_not_there(make_small) -> None:
    panel = make_small({"A": [1.0, 2.0], "B": [2.0, 1.0]})
    with pytest.raises(DataError, match="needs a benchmark"):
        PairCorrelation(net=True)(panel)
    assert np.isnan(PairCorrelation()(panel).correlation).all()
