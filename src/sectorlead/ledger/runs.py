"""Runs as trials. What a run shares with the runs before it, such as panel, rules and terms, is told once for all."""

from __future__ import annotations

import json
import struct
import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from sectorlead.data.panel import Panel
from sectorlead.engine.canonical import Data, fingerprint
from sectorlead.engine.config import TERMS
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Record, Terms
from sectorlead.ledger.buffer import Rows, is_there, later
from sectorlead.ledger.counting import (
    REFERENCE,
    Facts,
    Label,
    counts,
    environment_text,
    key_of,
    label,
    now,
    panel_row,
)
from sectorlead.ledger.identity import context_of, hashed, own_code, specification, told_of_market, told_of_terms

_NAMES = tuple(name for name in TERMS if name != "name")
_KEPT = 64
_written = json.JSONEncoder(ensure_ascii=False).encode


class _Fact(NamedTuple):
    """A text that many rows share, and its hash."""

    key: str
    text: str


class _Shared(NamedTuple):
    """What runs on one panel under the same rules and terms have in common."""

    panel: weakref.ref[Panel]
    market: Market
    content: str
    panel_row: dict[str, Any]
    context: bytes
    window: tuple[str, str]
    rules: _Fact
    terms: _Fact


@dataclass(frozen=True)
class RunTrial:
    """A run that was counted, until its row is made.

    Attributes
    ----------
    made_at : str
    told : Label
    shared : mapping
        See ``_Shared``.
    strategy : dict
        Its data.
    text : str
        The same as JSON.
    code : str
        Of what is the user's own in it.
    names : tuple of str
        Of the metrics.
    values : bytes
        Of the metrics, as the ledger has them.
    """

    made_at: str
    told: Label
    shared: _Shared
    strategy: Data
    text: str
    code: str
    names: tuple[str, ...]
    values: bytes

    @cached_property
    def spec(self) -> bytes:
        """The specification, 8 bytes."""
        return specification(self.shared.context, self.code, fingerprint(self.strategy))

    @property
    def id(self) -> str:
        """As the ledger calls it, 16 hex digits."""
        return key_of(self.spec, self.shared.content, self.shared.window[1])

    def rows(self) -> Rows:
        """What is added to the ledger."""
        shared, facts = self.shared, Facts()
        keys = {
            "market": facts.known(*shared.rules),
            "terms": facts.known(*shared.terms),
            "environment": facts.known(*_environment()),
            "metrics": facts.known(*_metrics(self.names)),
        }
        row = {
            "id": self.id,
            "made_at": self.made_at,
            "purpose": self.told.purpose,
            "study": self.told.study[:255],
            "name": self.told.name[:255],
            "panel": shared.content,
            "first_session": shared.window[0],
            "last_session": shared.window[1],
            "variants": 1,
            "specs": self.spec,
            "metrics": self.values,
            "positions": b"",
            "body": f'{{"strategy": {self.text}, {_written(keys)[1:]}',
        }
        panels = [] if is_there("panels", shared.content) else [shared.panel_row]
        return {"facts": facts.rows, "panels": panels, "trials": [row]}


def count_run(record: Record, metrics: Mapping[str, float], purpose: str = "run") -> RunTrial | None:
    """Keep a run as a trial.

    Parameters
    ----------
    record : Record
    metrics : mapping of str to float
    purpose : str
        One of ``PURPOSES``, unless something around the call says otherwise; a strategy without an opinion is a
        reference, whatever is said.

    Returns
    -------
    RunTrial or None
        None where it is not kept, and for a run that was read from its folder, which was counted when it was made.
    """
    if record.environment is not None or not counts():
        return None
    from sectorlead.strategies.reference import is_reference

    told = label(purpose, record.name)
    if is_reference(record.strategy):
        told = told._replace(purpose=REFERENCE)
    text = _written(record.strategy_data)
    # names of one's own classes have a colon; one after a key is between quote and blank
    plain = '"opaque"' not in text and text.count(":") == text.count('": ')
    made = RunTrial(
        now(), told, _shared(record), record.strategy_data, text,
        "" if plain else own_code(record.strategy, record.strategy_data),  # one's own, which may change at any time
        tuple(metrics), struct.pack(f"<{len(metrics)}d", *metrics.values()),
    )  # fmt: skip
    later(made)
    return made


_lately: dict[tuple[Any, ...], _Shared] = {}


def _shared(record: Record) -> _Shared:
    """What the run shares, told anew only where panel, rules, terms or window are not those of a run before."""
    panel, market, terms = record.panel, record.market, record.terms
    key = (id(panel), id(market), *_key_of(terms))
    try:
        found = _lately.get(key)
    except TypeError:  # terms that have no hash, such as rates by date
        return _told(record)
    if found is None or found.panel() is not panel or found.market is not market:
        if len(_lately) >= _KEPT:
            _lately.clear()
        found = _lately[key] = _told(record)
    return found


def _key_of(terms: Terms) -> tuple[Any, ...]:
    given = [(type(value := getattr(terms, name)), value) for name in _NAMES]
    return (*given, terms.first, terms.last, terms.began, terms.accrual.tobytes() if terms.rate else b"")


def _told(record: Record) -> _Shared:
    panel, terms = record.panel, record.terms
    told = told_of_terms(terms)
    rules = told_of_market(record.market)[0]
    said = _written(told)
    first, last = (f"{record.sessions[at]:%F}" for at in (0, -1))
    return _Shared(
        weakref.ref(panel), record.market, panel.origin.content_hash, _row_of(panel),
        context_of(panel, record.market, terms, told), (first, last), _Fact(hashed(rules), rules),
        _Fact(hashed(said), said),
    )  # fmt: skip


_panels: dict[int, tuple[weakref.ref[Panel], dict[str, Any]]] = {}


def _row_of(panel: Panel) -> dict[str, Any]:
    """The row of a panel, made once for each of the last panels."""
    known = _panels.get(id(panel))
    if known is None or known[0]() is not panel:
        if len(_panels) >= _KEPT:
            _panels.clear()
        known = _panels[id(panel)] = weakref.ref(panel), panel_row(panel)
    return known[1]


_facts: dict[tuple[str, ...] | None, _Fact] = {}


def _environment() -> _Fact:
    if None not in _facts:
        _facts[None] = _Fact(hashed(environment_text()), environment_text())
    return _facts[None]


def _metrics(names: tuple[str, ...]) -> _Fact:
    if names not in _facts:
        text = _written(list(names))
        _facts[names] = _Fact(hashed(text), text)
    return _facts[names]
