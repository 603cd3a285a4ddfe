"""A sweep that was killed goes on where it was; one that is done is answered from disk; nothing else is."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.panel import Panel
from sectorlead.research.sweep import job

KILLS = int(os.environ.get("SECTORLEAD_KILLS", "3"))
"""How many sweeps are killed; twenty with SECTORLEAD_KILLS=20."""
SCRIPT = """
import sys
import sectorlead as sl

panel = sl.simulate(seed=3, sessions=250)
grid = {"score.lookback": range(5, 35), "pick.n": [2, 3]}
found = sl.sweep(
    sl.Rotation(sl.Momentum(20), sl.TopN(2)), grid, panel, "cn-etf", store=sys.argv[1], chunk=2, workers=2,
    progress=lambda *now: print("did", *now, flush=True),
)
print("folder", found.folder)
"""
WHOLE = sl.simulate(seed=3, sessions=200)
PANEL = WHOLE.select(WHOLE.symbols[:5])
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())


def start(store: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(store)], stdout=subprocess.PIPE, text=True)


def finished(store: Path) -> tuple[list[str], int]:
    """Digests of the result, and how many times progress was told."""
    process = start(store)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    lines = out.splitlines()
    folder = Path(lines[-1].removeprefix("folder "))
    assert sorted(path.name for path in folder.iterdir()) == [
        ".lock", "returns.parquet", "sweep.json", "table.parquet",
    ]  # fmt: skip
    names = ("returns.parquet", "sweep.json", "table.parquet")
    return [hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names], len(lines)


def test_a_sweep_that_is_killed_again_and_again_comes_to_the_same(tmp_path: Path) -> None:
    """Killed without warning after a random number of chunks, each time further on."""
    undisturbed, steps = finished(tmp_path / "whole")
    rng, left = random.Random(5), KILLS
    store, done = tmp_path / "killed", 0
    while left:
        process = start(store)
        assert process.stdout is not None
        seen = rng.randrange(1, max(2, steps // 3))
        for k, line in enumerate(process.stdout):
            if k == seen or line.startswith("folder"):
                break
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        left -= 1
        kept = sum(1 for path in store.rglob("*-*.*") if not path.name.startswith("."))
        assert kept >= done or not kept  # what was found stays, until it is in the result
        done = kept
        if line.startswith("folder"):
            break
    again, told = finished(store)
    assert again == undisturbed
    assert told < steps


def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many variants each evaluation was of."""
    seen: list[int] = []
    real = job.evaluate

    def evaluate(variants: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(len(variants))
        return real(variants, *args, **kwargs)

    monkeypatch.setattr(job, "evaluate", evaluate)
    return seen


def swept(store: Path, **changed: Any) -> sl.SweepResult:
    asked: dict[str, Any] = {"rule": RULE, "grid": {"pick.n": [1, 2, 3]}, "panel": PANEL, "market": "cn-etf"}
    return sl.sweep(**asked | changed, store=store)


def test_the_same_sweep_is_answered_from_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, seen = swept(tmp_path), counted(monkeypatch)
    again = swept(tmp_path, grid={"n": [1, 2, 3]}, panel=sl.simulate(seed=3, sessions=200).select(PANEL.symbols))
    assert not seen
    assert again.folder == first.folder
    assert again.run(1).summary()["final_equity"] == first.table["final_equity"][1]


def moved(panel: Panel) -> Panel:
    """One price a hair higher."""
    close = np.array(panel.close)
    close[-1, 0] *= 1 + 1e-12
    fields = {name: getattr(panel, name) for name in ("open", "high", "low", "volume", "amount", "adj_factor")}
    fields["high"] = np.maximum(fields["high"], close)
    return Panel(panel.sessions, panel.symbols, close, **fields, kinds=panel.kinds, benchmark=panel.benchmark)


def test_whatever_can_change_a_number_is_another_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = {swept(tmp_path).folder}
    for changed in (
        {"panel": moved(PANEL)},
        {"market": sl.market("cn-etf", slippage_bps=1)},
        {"market": sl.market("cn-etf", uncovered="nearest")},
        {"cash": 500_000},
        {"measured_from": "start"},
        {"returns": "float32"},
        {"grid": {"pick.n": [1, 2, 4]}},
        {"rule": sl.Rotation(sl.Momentum(21), sl.TopN(2), schedule=sl.Weekly())},
        {"cash_rate": 0.01},
    ):
        found = swept(tmp_path, **changed)
        assert found.folder not in folders, changed
        folders.add(found.folder)
    from sectorlead.research.sweep import chunk_store

    monkeypatch.setattr(chunk_store, "code_of_package", lambda: "another version")
    assert swept(tmp_path).folder not in folders


def test_code_of_ones_own_is_part_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same file with another line in it, and another length: Python itself tells files of one second by that."""
    monkeypatch.syspath_prepend(tmp_path)
    text = """
import sectorlead as sl


class Mine:
    schedule = sl.Weekly()

    def __init__(self, count=2):
        self.count = count

    def decide(self, view, portfolio):
        return {symbol: SHARE / self.count for symbol in view.symbols[: self.count]}
"""
    found = []
    for name, share in (("first_rules", "0.9"), ("first_rules", "0.9"), ("first_rules", "0.45")):
        (tmp_path / f"{name}.py").write_text(text.replace("SHARE", share))
        sys.modules.pop(name, None)
        found.append(swept(tmp_path / "store", rule=f"{name}:Mine", grid={"count": [1, 2]}))
    assert found[0].folder == found[1].folder != found[2].folder
    assert found[2].table["final_equity"][0] != found[0].table["final_equity"][0]


def test_ctrl_c_keeps_what_was_found_and_says_how_to_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = {"pick.n": [1, 2, 3, 4], "score.lookback": [5, 10]}

    def stop(what: str, done: int, total: int) -> None:
        if what == "measured" and done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        swept(tmp_path, grid=grid, chunk=1, workers=1, progress=stop)
    (note,) = stopped.value.__notes__
    assert note.startswith("3 of 8 variants are in ")
    assert note.endswith("the same sweep goes on from there")
    seen = counted(monkeypatch)
    swept(tmp_path, grid=grid, chunk=4)
    assert sum(seen) == 5


def test_what_is_damaged_is_worked_out_again(tmp_path: Path) -> None:
    found = swept(tmp_path)
    whole = found.table
    (found.folder / "table.parquet").write_bytes(b"PAR1 no more")
    assert swept(tmp_path).table.equals(whole)


def test_a_function_without_a_name_is_never_answered_from_disk(tmp_path: Path) -> None:
    made = [swept(tmp_path, rule=lambda n=2: sl.Rotation(pick=sl.TopN(n)), grid={"n": [1, 2]}) for _ in range(2)]
    assert made[0].folder != made[1].folder
