"""A process that forks fetchers to be killed, so that each costs milliseconds: see test_kill.py.

A line ``ROOT SYMBOLS SESSIONS EDITION [STEP]`` on stdin forks a child that fetches the made-up source into ROOT. It
prints ``pid N``, then ``stored SYMBOL VINTAGE SESSIONS`` after each series; with STEP it kills itself at that step of
writing. The parent prints ``ended STATUS`` when the child is gone.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import pyarrow.parquet  # noqa: F401  # the child has no time for it
from vendor import Clock, Vendor

from sectorlead.data.store import durable
from sectorlead.data.store.fetch import Step, fetch
from sectorlead.data.store.rate_limit import Pace, Timing
from sectorlead.data.store.store import Store


def say(text: str) -> None:
    os.write(1, f"{text}\n".encode())  # at once, and whole


def told(step: Step) -> None:
    if step.change is not None:
        say(f"stored {step.symbol} {step.change.vintage} {step.change.sessions}")


def killing(call: Callable[..., Any], left: list[int]) -> Callable[..., Any]:
    """``call``, with a kill in its stead when the steps have run out."""

    def step(*given: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given, **named)

    return step


def run(root: str, symbols: str, sessions: int, edition: int, step: int | None = None) -> None:
    say(f"pid {os.getpid()}")
    source, clock = Vendor(symbols, sessions), Clock(sessions - 1)
    source.edition = edition
    if step is not None:
        left = [step]
        for name in ("fsync", "replace", "open"):  # between any two of these the disk is as it is
            setattr(durable.os, name, killing(getattr(os, name), left))
    fetch(source, store=Store(root), on_progress=told, timing=Timing(Pace(0, 0, 0), clock.now, clock.sleep))


def main() -> None:
    for line in sys.stdin:
        root, symbols, *numbers = line.split()
        child = os.fork()
        if child == 0:
            status = 1
            try:
                run(root, symbols, *map(int, numbers))
                status = 0
            finally:
                os._exit(status)
        say(f"ended {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}")


if __name__ == "__main__":
    main()
