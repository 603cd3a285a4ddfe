"""A hash of this package's own source."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path


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
        folder = Path(part.__file__ or "").parent
        for path in sorted(folder.rglob("*.py")):
            digest.update(str(path.relative_to(folder)).encode() + path.read_bytes())
        for path in sorted(folder.rglob("*.toml")):
            digest.update(path.read_bytes())
    return digest.hexdigest()
