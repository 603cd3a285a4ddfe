"""Strategies that know what they can't, of all three kinds: each has to be found out."""

from __future__ import annotations

import gc
import os
import random
import sqlite3
import sys
import tempfile
import time
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import backtrader as bt
import numpy as np
import pandas as pd

import sectorlead as sl

WHOLE = sl.simulate(seed=5, sessions=330)
PANEL = WHOLE.select([f"SIM{i:02d}" for i in (1, 4, 9, 12, 15, 22, 25, 28)])
CLOSE = PANEL.frame("adjusted_close")
AHEAD = CLOSE.pct_change(5, fill_method=None).shift(-5)
BEST = {day: str(row.idxmax()) for day, row in AHEAD.fillna(0.0).iterrows()}
BEST_BY_ROW = [int(np.argmax(row)) for row in AHEAD.fillna(0.0).to_numpy()]
FOLDER = Path(tempfile.gettempdir()) / f"sectorlead-cheats-{os.getuid() if hasattr(os, 'getuid') else 0}"


def written() -> Path:
    """Puts the data where the cheats that read files look for them."""
    FOLDER.mkdir(exist_ok=True)
    AHEAD.to_csv(FOLDER / "ahead.csv")
    AHEAD.to_parquet(FOLDER / "ahead.parquet")
    np.save(FOLDER / "ahead.npy", AHEAD.to_numpy())
    with sqlite3.connect(FOLDER / "ahead.db") as base:
        AHEAD.astype(str).to_sql("ahead", base, if_exists="replace")
    return FOLDER


def returns(panel: sl.Panel) -> pd.DataFrame:
    return panel.frame("adjusted_close").pct_change(fill_method=None)


def top(view: sl.Panel, score: Any, count: int = 3) -> dict[str, float] | None:
    """Equal weights of the best that have a bar."""
    score = np.where(view.has_bar[-1], np.asarray(score, float), np.nan)
    known = np.flatnonzero(np.isfinite(score))
    if len(known) < count:
        return None
    best = known[np.argsort(-score[known], kind="stable")][:count]
    return {view.symbols[i]: 0.9 / count for i in best}


def momentum(view: sl.Panel, sessions: int = 20) -> Any:
    return view.last_adjusted_close[-1] / view.last_adjusted_close[-min(sessions, len(view.sessions))] - 1


# --- scores -----------------------------------------------------------------------------------------------------------


