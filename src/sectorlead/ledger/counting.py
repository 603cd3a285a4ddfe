"""What becomes a trial, and as what."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from sectorlead.data.panel import Panel
from sectorlead.engine.canonical import Data, fingerprint
from sectorlead.ledger.buffer import commit, is_there, keeps, put
from sectorlead.ledger.identity import (
    hashed,
    own_code,
    specification,
)
from sectorlead.ledger.sketch import sketch

PURPOSES = ("run", "compare", "sweep", "walk-forward", "control", "final", "events", "factor", "reference")
REFERENCE = "reference"
"""What others are measured with: it is listed, and counts in no verdict."""
WALK_FORWARD, CONTROL = "walk-forward", "control"
"""A run out of sample; and the same grid fixed in advance, which a walk-forward is shown beside: it counts in every
verdict but that of walk-forwards."""


__all__ = [
    "CONTROL", "PURPOSES", "REFERENCE", "WALK_FORWARD", "Block", "Facts", "Label", "commit", "count_signal",
    "counted_as", "counts", "keep", "label", "uncounted",
]  # fmt: skip


class _Asked(NamedTuple):
    """What is being done, for whoever counts inside of it."""

    purpose: str | None = None  # None: as the counter says
    study: str = ""
    counts: bool = True


_asked: ContextVar[_Asked] = ContextVar("asked", default=_Asked())  # noqa: B039  # a tuple


@contextmanager
def uncounted() -> Iterator[None]:
    """Nothing inside is a trial: chance draws, sensitivity, luck."""
    token = _asked.set(_asked.get()._replace(counts=False))
    try:
        yield
    finally:
        _asked.reset(token)


@contextmanager
def counted_as(*, purpose: str | None = None, study: str | None = None) -> Iterator[None]:
    """What is counted inside has this purpose, and is part of this study.

    Parameters
    ----------
    purpose : str, optional
        One of ``PURPOSES``.
    study : str, optional
    """
    before = _asked.get()
    token = _asked.set(
        before._replace(purpose=purpose or before.purpose, study=before.study if study is None else study)
    )
    try:
        yield
    finally:
        _asked.reset(token)


def counts() -> bool:
    """Whether what is evaluated now is kept as trials."""
    return _asked.get().counts and keeps()


def count_signal(
    panel: Panel,
    purpose: str,
    told: tuple[str, Mapping[str, Data]],
    scored: tuple[Any, Data],
    metrics: Mapping[str, float],
) -> str:
    """Keep a study of a score as one trial.

    Parameters
    ----------
    panel : Panel
    purpose : {"events", "factor"}
    told : (name, mapping)
        What it is called, and what was asked.
    scored : (score, data)
        Data as ``to_data`` gives them.
    metrics : mapping of str to float

    Returns
    -------
    str
        The trial's identity, 16 hex digits; "" where it is not kept.
    """
    if not counts():
        return ""
    (name, asked), (score, data) = told, scored
    first, last = panel.sessions[0], panel.sessions[-1]
    benchmark = panel.benchmark.symbol if panel.benchmark is not None else ""
    parts = [purpose, json.dumps(asked, sort_keys=True), str(first.value), benchmark, *panel.symbols]
    context = hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()
    facts = Facts()
    body = {
        "strategy": data,
        "signal": facts.of(dict(asked)),
        "environment": facts.of_text(environment_text()),
        "metrics": facts.of(list(metrics)),
    }
    spec = specification(context, own_code(score, data), fingerprint(data))
    values = np.array(list(metrics.values()), "<f8").tobytes()
    return keep(Block(panel, (first, last), spec, values, b""), label(purpose, name), body, facts)


class Label(NamedTuple):
    """What trials are for."""

    purpose: str
    study: str
    name: str


def label(purpose: str, name: str) -> Label:
    """What trials are for: as the counter says, unless something around it says otherwise.

    Parameters
    ----------
    purpose, name : str
    """
    asked = _asked.get()
    return Label(asked.purpose or purpose, asked.study, name)


@dataclass(frozen=True)
class Block:
    """Variants of a block of trials, V of them, with M metrics each and A axes.

    Attributes
    ----------
    panel : Panel
    window : tuple of Timestamp
        First and last measured session.
    specs : bytes
        8 V of them.
    metrics : bytes
        float64 of shape (V, M), little-endian.
    positions : bytes
        Of a sweep, zlib of int32 of shape (A, V): which value of each axis a variant has.
    """

    panel: Panel
    window: tuple[Any, Any]
    specs: bytes
    metrics: bytes
    positions: bytes


class Facts:
    """What rows have in common, by the hash of its JSON."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def of(self, data: Data) -> str:
        """The key of some data."""
        return self.of_text(json.dumps(data, ensure_ascii=False))

    def of_text(self, text: str) -> str:
        """The key of some data that are JSON already."""
        return self.known(hashed(text), text)

    def known(self, key: str, text: str) -> str:
        """The key of some data whose key is known.

        Parameters
        ----------
        key : str
        text : str
            The data as JSON.
        """
        if not is_there("facts", key):
            self.rows.append({"id": key, "body": text})
        return key


