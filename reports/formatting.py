"""Numbers as people read them: real minus signs, one number of decimals per column, nothing where nothing is known."""

from __future__ import annotations

import math

MINUS = "\u2212"
BLANK = "\u2013"


def signed(text: str) -> str:
    """``text`` with real minus signs, and no minus in front of a zero."""
    if text.startswith("-") and not any(digit in text for digit in "123456789"):
        text = text[1:]
    return text.replace("-", MINUS)


def percent(value: float, digits: int = 1, plus: bool = False) -> str:
    """A fraction in percent: ``-0.1234`` is "−12.3%"; NaN is an en dash.

    Parameters
    ----------
    value : float
        A fraction.
    digits : int
        After the point.
    plus : bool
        Whether gains carry a plus.
    """
    if not math.isfinite(value):
        return BLANK
    text = f"{value * 100:{'+' if plus else ''},.{digits}f}"
    return signed(text if any(digit in text for digit in "123456789") else text.lstrip("+")) + "%"


def decimal(value: float, digits: int = 2) -> str:
    """A plain number with thousands separators; NaN is an en dash.

    Parameters
    ----------
    value : float
    digits : int
        After the point.
    """
    return signed(f"{value:,.{digits}f}") if math.isfinite(value) else BLANK


def p_value(p: float) -> str:
    """A p-value: two or three decimals, and never 0; NaN is an en dash.

    Parameters
    ----------
    p : float
    """
    if not math.isfinite(p):
        return BLANK
    return "<0.001" if p < 0.001 else signed(f"{p:.3f}" if p < 0.1 else f"{p:.2f}")


def by_unit(value: float, unit: str) -> str:
    """A metric by its unit (see ``metrics.Definition``).

    Parameters
    ----------
    value : float
    unit : str
        Of a ``Definition``: "fraction", "per year", "bps", "years", "days", ...
    """
    if unit == "fraction":
        return percent(value)
    if unit == "per year":
        return f"{decimal(value, 1)}×" if math.isfinite(value) else BLANK
    if unit == "bps":
        return f"{decimal(value, 1)} bp" if math.isfinite(value) else BLANK
    if unit == "years":
        return decimal(value, 1)
    return decimal(value, 2 if unit == "ratio" else 0)
