"""Processes and clusters: the same files as threads; what is lost on the way is told, and what was found stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError, SweepStoppedError, UnknownNameError

WHOLE = sl.simulate(seed=3, sessions=200)
PANEL = WHOLE.select(WHOLE.symbols[:5])
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())
GRID: dict[str, Any] = {"score.lookback": range(5, 25), "pick.n": [1, 2]}
FILES = ("table.parquet", "returns.parquet", "sweep.json")


def swept(store: Path, **how: Any) -> list[bytes]:
    found = sl.sweep(RULE, GRID, PANEL, "cn-etf", store=store, **how)
    return [(found.folder / name).read_bytes() for name in FILES]


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    return swept(tmp_path_factory.mktemp("store"))


class Cluster:
    """A Dask scheduler and workers, each a process of its own on this machine."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder, self.processes = folder, list[subprocess.Popen[bytes]]()
        self.file = folder / "scheduler.json"
        self._start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        for _ in range(workers):
            self._start("worker", "--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--no-nanny")

    def _start(self, what: str, *words: str) -> None:
        command = [sys.executable, "-m", "dask", what, *words, "--scheduler-file", str(self.file)]
        with (self.folder / f"{what}.log").open("ab") as log:
            self.processes.append(subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder))

    @property
    def address(self) -> str:
        """Of the scheduler, once all workers are there."""
        distributed = pytest.importorskip("distributed")
        with distributed.Client(scheduler_file=str(self.file), timeout="60s", set_as_default=False) as client:
            client.wait_for_workers(len(self.processes) - 1, timeout=60)
            return str(client.scheduler.address)

    def kill(self, number: int) -> None:
        """0 is the scheduler."""
        self.processes[number].send_signal(signal.SIGKILL)
        self.processes[number].wait()


@contextmanager
def cluster(folder: Path, workers: int = 2) -> Iterator[Cluster]:
    pytest.importorskip("distributed", reason="distributed is not installed: pip install 'sectorlead[dask]'")
    made = Cluster(folder, workers)
    try:
        yield made
    finally:
        for process in made.processes:
            process.kill()
            process.wait()


def test_a_cluster_of_separate_processes_whole_without_a_worker_and_without_its_scheduler(
    tmp_path: Path, expected: list[bytes]
) -> None:
    """The same files each time; only the scheduler's end stops a sweep, which then goes on elsewhere."""

    def killing(number: int, after: int) -> Any:
        left = [number]

        def tell(what: str, done: int, total: int) -> None:
            if what == "measured" and done >= after and left:
                made.kill(left.pop())

        return tell

    with cluster(tmp_path, 3) as made:
        address = made.address
        assert swept(tmp_path / "whole", dask=address, chunk=3) == expected
        assert swept(tmp_path / "worker", dask=address, chunk=2, progress=killing(3, 6)) == expected
        assert made.processes[3].returncode == -signal.SIGKILL
        with pytest.raises(SweepStoppedError, match="workers of the sweep were lost") as lost:
            swept(tmp_path / "scheduler", dask=address, chunk=2, progress=killing(0, 8))
    (note,) = lost.value.__notes__
    assert "of 40 variants are in" in note
    kept = int(note.split()[0])
    assert 8 <= kept < 40
    told: list[int] = []

    def tell(what: str, done: int, total: int) -> None:
        if what == "measured":
            told.append(done)

    assert swept(tmp_path / "scheduler", progress=tell) == expected
    assert told[0] == kept


def test_a_process_that_dies_is_told(tmp_path: Path, expected: list[bytes]) -> None:
    with ProcessPoolExecutor(1) as pool:
        number = pool.submit(os.getpid).result()

        def kill(what: str, done: int, total: int) -> None:
            if what == "measured" and done == 4:
                os.kill(number, signal.SIGKILL)

        with pytest.raises(SweepStoppedError, match="BrokenProcessPool"):
            swept(tmp_path / "store", executor=pool, chunk=2, progress=kill)
    assert swept(tmp_path / "store") == expected


def test_what_cannot_run_is_refused_before_anything_does(tmp_path: Path) -> None:
    for how, error, says in (
        ({"executor": "thread"}, UnknownNameError, "threads"),
        ({"executor": "threads", "dask": "tcp://127.0.0.1:1"}, ParameterError, "leave one"),
        ({"workers": 0}, ParameterError, "workers"),
        ({"chunk": 0}, ParameterError, "chunk"),
    ):
        with pytest.raises(error, match=says):
            swept(tmp_path, **how)
    with pytest.raises(InputError, match="can't be sent to other processes"):
        sl.sweep(
            lambda n=2: sl.Rotation(pick=sl.TopN(n)), {"n": [1, 2]}, PANEL, store=tmp_path, executor="processes"
        )


def test_what_was_made_for_other_processes_is_gone_afterwards(tmp_path: Path, expected: list[bytes]) -> None:
    assert swept(tmp_path, executor="processes", workers=1) == expected
    assert not list(tmp_path.rglob("*.pickle"))
    shutil.rmtree(tmp_path)
