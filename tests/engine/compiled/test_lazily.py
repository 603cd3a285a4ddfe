"""A plain loop with a compiled second name."""

from __future__ import annotations

import subprocess
import sys

import numpy as np

from sectorlead.engine.compiled.lazily import compiled

FACTOR = 3.0


def scaled(values: np.ndarray, out: np.ndarray) -> float:
    """Docs stay."""
    total = 0.0
    for i in range(values.size):
        out[i] = values[i] * FACTOR
        total += out[i]
    return total


def test_the_plain_function_stays_and_both_agree() -> None:
    fast = compiled(scaled)
    values, one, two = np.random.default_rng(1).normal(size=50), np.zeros(50), np.zeros(50)
    assert fast.__wrapped__ is scaled  # type: ignore[attr-defined]
    assert (fast.__name__, fast.__doc__) == ("scaled", "Docs stay.")
    assert fast(values, one) == scaled(values, two)
    assert np.array_equal(one, two)


def test_numba_is_not_loaded_before_the_first_call() -> None:
    code = (
        "import sys\nfrom sectorlead.engine.compiled.lazily import compiled\n"
        "f = compiled(lambda x: x)\nassert 'numba' not in sys.modules\n"
        "import sectorlead.strategies.scores.kernels\nassert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
