"""A hash of this package's own source."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from functools import lru_cache


@lru_cache(maxsize=1)
def code_of_package() -> str:
    """A hash of this package's source files."""
    import sectorlead
    import sectorlead.data
    import sectorlead.engine
    import sectorlead.reports
    import sectorlead.strategies

    digest = hashlib.blake2b(digest_size=16)
    for part in (sectorlead.data, sectorlead.engine, sectorlead.strategies, sectorlead.reports, sectorlead):
        folder = os.path.dirname(part.__file__ or "")
        for path in sorted(_sources(folder)):
            with open(path, "rb", buffering=0) as file:
                digest.update(path[len(folder) :].encode() + file.read())
    return digest.hexdigest()


def _sources(folder: str) -> Iterator[str]:
    """Paths of modules and tables in a folder and those in it; plain texts, as this is waited for."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir():
                yield from _sources(entry.path) if entry.name != "__pycache__" else ()
            elif entry.name.endswith((".py", ".toml")):
                yield entry.path
