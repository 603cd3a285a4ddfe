"""What makes two trials the same: a specification of 8 bytes, from strategy, code, rules, terms and window.

The content of the panel and its end are not in it: the same rule on data that have grown by a day is no new idea. Both
are in the identity of a row. Name, engine and what the quality gate was told to accept change no number.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from sectorlead.data.panel import Panel
from sectorlead.engine.canonical import Data, fingerprint, obstacles, to_data
from sectorlead.engine.class_names import found
from sectorlead.engine.code_version import digest, lasting_digest
from sectorlead.engine.config import TERMS
from sectorlead.engine.market.market import Market
from sectorlead.engine.record import Terms

_NO_NUMBER = frozenset(("name", "engine", "accept", "start", "measured_from", "cash_rate"))
"""Terms that are not told as they were given: they change no number, or what they came to is told instead."""


def hashed(text: str) -> str:
    """16 hex digits of a text."""
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class MarketTold:
    """Markets as data and their hashes, made once for each of the last markets."""

    def __init__(self, kept: int = 16) -> None:
        self._kept, self._of = kept, dict[int, tuple[Market, str, str]]()

    def __call__(self, market: Market) -> tuple[str, str]:
        """A market as JSON, and its fingerprint."""
        found = self._of.get(id(market))
        if found is None or found[0] is not market:
            if len(self._of) >= self._kept:
                self._of.clear()
            data = to_data(market)
            found = self._of[id(market)] = market, json.dumps(data, ensure_ascii=False), fingerprint(data)
        return found[1:]


told_of_market = MarketTold()


def told_of_terms(terms: Terms) -> dict[str, Data]:
    """The terms of a run as data, by name; rates by date as their hash."""
    return {name: _told(getattr(terms, name)) for name in TERMS if name != "name"}


def context_of(panel: Panel, market: Market, terms: Terms, told: Mapping[str, Data] | None = None) -> bytes:
    """The part of a specification that variants of one strategy share, 16 bytes.

    Parameters
    ----------
    panel : Panel
    market : Market
    terms : Terms
        Of a run that is measured from its row ``first``, and began at ``began`` where that is another.
    told : mapping, optional
        ``told_of_terms(terms)``, where it is there already.
    """
    told = told_of_terms(terms) if told is None else told
    days = panel.sessions
    began = terms.first if terms.began is None else terms.began
    parts = [
        told_of_market(market)[1],
        json.dumps({name: value for name, value in told.items() if name not in _NO_NUMBER}, sort_keys=True),
        hashlib.blake2b(terms.accrual.tobytes(), digest_size=8).hexdigest() if terms.rate else "",
        str(days[began].value),
        str(days[terms.first].value),
        panel.benchmark.symbol if panel.benchmark is not None else "",
        *panel.symbols,
    ]
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).digest()


def specification(context: bytes, code: str, strategy: str) -> bytes:
    """The specification of a variant, 8 bytes.

    Parameters
    ----------
    context : bytes
        As ``context_of`` gives it.
    code : str
        As ``own_code`` gives it.
    strategy : str
        ``fingerprint`` of the strategy's data.
    """
    return hashlib.blake2b(context + f"{code}\x1f{strategy}".encode(), digest_size=8).digest()


def own_code(strategy: Any, data: Data) -> str:
    """A hash of the user's code in a strategy and of what its data don't tell; "" where there is neither.

    What can't be told apart from one process to the next, such as a lambda, is another trial in each: the count is then
    rather too high than too low.

    Parameters
    ----------
    strategy : strategy
    data : as ``to_data`` gives it
    """
    if obstacles(data):
        return lasting_digest(strategy) or digest(strategy) or secrets.token_hex(16)
    return code_named(own_names(data))


def own_names(data: Data) -> frozenset[str]:
    """The user's classes and functions in data, by their names.

    Parameters
    ----------
    data : as ``to_data`` gives it
    """
    if isinstance(data, list):
        return frozenset().union(*map(own_names, data))
    if not isinstance(data, dict):
        return frozenset()
    own = {name for key in ("name", "reference") if isinstance(name := data.get(key), str) and ":" in name}
    return frozenset(own).union(*map(own_names, data.values()))


def code_named(names: frozenset[str]) -> str:
    """A hash of the code of classes and functions, and of the constants that it reads; "" of none.

    Parameters
    ----------
    names : frozenset of str
    """
    if not names:
        return ""
    things = tuple(found(name) for name in sorted(names))
    return lasting_digest(things) or digest(things) or secrets.token_hex(16)


def _told(value: Any) -> Data:
    if isinstance(value, datetime.date):  # a time stamp too
        return f"{value:%Y-%m-%d}"
    if isinstance(value, pd.Series | pd.DataFrame):
        content = hashlib.blake2b(digest_size=8)
        content.update(repr(list(value.index)).encode() + np.ascontiguousarray(value.to_numpy()).tobytes())
        return {"values": content.hexdigest()}
    return to_data(value)
