"""Whether the lows of pullbacks held a mean: by hand, session by session, and on the day the idea comes from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sectorlead.data.benchmark import Benchmark
from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.load import load
from sectorlead.data.panel import Panel
from sectorlead.data.pullback import find_pullbacks
from sectorlead.strategies.indicators.support import Support

NAN = float("nan")


def market(close: list[float], low: list[float] | None = None) -> Panel:
    days = pd.bdate_range("2021-01-04", periods=len(close))
    line, blank = np.array(close, float), np.full(len(close), NAN)
    whole = (blank,) * 3 if low is None else (line, line, np.array(low, float))
    bench = Benchmark("B", "B", *whole, line, blank, blank)
    return Panel(days, ("A",), np.ones((len(close), 1)), benchmark=bench)


#         peak     enter  low      left       peak  enter     left      enter, open
CLOSE = [90, 100, 94.0, 93, 96.0, 99, 104.0, 110, 104.4, 106, 109, 103.0, 95.0]
LOWS = [89, 99.0, 92.0, 92, 95.0, 97, 102.0, 108, 104.4, 105, 107, 101.0, 94.0]


def test_every_session_by_hand() -> None:
    rule = Support(4, window=10)
    panel = market(CLOSE, LOWS)
    found, mean = rule(panel), pd.Series(CLOSE).rolling(4).mean()
    assert mean[[3, 8, 11, 12]].tolist() == pytest.approx([94.25, 104.35, 105.6, 103.25])
    # Pullback 1: entered in row 2, where no mean of four is known; row 3 has an equal low, and a mean of 94.25: under
    # it. Left in row 5 (99 >= 98). Pullback 2: entered in row 8, low 104.4 over 104.35: held; left in row 10. Pullback
    # 3: entered in row 11, 101 of 105.6, then 94 of 103.25.
    assert found.low.tolist() == [-1, -1, 2, 3, 3, 3, 3, 3, 8, 8, 8, 11, 12]
    under, over = 92 / 94.25 - 1, 104.4 / 104.35 - 1
    assert found.margin == pytest.approx(
        [NAN, NAN, NAN, *[under] * 5, *[over] * 3, 101 / 105.6 - 1, 94 / 103.25 - 1], nan_ok=True
    )
    assert found.held == pytest.approx([NAN, NAN, NAN, *[0] * 5, *[1] * 3, 0, 0], nan_ok=True)
    assert found.earlier.tolist() == [0] * 8 + [1, 1, 1, 2, 2]
    assert found.base_rate == pytest.approx([NAN] * 8 + [0, 0, 0, 0.5, 0.5], nan_ok=True)
    table = rule.table(panel)
    assert table["answer"].tolist() == ["undercut", "held", "undercut"]
    assert table["low"].tolist() == panel.sessions[[3, 8, 12]].tolist()
    assert table["left"].tolist()[:2] == panel.sessions[[5, 10]].tolist()
    assert pd.isna(table["left"][2])
    assert table["price"].tolist() == [92, 104.4, 94]
    assert table["mean"].tolist() == pytest.approx([94.25, 104.35, 103.25])
    assert table["base_rate"].tolist() == pytest.approx([NAN, 0.0, 0.5], nan_ok=True)


def test_a_low_at_the_mean_itself_holds() -> None:
    low = [100, 100.0, 100.0, 100.0, 90.0, 92.5, 97.5]  # the mean of the last four closes, of row 4, is 97.5
    table = Support(4, window=10).table(market([100, 100, 100, 100, 90, 92.5, 99], [*low[:4], 97.5 - 7.5, *low[5:]]))
    assert table["mean"].tolist() == [97.5]
    assert table["answer"].tolist() == ["undercut"]
    exactly = Support(2, window=10)
    found = exactly(market([100, 90, 90, 99], [99, 90, 90, 98]))  # the latest of two lows of 90, over a mean of 90
    assert (found.margin[2], found.held[2], found.held[1]) == (0.0, 1.0, 0.0)


def test_closes_stand_in_for_lows_and_an_unknown_mean_is_unknown() -> None:
    closes = Support(4, window=10).table(market(CLOSE))
    assert closes["price"].tolist() == [93, 104.4, 95]
    assert closes["answer"].tolist() == ["undercut", "held", "undercut"]
    long = Support(12, window=10)
    assert long.table(market(CLOSE, LOWS))["answer"].tolist() == ["unknown", "unknown", "undercut"]
    assert long(market(CLOSE, LOWS)).earlier[-1] == 0  # nobody's answer is known
    with pytest.raises(DataError, match="Support needs a benchmark"):
        Support()(Panel.from_frames(pd.DataFrame({"A": [1.0, 2.0]}, pd.bdate_range("2021-01-04", periods=2))))
    with pytest.raises(ParameterError, match=r"Support\.leave must be less than enter=0\.05, was 0\.05"):
        Support(leave=0.05)


@given(seed=st.integers(0, 10_000), mean=st.integers(2, 40), overlap=st.sampled_from(["drop", "keep"]))
def test_a_session_knows_what_the_panel_up_to_it_says(make_random, seed: int, mean: int, overlap: str) -> None:
    panel = make_random(seed, 160, 2)
    rule = Support(mean, 0.04, 0.01, 30, overlap=overlap)
    whole = rule(panel)
    line = panel.benchmark.last_close
    average = pd.Series(line).rolling(mean).mean().to_numpy()
    for cut in (60, 110, 159):
        found = find_pullbacks(line[: cut + 1], 0.04, 0.01, 30, overlap=overlap)
        if not found.episodes:
            assert whole.low[cut] == -1
            assert np.isnan(whole.margin[cut])
            continue
        told = []
        for episode in found.episodes:
            stop = cut if episode.left is None else episode.left
            part = panel.benchmark.close[episode.peak : stop + 1]
            low = episode.peak + int(np.flatnonzero(part == np.nanmin(part))[-1])
            told.append(line[low] / average[low] - 1)
        assert whole.low[cut] == low
        assert whole.margin[cut] == pytest.approx(told[-1], nan_ok=True)
        before = [margin >= 0 for margin in told[:-1] if not np.isnan(margin)]
        assert whole.earlier[cut] == len(before)
        assert whole.base_rate[cut] == pytest.approx(np.mean(before) if before else NAN, nan_ok=True)
        table = rule.table(panel.until(cut))
        assert len(table) == len(found.episodes)
        assert table["margin"].tolist() == pytest.approx(told, nan_ok=True)


def test_chinext_in_july_2021(shared_data: Path) -> None:
    file = shared_data / "cn_index" / "bars.csv.gz"
    panel = load(file, benchmark=f"{file}:399006")
    panel = panel.until(panel.sessions.get_loc("2021-07-07"))
    undercut, margins = {}, {}
    for mean in (20, 60, 120, 250):
        table = Support(mean).table(panel)
        table = table[table["entered"] >= "2019"]
        assert len(table) == 13
        undercut[mean] = int((table["answer"] == "undercut").sum())
        margins[mean] = round(100 * table["margin"].iloc[-1], 2)
    assert (undercut[120], undercut[250]) == (5, 1)
    assert margins == {20: -1.86, 60: 3.92, 120: 6.02, 250: 12.96}
    last = table.iloc[-1]
    assert [f"{last[key]:%F}" for key in ("peak", "entered", "low", "left")] == [
        "2021-06-30", "2021-07-06", "2021-07-06", "2021-07-07",
    ]  # fmt: skip
