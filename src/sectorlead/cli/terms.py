"""The options of a command that name the terms of a run, made from the fields of ``RunConfig``."""

from __future__ import annotations

import inspect
from collections.abc import Collection, Mapping, Sequence
from typing import Any, get_args, get_origin

from sectorlead.cli.option_group import OptionGroup, option
from sectorlead.engine.config import TERMS, Term


def term_options(without: Collection[str] = (), only: Collection[str] = (), **usual: str) -> OptionGroup:
    """One option for each term of a run; made of them are the terms that were given, by their own names.

    Parameters
    ----------
    without : collection of str
        Terms that the command does not take.
    only : collection of str
        The terms that it takes; all where none is named.
    **usual
        Defaults in words, by term, where the command's is not that of ``RunConfig``.

    Examples
    --------
    >>> terms = term_options(engine="both")
    >>> [each.name for each in terms.options][:2]
    ['start', 'end']
    >>> terms.make(start="2020-01-02", end=None)
    {'start': '2020-01-02'}
    """
    taken = (known for known in TERMS.values() if known.section and known.name not in without)
    shown = (known for known in taken if not only or known.name in only)
    return OptionGroup(
        tuple(term_option(known, usual.get(known.name)) for known in shown), lambda **found: given(found)
    )


def term_option(known: Term, usual: str | None = None) -> inspect.Parameter:
    """A term as an option: its words, its choices, its default in words.

    Parameters
    ----------
    known : Term
    usual : str, optional
        The default in words, where the command's is another one than that of ``RunConfig``.
    """
    choices = list(known.form.choices)
    says = f"{known.says}: {', '.join(choices[:-1])} or {choices[-1]}." if choices else known.says
    default = usual or known.usual or _in_words(known.default)
    return option(known.option or known.name, _kind(known.hint) | None, says, default or False)


def given(terms: Mapping[str, Any]) -> dict[str, Any]:
    """The terms that were given, by their own names."""
    named = {known.option: known.name for known in TERMS.values() if known.option}
    return {named.get(name, name): value for name, value in terms.items() if value is not None and value != []}


def _kind(hint: Any) -> Any:
    """What the command line reads: numbers where only numbers are allowed, otherwise text, which the form reads."""
    kinds = set(get_args(hint)) or {hint}
    if any(get_origin(kind) is Sequence for kind in kinds):
        return list[str]
    if str in kinds or not kinds & {int, float}:
        return str
    return float if float in kinds else int


def _in_words(default: Any) -> str:
    return f"{default:.0f}" if isinstance(default, float) else str(default or "")
