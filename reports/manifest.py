"""What reproduces a run."""

from __future__ import annotations

import platform
import subprocess
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Any

from ..engine.canonical import Data, fingerprint, sentence, to_data
from ..engine.config import TERMS
from ..engine.market.rule_tables import describe_boards
from ..engine.record import Record

PACKAGES = ("sectorlead", "numpy", "pandas", "numba", "backtrader", "pyarrow")
"""Whose versions can change a number."""


def manifest(record: Record) -> dict[str, Any]:
    """Panel, strategy, rules, terms and versions of a run, for JSON; no clock, so identical runs give the same.

    Strategy and market each have a ``text`` for people, the ``data`` from which ``sectorlead.engine.rebuild.from_data``
    makes them again, and the ``hash`` of that data.
    """
    panel, terms, made = record.panel, record.terms, record.environment or environment()
    bench, origin = panel.benchmark, panel.origin
    return {
        "name": record.name,
        "strategy": _identity(record.strategy_data),
        "notes": list(record.notes),
        "panel": {
            "hash": origin.content_hash,
            "source": panel.source,
            "notes": list(panel.notes),
            **({"spans": [span.as_dict() for span in panel.spans]} if panel.spans else {}),
            "quality": record.quality or None,
            "series": len(panel.symbols),
            "sessions": origin.sessions,
            "from": f"{panel.sessions[0]:%F}",
            "to": f"{origin.last:%F}",
            "hash_to_end": panel.cut(terms.last).content_hash,
            "benchmark": None if bench is None else bench.symbol,
        },
        "market": {"name": record.market.name, **_identity(to_data(record.market), record.market.sentence())},
        "boards": {board: len(symbols) for board, symbols in describe_boards(record.market, panel).items()},
        "terms": {
            "start": f"{panel.sessions[terms.first if terms.began is None else terms.began]:%F}",
            "end": f"{record.sessions[-1]:%F}",
            **{name: getattr(terms, name) for name in TERMS if name not in ("name", "start", "end")},
            "accept": None if terms.accept is None else list(terms.accept),
            "cash_rate": terms.rate or None,
        },
        "verified": record.verified or None,
        "audited": record.audited or None,
        **made,
    }


def environment() -> dict[str, Any]:
    """What can change a number and is no part of a run: versions, platform, code revision; of this process."""
    return {
        "versions": versions(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "revision": revision(),
    }


def _identity(data: Data, text: str = "") -> dict[str, Any]:
    return {"text": text or sentence(data), "data": data, "hash": fingerprint(data)}


@lru_cache(maxsize=1)
def versions() -> dict[str, str | None]:
    """Installed versions of ``PACKAGES``; None where one is not installed."""
    return {name: _version(name) for name in PACKAGES}


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


@lru_cache(maxsize=1)
def revision() -> str | None:
    """Commit of the checkout that this code runs from, with "+changes" if edited since; None without a checkout."""
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists():
        return None
    try:
        done = subprocess.run(
            ["git", "--no-optional-locks", "-C", str(root), "status", "--porcelain=v2", "--branch",
             "--untracked-files=no"],
            capture_output=True, text=True, timeout=5, check=True,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return None
    lines = done.stdout.splitlines()
    commit = next((line.removeprefix("# branch.oid ") for line in lines if line.startswith("# branch.oid ")), "")
    if not commit or commit == "(initial)":
        return None
    return commit + "+changes" * any(not line.startswith("#") for line in lines)
