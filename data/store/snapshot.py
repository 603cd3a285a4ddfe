"""Snapshots: a source as it is held now, in one file that never changes, with a manifest; pinned by hash."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ..errors import DataError, InputError
from ..tidy.columns import TEXTS
from ..tidy.elsewhere import INDEX
from .durable import make_folder, replace_file
from .origins import is_joined
from .vintages import named

if TYPE_CHECKING:
    from .series_files import Part
    from .store import Store

SHORTEST = 12  # hex digits of a pinned hash


def freeze(store: Store, source: str, path: Path | str, *, benchmark: str | None = None) -> dict[str, Any]:
    """Write the newest vintages of a source to ``path``, which ``load`` reads, and a manifest beside it.

    Parameters
    ----------
    store : Store
    source : str
    path : Path or str
        Ends with ``.parquet``; the manifest goes to ``NAME.manifest.json``.
    benchmark : str, optional
        A symbol of the source, or a code held from the source ``index``, which then is a symbol of the same file.

    Returns
    -------
    dict
        The manifest: ``hash`` (sha256 of the file, what a study pins), ``file``, ``source``, ``taxonomy``,
        ``benchmark``, ``first``, ``last``, and ``series``: per symbol its source, vintage, sessions, span, hash of its
        content, and the last answer for it; ``spans``, of series that several vendors gave.

    Raises
    ------
    InputError
        The path has another ending, or holds a file of other content: a snapshot is never overwritten. Or as
        ``Store.parts``.
    """
    path = Path(path)
    if path.suffix != ".parquet":
        raise InputError(f"a snapshot is a .parquet file, was {path.name}; name it {path.stem}.parquet")
    parts = store.parts(source)
    if benchmark is not None and benchmark not in parts:
        parts = dict(sorted({**parts, **store.parts(INDEX, [benchmark])}.items()))
    digest = ""

    def write(temporary: Path) -> None:
        nonlocal digest
        _write(temporary, parts)
        digest = file_hash(temporary)
        if path.exists() and file_hash(path) != digest:
            raise InputError(f"{path} is there already, and a snapshot never changes; name a new file")

    make_folder(path.resolve().parent)
    replace_file(path, write)
    listed = store.listing(source)
    joined = [(part[1]["source"], symbol) for symbol, part in parts.items() if is_joined(part)]
    spans = [span.as_dict() for each in joined for span in store.spans(*each)]
    manifest = {
        "hash": digest,
        "file": path.name,
        "source": source,
        "taxonomy": listed[1] if listed else "",
        "benchmark": benchmark,
        "first": min(about["first"] for _, about in parts.values()),
        "last": max(about["last"] for _, about in parts.values()),
        "series": {symbol: _described(about) for symbol, (_, about) in parts.items()},
        **({"spans": spans} if spans else {}),
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    replace_file(manifest_path(path), lambda temporary: _write_text(temporary, text))
    return manifest


def manifest_path(path: Path) -> Path:
    """Where the manifest of a snapshot lies."""
    return path.with_name(f"{path.stem}.manifest.json")


def file_hash(path: Path) -> str:
    """sha256 of a file, as ``sha256sum`` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check_hash(path: Path | str, pinned: str) -> None:
    """Raise unless ``path`` is the file that a study pins.

    Parameters
    ----------
    path : Path or str
    pinned : str
        At least the first 12 hex digits of its sha256.

    Raises
    ------
    DataError
        It is another file, or none.
    InputError
        ``pinned`` is not a hash.
    """
    path, pinned = Path(path), pinned.strip().lower().removeprefix("sha256:")
    if len(pinned) < SHORTEST or set(pinned) - set("0123456789abcdef"):
        raise InputError(f"hash must be at least the first {SHORTEST} hex digits of a sha256, was {pinned!r}")
    try:
        found = file_hash(path)
    except OSError as error:
        raise DataError(f"{path}: can't be read: {error.strerror}. Restore the file that was pinned") from None
    if not found.startswith(pinned):
        raise DataError(
            f"{path}: not the file that was pinned: its hash is {found[:SHORTEST]}..., pinned {pinned[:SHORTEST]}.... "
            "Restore that file, or pin the new hash if the change is meant"
        )


def _described(about: dict[str, Any]) -> dict[str, Any]:
    fetch = about["fetch"]
    return {
        "source": about["source"],
        "name": about["name"],
        "vintage": fetch["vintage"],
        "sessions": about["rows"],
        "first": about["first"],
        "last": about["last"],
        "content": fetch["content"],
        "origins": about["origins"],
        "fetched": {key: fetch[key] for key in ("at", "vendor", "function", "parameters", "version")},
    }


def _write(path: Path, parts: dict[str, Part]) -> None:
    """The tidy form, by symbol and date; the same bars give the same bytes."""
    import pyarrow as pa
    from pyarrow import parquet

    bars, about = [part[0] for part in parts.values()], [part[1] for part in parts.values()]
    counts = [len(each) for each in bars]
    days = np.concatenate([each.days for each in bars]).astype(np.int64).astype(np.int32)
    numbers = np.concatenate([each.numbers for each in bars], axis=1)
    columns: dict[str, Any] = {"date": pa.array(days, pa.date32())}
    columns["symbol"] = pa.array(np.repeat(np.array(list(parts), dtype=object), counts), pa.string())
    texts = [key for key in TEXTS if key not in ("board", "last_date") or any(each.get(key) for each in about)]
    for key in texts:
        label = np.array([each.get(key) for each in about], dtype=object)
        columns[key] = pa.array(np.repeat(label, counts), pa.string())
    columns |= named(numbers)
    parquet.write_table(pa.table(columns), path, compression="zstd", use_dictionary=["symbol", *texts])


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
