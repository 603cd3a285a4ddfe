"""The way back of ``save``: a record from the folder of its run, without running again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...data.errors import RunFolderError
from ...data.panel import Panel
from ...engine.record import Record
from .json_file import read_manifest
from .names import FORMAT, MANIFEST, PANEL, RUN
from .panel_file import read_panel
from .record_file import Stored, check_shapes, read_record


def load(folder: str | Path, panel: Panel | None = None) -> Record:
    """The record of a run that was saved: equal arrays, tables, summary and reports.

    Parameters
    ----------
    folder : path
        As ``save`` wrote it.
    panel : Panel, optional
        The panel of the run; needed where the folder has no ``panel.parquet``, and taken in place of it. It must be the
        very panel, by its ``content_hash``; names and notes are then those it has.

    Returns
    -------
    Record
        Its ``strategy`` is a ``StoredStrategy``; its panel ends with the run.

    Raises
    ------
    RunFolderError
        No run folder, one that is not complete, damaged, or of a form that this version can't read; or another panel.
    """
    path = Path(folder)
    manifest = read_manifest(path)
    check_format(path, manifest)
    files = _part(manifest, "files")
    stored = read_record(path / RUN, _digest(files, RUN, path))
    last = stored.record["terms"].last
    if panel is not None:
        panel = _checked(panel, stored, last)
    elif PANEL in files:
        panel = read_panel(path / PANEL, _digest(files, PANEL, path), stored.origin)
        if panel.content_hash != stored.hash_to_end:
            raise RunFolderError(
                f"{path / PANEL} is not the panel of this run: its hash is {panel.content_hash}, the run says "
                f"{stored.hash_to_end}"
            )
    else:
        raise RunFolderError(
            f"{path} was saved without its panel; give it: panel=..., of {stored.origin.sessions:,} sessions to "
            f"{stored.origin.last:%F}, hash {stored.origin.content_hash}"
        )
    try:
        record = Record(panel=panel, **stored.record)
        check_shapes(record)
    except (TypeError, ValueError, IndexError) as error:
        raise RunFolderError(f"{path / RUN} does not fit its panel: {error}") from None
    return record


def has_arrays(manifest: dict[str, Any]) -> bool:
    """Whether a folder holds what a record is made of; those of version 0.2 do not."""
    return "format" in manifest


def check_format(folder: Path, manifest: dict[str, Any]) -> None:
    """Raise ``RunFolderError`` unless this version can make a record of the folder.

    Parameters
    ----------
    folder : Path
        For the message.
    manifest : dict
        Of the folder.
    """
    if not has_arrays(manifest):
        raise RunFolderError(f"{folder} has no {RUN}: it was written by version 0.2 or earlier, as tables only")
    form = manifest["format"]
    if not isinstance(form, int) or form < 1:
        raise RunFolderError(f"{folder / MANIFEST}: format must be a whole number from 1, was {form!r}")
    if form > FORMAT:
        raise RunFolderError(
            f"{folder} was written by a later version: its format is {form}, this version reads up to {FORMAT}; "
            "pip install -U sectorlead"
        )


def _checked(panel: Panel, stored: Stored, last: int) -> Panel:
    """The panel up to the run's end, once its hash is the run's."""
    origin, given = stored.origin, panel.origin
    if given.content_hash != origin.content_hash:
        raise RunFolderError(
            f"the panel given is not the run's: its hash is {given.content_hash}, the run's {origin.content_hash} "
            f"({origin.sessions:,} sessions to {origin.last:%F})"
        )
    if last >= len(panel.sessions):
        raise RunFolderError(
            f"the panel given ends {panel.session:%F}, before the run does; give the whole one, of "
            f"{origin.sessions:,} sessions"
        )
    return panel.cut(last)


def _part(manifest: dict[str, Any], name: str) -> dict[str, Any]:
    part = manifest.get(name)
    if not isinstance(part, dict):
        raise RunFolderError(f"{MANIFEST} has no {name!r}")
    return part


def _digest(files: dict[str, Any], name: str, folder: Path) -> str:
    digest = files.get(name)
    if not isinstance(digest, str):
        raise RunFolderError(f"{folder / MANIFEST} has no digest of {name}")
    return digest
