"""Captures and days of strength, on numbers that can be checked on paper."""

import numpy as np
import pandas as pd

from sectorlead import (
    DownCapture,
    DownDaysBeaten,
    Fixed,
    RSDays,
    UpCapture,
)
from sectorlead.data.benchmark import Benchmark
from sectorlead.data.panel import Panel

from .paper import last

NAN = float("nan")


def test_captures_and_down_days(make_small) -> None:
    b = [100, 110, 99, 108.9, 98.01]  # +10%, -10%, +10%, -10%
    a = np.cumprod([100, 1.2, 0.95, 1.05, 0.95]).tolist()
    c = np.cumprod([100, 1.1, 0.95, 1.1, 0.85]).tolist()
    g = [NAN, 100, 95, 95, NAN]
    panel = make_small({"A": a, "C": c, "G": g, "H": [*g[:4], 80]}, benchmark=b)
    assert last(UpCapture(Fixed(4)), panel) == [((1.2 * 1.05) ** 0.5 - 1) / 0.1, 1, NAN, 0]  # H: one of two rises
    assert last(DownCapture(Fixed(4)), panel) == [0.5, 1 - (1 - (0.95 * 0.85) ** 0.5) / 0.1, NAN,
                                                  1 - (1 - (0.95 * 80 / 95) ** 0.5) / 0.1]  # fmt: skip
    assert last(DownDaysBeaten(Fixed(4)), panel) == [1.0, 0.5, NAN, 0.5]
    # A window of rises only has no falls to count, and G has no bar in either of its last two sessions but one.
    up = make_small({"A": [1, 2, 3.0]}, benchmark=[1, 2, 3.0])
    assert np.isnan(DownCapture(Fixed(2))(up)).all()
    assert np.isnan(DownDaysBeaten(Fixed(2))(up)).all()
    assert np.isnan(UpCapture(Fixed(4))(make_small({"G": [NAN, NAN, NAN, 95, 96]}, benchmark=b))).all()  # none of two


def test_rs_days(make_small) -> None:
    """Of four sessions three count, each by one condition alone; the last has none."""
    days = pd.bdate_range("2024-01-01", periods=5)
    a = {"close": [10, 10.1, 10.0, 9.9, 9.8], "high": [10.2, 10.2, 10.2, 10.0, 9.9], "low": [9.0, 9.4, 9.5, 9.5, 9.4]}
    b = {"close": [100, 99, 98, 98.5, 98], "high": [102, 99.5, 98.5, 100, 98.5], "low": [97, 97, 96, 98, 96]}
    # 1: A up, B down.  2: both down, A's low 9.4 -> 9.5, B's 97 -> 96.  3: A's close at 0.8 of its range, B's at 0.25,
    # and B is up.  4: both down with lower lows; A's close at 0.8 of its range, but B's at 0.8 of its own.
    blank = np.full(5, NAN)
    gem = Benchmark("B", "B", blank, blank, blank, np.array(b["close"], float), blank, blank)
    bars = {key: np.array(values, float)[:, None] for key, values in a.items()}
    whole = Benchmark("B", "B", *(np.array(b[key], float) for key in ("close", "high", "low", "close")), blank, blank)
    panel = Panel(days, ("A",), **bars, open=bars["close"], benchmark=whole)
    assert last(RSDays(Fixed(4)), panel) == [0.75]
    assert last(RSDays(Fixed(4), upper=0.81), panel) == [0.5]
    assert last(RSDays(Fixed(4), lower=0.8), panel) == [1.0]
    assert last(RSDays(Fixed(4)), Panel(days, ("A",), bars["close"], benchmark=gem)) == [0.25]  # on closes alone
    # A split halves prices; the low, adjusted, is still the higher one.
    split = {key: values * np.array([[1.0], [1.0], [0.5], [0.5], [0.5]]) for key, values in bars.items()}
    factor = np.array([[1.0], [1.0], [2.0], [2.0], [2.0]])
    halved = Panel(days, ("A",), **split, open=split["close"], adj_factor=factor, benchmark=whole)
    assert last(RSDays(Fixed(4)), halved) == [0.75]
