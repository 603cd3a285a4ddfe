"""How often a host is asked: one pace over processes, clocks and sources."""

from __future__ import annotations

import json
import subprocess
import sys

import pandas as pd

from sectorlead.data.store.rate_limit import PACE, Gate, Pace, Timing, pace_of
from sectorlead.data.store.store import Store

from .vendor import Clock


def test_one_host_has_one_pace_whoever_asks(store: Store) -> None:
    clock = Clock()
    gates = [Gate(store.root, "host.test", clock.timing) for _ in range(2)]
    start = clock.now()
    for gate in gates * 5:
        gate.wait()
    assert 9 * 2 <= (clock.now() - start).total_seconds() <= 9 * 3
    Gate(store.root, "other.test", clock.timing).wait()
    assert len(clock.slept) == 9


def test_a_clock_that_was_set_back_makes_nobody_wait(store: Store) -> None:
    clock = Clock()
    gate = Gate(store.root, "host.test", clock.timing)
    gate.wait()
    gate.refused("A")
    clock.time -= pd.Timedelta(days=400)
    gate.wait()
    assert (clock.slept, gate.resume_at) == ([], None)


def test_paces_by_host() -> None:
    assert pace_of("push2his.eastmoney.com") is pace_of("eastmoney.com") is not PACE
    assert pace_of("noteastmoney.com") is PACE


def test_processes_keep_one_pace(store: Store) -> None:
    """Two processes, ten questions each to one host, 10 ms apart at least: together not less than 19 times 10 ms."""
    code = (
        "import sys, time, json\nfrom pathlib import Path\n"
        "from sectorlead.data.store.rate_limit import Gate, Pace, Timing\n"
        "gate = Gate(Path(sys.argv[1]), 'host.test', Timing(Pace(0.01, 0.0, 1.0)))\ntimes = []\n"
        "for _ in range(10):\n    gate.wait()\n    times.append(time.time())\nprint(json.dumps(times))"
    )
    command = [sys.executable, "-c", code, str(store.root)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    times = sorted(time for process in both for time in json.loads(process.communicate(timeout=60)[0]))
    assert len(times) == 20
    assert times[-1] - times[0] >= 19 * 0.01 - 0.02  # the last is noted a moment after its turn
    assert Timing().pace is None
    assert Pace(1.0, 0.5, 60.0).rest_s == 60


def test_a_refusal_is_remembered_until_it_is_over_or_answered(store: Store) -> None:
    clock = Clock()
    gate = Gate(store.root, "host.test", clock.timing)
    gate.wait()
    until = gate.refused("B")
    assert until == (clock.now() + pd.Timedelta(hours=1)).ceil("min")
    other = Gate(store.root, "host.test", clock.timing)
    assert (other.resume_at, other.last_refused) == (until, "B")
    other.answered()
    assert (gate.resume_at, gate.last_refused) == (None, None)
    gate.wait()
    assert clock.slept  # when it was asked last is not forgotten
    gate.refused("C")
    clock.time += pd.Timedelta(hours=1, minutes=1)
    assert (gate.resume_at, gate.last_refused) == (None, "C")


def test_a_note_that_is_no_note_keeps_nobody_waiting(store: Store) -> None:
    clock = Clock()
    gate = Gate(store.root, "host.test", clock.timing)
    gate.refused("A")
    (note,) = store.root.glob("*.json")
    for text in ("", "[1]", '{"asked_at": '):
        note.write_text(text)
        assert (gate.resume_at, gate.last_refused) == (None, None)
    gate.wait()
    assert clock.slept == []


def test_who_has_no_host_is_never_kept_waiting(store: Store) -> None:
    clock = Clock()
    gate = Gate(store.root, "", clock.timing)
    for _ in range(3):
        gate.wait()
    assert clock.slept == []
