"""A plain loop with a compiled second name, and which of the two runs."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.errors import ParameterError
from sectorlead.engine.compiled import background, engine, lazily
from sectorlead.engine.compiled.lazily import KERNELS, chosen, compiled
from sectorlead.engine.compiled.state import compiled as engine_compiled
from sectorlead.engine.market import arithmetic

FACTOR = 3.0


def scaled(values: np.ndarray, out: np.ndarray) -> float:
    """Docs stay."""
    total = 0.0
    for i in range(values.size):
        out[i] = values[i] * FACTOR
        total += out[i]
    return total


def edges(a: np.ndarray, b: np.ndarray, whole: np.ndarray, out: np.ndarray, wrapped: np.ndarray) -> None:
    """What goes wrong at the edges of numbers."""
    out[0], out[1], out[2] = a[0] / b[0], a[0] * b[0], math.sqrt(abs(a[0]))
    out[3] = arithmetic.round_half_up(a[0], b[1])
    out[4] = arithmetic.whole_lots(a[0], b[1], b[1])
    out[5] = arithmetic.limit_price(a[0], b[2], b[1])
    out[6] = arithmetic.fill_price(a[0], 1, b[2], b[1], b[0])
    out[7] = arithmetic.fee(a[0], b[2], b[1], b[1])
    out[8] = 1.0 if arithmetic.at_limit(a[0], -1, b[0], b[1]) else 0.0
    wrapped[0], wrapped[1] = whole[0] + whole[1], whole[0] * whole[1]


edges_nb = engine_compiled(edges)


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A process in which nothing has run yet, as far as the choice goes."""
    monkeypatch.setattr(lazily, "_spent", [0.0])
    monkeypatch.delenv(KERNELS, raising=False)
    monkeypatch.setattr(background, "begin", lambda: begun.append(1))
    begun.clear()
    return monkeypatch


begun: list[int] = []


def test_the_plain_function_stays_and_both_agree() -> None:
    fast = compiled(scaled)
    values, one, two = np.random.default_rng(1).normal(size=50), np.zeros(50), np.zeros(50)
    assert fast.__wrapped__ is scaled  # type: ignore[attr-defined]
    assert (fast.__name__, fast.__doc__) == ("scaled", "Docs stay.")
    assert fast(values, one) == scaled(values, two)
    assert np.array_equal(one, two)


def test_numba_is_not_loaded_before_the_first_call_nor_for_a_small_run() -> None:
    code = (
        "import sys\nfrom sectorlead.engine.compiled.lazily import compiled\n"
        "f = compiled(lambda x: x)\nassert 'numba' not in sys.modules\n"
        "import sectorlead as sl\n"
        "run = sl.run('pullback-leaders', sl.simulate(sessions=200, seed=1))\nassert len(run.fills) > 0\n"
        "assert 'numba' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


SPECIAL = [0.0, -0.0, 1.0, math.inf, -math.inf, math.nan, 5e-324, 1e308, 2.0**53, 2.0**63, 9.3e18, -9.3e18]
NUMBERS = st.sampled_from(SPECIAL) | st.floats() | st.floats(0, 1e9)
STEPS = st.sampled_from([0.0, 1e-8, 0.001, 0.01, 0.05, 1.0])
"""Of money, lots and ticks."""
INTS = st.integers(-(2**63), 2**63 - 1)


@given(NUMBERS, st.tuples(NUMBERS, STEPS, NUMBERS), st.tuples(INTS, INTS))
def test_plain_and_compiled_give_the_same_bits_at_the_edges_of_numbers(
    a: float, b: tuple[float, ...], whole: tuple[int, ...]
) -> None:
    """Division by zero, overflow of floats and of int64, NaN, denormals."""
    found = []
    for kernel in (lambda *given: lazily._plain(edges, *given), edges_nb):
        out, wrapped = np.zeros(9), np.zeros(2, np.int64)
        kernel(np.array([a]), np.array(b), np.array(whole), out, wrapped)
        found.append((out, wrapped))
    np.testing.assert_array_equal(found[0][1], found[1][1])
    same = found[0][0].view(np.int64) == found[1][0].view(np.int64)
    assert (same | (np.isnan(found[0][0]) & np.isnan(found[1][0]))).all(), found


def test_a_small_run_is_plain_and_a_long_one_compiled(fresh: pytest.MonkeyPatch) -> None:
    kernel = compiled(scaled)
    plain = chosen(kernel, lazily.LOADING / 2)
    assert plain.func is lazily._plain  # type: ignore[attr-defined]
    assert begun, "a process that compiles"
    fresh.setattr("sectorlead.engine.compiled.cache.is_kept", lambda _: True)
    assert chosen(kernel, lazily.LOADING) is not plain
    assert not hasattr(chosen(kernel, lazily.LOADING), "func"), "as what ran before counts, and it is on disk"
    fresh.setattr("sectorlead.engine.compiled.cache.is_kept", lambda _: False)
    assert hasattr(chosen(kernel, lazily.COMPILING / 2), "func"), "sooner than to compile it"
    assert not hasattr(chosen(kernel, lazily.COMPILING / 2), "func")
    values = np.ones(3)
    kernel(values, values.copy())
    assert not hasattr(chosen(kernel, 0.0), "func"), "what is loaded is used"


@pytest.mark.parametrize(("wish", "plain", "process"), [("plain", True, 0), ("compiled", False, 0), ("here", True, 0)])
def test_a_wish_is_kept(fresh: pytest.MonkeyPatch, wish: str, plain: bool, process: int) -> None:
    fresh.setenv(KERNELS, wish)
    assert hasattr(chosen(compiled(scaled), 0.01), "func") == plain
    assert len(begun) == process


def test_a_wish_that_is_none_is_told(fresh: pytest.MonkeyPatch) -> None:
    fresh.setenv(KERNELS, "fast")
    with pytest.raises(ParameterError, match=r"SECTORLEAD_KERNELS must be one of auto, here, compiled, plain, was"):
        chosen(compiled(scaled), 0.01)


def test_who_waits_for_compiling_is_told(fresh: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    fresh.setattr(lazily, "listeners", [said.append])
    fresh.setattr("sectorlead.engine.compiled.cache.is_kept", lambda _: False)
    chosen(compiled(scaled), lazily.COMPILING + 1, "the engine")
    assert said == ["compiling the engine for this machine, once per installation: about ten seconds ..."]


@pytest.mark.parametrize("fill", ["open", "same-close"])
@pytest.mark.parametrize("exits", [sl.Exits(), sl.Exits(stop=0.05)])
def test_a_plain_run_is_a_compiled_one(fill: str, exits: sl.Exits, monkeypatch: pytest.MonkeyPatch) -> None:
    panel = sl.simulate(seed=3, sessions=260)
    rule = sl.Rotation(score=sl.Momentum(20), pick=sl.TopN(4), schedule=sl.Weekly(), exits=exits)
    made = []
    for wish in ("plain", "compiled"):
        monkeypatch.setenv(KERNELS, wish)
        if wish == "plain":
            monkeypatch.setattr(engine, "chosen", lambda call, *_: lambda *args: lazily._plain(call.__wrapped__, *args))
        else:
            monkeypatch.undo()
        made.append(sl.run(rule, panel, "cn-etf", fill=fill).outcome)
    for one, two in zip(made[0], made[1], strict=True):
        for mine, theirs in zip(*([x] if isinstance(x, np.ndarray) else x for x in (one, two)), strict=True):
            np.testing.assert_array_equal(mine, theirs)