def keep(block: Block, named: Label, body: Mapping[str, Data], facts: Facts) -> str:
    """Put a block of trials where the next commit takes them; returns its key.

    Parameters
    ----------
    block : Block
    named : Label
    body : mapping
    facts : Facts
        That the body refers to.
    """
    panel, (first, last) = block.panel, (f"{day:%F}" for day in block.window)
    key = key_of(block.specs, panel.origin.content_hash, last)
    row = {
        "id": key,
        "made_at": now(),
        "purpose": named.purpose,
        "study": named.study[:255],
        "name": named.name[:255],
        "panel": panel.origin.content_hash,
        "first_session": first,
        "last_session": last,
        "variants": len(block.specs) // 8,
        "specs": block.specs,
        "metrics": block.metrics,
        "positions": block.positions,
        "body": json.dumps(body, ensure_ascii=False),
    }
    put({"facts": facts.rows, "panels": panel_rows(panel), "trials": [row]}, len(block.specs) // 8)
    return key


def key_of(specs: bytes, panel: str, last: str) -> str:
    """The key of a row: its specifications, the panel's content hash, the last session, and the code.

    Parameters
    ----------
    specs : bytes
    panel, last : str
    """
    return hashlib.blake2b(specs + f"{panel} {last} {code()}".encode(), digest_size=8).hexdigest()


def panel_rows(panel: Panel) -> list[dict[str, Any]]:
    """The row of a panel; none where it is there."""
    return [] if is_there("panels", panel.origin.content_hash) else [panel_row(panel)]


def panel_row(panel: Panel) -> dict[str, Any]:
    """What the ledger keeps of a panel.

    Parameters
    ----------
    panel : Panel
    """
    key = panel.origin.content_hash
    body = {
        "symbols": list(panel.symbols),
        "benchmark": panel.benchmark.symbol if panel.benchmark is not None else None,
        "recipe": recipes.get(key),
    }
    return {
        "id": key,
        "source": panel.source,
        "first_session": f"{panel.sessions[0]:%F}",
        "last_session": f"{panel.origin.last:%F}",
        "sessions": panel.origin.sessions,
        "body": json.dumps(body, ensure_ascii=False),
        "sketch": sketch(panel),
    }


recipes: dict[str, Data] = {}
"""How panels of this process can be read again, by their content hashes, where that is known."""


def now() -> str:
    """The time, UTC, as ISO 8601."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@lru_cache(maxsize=1)
def code() -> str:
    """What stands for this package's code in the identity of a row."""
    from sectorlead.package_code import code_of_package

    return code_of_package()


def environment() -> dict[str, Any]:
    """Versions, platform and code of this process."""
    from sectorlead.reports.manifest import environment as found

    return found() | {"code": code()}


@lru_cache(maxsize=1)
def environment_text() -> str:
    """``environment`` as JSON."""
    return json.dumps(environment())


def purposes(names: Sequence[str]) -> None:
    """Check names of purposes.

    Parameters
    ----------
    names : sequence of str

    Raises
    ------
    UnknownNameError
    """
    from sectorlead.data.errors import UnknownNameError

    for name in names:
        if name not in PURPOSES:
            raise UnknownNameError("purpose of trials", name, PURPOSES)
