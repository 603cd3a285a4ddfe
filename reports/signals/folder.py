"""The folder of an event study or a factor view: a report for people, tables for programs, what reproduces it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from ..manifest import environment
from ..run_folder.files import write_frame, write_json
from ..run_folder.names import SUMMARY
from .result import Studied


def write_tables(folder: Path, frames: Mapping[str, pd.DataFrame]) -> None:
    """Write each frame as NAME.csv, without its index; NaN is blank.

    Parameters
    ----------
    folder : Path
    frames : mapping of name to DataFrame
    """
    for name, frame in frames.items():
        write_frame(folder / f"{name}.csv", frame)


def write_summary(folder: Path, content: Mapping[str, Any], frames: Mapping[str, pd.DataFrame]) -> None:
    """Write summary.json: what was found in words and numbers; None where a number isn't known.

    Parameters
    ----------
    folder : Path
    content : mapping
        Words and terms.
    frames : mapping of name to DataFrame
        Lists of rows.
    """
    rows = {name: frame.to_dict(orient="records") for name, frame in frames.items()}
    write_json(folder / SUMMARY, _plain({**content, **rows}))


def manifest_of(score: Mapping[str, Any], known: Studied, terms: Mapping[str, Any]) -> dict[str, Any]:
    """What reproduces a study: score, panel, terms and versions; no clock, so that the same study gives the same.

    Parameters
    ----------
    score : mapping
        See ``EventStudyResult.score``.
    known : Studied
    terms : mapping
    """
    panel = {
        "hash": known.content_hash, "source": known.source, "notes": list(known.notes), "series": known.series,
        "sessions": known.sessions, "from": known.first, "to": known.last, "benchmark": known.benchmark or None,
    }  # fmt: skip
    found: dict[str, Any] = _plain({"score": score, "panel": panel, "terms": terms, **environment()})
    return found


def _plain(value: Any) -> Any:
    """For JSON: numbers of Python, None for NaN, keys as text."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    return None if isinstance(value, float) and not math.isfinite(value) else value
