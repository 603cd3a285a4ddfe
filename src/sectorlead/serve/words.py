"""A strategy's sentence, as a manifest holds it, in words that fit a list."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

LONGEST = 300
"""Characters of a strategy in words; the whole sentence is on the run's page."""


class Words(NamedTuple):
    """What a strategy is.

    Attributes
    ----------
    kind : str
        What it ranks by, or what it is: "pullback strength". Few of these; for a filter.
    text : str
        All parts with those parameters that are not off.
    """

    kind: str
    text: str


def words(sentence: str) -> Words:
    """A strategy's sentence in words; a sentence that is not a Python expression stays as it is.

    >>> words("Rotation(score=Momentum(lookback=60, skip=0), pick=TopN(n=3, hold_until_rank=None))")
    Words(kind='momentum', text='momentum (lookback 60) · top n (n 3)')
    """
    try:
        tree = ast.parse(sentence, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Words(_short(sentence, 40) or "not named", _short(sentence))
    if not isinstance(tree, ast.Call):
        return Words(_short(sentence, 40), _short(sentence))
    parts = {word.arg: word.value for word in tree.keywords if word.arg}
    score = parts.get("score")
    if isinstance(score, ast.Call):
        said = [text for value in parts.values() if isinstance(value, ast.Call) and (text := _call(value))]
        return Words(_name(score), _short(" · ".join(said)))
    return Words(_name(tree), _short(_call(tree) or _name(tree)))


def _call(call: ast.Call) -> str:
    """Name and parameters; "" for a part whose parameters are all off."""
    given = [text for value in call.args if (text := _value(value))]
    given += [f"{_spaced(word.arg or '')} {text}" for word in call.keywords if (text := _value(word.value))]
    if not given:
        return "" if call.keywords else _name(call)
    return f"{_name(call)} ({', '.join(given)})"


def _value(value: ast.expr) -> str:
    """A parameter's value; "" where it is off: None, 0, False or empty."""
    if isinstance(value, ast.Call):
        return _call(value) or _name(value)
    if isinstance(value, ast.Constant):
        return f"{value.value:g}" if isinstance(value.value, float) and value.value else str(value.value or "")
    if isinstance(value, (ast.Tuple, ast.List)):
        return " + ".join(filter(None, map(_value, value.elts)))
    return ast.unparse(value)


def _name(call: ast.Call) -> str:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower()


def _spaced(name: str) -> str:
    return name.replace("_", " ")


def _short(text: str, longest: int = LONGEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
