"""The small files of a run folder: manifest and summary, JSON objects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ...data.bounds import JSON_BYTES, read_bounded
from ...data.errors import InputError, RunFolderError
from .names import INCOMPLETE, MANIFEST


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a complete run folder.

    Raises
    ------
    RunFolderError
        There is none, or the folder is still being written.
    """
    try:
        folder.stat()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise RunFolderError(f"{folder} can't be read: {error.strerror}; name the folder of a run") from None
    if not folder.is_dir():
        raise RunFolderError(f"{folder} is {'a file' if folder.exists() else 'not there'}; name the folder of a run")
    if (folder / INCOMPLETE).exists():
        raise RunFolderError(
            f"{folder} is not complete: it is still being written, or writing it was stopped; run into it again"
        )
    if not (folder / MANIFEST).is_file():
        raise RunFolderError(f"{folder} is no run folder: it has no {MANIFEST}; sectorlead.runs lists those below it")
    return read_object(folder / MANIFEST)


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object; whole numbers beyond what 64 bits hold are floats, and infinite beyond those.

    Raises
    ------
    RunFolderError
        The file can't be read, or holds something else.
    """
    try:
        found = json.loads(read_bounded(path, JSON_BYTES).decode("utf-8"), parse_int=_whole)
    except InputError as error:
        raise RunFolderError(str(error)) from None
    except OSError as error:
        raise RunFolderError(f"{path.name} can't be read: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise RunFolderError(f"{path.name} is not valid JSON") from None
    if not isinstance(found, dict):
        raise RunFolderError(f"{path.name} is not a JSON object")
    return found


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) < 19 else float(digits)
