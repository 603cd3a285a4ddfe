"""A user's module of rules, in the current folder."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

MODULE = '''
import backtrader as bt
from dataclasses import dataclass
import sectorlead as sl

class Plain:
    def __init__(self, top=3, kind="a", share=0.5, quick=False):
        self.top, self.kind, self.share, self.quick = top, kind, share, quick
    def decide(self, view, portfolio):
        return None

class Needy(Plain):
    def __init__(self, top):
        self.top = top

class Annotated(Plain):
    def __init__(self, top: int = 3, levels: "int | tuple[int, ...]" = 1, name: str | None = None):
        self.top, self.levels, self.name = top, levels, name

@dataclass(frozen=True)
class Value:
    top: int = sl.parameter(3, low=1, high=9)
    def decide(self, view, portfolio):
        return None

class Calm(sl.Score):
    lookback: int = sl.parameter(20, low=2, high=250)
    def __call__(self, panel):
        return -panel.frame("adjusted_close").pct_change().rolling(self.lookback).std().to_numpy()

class Few(sl.Pick):
    n: int = sl.parameter(2, low=1, high=5)
    def at(self, panel, rows):
        import numpy as np
        return np.full(len(rows), self.n), np.full(len(rows), self.n)

class Half(sl.Guard):
    share: float = sl.parameter(0.5, low=0.0, high=1.0)
    def __call__(self, panel):
        import numpy as np
        return np.full(len(panel.sessions), self.share)

def made(top=1, **more):
    return Plain(top, more)

def rule(lookback: int = 60):
    return sl.Rotation(sl.Momentum(lookback), sl.TopN(3))

def calm(lookback: int = 60):
    return Calm(lookback)

value, plain, number, slow, rotation = Value(), Plain(), 7, sl.Momentum(120), sl.Rotation(sl.Momentum(30))

class Foreign(bt.Strategy):
    params = (("period", 20), ("share", 0.5))
'''


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    name = f"rules_{abs(hash(tmp_path))}"
    (tmp_path / f"{name}.py").write_text(MODULE, encoding="utf-8")
    return name
