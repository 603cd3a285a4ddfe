"""The same decisions in a process that has seen nothing: other hashes, environment, folder and clock."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from sectorlead.data.panel import Panel
from sectorlead.engine.class_names import backtrader_class
from sectorlead.research.audit.decisions import Decisions, Terms, decided
from sectorlead.research.audit.surroundings import another_clock, watching

_KEPT = (
    "PATH", "HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "VIRTUAL_ENV",
    "NUMBA_", "SECTORLEAD_", "OMP_", "OPENBLAS_", "MKL_", "LANG", "LC_", "APPDATA", "LOCALAPPDATA", "USERPROFILE",
    "XDG_",
)  # fmt: skip
"""Variables that Python and the kernels need, or how these begin."""
_JOB, _DONE = "job.pickle", "done.pickle"
PATIENCE = 600
"""Seconds after which the process is given up."""


def packed(strategy: Any, panels: tuple[tuple[Any, Panel], ...], terms: Terms) -> bytes | str:
    """What the other process is given, or why it can't be.

    Parameters
    ----------
    strategy : object
        For the message.
    panels : tuple of (strategy, Panel)
        In the order in which they are run.
    terms : Terms
    """
    job = panels, terms
    try:
        plain = pickle.dumps(job, protocol=5)
        if b"__main__" not in plain:
            return plain
    except Exception:  # whatever an object's own way of being pickled raises
        pass
    import cloudpickle  # type: ignore[import-untyped]

    if backtrader_class(strategy) is not None:  # backtrader's metaclass loses the parameters of a class made anew
        return _nameless(strategy)
    try:
        return bytes(cloudpickle.dumps(job))
    except Exception as error:  # as above
        return f"{_name(strategy)} can't be sent to another process ({type(error).__name__}: {error})"


def by_name(job: bytes) -> bool:
    """Whether the other process finds the strategy by its name, so that it is the same code there."""
    return b"cloudpickle" not in job


def in_fresh_process(job: bytes) -> tuple[list[Decisions], dict[str, str]] | str:
    """Decisions on each of the panels, and what was touched besides; or why there are none.

    Parameters
    ----------
    job : bytes
        From ``packed``.
    """
    kept = {name: value for name, value in os.environ.items() if name.upper().startswith(_KEPT)}
    kept["PYTHONHASHSEED"] = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    kept["PYTHONPATH"] = os.pathsep.join(os.path.abspath(path) for path in sys.path if not path.endswith(".zip"))
    with tempfile.TemporaryDirectory(prefix="sectorlead-audit-") as folder:
        (Path(folder) / _JOB).write_bytes(job)
        command = [sys.executable, "-m", __name__, folder]
        try:
            ran = subprocess.run(
                command, env=kept, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return f"it took more than {PATIENCE} seconds"
        if ran.returncode or not (Path(folder) / _DONE).exists():
            last = (ran.stderr.strip().splitlines() or ["no message"])[-1]
            return f"the process failed: {last[:300]}"
        found: tuple[list[Decisions], dict[str, str]] = pickle.loads((Path(folder) / _DONE).read_bytes())
    return found


def _nameless(strategy: Any) -> str:
    return f"{_name(strategy)} can't be found again by its name; define it in a module, outside of any function"


def _name(strategy: Any) -> str:
    kind = strategy[0] if isinstance(strategy, tuple) else strategy
    return kind.__name__ if isinstance(kind, type) else type(kind).__name__


def main(folder: str) -> None:
    """Does the job of a folder."""
    import sectorlead.engine.on_backtrader.engine  # what is ours and others' has the true clock
    import sectorlead.strategies.rotation  # noqa: F401

    with another_clock():
        panels, terms = pickle.loads((Path(folder) / _JOB).read_bytes())
        with watching(calls=True) as touched:
            found = [decided(strategy, panel, terms) for strategy, panel in panels]
    (Path(folder) / _DONE).write_bytes(pickle.dumps((found, touched), protocol=5))


if __name__ == "__main__":
    main(sys.argv[1])
