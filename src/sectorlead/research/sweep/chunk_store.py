"""What a sweep has found so far, on disk: whole chunks under the hash of everything that can change a number."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import fields
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sectorlead.data.store.durable import make_folder, replace_file, sweep
from sectorlead.data.types import Ints
from sectorlead.engine.canonical import fingerprint, to_data
from sectorlead.engine.code_version import lasting_digest
from sectorlead.engine.market.market import Market
from sectorlead.package_code import code_of_package
from sectorlead.research.sweep.evaluated import NAMES, NEVER, Evaluated
from sectorlead.research.sweep.job import Job
from sectorlead.research.sweep.space import Space

FORMAT = 2
DECIDED, MEASURED = "decided", "measured"


def usual_folder() -> Path:
    """The environment variable ``SECTORLEAD_SWEEPS``, else ``sweeps`` in the user's cache folder."""
    if named := os.environ.get("SECTORLEAD_SWEEPS"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("sectorlead", appauthor=False) / "sweeps"


def key_of(job: Job, variants: bytes) -> str | None:
    """A hash of everything that can change a number of a sweep.

    Panel, rules with their book, strategy with the code of one's own, values, terms, this package's code, and the
    versions of the packages that compute.

    Parameters
    ----------
    job : Job
    variants : bytes
        What tells which variants there are.

    Returns
    -------
    str or None
        32 hex digits; None where the strategy has no content to go by, such as a function made by a function: what it
        does can't be known again.
    """
    strategy = lasting_digest((job.base, [axis.choices for axis in job.axes if axis.kind == "parameter"]))
    if strategy is None:
        return None
    told = {
        "format": FORMAT,
        "code": code_of_package(),
        "versions": {name: metadata.version(name) for name in ("numpy", "numba", "pandas")},
        "panel": job.panel.content_hash,
        "notes": list(job.panel.notes),
        "market": _rules(job.market),
        "strategy": strategy,
        "axes": [
            [axis.name, repr(axis.labels), axis.kind == "parameter" or list(map(_told, axis.choices))]
            for axis in job.axes
        ],
        "terms": {item.name: _told(getattr(job.config, item.name)) for item in fields(job.config)},
        "returns": job.returns,
        "variants": hashlib.blake2b(variants, digest_size=16).hexdigest(),
    }
    text = json.dumps(told, sort_keys=True).encode()
    return hashlib.blake2b(text, digest_size=16).hexdigest()


def _rules(market: Market) -> str:
    return fingerprint(to_data(market))


def _told(value: Any) -> Any:
    if isinstance(value, Market):
        return _rules(value)
    if hasattr(value, "items"):  # rates by date
        return [[str(day), rate] for day, rate in value.items()]
    return repr(value)


class Part(NamedTuple):
    """Consecutive variants, from ``begin`` to before ``end``."""

    begin: int
    end: int


class ChunkStore:
    """Chunks of one sweep.

    Parameters
    ----------
    folder : Path
        Of this sweep alone. Made when something is written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def begin(self) -> None:
        """Make the folders, and remove what a killed process had half written."""
        for name in (DECIDED, MEASURED):
            sweep(make_folder(self.folder / name))
        sweep(self.folder)

    def parts(self, phase: str) -> list[Part]:
        """What is there of a phase, ascending; no two overlap."""
        found: list[Part] = []
        for path in sorted((self.folder / phase).glob("*-*.*")):
            with suppress(ValueError):
                begin, _, end = path.stem.partition("-")
                part = Part(int(begin), int(end))
                if not found or part.begin >= found[-1].end:
                    found.append(part)
        return found

    def missing(self, phase: str, count: int, size: int) -> list[Part]:
        """What there is still to do of ``count`` variants, in parts of at most ``size``.

        Parameters
        ----------
        phase : str
        count, size : int
        """
        out, at = [], 0
        for done in [*self.parts(phase), Part(count, count)]:
            out += [Part(i, min(i + size, done.begin)) for i in range(at, done.begin, size)]
            at = max(at, done.end)
        return out

    def put_decided(self, part: Part, rows: Ints) -> None:
        """Keep first decisions.

        Parameters
        ----------
        part : Part
        rows : int64 array of shape (V,)
        """

        def write(path: Path) -> None:
            with path.open("wb") as file:
                np.save(file, rows)

        replace_file(self._path(DECIDED, part, "npy"), write)

    def decided(self, count: int) -> Ints:
        """First decisions of all variants, shape (count,)."""
        out = np.full(count, NEVER)
        for part in self.parts(DECIDED):
            out[part.begin : part.end] = np.load(self._path(DECIDED, part, "npy"))
        return out

    def put_measured(self, part: Part, found: Evaluated) -> None:
        """Keep metrics and returns.

        Parameters
        ----------
        part : Part
        found : Evaluated
        """
        import pyarrow as pa

        columns: dict[str, Any] = {name: pa.array(values) for name, values in found.metrics.items()}
        columns["first_decision"] = pa.array(found.first_decision)
        columns["how"] = pa.array(found.how)
        if found.returns is not None:
            columns["returns"] = pa.FixedSizeListArray.from_arrays(
                pa.array(found.returns.ravel()), max(found.returns.shape[1], 1)
            )
        table = pa.table(columns)

        def write(path: Path) -> None:
            with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table)

        replace_file(self._path(MEASURED, part, "arrow"), write)

    def measured(self) -> Iterator[tuple[Part, Any]]:
        """The chunks in the order of the variants, each as a pyarrow table."""
        for part in self.parts(MEASURED):
            yield part, self._read(part)

    def metrics(self, part: Part) -> dict[str, np.ndarray[Any, Any]]:
        """Metrics of one chunk, by name."""
        table = self._read(part)
        return {name: table.column(name).to_numpy() for name in NAMES}

    def _read(self, part: Part) -> Any:
        """A chunk, as it was kept: in Arrow's own format, which takes no time to encode."""
        import pyarrow as pa

        with pa.OSFile(str(self._path(MEASURED, part, "arrow")), "rb") as file:
            return pa.ipc.open_file(file).read_all()

    def clear(self) -> None:
        """Remove the chunks, which are in the result's files now."""
        for name in (DECIDED, MEASURED):
            shutil.rmtree(self.folder / name, ignore_errors=True)

    def _path(self, phase: str, part: Part, kind: str) -> Path:
        return self.folder / phase / f"{part.begin:09d}-{part.end:09d}.{kind}"


def bytes_of(space: Space) -> bytes:
    """What tells which variants a space has."""
    return space.positions.tobytes()
