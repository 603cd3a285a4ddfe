"""Files that survive a kill: whole or not there, appended line by line, one writer at a time.

A file is replaced by way of a temporary one in the same folder, fsync, rename, and fsync of the folder: a reader sees
the old one or the new one, and what was reported as written is on the disk. Locks are the kernel's: it lets go of them
when their process ends, however it ends, so a lock can't be stale and a lock file that is left means nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

TEMPORARY = ".tmp"


def make_folder(folder: Path) -> Path:
    """The folder with its parents, and their entries on the disk."""
    missing = [path for path in (folder, *folder.parents) if not path.is_dir()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        sync_folder(made.parent)
    return folder


def replace_file(path: Path, write: Callable[[Path], None]) -> None:
    """Put a new file at ``path``, whole or not at all.

    Parameters
    ----------
    path : Path
        In a folder that exists; a file that is there is replaced.
    write : callable
        Fills the temporary file whose path it is given. What it raises is passed on, and ``path`` stays as it was.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}{TEMPORARY}")
    try:
        write(temporary)
        sync_file(temporary)
        os.replace(temporary, path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sweep(folder: Path) -> None:
    """Remove what killed writers left; only for who holds the lock of the folder."""
    for left in folder.glob(f".*{TEMPORARY}"):
        left.unlink(missing_ok=True)


def append_line(path: Path, value: Mapping[str, Any]) -> None:
    """Add a line of JSON at the end; a line that a kill cut short is closed first, and stays unread.

    Parameters
    ----------
    path : Path
        Made if it is not there.
    value : mapping
        Plain data, as ``json`` takes it. On the disk when this returns.
    """
    new = not path.exists()
    line = json.dumps(value, ensure_ascii=False).encode() + b"\n"
    with path.open("ab+", buffering=0) as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                line = b"\n" + line
        file.write(line)
        os.fsync(file.fileno())
    if new:
        sync_folder(path.parent)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Every whole line; none if there is no file."""
    try:
        lines = path.read_bytes().splitlines()
    except FileNotFoundError:
        return []
    return [value for line in lines if (value := _parsed(line)) is not None]


def last_line(path: Path) -> dict[str, Any] | None:
    """The last whole line, read from the end."""
    block = 4_096
    while True:
        try:
            with path.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - block))
                lines = file.read().splitlines()
        except FileNotFoundError:
            return None
        for line in reversed(lines if block >= size else lines[1:]):
            if (value := _parsed(line)) is not None:
                return value
        if block >= size:
            return None
        block *= 16


@contextmanager
def locked(path: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock of a file, against other processes and other threads.

    Parameters
    ----------
    path : Path
        The lock file; its folder exists. It may stay behind, and says nothing when it does.
    wait : bool
        Whether to wait until the holder lets go, however long that takes.

    Yields
    ------
    bool
        Whether the lock is held; False only where ``wait`` is False and another has it.

    Raises
    ------
    RuntimeError
        A thread waits for a lock that it holds itself.
    OSError
        The file system has no locks of the kernel's; a marker file in their place could be left by a kill.
    """
    lock = FileLock(path, fallback_to_soft=False)
    try:
        lock.acquire(blocking=wait)
    except Timeout:
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def sync_file(path: Path) -> None:
    """Put a file on the disk."""
    _sync(path, os.O_RDWR)


def sync_folder(folder: Path) -> None:
    """Put the entries of a folder on the disk; nothing to do on Windows, where a folder can't be opened."""
    if sys.platform != "win32":
        with suppress(PermissionError):  # a parent that may be passed through, not read
            _sync(folder, os.O_RDONLY)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _parsed(line: bytes) -> dict[str, Any] | None:
    with suppress(ValueError):
        value = json.loads(line)
        if isinstance(value, dict):
            return value
    return None
