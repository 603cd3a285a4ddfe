"""The options of a command that name the terms of a run, made from the fields of ``RunConfig``."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import typer

from sectorlead.engine.config import TERMS, Term


def term_options(
    after: str, without: Collection[str] = (), **usual: str
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command with ``**terms`` one option for each term of a run; those not given are None.

    Parameters
    ----------
    after : str
        The parameter of the command behind which the help shows them.
    without : collection of str
        Terms that the command does not take.
    **usual
        Defaults in words, by term, where the command's is not that of ``RunConfig``.

    Examples
    --------
    >>> @term_options("study", engine="both")
    ... def command(study: str, **terms: object) -> None:
    ...     "What it does."
    >>> list(inspect.signature(command).parameters)[:3]
    ['study', 'start', 'end']
    """

    def optioned(command: Callable[..., None]) -> Callable[..., None]:
        own, hints = inspect.signature(command), get_type_hints(command, include_extras=True)
        shown = []
        for item in own.parameters.values():
            if item.kind is not item.VAR_KEYWORD:
                shown.append(item.replace(annotation=hints[item.name]))
            if item.name == after:
                taken = (known for known in TERMS.values() if known.section and known.name not in without)
                shown += [option(known, usual.get(known.name)) for known in taken]
        command.__signature__ = own.replace(parameters=shown)  # type: ignore[attr-defined]
        return command

    return optioned


def option(known: Term, usual: str | None = None) -> inspect.Parameter:
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
    kind = _kind(known.hint) | None
    told = typer.Option(help=says, show_default=default or False)
    place = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(known.option or known.name, place, default=None, annotation=Annotated[kind, told])


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
