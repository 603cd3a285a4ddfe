"""Where there is nothing to find, a walk-forward finds nothing, though what it chose looked good in training.

A few of the markets of ``benchmarks/calibrate_walkforward.py``, whose full size is in ``docs/walkforward.md``.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np

PATH = Path(__file__).parents[3] / "benchmarks" / "calibrate_walkforward.py"


def calibration() -> Any:
    spec = importlib.util.spec_from_file_location(PATH.stem, PATH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[PATH.stem] = module
    spec.loader.exec_module(module)
    return module


def test_on_null_markets_nothing_is_left_of_what_training_showed() -> None:
    known = calibration()
    found = np.array([known.walked(seed, 0.0, "best") for seed in range(6)])
    columns = dict(zip(known.Found._fields, found.T, strict=True))
    for name in ("mean", "active", "out_of_sample"):
        values = columns[name]
        assert abs(values.mean()) < 3 * values.std(ddof=1) / np.sqrt(len(values)), name
    assert columns["in_sample"].mean() - columns["out_of_sample"].mean() > 0.5
