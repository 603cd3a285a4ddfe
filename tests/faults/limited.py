"""Python in a process of its own, with a bound on memory and time that the system keeps."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

MEMORY = 4 << 30
"""Bytes of address space: libraries alone take 2 GB of it, most of it never touched."""


class Done(NamedTuple):
    """How it ended."""

    status: int
    out: str
    err: str


def limited(
    *words: str, cwd: Path, memory: int = MEMORY, seconds: int = 120, env: dict[str, str] | None = None, user: int = 0
) -> Done:
    """Runs Python with these words.

    Parameters
    ----------
    *words : str
        After ``python``.
    cwd : Path
    memory : int
        Bytes of address space; 0 for no bound.
    seconds : int
        Of time; a bound of the test, never reached where all is well.
    env : dict of str to str, optional
        In place of, or besides, what this process has.
    user : int
        Id of another user and group that it is to be; 0 for the same.
    """

    def bounded() -> None:
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        if user:
            os.setgroups([])
            os.setgid(user)
            os.setuid(user)

    done = subprocess.run(
        [sys.executable, *words], cwd=cwd, env={**os.environ, "PYTHONUTF8": "1", **(env or {})}, capture_output=True,
        encoding="utf-8", errors="replace", timeout=seconds, preexec_fn=bounded, check=False,
    )  # fmt: skip
    return Done(done.returncode, done.stdout, done.stderr)


def command(*words: object, cwd: Path, **bounds: object) -> Done:
    """As ``limited``, of the command line.

    Parameters
    ----------
    *words : object
        After ``sectorlead``.
    cwd : Path
    **bounds
        As ``limited``.
    """
    return limited("-m", "sectorlead", *map(str, words), cwd=cwd, **bounds)  # type: ignore[arg-type]
