"""The process that compiles: one, apart, and never in anybody's way."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from sectorlead import compile_kernels
from sectorlead.engine.compiled import background


@pytest.fixture
def cold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Nothing is compiled; what would be started is listed."""
    started: list[Path] = []
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(background, "_start", started.append)
    background.begin.cache_clear()
    return started


def test_it_is_started_once_and_not_again_when_it_is_done(cold: list[Path]) -> None:
    assert background.begin()
    assert background.begin()
    assert cold == [background.done_file()]
    background.begin.cache_clear()
    cold[0].touch()
    assert not background.begin()
    assert len(cold) == 1


def test_without_a_folder_to_write_into_it_is_not_started(
    cold: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("where a folder should be")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file"))
    assert not background.begin()
    background.begin.cache_clear()
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "locked"))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert not background.begin()
    assert cold == []


def test_other_code_and_another_numba_are_compiled_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kernel.py").write_text("x = 1\n")
    monkeypatch.setattr(background, "_SOURCES", (tmp_path,))
    before = background.done_file()
    assert background.done_file() == before
    (tmp_path / "kernel.py").write_text("x = 1.5\n")
    assert background.done_file() != before
    (tmp_path / "kernel.py").write_text("x = 1\n")
    before = background.done_file()
    monkeypatch.setattr(background, "version", lambda _: "0.1")
    assert background.done_file() != before


def test_one_at_a_time_and_done_is_noted_even_where_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[int] = []
    monkeypatch.setattr(compile_kernels, "compile_all", lambda: calls.append(1))
    monkeypatch.setattr(os, "nice", lambda _: 0, raising=False)
    monkeypatch.setenv("SECTORLEAD_KERNELS", "here")  # put back after the test
    done = tmp_path / "compiled-1"
    with FileLock(tmp_path / "compiling.lock"):
        compile_kernels.main(done)
    assert (calls, done.exists()) == ([], False)
    monkeypatch.setattr(compile_kernels, "compile_all", lambda: calls.append(1) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        compile_kernels.main(done)
    assert done.exists()
    compile_kernels.main(done)
    assert calls == [1]


@pytest.mark.skipif(sys.platform == "win32", reason="sessions are POSIX")
def test_the_command_ends_while_the_process_goes_on(tmp_path: Path) -> None:
    """With a stand-in for the compiling: it outlives the command, in a session of its own, and is not waited for."""
    (tmp_path / "slow.py").write_text(
        "import os, sys, time, pathlib\nbefore = os.getsid(0)\ntime.sleep(1.5)\n"
        "pathlib.Path(sys.argv[1]).write_text(f'{before} {os.getpid()}')\n"
    )
    code = (
        "import pathlib, sys\nfrom sectorlead.engine.compiled import background\n"
        "background.MODULE = 'slow'\nassert background.begin()\nprint(background.done_file(), end='')"
    )
    env = os.environ | {"NUMBA_CACHE_DIR": str(tmp_path / "cache"), "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=env, capture_output=True, text=True, check=True
    )
    done = Path(ended.stdout)
    assert ended.stderr == ""
    assert not done.exists(), "the command did not wait"
    until = time.monotonic() + 60
    while not (done.exists() and done.read_text()) and time.monotonic() < until:
        time.sleep(0.1)
    session, process = done.read_text().split()
    assert session == process
