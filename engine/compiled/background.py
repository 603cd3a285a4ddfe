"""Kernels are compiled in a process of their own, while the first runs of an installation are done without them.

A process, as a thread would end with the command or hold its exit. At most one at a time, under a lock; it is nobody's
child any more, so no command waits for it, and closes with a file that says for which code and versions it is done.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

MODULE = "sectorlead.compile_kernels"
"""What the process runs: a run of each kind, which only the top of the package can put together."""
_SOURCES = (Path(__file__).parent, Path(__file__).parents[1] / "market")


def folder() -> Path:
    """Where it is noted what has been compiled: numba's own folder if one is named, else the user's cache."""
    if named := os.environ.get("NUMBA_CACHE_DIR"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("sectorlead", appauthor=False) / "kernels"


def done_file() -> Path:
    """The file that says that the kernels of this code, Python and numba are compiled, or can't be."""
    stats = [path.stat() for source in _SOURCES for path in sorted(source.glob("*.py"))]
    which = f"{sys.executable} {sys.version} numba {version('numba')}"
    told = f"{which} {__file__} {[(each.st_size, each.st_mtime_ns) for each in stats]}"
    return folder() / f"compiled-{hashlib.blake2b(told.encode(), digest_size=8).hexdigest()}"


@cache
def begin() -> bool:
    """Starts the process, once from here, unless its work is done or nothing can be kept; whether it was started."""
    try:
        done = done_file()
        if done.exists() or not sys.executable:
            return False
        done.parent.mkdir(parents=True, exist_ok=True)
        if not os.access(done.parent, os.W_OK):
            return False
        _start(done)
    except (OSError, PackageNotFoundError):  # a folder for reading only, no more processes: a run needs none of it
        return False
    return True


def _start(done: Path) -> None:
    apart: dict[str, object] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    quiet = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
    command = [sys.executable, "-P", "-W", "ignore", "-m", MODULE, str(done)]
    env = {**os.environ, "SECTORLEAD_KERNELS": "compiled"}
    started = subprocess.Popen(command, env=env, close_fds=True, **quiet, **apart)  # type: ignore[call-overload]
    started.returncode = 0  # nobody waits for it, and subprocess shall not complain of that
