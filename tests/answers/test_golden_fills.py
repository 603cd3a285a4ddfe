"""Fills of every library strategy, to the fen, as they were when somebody last decided to change them."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import sectorlead as sl

from . import golden_fills as fills

AGAIN = (
    "A change of results is a decision: say why in CHANGELOG.md, then `make golden` stores the new fills. What a fill "
    "was before: run golden_fills.py --show {panel} {strategy} in the commit before, and compare."
)
KNOWN = fills.stored()


@cache
def panel_of(name: str) -> tuple[sl.Panel, str]:
    return fills.PANELS[name]()


@pytest.mark.parametrize("strategy", sl.LIBRARY)
@pytest.mark.parametrize("panel", fills.PANELS)
def test_every_fill_is_as_stored(panel: str, strategy: str, request: pytest.FixtureRequest) -> None:
    if panel != "simulated":
        request.getfixturevalue("shared_data")  # skips where there is none
    assert strategy in KNOWN[panel], f"new in the library; {AGAIN.format(panel=panel, strategy=strategy)}"
    found = fills.difference(fills.run(strategy, *panel_of(panel)), KNOWN[panel][strategy])
    assert not found, f"{found}\n{AGAIN.format(panel=panel, strategy=strategy)}"


def test_nothing_is_stored_of_strategies_that_are_gone() -> None:
    assert {panel: set(runs) for panel, runs in KNOWN.items()} == {panel: set(sl.LIBRARY) for panel in fills.PANELS}


def test_nothing_stored_is_idle() -> None:
    """A strategy that never traded would pass whatever the engine does."""
    assert min(of.fills for runs in KNOWN.values() for of in runs.values()) > 0


@pytest.mark.parametrize("at", [0, 7, -1])
@pytest.mark.parametrize("kind", ["value", "commission"])
def test_a_fen_more_is_seen_and_its_fill_is_named(at: int, kind: str) -> None:
    record = fills.run("momentum", *panel_of("simulated"))
    log = record.outcome.fills
    value, costs = log.value.copy(), log.costs.copy()
    moved = value if kind == "value" else costs[:, list(log.by_kind).index(kind)]
    moved[at] += 0.01
    changed = replace(record, outcome=record.outcome._replace(fills=log._replace(value=value, costs=costs)))
    known = fills.golden(record)
    assert not fills.difference(record, known)
    found = fills.difference(changed, known)
    assert f"First difference, fill {at % len(value) + 1}: {fills.lines(changed)[at]}\n" in found
    assert "; 1 differ;" in found


def test_fills_that_are_missing_or_too_many_are_told() -> None:
    record = fills.run("momentum", *panel_of("simulated"))
    log = record.outcome.fills
    fewer = replace(record, outcome=record.outcome._replace(fills=type(log)(*(part[:-1] for part in log))))
    whole, short = fills.golden(record), fills.golden(fewer)
    assert f"fill {whole.fills}: nothing: the run has no more fills" in fills.difference(fewer, whole)
    assert f"fill {whole.fills}: {fills.lines(record)[-1]}" in fills.difference(record, short)


def test_noise_in_the_last_bit_of_a_float_is_no_difference() -> None:
    record = fills.run("momentum", *panel_of("simulated"))
    log = record.outcome.fills
    noisy = log._replace(value=np.nextafter(log.value, np.inf), price=np.nextafter(log.price, 0.0))
    assert not fills.difference(replace(record, outcome=record.outcome._replace(fills=noisy)), fills.golden(record))


@pytest.mark.slow
def test_threads_kernels_and_hash_seeds_make_no_difference() -> None:
    """Another order of sets, two threads and the plainest kernels of OpenBLAS: the same fills."""
    code = (
        "from pathlib import Path; import sys; sys.path.insert(0, str(Path(sys.argv[1])))\n"
        "import golden_fills as g, sectorlead as sl\n"
        "known, made = g.stored()['simulated'], g.PANELS['simulated']()\n"
        "print(sum(bool(g.difference(g.run(n, *made), known[n])) for n in sl.LIBRARY), len(sl.LIBRARY))"
    )
    changed = {
        "PYTHONHASHSEED": "7",
        "OPENBLAS_CORETYPE": "Prescott",
        "NUMBA_NUM_THREADS": "1",
        "TZ": "America/New_York",
    }
    changed |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "2")
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(fills.__file__).parent)],
        capture_output=True, text=True, check=True, timeout=300, env=os.environ | changed,
    )  # fmt: skip
    assert done.stdout.split() == ["0", str(len(sl.LIBRARY))]
