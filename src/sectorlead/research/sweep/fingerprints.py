"""Fingerprints of the variants of a sweep, without making each variant.

The data of two variants that differ in one parameter differ where that parameter stands. So the text that a fingerprint
hashes is that of one variant with other values put in. This is tried on a sample of the variants themselves; where it
does not hold, each variant is made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from sectorlead.data.errors import SectorLeadError
from sectorlead.engine.canonical import Data, fingerprint, normal, normal_text, obstacles, to_data
from sectorlead.ledger.identity import code_named, own_code, own_names
from sectorlead.research.sweep.constraints import Positions

TRIED = 48
"""Variants that the text put together is compared with."""
_MARK = "\x00"

Path = tuple[Any, ...]
Make = Callable[[Mapping[str, Any]], Any]


class Prints(NamedTuple):
    """Of V variants what tells them apart.

    Attributes
    ----------
    strategies : list of str
        ``fingerprint`` of each one's data.
    codes : list of str
        ``own_code`` of each one.
    """

    strategies: list[str]
    codes: list[str]


def prints(make: Make, names: Sequence[str], choices: Sequence[Sequence[Any]], positions: Positions) -> Prints:
    """Fingerprints of variants.

    Parameters
    ----------
    make : callable
        Makes a variant of its parameters.
    names : sequence of str, A of them
    choices : sequence of A sequences
        The values of each parameter.
    positions : int array of shape (A, V)
        Which of them each variant has.
    """
    if positions.shape[1] > TRIED:
        try:
            return _by_text(make, names, choices, positions)
        except (SectorLeadError, _DoesNotHold, TypeError, ValueError, LookupError):
            pass  # a variant that no one asked for can't be made, or parameters depend on each other
    return _one_by_one(make, names, choices, positions)


class _DoesNotHold(Exception):
    """A parameter does not stand in a place of its own."""


def _one_by_one(make: Make, names: Sequence[str], choices: Sequence[Sequence[Any]], positions: Positions) -> Prints:
    strategies, codes = [], []
    for column in positions.T.tolist():
        strategy = make({name: own[i] for name, own, i in zip(names, choices, column, strict=True)})
        data = to_data(strategy)
        strategies.append(fingerprint(data))
        codes.append(own_code(strategy, data))
    return Prints(strategies, codes)


def _by_text(make: Make, names: Sequence[str], choices: Sequence[Sequence[Any]], positions: Positions) -> Prints:
    first = {name: own[i] for name, own, i in zip(names, choices, positions[:, 0].tolist(), strict=True)}
    base = _data(make, first)
    slots: list[dict[Path, list[Data]]] = []
    for name, own, used in zip(names, choices, map(np.unique, positions), strict=True):
        found = {i: _data(make, first | {name: own[i]}) for i in used.tolist()}
        places = _outermost({place for data in found.values() for place in _differences(base, data)})
        held = {place: [_at(found[i], place) if i in found else None for i in range(len(own))] for place in places}
        slots.append(held)
    taken = [place for own in slots for place in own]
    if len(_outermost(set(taken))) < len(taken):
        raise _DoesNotHold
    texts = _texts(base, slots, positions)
    codes = _codes(base, slots, positions)
    for k in np.unique(np.linspace(0, positions.shape[1] - 1, TRIED).astype(int)).tolist():
        given = {name: own[i] for name, own, i in zip(names, choices, positions[:, k].tolist(), strict=True)}
        data = to_data(make(given))
        if texts[k] != normal_text(data) or codes[k] != code_named(own_names(data)):
            raise _DoesNotHold
    return Prints([hashlib.blake2b(text.encode(), digest_size=8).hexdigest() for text in texts], codes)


def _data(make: Make, given: Mapping[str, Any]) -> Data:
    data = to_data(make(given))
    if obstacles(data):
        raise _DoesNotHold  # what the data don't tell is told by the object alone
    return normal(data)


def _differences(one: Data, other: Data, place: Path = ()) -> set[Path]:
    """The innermost places in which two trees of the same form differ."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        return {found for key in one for found in _differences(one[key], other[key], (*place, key))}
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        pairs = enumerate(zip(one, other, strict=True))
        return {found for k, (a, b) in pairs for found in _differences(a, b, (*place, k))}
    return set() if type(one) is type(other) and one == other else {place}


def _outermost(places: set[Path]) -> set[Path]:
    return {place for place in places if not any(place[:k] in places for k in range(len(place)))}


def _at(data: Data, place: Path) -> Data:
    for key in place:
        data = data[key]
    return data


def _texts(base: Data, slots: Sequence[Mapping[Path, Sequence[Data]]], positions: Positions) -> list[str]:
    """The text of each variant: that of the first, cut at the slots, and what stands in them."""
    marked, filled = json.loads(json.dumps(base)), list[list[str]]()
    for own, places in zip(slots, positions.tolist(), strict=True):
        for place, values in own.items():
            _put(marked, place, f"{_MARK}{len(filled)}{_MARK}")
            written = [json.dumps(value, sort_keys=True, separators=(",", ":")) for value in values]
            filled.append([written[i] for i in places])
    text = json.dumps(marked, sort_keys=True, separators=(",", ":"))
    mark = json.dumps(_MARK)[1:-1]
    parts = text.split(mark)  # what is fixed, the number of a slot, what is fixed, ...
    columns: list[Any] = []
    for k, part in enumerate(parts):
        if k % 2:
            columns.append(filled[int(part)])
        else:
            columns.append(part[(k > 0) : len(part) - (k < len(parts) - 1)])  # quotes of the mark
    count = positions.shape[1]
    lines = [column if isinstance(column, list) else [column] * count for column in columns]
    return list(map("".join, zip(*lines, strict=True)))


def _put(data: Data, place: Path, value: str) -> None:
    if not place:
        raise _DoesNotHold
    for key in place[:-1]:
        data = data[key]
    data[place[-1]] = value


def _codes(base: Data, slots: Sequence[Mapping[Path, Sequence[Data]]], positions: Positions) -> list[str]:
    rest = json.loads(json.dumps(base))
    for own in slots:
        for place in own:
            _put(rest, place, "")
    shared, known = own_names(rest), dict[frozenset[str], str]()
    inside = [
        [frozenset().union(*(own_names(values[i]) for values in own.values())) for i in range(int(places.max()) + 1)]
        for own, places in zip(slots, positions, strict=True)
    ]
    if not any(any(names) for names in inside):
        return [code_named(shared)] * positions.shape[1]
    out = []
    for column in positions.T.tolist():
        names = shared.union(*(own[i] for own, i in zip(inside, column, strict=True)))
        if names not in known:
            known[names] = code_named(names)
        out.append(known[names])
    return out
