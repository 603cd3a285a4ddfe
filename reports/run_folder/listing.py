"""The runs below a folder, from their small JSON files alone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from ...data.errors import RunFolderError
from ...engine.canonical import sentence
from .entry import METRICS, Told, is_run, read_run

COLUMNS = (
    "path", "name", "strategy", "parameters", "market", "start", "end", "panel", "engine", "verified", "status",
    "reason",
)  # fmt: skip
"""Of ``runs``, before the metrics."""


class Listing(NamedTuple):
    """What is in a folder.

    Attributes
    ----------
    names : frozenset of str
        Of the plain files; links are none.
    below : list of str
        Names of the folders that may hold runs: no links, none that begins with a dot, none that is not UTF-8.
    """

    names: frozenset[str]
    below: list[str]


def listing(path: str | Path) -> Listing:
    """Files and folders in a folder; raises ``OSError`` where it can't be read."""
    with os.scandir(path) as items:
        found = list(items)
    return Listing(
        frozenset(item.name for item in found if item.is_file(follow_symlinks=False)),
        [item.name for item in found if item.is_dir(follow_symlinks=False) and _walked(item.name)],
    )


def _walked(name: str) -> bool:
    """Whether a folder is looked into; a name that is not UTF-8 can be in no URL."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return not name.startswith(".")


def runs(folder: str | Path = "out") -> pd.DataFrame:
    """All runs below a folder, one row each, by path. Only their manifests and summaries are read.

    Parameters
    ----------
    folder : path
        Links below it are not followed, folders whose names begin with a dot are passed over.

    Returns
    -------
    DataFrame
        ``path`` (what ``sectorlead.open`` takes), ``name``, ``strategy`` as text, ``parameters`` (a dict by path, such
        as "score.lookback"; empty for a run of version 0.2), ``market``, ``start`` and ``end`` (NaT where not known),
        ``panel`` (its hash), ``engine``, ``verified`` (what both engines agreed on, or ""), ``status`` ("complete",
        "incomplete" or "damaged"), ``reason`` of what is not complete; then metrics: ``total_return``, ``cagr``,
        ``sharpe``, ``max_drawdown``, ``turnover``, ``cost_total`` (fractions, costs in currency; NaN where not known,
        yearly ones of a run too short to annualise too).

    Raises
    ------
    RunFolderError
        There is no such folder.
    """
    root = Path(folder)
    if not root.is_dir():
        raise RunFolderError(
            f"{root} is {'a file' if root.exists() else 'not there'}; name a folder with runs below it"
        )
    rows = [_row(path, told) for path, told in sorted(_found(root), key=lambda item: item[0].parts)]
    table = pd.DataFrame(rows, columns=[*COLUMNS, *METRICS])
    for name in ("start", "end"):
        table[name] = pd.to_datetime(table[name], format="%Y-%m-%d", errors="coerce")
    return table.astype(dict.fromkeys(METRICS, "float64"))


def _found(root: Path) -> Iterator[tuple[Path, Told]]:
    waiting = [root]
    while waiting:
        path = waiting.pop()
        try:
            names, below = listing(path)
            if is_run(names):
                told = read_run(path, path.name, names)
                if told.entry.status != "report":
                    yield path, told
        except OSError:  # taken away while we look, or not ours to read
            continue
        waiting += [path / name for name in below]


def _row(path: Path, told: Told) -> dict[str, Any]:
    entry, manifest = told
    strategy, panel, terms = (_part(manifest, name) for name in ("strategy", "panel", "terms"))
    own = {name: getattr(entry, name) for name in (*COLUMNS, *METRICS) if name in entry._fields}
    return own | {
        "path": str(path),
        "strategy": entry.sentence,
        "parameters": parameters(strategy.get("data")),
        "panel": str(panel.get("hash", "")),
        "engine": str(terms.get("engine", "")),
    }


def _part(manifest: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = manifest.get(name)
    return part if isinstance(part, dict) else {}


def parameters(data: Any) -> dict[str, Any]:
    """The parameters in a strategy's data by path: "score" is the name of its class, "score.lookback" a number of it.

    What is neither a number, a text, None nor an object is given as text.
    """
    out: dict[str, Any] = {}

    def walk(node: Any, path: str) -> None:
        if isinstance(node, dict) and isinstance(node.get("parameters"), dict):
            if path:
                out[path] = node.get("name")
            for name, value in node["parameters"].items():
                walk(value, f"{path}.{name}" if path else name)
        else:
            out[path] = sentence(node) if isinstance(node, dict | list) else node

    if isinstance(data, dict):
        walk(data, "")
    return out
