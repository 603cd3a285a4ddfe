"""Whether prices are quotes, and what a factor is: told where data tell it, asked where they don't."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import DataError
from sectorlead.data.load import load

DAYS = pd.bdate_range("2020-01-01", periods=400)


def paid(seed: int, price: float, symbol: str = "600000.SH") -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Quotes of a series that pays cash six times, the factor that multiplies them, and the cash to add to them."""
    random = np.random.default_rng(seed)
    value = price * np.exp(np.cumsum(random.normal(0, 0.01, len(DAYS))))
    factor = np.ones(len(DAYS))
    for day in random.choice(np.arange(20, 380), 6, replace=False):
        factor[day:] *= 1 + random.uniform(0.02, 0.06)
    close = value / factor
    step = np.append(0.0, close[:-1] * (1 - factor[:-1] / factor[1:]))
    frame = pd.DataFrame({"日期": DAYS, "代码": symbol, "收盘价": close.round(2)})
    return frame, factor, np.cumsum(step)


@settings(max_examples=30)
@given(seed=st.integers(0, 10_000), price=st.floats(5, 200), base=st.sampled_from([0.0, 0.5, 1.0]))
@example(seed=0, price=200.0, base=40.0)
@example(seed=0, price=23.0, base=40.0)
def test_cash_to_add_is_no_factor(seed: int, price: float, base: float) -> None:
    """Where the cash that has come together is near the price, both come to the same."""
    frame, factor, cash = paid(seed, price)
    panel = load(frame.assign(复权因子=factor))
    np.testing.assert_allclose(panel.adj_factor[:, 0], factor)
    added = frame.assign(复权因子=cash + base)
    says = r'复权因子 is cash to add to prices.*columns=\{"复权因子": ""\}' if base else "cash"  # 0 is no factor at all
    with pytest.raises(DataError, match=says):
        load(added)
    assert (load(added, columns={"复权因子": ""}).adj_factor == 1).all()
    if base:
        told = load(added, columns={"复权因子": "adj_factor"}, prices="raw")
        np.testing.assert_allclose(told.adj_factor[:, 0], cash + base)


@pytest.mark.parametrize("symbol", ["600000.SH", "512480"])
def test_prices_alone_that_lie_off_any_tick_are_asked_about(symbol: str) -> None:
    frame, factor, _ = paid(1, 10.0, symbol)
    adjusted = frame.assign(收盘价=frame["收盘价"] * factor / factor[-1] * 0.9371)
    with pytest.raises(DataError, match=r'no factor, and \d+% of the closes .* are off any tick.*prices="raw"'):
        load(adjusted)
    assert load(adjusted, prices="adjusted").notes[0] == "prices are taken as adjusted, as told"
    np.testing.assert_array_equal(load(adjusted, prices="raw").close[:, 0], adjusted["收盘价"])
    assert (load(frame).adj_factor == 1).all()


@pytest.mark.parametrize(
    "change",
    [{"代码": "801780"}, {"代码": "BANKS"}],
    ids=["an index has no tick", "a name tells nothing"],
)
def test_levels_are_no_quotes(change: dict[str, Any]) -> None:
    frame, factor, _ = paid(2, 1000.0)
    assert load(frame.assign(收盘价=frame["收盘价"] * factor, **change)).symbols == (change["代码"],)


def test_the_tidy_form_is_taken_at_its_word(tmp_path: Path) -> None:
    frame, factor, _ = paid(3, 10.0)
    frame.assign(收盘价=frame["收盘价"] * factor).set_axis(["date", "symbol", "close"], axis=1).to_csv(
        tmp_path / "bars.csv", index=False
    )
    assert load(tmp_path / "bars.csv").symbols == ("600000.SH",)
