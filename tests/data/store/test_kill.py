"""kill -9 at any instant: the store is readable, and holds all that was reported; so it is while others write."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from sectorlead.data.store.store import Store

from .vendor import frame

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL"),
]
VICTIM = Path(__file__).parent / "victim.py"


class Fetcher:
    """The process that forks fetchers."""

    def __init__(self) -> None:
        command = [sys.executable, str(VICTIM)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout

    def start(self, store: Store, symbols: str, sessions: int, edition: int = 0, step: int | None = None) -> int:
        """Fork one; its process id."""
        self.stdin.write(f"{store.root} {symbols} {sessions} {edition} {'' if step is None else step}\n")
        return int(self.stdout.readline().split()[1])

    def end(self) -> tuple[dict[str, tuple[int, int]], int]:
        """What it reported as stored: vintage and sessions by symbol; and how it ended."""
        reported = {}
        for line in self.stdout:
            word, *values = line.split()
            if word == "ended":
                return reported, int(values[0])
            reported[values[0]] = (int(values[1]), int(values[2]))
        raise AssertionError("the process that forks fetchers is gone")


@contextmanager
def running() -> Iterator[Fetcher]:
    fetcher = Fetcher()
    try:
        yield fetcher
    finally:
        fetcher.stdin.close()
        fetcher.stdout.close()
        fetcher.process.wait(30)


@pytest.fixture
def fetcher() -> Iterator[Fetcher]:
    with running() as fetcher:
        yield fetcher


class Watch:
    """What a store was seen to hold."""

    def __init__(self, store: Store) -> None:
        self.store, self.seen = store, dict[tuple[str, int], pd.DataFrame]()
        self.reported: dict[str, tuple[int, int]] = {}

    def check(self, reported: dict[str, tuple[int, int]]) -> None:
        """Everything is readable, nothing that was there is gone, and all that was ever reported is there."""
        self.reported |= reported
        for symbol in self.store.symbols("made-up"):
            numbers = self.store.vintages("made-up", symbol)
            assert numbers == tuple(range(1, len(numbers) + 1))
            for vintage in numbers:
                bars = self.store.read("made-up", symbol, vintage)  # which compares its hash
                truth = [frame(symbol, len(bars), edition)["close"].to_numpy() for edition in (0, 1)]
                assert any(np.array_equal(bars["close"], each) for each in truth), "a mixture of two histories"
                bars = bars[["date", "close"]]
                old = self.seen.get((symbol, vintage), bars[:0])
                assert bars[: len(old)].equals(old)
                self.seen[symbol, vintage] = bars
            answers = self.store.provenance("made-up", symbol)
            assert [each["number"] for each in answers] == list(range(1, len(answers) + 1))
            assert answers[-1]["vintage"] == numbers[-1]
        for symbol, stored in self.reported.items():
            assert stored <= (self.store.vintages("made-up", symbol)[-1], len(self.store.read("made-up", symbol)))


def test_a_hundred_kills_at_random_moments(store: Store, fetcher: Fetcher) -> None:
    """In turn at a step of writing, however slow the machine, and at an instant between any two."""
    chance, watch = random.Random(0), Watch(store)
    killed, midway, longest = 0, 0, 0.05
    for trial in range(100):
        edition, sessions = trial // 25 % 2, 20 + trial
        if trial % 2:
            begun, child = time.perf_counter(), fetcher.start(store, "ABC", sessions, edition)
            time.sleep(chance.uniform(0, longest))
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            reported, status = fetcher.end()
            longest = longest * 1.1 if status else time.perf_counter() - begun
        else:
            fetcher.start(store, "ABC", sessions, edition, chance.randrange(50))
            reported, status = fetcher.end()
            killed += status == -signal.SIGKILL
            midway += bool(reported) and status == -signal.SIGKILL
        watch.check(reported)
    assert killed >= 45, "steps of writing that a fetch does not reach"
    assert midway >= 15, "too early to have written"
    fetcher.start(store, "ABC", 200, 1)
    reported, status = fetcher.end()
    watch.check(reported)
    assert (status, set(reported), {sessions for _, sessions in reported.values()}) == (0, set("ABC"), {200})
    assert not [path for path in store.root.rglob("*.tmp") if "made-up" in path.parts], "rubbish left"


def test_a_kill_at_every_step_of_writing(tmp_path: Path, fetcher: Fetcher) -> None:
    """Before each of the calls that change the disk, in turn: of the first fetch, then of one with restated history."""
    start = tmp_path / "0"
    start.mkdir()
    for edition in (0, 1):
        for step in range(10_000):
            store = Store(tmp_path / f"{edition}-{step}")
            shutil.copytree(start, store.root)
            watch = Watch(store)
            watch.check({})
            fetcher.start(store, "AB", 30 + edition, edition, step)
            reported, status = fetcher.end()
            watch.check(reported)
            if status == 0:
                start = store.root
                break
            assert status == -signal.SIGKILL
            fetcher.start(store, "AB", 40, edition)  # the next one finds its way
            reported, status = fetcher.end()
            watch.check(reported)
            assert (status, set(reported)) == (0, set("AB"))
        assert step >= 20, "these are not the steps that write"
    assert {store.vintages("made-up", symbol) for symbol in "AB"} == {(1, 2)}


def test_kill_after_kill(store: Store, fetcher: Fetcher) -> None:
    """At about the same step of one fetch after the other: what the first left undone is not lost by the second."""
    watch, sessions, step, killed = Watch(store), 20, 0, True
    while killed:
        fetcher.start(store, "A", sessions)
        watch.check(fetcher.end()[0])
        for later in (0, 0, 1, 2, 1):
            sessions += 1
            fetcher.start(store, "A", sessions, 0, step + later)
            reported, status = fetcher.end()
            watch.check(reported)
            killed = status == -signal.SIGKILL
        sessions, step = sessions + 1, step + 1
    assert step >= 15, "these are not the steps that write"


def test_two_processes_fetch_while_a_third_reads(store: Store, fetcher: Fetcher) -> None:
    watch, reads = Watch(store), 0
    with running() as other:
        pair = (fetcher, other)
        for sessions in range(20, 35):
            for each in pair:
                each.start(store, "ABCDEF", sessions)
            for _ in range(2):
                watch.check({})
                reads += len(store.panel("made-up").symbols) if store.symbols("made-up") else 0
            ends = [each.end() for each in pair]
            assert [status for _, status in ends] == [0, 0]
            stored = [set(reported) for reported, _ in ends]
            assert stored[0] | stored[1] == set("ABCDEF")
            assert not stored[0] & stored[1], "a series was asked for twice"
    assert reads > 50
    assert {len(store.read("made-up", symbol)) for symbol in "ABCDEF"} == {34}
