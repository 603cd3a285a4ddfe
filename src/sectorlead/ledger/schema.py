"""The tables of the trial ledger. Rows are added and never changed; a row that is there already is left as it is."""

from __future__ import annotations

from typing import Literal

Kind = Literal["key", "text", "long", "number", "bytes"]
"""Texts of up to 64 and 255 characters, of any length, whole numbers, bytes."""

VERSION = 1

TABLES: dict[str, dict[str, Kind]] = {
    # What many rows have in common, by the hash of its content: a market, terms, versions, names of metrics, a sweep.
    "facts": {"id": "key", "body": "long"},
    # A panel by its content hash; the sketch tells which panels hold the same data.
    "panels": {
        "id": "key", "source": "long", "first_session": "text", "last_session": "text", "sessions": "number",
        "body": "long", "sketch": "bytes",
    },
    # A run, or up to a block of variants of a sweep: what is the same for all of them, and for each of them its
    # specification, 8 bytes, its metrics, 8 bytes each, and its values as positions in those of the axes.
    "trials": {
        "id": "key", "made_at": "text", "purpose": "text", "study": "text", "name": "text", "panel": "key",
        "first_session": "text", "last_session": "text", "variants": "number", "specs": "bytes", "metrics": "bytes",
        "positions": "bytes", "body": "long",
    },
    # What was declared before a search.
    "registrations": {"id": "key", "made_at": "text", "study": "text", "panel": "key", "body": "long"},
    # Each look at a test window, by its own panel.
    "looks": {
        "id": "key", "made_at": "text", "registration": "key", "study": "text", "panel": "key", "trial": "key",
        "body": "long",
    },
}  # fmt: skip
"""Columns of each table; the first is its key."""

INDEXES = {"trials_by_panel": ("trials", "panel")}
