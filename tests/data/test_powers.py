"""The unit of volume and amount, bar by bar."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.data.powers import unit_powers

LENGTH = 60


def series(seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Average price paid, close, low and high of one series."""
    random = np.random.default_rng(seed)
    close = 2.0 * np.exp(np.cumsum(random.normal(0, 0.01, LENGTH)))
    paid = close * random.uniform(0.997, 1.003, LENGTH)
    return paid[:, None], close[:, None], 0.99 * close[:, None], 1.01 * close[:, None]


def powers(paid: np.ndarray, *rest: np.ndarray, named: bool = False) -> list[float]:
    return list(unit_powers(paid, *rest, np.array([named]))[:, 0])


@pytest.mark.parametrize("power", [-8, -4, -3, -1, 0, 2, 4, 8])
def test_a_unit_is_a_power_of_ten(power: int) -> None:
    paid, *rest = series()
    assert powers(paid * 10.0**power, *rest) == [power] * LENGTH


def test_each_span_has_its_own() -> None:
    paid, *rest = series(1)
    paid[:20] *= 0.1
    paid[20:45] *= 100
    assert powers(paid, *rest) == [-1] * 20 + [2] * 25 + [0] * 15


def test_one_bar_in_another_unit() -> None:
    paid, *rest = series(2)
    paid[30] *= 1000
    assert powers(paid, *rest) == [0] * 30 + [3] + [0] * 29


def test_a_split_of_price_and_volume_changes_no_unit() -> None:
    paid, *rest = series(3)
    for values in (paid, *rest):
        values[30:] /= 10
    assert powers(paid, *rest) == [0] * LENGTH


def test_what_members_cost_is_no_price() -> None:
    paid, *rest = series(4)
    random = np.random.default_rng(0)
    assert np.isnan(powers(paid * 1.5, *rest)).all()
    assert np.isnan(powers(paid * np.exp(random.normal(0, 0.05, (LENGTH, 1))), *rest)).all()


def test_of_what_trades_the_first_bars_tell_where_the_last_do_not() -> None:
    """Adjusted backward, recent prices are not what was paid."""
    paid, *rest = series(5)
    paid[30:] *= 0.7
    assert powers(paid, *rest, named=True) == [0] * LENGTH
    assert np.isnan(powers(paid, *rest)).all()


def test_bars_without_volume_are_of_the_unit_before() -> None:
    paid, *rest = series(6)
    paid[:30] *= 100
    paid[10:40] = np.nan
    assert powers(paid, *rest) == [2] * 40 + [0] * 20