class FutureRow(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return returns(panel).shift(-1).to_numpy()


class NegativeShift(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return panel.frame("adjusted_close").pct_change(20, fill_method=None).shift(-20).to_numpy()


class CentredWindow(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return panel.frame("adjusted_close").rolling(21, center=True).mean().to_numpy() / panel.adjusted_close


class WholeSampleZScore(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        moves = returns(panel)
        return ((moves - moves.mean()) / moves.std()).to_numpy()


class BackFilled(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return returns(panel).iloc[::7].reindex(panel.sessions).bfill().to_numpy()


class Interpolated(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return returns(panel).iloc[::5].reindex(panel.sessions).interpolate().to_numpy()


class GlobalArgmax(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return np.arange(panel.shape[0])[:, None] - np.nanargmax(panel.adjusted_close, axis=0)


class FutureVolatility(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return (returns(panel) / returns(panel)[::-1].rolling(20).std()[::-1]).to_numpy()


class LastBarMembership(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        alive = panel.last_bar == len(panel.sessions) - 1
        rows = np.arange(len(panel.sessions))[:, None] / (panel.last_bar + 1)
        return np.where(alive, returns(panel).rolling(20).mean(), -1.0) * (1 + 1e-3 * rows)


class BenchmarkEarly(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        assert panel.benchmark is not None
        return returns(panel).sub(np.append(np.diff(panel.benchmark.close), np.nan), axis=0).to_numpy()


class GlobalFrame(sl.Score):
    def __call__(self, panel: sl.Panel) -> Any:
        return CLOSE.pct_change(10, fill_method=None).shift(-10).reindex(panel.sessions).to_numpy()


class TableMadeBefore(sl.Score):
    """Each row is dated the session that asks, and was computed from later ones."""

    def __call__(self, panel: sl.Panel) -> Any:
        return AHEAD.reindex(panel.sessions).to_numpy()


class OrderOfSymbols(sl.Score):
    """Strength, and a bonus for who comes first in the list."""

    def __call__(self, panel: sl.Panel) -> Any:
        return returns(panel).rolling(20).mean().to_numpy() - 0.01 * np.arange(panel.shape[1])


class Restored(sl.Score):
    """Prices rescaled by the last factor and level of the sample, as vendors restate them."""

    def __call__(self, panel: sl.Panel) -> Any:
        return panel.adjusted_close / panel.adjusted_close[-1]


class RisesTomorrow(sl.Guard):
    def __call__(self, panel: sl.Panel) -> Any:
        assert panel.benchmark is not None
        later = np.append(panel.benchmark.close[1:], np.nan)
        return np.where(later > panel.benchmark.close, 1.0, 0.5)


class WeighedByTomorrow(sl.Weigh):
    def __call__(self, panel: sl.Panel) -> Any:
        return np.exp(10 * returns(panel).shift(-1).fillna(0.0).to_numpy())


class BeforeTheLongestRise:
    """A schedule that goes by how many sessions there are."""

    def decision_sessions(self, sessions: Any, first: int) -> Any:
        asked = np.zeros(len(sessions), bool)
        asked[first::10] = True
        asked[: len(sessions) // 2] = False
        return asked


# --- objects that decide ----------------------------------------------------------------------------------------------


class Deciding:
    """Decides every fifth session."""

    schedule = sl.Every(5)

    def __init__(self) -> None:
        self.notes: list[Any] = []


class BehindTheView(Deciding):
    """A view's array is a window of a longer one."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        close = view.close if view.close.base is None else view.close.base
        row = len(view.sessions) - 1
        return top(view, close[min(row + 5, len(close) - 1)] / close[row])


class UpTheStack(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        frame = sys._getframe()
        while frame.f_back is not None:
            frame = frame.f_back
            panel = frame.f_locals.get("panel")
            if isinstance(panel, sl.Panel) and len(panel.sessions) > len(view.sessions):
                row = len(view.sessions) - 1
                later = panel.last_adjusted_close[min(row + 5, len(panel.sessions) - 1)]
                return top(view, later / panel.last_adjusted_close[row])
        return top(view, momentum(view))


class Garbage(Deciding):
    """Asks the garbage collector for a panel that is longer than its own."""

    schedule = sl.Every(10)

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        longer = [it for it in gc.get_objects() if isinstance(it, sl.Panel) and len(it.sessions) > len(view.sessions)]
        longer = [it for it in longer if it.symbols == view.symbols]
        if not longer:
            return top(view, momentum(view))
        row = len(view.sessions) - 1
        later = longer[0].last_adjusted_close
        return top(view, later[min(row + 5, len(later) - 1)] / later[row])


SEEN: dict[Any, Any] = {}


class ModuleMemory(Deciding):
    """The second pass knows what the first has seen."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        now = len(view.sessions)
        SEEN[now] = view.last_adjusted_close[-1].copy()
        return top(view, SEEN[now + 5] / SEEN[now] if now + 5 in SEEN else momentum(view))


class ClassMemory(Deciding):
    seen: ClassVar[dict[Any, Any]] = {}

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        day = view.session
        self.seen[day] = view.last_adjusted_close[-1].copy()
        later = [each for each in self.seen if each > day]
        return top(view, self.seen[max(later)] / self.seen[day] if later else momentum(view))


class DefaultMemory(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio, seen: dict[Any, Any] = {}) -> Any:  # noqa: B006
        seen[len(view.sessions)] = view.last_adjusted_close[-1].copy()
        longest = max(seen)
        return top(view, seen[longest] / view.last_adjusted_close[-1] + momentum(view))


class CopyOfNothing(Deciding):
    """Stays itself where a run wants a copy."""

    def __deepcopy__(self, memo: Any) -> Any:
        return self

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        self.notes.append(momentum(view))
        return top(view, self.notes[-1] if len(self.notes) % 2 else -self.notes[len(self.notes) // 2])


KEPT: dict[int, Any] = {}


class CachedByLength(Deciding):
    """Ranks kept for a number of sessions, whatever panel they were of."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return top(view, KEPT.setdefault(len(view.sessions), momentum(view)))


CACHED: dict[int, Any] = {}


class CachedByIdentity(Deciding):
    """Ranks kept for an object that may be gone, and its identity another's."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return top(view, CACHED.setdefault(id(view), momentum(view)))


class ReadsACsv(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        ahead = pd.read_csv(FOLDER / "ahead.csv", index_col=0, parse_dates=True)
        return top(view, ahead.reindex([view.session]).to_numpy()[0])


class ReadsParquet(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        ahead = pd.read_parquet(FOLDER / "ahead.parquet")
        return top(view, ahead.reindex([view.session]).to_numpy()[0])


@lru_cache(maxsize=1)
def loaded() -> Any:
    return np.load(FOLDER / "ahead.npy")


class ReadsOnce(Deciding):
    """By position, kept by a cache."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return top(view, loaded()[len(view.sessions) - 1] + momentum(view))


class AsksADatabase(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        with sqlite3.connect(FOLDER / "ahead.db") as base:
            rows = base.execute("select * from ahead limit 3").fetchall()
        return top(view, momentum(view) * len(rows))


class HoldsThePanel(Deciding):
    def __init__(self) -> None:
        self.panel = PANEL

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        row, last = len(view.sessions) - 1, len(self.panel.sessions) - 1
        later = self.panel.last_adjusted_close[min(row + 5, last)]
        return top(view, later / self.panel.last_adjusted_close[min(row, last)])


class BestOfEachDate(Deciding):
    """A table by date, made before."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return {BEST[view.session]: 0.9} if view.session in BEST else {}


class BestOfEachRow(Deciding):
    """A list by position, made before, mixed with what is honest."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        score = momentum(view)
        score[BEST_BY_ROW[min(len(view.sessions), len(BEST_BY_ROW)) - 1]] += 1.0
        return top(view, score)


class InAndOut(Deciding):
    """Which series it holds is honest; whether it is invested, it knows."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        ahead = AHEAD.mean(axis=1).reindex([view.session]).iloc[0]
        return top(view, momentum(view)) if ahead > 0 else {}


class SimulatesAgain(Deciding):
    """What the panel's source says is enough to make the whole market again."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        whole = made_again(int(view.source.split("seed ")[1].split(",")[0]))
        row = len(view.sessions) - 1
        later, now = (whole.frame("last_close").iloc[each].reindex(view.symbols) for each in (min(row + 5, 329), row))
        return top(view, (later / now).to_numpy())


@lru_cache(maxsize=1)
def made_again(seed: int) -> sl.Panel:
    return sl.simulate(seed, 330)


class RandomWithoutSeed(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return top(view, [random.random() for _ in view.symbols])


class ByTheClock(Deciding):
    """The same all day long, and another tomorrow."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return top(view, momentum(view) * (-1) ** int(time.time() // (400 * 86_400)))


class ByTheEnvironment(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        return top(view, momentum(view) * (1.0 if "CHEATS_LEAN" in os.environ else -1.0))


class ByOrderOfASet(Deciding):
    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        able = {symbol for symbol, there in zip(view.symbols, view.has_bar[-1], strict=True) if there}
        return dict.fromkeys(list(able)[:3], 0.3)


class SellsBeforeTheEnd(Deciding):
    """Knows how many sessions are left."""

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        whole = view.close if view.close.base is None else view.close.base
        return {} if len(whole) - len(view.sessions) < 60 else top(view, momentum(view))


# --- backtrader -------------------------------------------------------------------------------------------------------


class Trading(bt.Strategy):
    """Holds the first series where the subclass says so."""

    def next(self) -> None:
        if len(self.data0) > 25 and len(self.data0) % 5 == 0:
            self.order_target_percent(self.data0, 0.5 if self.rises() else 0.0)

    def rises(self) -> bool:
        raise NotImplementedError


class TomorrowsClose(Trading):
    def rises(self) -> bool:
        return bool(self.data0.close[1] > self.data0.close[0])


class WholeArray(Trading):
    def rises(self) -> bool:
        values = self.data0.close._values
        now = len(self.data0) - 1
        return bool(values[min(now + 5, len(values) - 1)] > values[now])


class AsksTheBroker(Trading):
    def rises(self) -> bool:
        data = self.broker.market_data
        close = next(each for each in vars(data).values() if isinstance(each, sl.Panel)).close[:, 0]
        return bool(close[min(data.row + 5, len(close) - 1)] > close[data.row])


class FrameInBacktrader(Trading):
    def rises(self) -> bool:
        day = pd.Timestamp(self.data0.datetime.date(0))
        return bool(AHEAD[self.data0._name].reindex([day]).iloc[0] > 0)


class FileInBacktrader(Trading):
    def rises(self) -> bool:
        text = (FOLDER / "ahead.csv").read_text(encoding="utf-8")
        row = next((line for line in text.splitlines() if line.startswith(f"{self.data0.datetime.date(0)}")), "0,0")
        return not row.split(",")[1].startswith("-")


CHEATS: dict[str, Any] = {
    "future row": FutureRow, "negative shift": NegativeShift, "centred window": CentredWindow,
    "full-sample z-score": WholeSampleZScore, "back-filled": BackFilled, "interpolated": Interpolated,
    "global argmax": GlobalArgmax, "future volatility": FutureVolatility, "last-bar membership": LastBarMembership,
    "benchmark a session early": BenchmarkEarly, "global frame": GlobalFrame, "table made before": TableMadeBefore,
    "order of symbols": OrderOfSymbols, "restated prices": Restored,
    "guard": lambda: sl.Rotation(sl.Momentum(20), guard=RisesTomorrow()),
    "weights": lambda: sl.Rotation(sl.Momentum(20), weigh=WeighedByTomorrow()),
    "schedule by length": lambda: sl.Rotation(sl.Momentum(20), schedule=BeforeTheLongestRise()),
    "behind the view": BehindTheView, "up the stack": UpTheStack, "garbage": Garbage,
    "module memory": ModuleMemory, "class memory": ClassMemory, "default memory": DefaultMemory,
    "copy of nothing": lambda: CopyOfNothing(), "cached by length": CachedByLength,
    "cached by identity": CachedByIdentity,
    "reads a csv": ReadsACsv, "reads parquet": ReadsParquet, "reads once": ReadsOnce, "database": AsksADatabase,
    "holds the panel": HoldsThePanel, "best of each date": BestOfEachDate, "best of each row": BestOfEachRow,
    "in and out": InAndOut, "simulates again": SimulatesAgain, "random without seed": RandomWithoutSeed,
    "clock": ByTheClock, "environment": ByTheEnvironment, "order of a set": ByOrderOfASet,
    "sells before the end": SellsBeforeTheEnd,
    "backtrader close[1]": TomorrowsClose, "backtrader array": WholeArray, "backtrader broker": AsksTheBroker,
    "backtrader frame": FrameInBacktrader, "backtrader file": FileInBacktrader,
}  # fmt: skip
"""What makes each."""
