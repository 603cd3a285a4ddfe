"""``run.parquet``: a record without its panel. The arrays of the outcome and of the terms, and everything else as JSON.

Arrays are named by the fields of ``sectorlead.engine.record.Outcome``: ``equity``, ``fills.price``, ``decisions.rank``.
``reports/run_folder/arrays.py`` says how they stand in the file.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_type_hints

import numpy as np
import pandas as pd

from ...data.errors import RunFolderError
from ...data.panel import Origin
from ...engine.canonical import Data, to_data
from ...engine.market.fees import COSTS
from ...engine.market.market import Market
from ...engine.market.rulebook import RULEBOOKS, find_rulebook
from ...engine.rebuild import from_data
from ...engine.record import Before, DecisionLog, Outcome, Record, SentOrder, Terms
from ..manifest import environment
from .arrays import Array, read_arrays, write_arrays
from .names import FORMAT
from .strategy_facts import facts_of, stored_strategy

_TERMS, _DATES, _COSTS, _BEFORE = "terms.", ".dates", "fills.costs", "before."
_OTHERWISE = frozenset(
    (
        "strategy",
        "panel",
        "market",
        "terms",
        "outcome",
        "before",
        "strategy_data",
        "environment",
        "analyzers",
        "sent",
        "trials",
        "tried",
    )
)
"""Fields of a record that are stored in ways of their own; and what is not: analyzers, which may hold anything, and how
many trials there were."""


class Stored(NamedTuple):
    """What ``run.parquet`` tells: all of a record but its panel.

    Attributes
    ----------
    record : dict
        The fields of ``Record``, without ``panel``.
    origin : Origin
        The panel it was made on.
    hash_to_end : str
        Content hash of its rows up to the run's end.
    """

    record: dict[str, Any]
    origin: Origin
    hash_to_end: str


def write_record(path: Path, record: Record) -> str:
    """Write all of a record but its panel; returns the file's digest.

    Parameters
    ----------
    path : Path
    record : Record
    """
    origin, arrays = record.panel.origin, dict(_arrays(record.outcome)) | dict(_arrays(record.before or (), _BEFORE))
    terms: dict[str, Data] = {}
    for item in dataclasses.fields(record.terms):
        value = getattr(record.terms, item.name)
        if isinstance(value, pd.Series):
            arrays[f"{_TERMS}{item.name}{_DATES}"] = value.index.to_numpy().astype("M8[ns]").astype(np.int64)
            terms[item.name] = {"series": value.name if value.name is None else str(value.name)}
            value = value.to_numpy(np.float64)
        if isinstance(value, np.ndarray):
            arrays[_TERMS + item.name] = value[: record.terms.last + 1] if item.name in ("accrual", "flow") else value
        else:
            terms[item.name] = to_data(value)
    about = {
        "format": FORMAT,
        "costs": list(COSTS),
        **{name: to_data(getattr(record, name)) for name in _plain()},
        "origin": {"hash": origin.content_hash, "sessions": origin.sessions, "last": f"{origin.last:%F}"},
        "hash_to_end": record.panel.cut(record.terms.last).content_hash,
        "sent": [to_data(tuple(order)) for order in record.sent],
        "terms": terms,
        "market": _with_book(record.market),
        "strategy": facts_of(record),
        "environment": dict(record.environment or environment()),
    }
    return write_arrays(path, arrays, about)


def read_record(path: Path, expected: str) -> Stored:
    """What ``write_record`` wrote; the strategy is a ``StoredStrategy``.

    Parameters
    ----------
    path : Path
    expected : str
        The file's digest.

    Raises
    ------
    RunFolderError
        The file can't be read, is not the one with this digest, or holds something else.
    """
    arrays, about = read_arrays(path, expected)
    try:
        arrays[_COSTS] = _by_kind(arrays[_COSTS], about["costs"])
        arrays.setdefault("flows", np.zeros(len(arrays["equity"])))  # of a version without them
        outcome = _log(Outcome, arrays)
        terms = _terms(about["terms"], arrays)
        origin = about["origin"]
        record = {
            **{name: from_data(about[name]) for name in _plain() if name in about},
            "sent": tuple(SentOrder(*from_data(row)) for row in about.get("sent", ())),
            "strategy": stored_strategy(about["strategy"]),
            "market": _market(about["market"]),
            "terms": terms,
            "outcome": outcome,
            "before": _log(Before, arrays, _BEFORE) if f"{_BEFORE}equity" in arrays else None,
            "strategy_data": about["strategy"]["data"],
            "environment": about["environment"],
        }
        return Stored(
            record, Origin(origin["hash"], origin["sessions"], pd.Timestamp(origin["last"])), about["hash_to_end"]
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        told = str(error) if isinstance(error, ValueError) else repr(error)
        raise RunFolderError(f"{path} does not hold a run: {told}") from None


def check_shapes(record: Record) -> None:
    """Raise ``ValueError`` unless the arrays of a record are of the sizes that its panel and terms ask for."""
    size, width = len(record.sessions), len(record.panel.symbols)
    if record.terms.last >= len(record.panel.sessions) or record.outcome.shares.shape != (size, width):
        raise ValueError(f"positions of shape {record.outcome.shares.shape} for {size} sessions of {width} series")


def _plain() -> list[str]:
    """The fields of a record that are plain values."""
    return [item.name for item in dataclasses.fields(Record) if item.name not in _OTHERWISE]


def _arrays(log: tuple[Any, ...], prefix: str = "") -> Iterator[tuple[str, Array]]:
    """The arrays of a named tuple, those of named tuples in it under their name and a dot."""
    for name, value in zip(getattr(log, "_fields", ()), log, strict=True):
        if isinstance(value, np.ndarray):
            yield prefix + name, value
        elif isinstance(value, DecisionLog):
            yield from ((f"{prefix}{name}.{part}", array) for part, array in value.arrays().items())
        else:
            yield from _arrays(value, f"{prefix}{name}.")


def _log(kind: Any, arrays: dict[str, Array], prefix: str = "") -> Any:
    read: dict[str, Any] = {}
    for name, hint in get_type_hints(kind).items():
        at = prefix + name
        if hint is DecisionLog:
            parts = "row", "held", "target", "score", "rank"
            read[name] = DecisionLog(*(arrays[f"{at}.{part}"] for part in parts))
        else:
            read[name] = _log(hint, arrays, f"{at}.") if hasattr(hint, "_fields") else arrays[at]
    return kind(**read)


def _by_kind(costs: Array, kinds: list[str]) -> Array:
    """Costs of fills by today's kinds, in their order; a kind that a run did not know cost nothing in it."""
    if kinds == [*COSTS]:
        return costs
    if unknown := [kind for kind in kinds if kind not in COSTS]:
        raise ValueError(f"costs of a kind that this version does not know: {', '.join(unknown)}")
    out = np.zeros((len(costs), len(COSTS)))
    out[:, [list(COSTS).index(kind) for kind in kinds]] = costs
    return out


