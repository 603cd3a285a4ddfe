"""A folder of output has one writer at a time, and holds one output: the whole new one, or what it held before.

The new files are written into a folder of their own inside it, put on the disk, and then moved into place one by one;
only for that time a file ``INCOMPLETE`` says that the folder is neither the old output nor the new one. ``files.json``
lists what belongs to the output, so that the next one takes away those files and no others.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from ...data.errors import InputError, RunFolderError
from ...data.store.durable import locked, sync_file, sync_folder
from .files import write_json
from .json_file import read_object
from .names import DECISIONS, EQUITY, FILES, FILLS, INCOMPLETE, MANIFEST, NOTICE, REPORT

LOCK, STAGING = ".lock", ".writing"
_NO_LOCKS = frozenset((errno.ENOSYS, errno.ENOTSUP, errno.ENOLCK))
EARLIER = (
    ("comparison", frozenset(("tournament.html",))),
    ("run", frozenset((MANIFEST, REPORT, EQUITY, FILLS, DECISIONS))),
    ("demo", frozenset(("comparison.html", "leaders"))),
)
"""Outputs that say nothing of what they are, as version 0.2 wrote them, and the names by which each is known."""


def check_output(folder: str | Path, kind: str) -> None:
    """Refuse a folder that an output can't be written into.

    Parameters
    ----------
    folder : path
        New, empty, or with an earlier output of the same kind.
    kind : str
        What is to be written: "run", "comparison", "demo", ...

    Raises
    ------
    InputError
        It is a file, can't be read, or holds something else; says what.
    """
    path = Path(folder)
    if path.exists() and not path.is_dir():
        raise InputError(f"{path} is a file; name a folder")
    try:
        names = {item.name for item in path.iterdir()} - {LOCK, STAGING} if path.is_dir() else set()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}; name another folder") from None
    if not names or INCOMPLETE in names:
        return
    held = kind_of(path, names)
    if held is None:
        raise InputError(f"{path} holds files of something else; name a new folder or empty this one")
    if held != kind:
        raise InputError(f"{path} holds a {held}, and this is a {kind}; name a new folder or empty this one")


def kind_of(folder: Path, names: set[str]) -> str | None:
    """What kind of output a folder holds; None if it is none.

    Parameters
    ----------
    folder : Path
    names : set of str
        Of what is in it.
    """
    if FILES in names:
        with suppress(RunFolderError):
            kind = read_object(folder / FILES).get("kind")
            return kind if isinstance(kind, str) else None
    return next((kind for kind, known in EARLIER if known <= names), None)


@contextmanager
def output(folder: str | Path, kind: str) -> Iterator[Path]:
    """A folder to write the files of an output into; they are moved to ``folder`` when the block ends well.

    However the block ends otherwise, ``folder`` is as it was; what a killed process left behind is removed by the next.

    Parameters
    ----------
    folder : path
        Made with its parents; see ``check_output``.
    kind : str
        What is written.

    Yields
    ------
    Path
        An empty folder inside ``folder``.

    Raises
    ------
    InputError
        As ``check_output``; the folder can't be written, or another process is writing into it.
    """
    path = Path(folder)
    check_output(path, kind)
    made = [each for each in (path, *path.parents) if not each.exists()]
    staging = path / STAGING
    with ExitStack() as held:
        try:
            path.mkdir(parents=True, exist_ok=True)
            _own(held, path)
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
        except OSError as error:
            _take_back(path, made)
            raise InputError(f"{path} can't be written: {error.strerror}; name another folder") from None
        try:
            yield staging
            _put_in_place(staging, path, kind)
        except BaseException:
            shutil.rmtree(staging, ignore_errors=True)
            _take_back(path, made)
            raise


def _own(held: ExitStack, folder: Path) -> None:
    """Hold the lock of a folder until ``held`` is closed; a file system without locks is written to without one."""
    lock = folder / LOCK
    try:
        free = held.enter_context(locked(lock, wait=False)) and lock.exists()
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return
    if not free:
        raise InputError(f"{folder} is being written by another process; wait for its end, or name another folder")


def _take_back(folder: Path, made: list[Path]) -> None:
    """Remove the folders that were made for an output that did not come about."""
    if made:
        with suppress(OSError):
            (folder / LOCK).unlink(missing_ok=True)
    for each in made:
        with suppress(OSError):  # not empty: somebody else has put something there
            each.rmdir()


def _put_in_place(staging: Path, folder: Path, kind: str) -> None:
    new = [path for path in _files(staging) if path.name != LOCK and path != staging / FILES]
    listed = sorted(path.relative_to(staging).as_posix() for path in new)
    write_json(staging / FILES, {"kind": kind, "files": listed})
    for path in (*new, staging / FILES):
        sync_file(path)
    mark = folder / INCOMPLETE
    old = _listed(folder)
    if old or mark.exists() or any(folder.joinpath(*PurePosixPath(name).parts[:1]).exists() for name in listed):
        mark.write_text(NOTICE, encoding="utf-8")
        sync_file(mark)
    for name in old.difference(listed):
        (folder / name).unlink(missing_ok=True)
        for parent in (folder / name).parents:
            if parent == folder:
                break
            with suppress(OSError):
                parent.rmdir()
    for name in (*listed, FILES):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        os.replace(staging / name, place)
    shutil.rmtree(staging)
    for parent in sorted({(folder / name).parent for name in listed}):
        sync_folder(parent)
    mark.unlink(missing_ok=True)
    sync_folder(folder)


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() or path.is_symlink())


def _listed(folder: Path) -> set[str]:
    """What an earlier output says it consists of, without anything that is not below the folder itself."""
    try:
        names: Any = read_object(folder / FILES).get("files")
    except RunFolderError:
        return set()
    listed = names if isinstance(names, list) else []
    return {name for name in listed if isinstance(name, str) and _below(folder, name)}


def _below(folder: Path, name: str) -> bool:
    parts = PurePosixPath(name).parts
    if not parts or PurePosixPath(name).is_absolute() or ".." in parts or "\0" in name:
        return False
    inner = folder.joinpath(*parts)
    return not any(parent.is_symlink() for parent in inner.parents if parent != folder and folder in parent.parents)
