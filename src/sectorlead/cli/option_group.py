"""Options that several commands take together: declared once, and handed to each command as one value."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from functools import wraps
from types import SimpleNamespace
from typing import Annotated, Any, get_type_hints

import typer


@dataclass(frozen=True, slots=True)
class OptionGroup:
    """Options and what they make.

    Attributes
    ----------
    options : tuple of inspect.Parameter
        In the order of the help.
    make : callable
        Gets what was given for each of them, by name.
    """

    options: tuple[inspect.Parameter, ...]
    make: Callable[..., Any]

    def taken_from(self, given: dict[str, Any]) -> Any:
        """What the group makes of its options, which are taken out of what was given.

        Parameters
        ----------
        given : dict
            Values by name.
        """
        return self.make(**{each.name: given.pop(each.name) for each in self.options})


def option(
    name: str, kind: Any, says: str, usual: str | bool = False, *, default: Any = None, flags: tuple[str, ...] = ()
) -> inspect.Parameter:
    """An option of a group.

    Parameters
    ----------
    name : str
        Of the parameter; the option is called after it where ``flags`` don't say otherwise.
    kind : type
        What the command line reads; ``| None`` where it may be left out.
    says : str
        Its help.
    usual : str or bool
        What holds where it is not given, in words; False says nothing.
    default
        Its value then.
    flags : tuple of str
        Such as ``("--verify/--no-verify",)``.
    """
    told = typer.Option(*flags, help=says, show_default=usual)
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, told])


def option_groups(**groups: OptionGroup) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Gives a command the options of groups, each in the place of the parameter that takes what the group makes.

    Parameters
    ----------
    **groups
        By the name of that parameter, which is keyword-only.

    Examples
    --------
    >>> size = OptionGroup((option("width", int | None, "Columns."), option("height", int | None, "Rows.")), dict)
    >>> @option_groups(size=size)
    ... def command(file: str, *, size: dict[str, int]) -> None:
    ...     print(file, size)
    >>> list(inspect.signature(command).parameters)
    ['file', 'width', 'height']
    >>> command("a", width=80, height=None)
    a {'width': 80, 'height': None}
    """

    def optioned(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def told(*args: Any, **given: Any) -> None:
            made = {name: group.taken_from(given) for name, group in groups.items()}
            command(*args, **given, **made)

        own, hints = inspect.signature(command), _hints_but(command, groups)
        shown = list(_shown(own.parameters.values(), groups))
        told.__signature__ = own.replace(parameters=shown)  # type: ignore[attr-defined]
        told.__annotations__ = hints | {each.name: each.annotation for each in shown if each.name not in hints}
        return told

    return optioned


def _hints_but(command: Callable[..., None], groups: Collection[str]) -> dict[str, Any]:
    """Hints of a command, but for what groups make, whose types are often not loaded."""
    own = {name: hint for name, hint in inspect.get_annotations(command).items() if name not in groups}
    return get_type_hints(
        SimpleNamespace(__annotations__=own), inspect.unwrap(command).__globals__, include_extras=True
    )


def _shown(own: Iterable[inspect.Parameter], groups: dict[str, OptionGroup]) -> Iterable[inspect.Parameter]:
    for item in own:
        if item.name in groups:
            yield from groups[item.name].options
        else:
            yield item
