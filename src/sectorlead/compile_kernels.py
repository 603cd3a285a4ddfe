"""Compiles the kernels of single runs for this machine: ``python -m sectorlead.compile_kernels``.

Small first runs start it by themselves (``sectorlead.engine.compiled.background``); an image of a container can have it
done while it is built.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sectorlead.data.panel import Panel
    from sectorlead.engine.strategy import Portfolio

SESSIONS = 300


class _Asked:
    """A strategy without a plan."""

    def decide(self, view: Panel, portfolio: Portfolio) -> dict[str, float] | None:
        return {view.symbols[0]: 0.5} if len(view.sessions) % 2 else None


def main(done: Path | None = None) -> None:
    """One run of each kind, under a lock where a file is named that is written at the end.

    Parameters
    ----------
    done : path, optional
        Its folder holds the lock; where another process has that, nothing happens.
    """
    os.environ["SECTORLEAD_KERNELS"] = "compiled"
    if done is None:
        compile_all()
        return
    from filelock import FileLock, Timeout

    try:
        with FileLock(done.with_name("compiling.lock"), timeout=0):
            if done.exists():
                return
            if hasattr(os, "nice"):
                os.nice(10)
            try:
                compile_all()
            finally:  # what can't be compiled here is told where it is needed
                done.touch()
    except Timeout:
        return


def compile_all() -> None:
    """Calls every kernel of a single run with what a run calls it with."""
    import sectorlead as sl
    from sectorlead.market_context import market_context

    panel = sl.simulate(seed=1, sessions=SESSIONS)
    stopped = sl.Rotation(score=sl.Momentum(20), exits=sl.Exits(stop=0.1))
    for strategy in ("momentum", stopped, _Asked()):
        sl.run(strategy, panel, "cn-etf")
    market_context(sl.run("pullback-leaders", panel, "cn-etf"))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
