"""The server as its own process, on a free port of loopback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

CODE = (
    "import sys; from pathlib import Path; from sectorlead.cli.serve import serve; "
    "serve(Path(sys.argv[1]), sys.argv[2], 0)"
)


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # a suite started in the background ignores it


@contextmanager
def started(root: Path, host: str = "127.0.0.1") -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process and its address; it is stopped at the end."""
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-c", CODE, str(root), host],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=os.environ | {"XDG_CACHE_HOME": str(root.parent / "cache")}, preexec_fn=_heed_ctrl_c,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url.startswith("http://"), process.communicate(timeout=20)[1]
        assert process.stdout.readline() == f"runs below {root}; Ctrl-C stops\n"
        yield process, url
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
