"""Deposits and withdrawals as they are written; free of numpy, so that the help of the command line can read it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from numbers import Real
from typing import Any

from ..data.errors import ParameterError
from ..data.forms import DATE

PERIODS = {"weekly": "W", "monthly": "M", "quarterly": "Q", "yearly": "Y"}
"""Rules, and the pandas period in whose first session a flow of each falls."""
WORDS = (
    "amounts by date, deposits above 0 and withdrawals below, such as {'2021-03-01': 50_000}, or texts such as "
    '"2021-03-01 50000" or "monthly -2000"'
)


def checked_flows(value: Any) -> tuple[str, ...]:
    """Flows as they are kept: a text for each, ``DATE AMOUNT`` or ``RULE AMOUNT``, dates ascending, then rules.

    Parameters
    ----------
    value : mapping or Series of date to amount, text, or sequence of texts

    Raises
    ------
    ValueError
        It is none of these.
    ParameterError
        For a date, a rule or an amount that can't be, and for a date or rule that comes twice; says which.
    """
    if isinstance(value, str):
        value = [value]
    if hasattr(value, "items"):
        pairs = list(value.items())
    elif isinstance(value, Sequence) and all(isinstance(each, str) for each in value):
        pairs = [_split(each) for each in value]
    else:
        raise ValueError(value)
    found: dict[str, float] = {}
    for when, amount in pairs:
        key = when if when in PERIODS else _date(when)
        if key in found:
            raise ParameterError(f"cash_flows has {key} twice; give one amount for it")
        found[key] = _amount(key, amount)
    order = sorted(found, key=lambda key: (key in PERIODS, list(PERIODS).index(key) if key in PERIODS else key))
    return tuple(f"{key} {found[key]!r}" for key in order)


def _split(text: str) -> tuple[str, Any]:
    """A text in its two parts; a sign of equality between them is as good as a space."""
    parts = text.replace("=", " ").split()
    if len(parts) != 2:
        raise ValueError(text)
    try:
        return parts[0], float(parts[1])
    except ValueError:
        return parts[0], parts[1]


def _date(when: Any) -> str:
    try:
        day: str = DATE.take(when)
    except ValueError:
        rules = ", ".join(PERIODS)
        raise ParameterError(
            f"cash_flows must name a date without time, such as 2021-03-01, or one of {rules}; was {when!r}"
        ) from None
    return day


def _amount(key: str, amount: Any) -> float:
    number = isinstance(amount, Real) and not isinstance(amount, bool)
    if not number or not math.isfinite(amount) or amount == 0:
        raise ParameterError(f"cash_flows of {key} must be a finite amount other than 0, was {amount!r}")
    return float(amount)
