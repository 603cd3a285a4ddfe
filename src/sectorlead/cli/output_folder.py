"""The folder a command writes into: refused where it would mix with something else, marked until it is complete."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sectorlead.data.errors import InputError
from sectorlead.reports.run_folder.names import INCOMPLETE, NOTICE


def check_folder(folder: Path, proof: str) -> None:
    """Refuse a folder that is neither new, empty, nor from an earlier run.

    Parameters
    ----------
    folder : Path
        Where the output is to go.
    proof : str
        A file that every complete earlier output has, e.g. ``manifest.json``.

    Raises
    ------
    InputError
        Nothing was written.
    """
    if folder.exists() and not folder.is_dir():
        raise InputError(f"--out {folder} is a file; name a folder")
    try:
        taken = folder.is_dir() and any(folder.iterdir())
    except OSError as error:
        raise InputError(f"--out {folder} can't be read: {error.strerror}; name another folder") from None
    if taken and not ((folder / proof).is_file() or (folder / INCOMPLETE).is_file()):
        raise InputError(
            f"--out {folder} holds files of something else (no {proof} in it); name a new folder or empty this one"
        )


@contextmanager
def incomplete(folder: Path, proof: str) -> Iterator[Path]:
    """The folder, with a file ``INCOMPLETE`` in it until the block has ended well.

    An ``InputError`` inside the block takes back whatever was created here, so a run that can't start leaves nothing;
    any other end (an interrupt, a kill, a defect) leaves the mark.

    Parameters
    ----------
    folder : Path
        Made with its parents.
    proof : str
        A file by which a folder is known as one of ours, see ``check_folder``.

    Raises
    ------
    InputError
        As ``check_folder``, or if the folder can't be created.
    """
    check_folder(folder, proof)
    created = _missing(folder)
    mark = folder / INCOMPLETE
    stood = mark.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        mark.write_text(NOTICE, encoding="utf-8")
    except OSError as error:
        raise InputError(f"--out {folder} can't be written: {error.strerror}; name another folder") from None
    try:
        yield folder
    except InputError:
        if not stood:
            mark.unlink()
        for made in created:
            made.rmdir()
        raise
    mark.unlink(missing_ok=True)  # whoever wrote the folder may have marked and unmarked it as well


@contextmanager
def written(folder: Path, proof: str) -> Iterator[Path]:
    """``incomplete``, and a line that says so when Ctrl-C leaves the folder like that.

    Parameters
    ----------
    folder, proof
        As ``incomplete``.
    """
    try:
        with incomplete(folder, proof):
            yield folder
    except KeyboardInterrupt:
        print(f"sectorlead: stopped; {folder} is not complete and holds a file {INCOMPLETE}", file=sys.stderr)
        raise


def _missing(folder: Path) -> list[Path]:
    """The folder and those of its parents that do not exist yet, innermost first."""
    return [path for path in (folder, *folder.parents) if not path.exists()]
