"""The folder that a command writes into: the one that was named, or one named after what is written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from sectorlead.cli.output_mode import wrote
from sectorlead.cli.plain_text import warn
from sectorlead.data.errors import InputError, RunFolderError
from sectorlead.reports.run_folder.json_file import read_object
from sectorlead.reports.run_folder.names import FILES, MANIFEST
from sectorlead.reports.run_folder.output import check_output, output

ROOT = Path("out")
"""Where folders stand that nobody named."""


def check_out(out: Path | None, kind: str) -> None:
    """Refuse, before any work, a folder that can't be written into.

    Parameters
    ----------
    out : Path, optional
        None: one below ``ROOT`` that does not exist yet.
    kind : str
        What is to be written, see ``output``.

    Raises
    ------
    InputError
    """
    if out is not None:
        check_output(out, kind)
    elif ROOT.exists() and not ROOT.is_dir():
        raise InputError(f"{ROOT} is a file; name a folder: --out")


@contextmanager
def written(folder: Path, kind: str) -> Iterator[Path]:
    """``output``, and a line that says what is in the folder when Ctrl-C stops the writing.

    Parameters
    ----------
    folder, kind
        As ``output``.
    """
    before = (folder / FILES).exists()
    try:
        with output(folder, kind) as target:
            yield target
        wrote(folder)
    except KeyboardInterrupt:
        warn(f"sectorlead: stopped; {folder} is as it was" if before else "sectorlead: stopped; nothing was written")
        raise


def named_after(name: str, manifest: Mapping[str, Any]) -> Path:
    """A folder of this name below ``ROOT``, with a number where another output has it already.

    Parameters
    ----------
    name : str
        Of a run or a study.
    manifest : mapping
        What is to be written as ``manifest.json``; a folder with an equal one is written again.
    """
    plain = re.sub(r"[^\w.-]+", "-", name).strip(".-")[:80] or "run"
    told = json.loads(json.dumps(manifest))
    for number in count(1):
        folder = ROOT / (plain if number == 1 else f"{plain}-{number}")
        if not folder.exists() or not any(folder.iterdir()) or _tells(folder, told):
            return folder
    raise AssertionError


def _tells(folder: Path, manifest: Mapping[str, Any]) -> bool:
    try:
        found = read_object(folder / MANIFEST)
    except RunFolderError:
        return False
    return {**found, **manifest} == found
