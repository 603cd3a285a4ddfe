"""Nothing may change when only the future does: every part of the package, and every strategy of the library."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pytest

import sectorlead.strategies
from sectorlead import (
    LIBRARY,
    Equal,
    Every,
    FieldScore,
    Guard,
    InverseVolatility,
    Momentum,
    Monthly,
    Pick,
    PremiumCap,
    PullbackStrength,
    RandomScore,
    Reverse,
    Rotation,
    Score,
    TopN,
    TrendGuard,
    Weekly,
    Weigh,
    build,
    market,
)
from sectorlead.data.errors import InputError
from sectorlead.data.panel import Panel
from sectorlead.strategies.exposure.guards import PhaseGuard
from sectorlead.strategies.indicators.breadth import Breadth
from sectorlead.strategies.indicators.candles import Candles
from sectorlead.strategies.indicators.groups import GroupStrength
from sectorlead.strategies.indicators.indicator import Indicator
from sectorlead.strategies.indicators.pairs import PairCorrelation
from sectorlead.strategies.indicators.phases import MarketPhases
from sectorlead.strategies.indicators.regime import Regime
from sectorlead.strategies.indicators.stock_breadth import StockBreadth
from sectorlead.strategies.indicators.streaks import Streaks
from sectorlead.strategies.indicators.support import Support
from sectorlead.strategies.part import Part
from sectorlead.strategies.picks.by_regime import TopByRegime
from sectorlead.strategies.picks.diverse import DiverseTopN
from sectorlead.strategies.schedules import OnDates
from sectorlead.strategies.weights.caps import Capped
from sectorlead.strategies.wrappers.mixture import Mixture
from sectorlead.strategies.wrappers.switching import InTurn
from sectorlead.strategies.wrappers.tranches import Staggered, Tranches

from .look_ahead import Sweep, begun_at, instances, parts_of

# Beside the defaults of each part; a part that has no defaults for everything must be here.
VARIANTS: list[Part] = [
    Momentum((5, 60), skip=7), RandomScore(3), Reverse(Momentum(20)), Equal(0.5), InverseVolatility(20), TrendGuard(50),
    PullbackStrength("excess"), PullbackStrength("down-capture"), PullbackStrength("beta-adjusted", 0.04, 0.0, 40, 20),
    PullbackStrength("down-capture", 0.04, 0.0, 40),
    MarketPhases("volatility", recover_on="either"), MarketPhases(window=60, recover_on="follow-through", trend=60),
    PhaseGuard(bear=0.3, phases=MarketPhases("volatility")),
    Breadth(20, 20, limit=0.1, together=60, turn=1, crowded=60), Regime(10, 60),
    GroupStrength(against="value", flow=5, trend=20), GroupStrength({"S00": "a", "S01": "b", "S02": "b", "S99": "c"}),
    Every(9, 4), Weekly(2), Monthly(5), OnDates(["2018-06-15", "2019-02-03"]), OnDates(["2019-02-03"], "previous"),
    StockBreadth(market("cn-stock", board="main")), StockBreadth(market("cn-stock", board="main"), tolerance=0.002),
    PairCorrelation(20, net=True), PairCorrelation(20, ahead=1), Streaks("benchmark"), Streaks(by="candle"),
    Support(20, 0.04, 0.01, 40, overlap="keep"), Support(20, 1.0, 0.4, unit="volatility"),
    Candles("series", limit=0.1), TopN(3, hold_until_rank=5),
    Rotation(Momentum(20), TopN(3), InverseVolatility(20), TrendGuard(40), Every(1)),
    DiverseTopN(3, max_per_group=1, max_correlation=0.5), Capped(InverseVolatility(20), 0.25, 0.4),
    TopByRegime(3, 1, 2, Regime(10, 60)), Staggered(Weekly(), 3, 1), Tranches(Rotation(Momentum(20), TopN(3, 5)), 3, 7),
    FieldScore("premium"), FieldScore("premium", 4),
    Mixture((Rotation(Momentum(20), TopN(3)), Rotation(Momentum(60), TopN(2))), (0.25, 0.75)),
    InTurn((Weekly(), None, Every(3)), ("1970-01-01", "2019-02-01", "2019-09-02")),
    PremiumCap(Rotation(Momentum(20), TopN(3), schedule=Weekly()), 0.02),
]  # fmt: skip
CUTS = (3, 64, 201, 388, 577)
PARTS = parts_of(sectorlead.strategies)


@pytest.fixture(scope="module")
def sweep(make_market) -> Sweep:
    return Sweep(begun_at(make_market(11, 700, 9), 40), 600, CUTS)


@pytest.mark.parametrize("kind", PARTS, ids=lambda kind: kind.__name__)
def test_no_part_sees_the_future(kind: type[Part], sweep: Sweep) -> None:
    known: Counter[str] = Counter()
    for part in instances(kind, VARIANTS):
        try:
            assert sweep.moves(part) == set(), part
        except InputError as error:  # an optional extra; what is installed must be swept
            wanted = re.search(r"need the package (\w+), which is not installed", str(error))
            if wanted is None or find_spec(wanted[1]) is not None:
                raise
            pytest.skip(str(error))
        known.update(sweep.fields_of(part))
    empty = [name for name, times in known.items() if not times]
    assert empty == [], f"{kind.__name__}: nothing is known in these fields, so nothing was proved"


@pytest.mark.parametrize("name", LIBRARY)
def test_no_library_strategy_sees_the_future(name: str, sweep: Sweep) -> None:
    rules: list[Any] = [build(name)]
    if "schedule" in (LIBRARY[name].build.__kwdefaults__ or {}):
        rules.append(build(name, schedule="weekly"))
    for rule in rules:
        assert sweep.moves(rule) == set(), rule


@dataclass(frozen=True)
class Tomorrow(Score):
    """Ranks on the next close."""

    def __call__(self, panel: Panel) -> np.ndarray:
        return np.vstack((panel.close[1:] / panel.last_close[:-1], np.ones((1, panel.shape[1]))))


@dataclass(frozen=True)
class WholeSample(Score):
    """Ranks on a z-score with the mean of the whole sample: a common mistake."""

    def __call__(self, panel: Panel) -> np.ndarray:
        return panel.close - np.nanmean(panel.close)


@dataclass(frozen=True)
class OtherAt(Score):
    """Says one thing about a panel and another about its rows."""

    def __call__(self, panel: Panel) -> np.ndarray:
        return panel.last_close

    def at(self, panel: Panel, rows: np.ndarray) -> np.ndarray:
        return panel.last_close[rows] * (len(rows) < 3)


class Labels(NamedTuple):
    drawdown: np.ndarray
    phase: np.ndarray


@dataclass(frozen=True)
class RealisedTrough(Indicator):
    """Calls it a recovery from the lowest close of the sample on: one bad field beside a good one."""

    def __call__(self, panel: Panel) -> Labels:
        line = panel.benchmark.last_close
        rows = np.arange(len(line))
        return Labels(line / np.fmax.accumulate(line) - 1, np.where(rows >= np.nanargmin(line), 6, 4).astype(np.int8))


@dataclass(frozen=True)
class Centred(Indicator):
    """A mean of the two sessions on either side, as a frame."""

    def __call__(self, panel: Panel) -> pd.DataFrame:
        return panel.frame("last_close").rolling(5, center=True).mean()


@dataclass(frozen=True)
class NextBar(Indicator):
    """Reads one field of the next bar: proves that the sweep changes each of them."""

    key: str
    of_benchmark: bool

    def __call__(self, panel: Panel) -> np.ndarray:
        values = getattr(panel.benchmark if self.of_benchmark else panel, self.key)
        return np.concatenate((values[1:], values[-1:]))


@dataclass(frozen=True)
class BackFilled(Guard):
    """Knows the exposure of each tenth session, and fills it backwards."""

    def __call__(self, panel: Panel) -> np.ndarray:
        line = pd.Series(panel.benchmark.last_close)
        known = (line > line.rolling(20).mean()).astype(float).where(line.index % 10 == 0)
        return known.bfill().fillna(1.0).to_numpy()


@dataclass(frozen=True)
class SampleVolatility(Weigh):
    """Weighs by the volatility of the whole sample."""

    def __call__(self, panel: Panel) -> np.ndarray:
        moves = panel.frame("last_adjusted_close").pct_change(fill_method=None)
        return np.tile(1 / moves.std().to_numpy(), (len(moves), 1))


@dataclass(frozen=True)
class AsManyAsRise(Pick):
    """Holds as many as will rise tomorrow."""

    def at(self, panel: Panel, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rising = (np.nan_to_num(Tomorrow()(panel)) > 1).sum(axis=1)[rows]
        return np.maximum(rising, 1), np.maximum(rising, 1)


@dataclass(frozen=True)
class NearTheEnd(Part):
    """Decides a week before the data ends."""

    def decision_sessions(self, sessions: pd.DatetimeIndex, first: int) -> np.ndarray:
        return np.arange(len(sessions)) == len(sessions) - 5


CHEATS: list[Part] = [
    Tomorrow(), Reverse(Tomorrow()), WholeSample(), OtherAt(), RealisedTrough(), Centred(), BackFilled(),
    SampleVolatility(), AsManyAsRise(), NearTheEnd(),
    *(NextBar(key, own) for key in ("open", "high", "low", "close", "volume", "amount") for own in (False, True)),
    NextBar("adj_factor", False), Rotation(Tomorrow(), schedule=Every(1)),
    Rotation(Momentum(20), weigh=SampleVolatility(), schedule=Every(1)),
    Rotation(Momentum(20), guard=BackFilled(), schedule=Every(1)),
]  # fmt: skip


@pytest.mark.parametrize("cheat", CHEATS, ids=repr)
def test_the_sweep_catches_a_cheat(cheat: Part, sweep: Sweep) -> None:
    moved = sweep.moves(cheat)
    assert moved
    if isinstance(cheat, RealisedTrough):
        assert {name.split(",")[0] for name in moved} == {"phase"}


def test_a_part_that_nobody_imported_or_listed_is_found_and_named(tmp_path: Path, monkeypatch, sweep: Sweep) -> None:
    package = tmp_path / "sweep_me"
    (package / "deep").mkdir(parents=True)
    for folder in (package, package / "deep"):
        (folder / "__init__.py").touch()
    (package / "deep" / "hidden.py").write_text(
        "from dataclasses import dataclass\n"
        "from sectorlead.strategies.part import Part\n\n"
        "@dataclass(frozen=True)\nclass Needy(Part):\n    what: int\n\n"
        "@dataclass(frozen=True)\nclass Strange(Part):\n    pass\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    needy, strange = parts_of(__import__("sweep_me"))
    assert [needy.__name__, strange.__name__] == ["Needy", "Strange"]
    with pytest.raises(AssertionError, match="Needy can't be made with defaults"):
        instances(needy, VARIANTS)
    with pytest.raises(AssertionError, match="Strange is a kind of part that the sweep does not know"):
        sweep.moves(strange())
    for name in [name for name in sys.modules if name.startswith("sweep_me")]:
        monkeypatch.delitem(sys.modules, name)


def test_every_variant_is_of_a_part_that_is_swept() -> None:
    assert {type(part) for part in VARIANTS} <= set(PARTS)