def _terms(stored: dict[str, Data], arrays: dict[str, Array]) -> Terms:
    given: dict[str, Any] = {}
    for item in dataclasses.fields(Terms):
        key = _TERMS + item.name
        if item.name not in stored and key not in arrays:
            continue  # a term that there was not when it was written
        if key + _DATES in arrays:
            dates = pd.DatetimeIndex(arrays[key + _DATES].astype("M8[ns]"))
            given[item.name] = pd.Series(arrays[key], index=dates, name=stored[item.name]["series"])
        else:
            given[item.name] = arrays[key] if key in arrays else from_data(stored[item.name])
    return Terms(**given)


def _with_book(market: Market) -> Data:
    """The market's data, with all that a shipped rule book says: a later version may ship another."""
    told, book = to_data(market), market.book
    if book is not None:
        told["parameters"]["rulebook"]["content"] = json.loads(json.dumps(dataclasses.asdict(book), default=str))
    return told


def _market(told: Data) -> Market:
    book = told["parameters"]["rulebook"]
    if book and book["rulebook"] in RULEBOOKS and find_rulebook(book["rulebook"]).digest == book["digest"]:
        del book["content"]  # the one that is here says the same
    market = from_data(told)
    if not isinstance(market, Market):
        raise ValueError(f"the market is a {type(market).__name__}")
    return market
