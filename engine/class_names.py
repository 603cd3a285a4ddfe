"""Names under which a class or function is found again in another process."""

from __future__ import annotations

import inspect
import sys
from functools import lru_cache
from importlib import import_module
from typing import Any

PACKAGE = __name__.partition(".")[0]
"""The top package, ``sectorlead``; its public names stand for its classes, wherever their modules are."""


@lru_cache(maxsize=1024)
def name_of(thing: Any) -> tuple[str, str]:
    """What a class or function is called in data, and why it can't be found again under that name.

    Parameters
    ----------
    thing : class or function

    Returns
    -------
    name : str
        The public name of a class of this package, such as ``Momentum``; otherwise ``module:QualName``.
    reason : str
        "" where ``found`` gives the same thing in any process that can import the module.
    """
    module, path = str(thing.__module__), str(thing.__qualname__)
    if module.startswith(f"{PACKAGE}.") and _public(path) is thing:
        return path, ""
    name = f"{module}:{path}"
    if module == "__main__":
        return name, f"{path} is defined in the script or notebook that was run; move it into a module and import it"
    if "<lambda>" in path:
        return name, "a lambda has no name; write a function in a module"
    if "<locals>" in path:
        return name, f"{path} is defined inside a function; define it in a module, outside of any function"
    there = _reached(sys.modules.get(module), path)
    return name, "" if there is thing else f"module {module} has no {path}, or another; define it there by that name"


def found(name: str) -> Any:
    """The class or function of a name that ``name_of`` gave; imports its module.

    Raises
    ------
    LookupError
        Where there is none; the message says what is missing.
    """
    module, colon, path = name.partition(":")
    if not colon:
        thing = _public(name)
        if thing is None:
            raise LookupError(f"this version of {PACKAGE} has no {name}")
        return thing
    try:
        home = import_module(module)
    except ImportError as error:
        raise LookupError(f"module {module} can't be imported ({error})") from None
    thing = _reached(home, path)
    if thing is None:
        raise LookupError(f"module {module} has no {path}")
    return thing


def is_backtrader(kind: Any) -> bool:
    """Whether this is a subclass of ``backtrader.Strategy``; backtrader is not imported for it."""
    backtrader = sys.modules.get("backtrader")  # a subclass can't exist unless somebody imported it
    return backtrader is not None and inspect.isclass(kind) and issubclass(kind, backtrader.Strategy)


def backtrader_class(strategy: Any) -> Any:
    """The ``backtrader.Strategy`` of a class, or of a tuple of one and its parameters; None of anything else."""
    kind = strategy[0] if isinstance(strategy, tuple) and len(strategy) == 2 else strategy
    return kind if is_backtrader(kind) else None


def _public(name: str) -> Any:
    """The class of a public name of the package; None if there is none."""
    package = import_module(PACKAGE)
    thing = getattr(package, name) if name in package.__all__ else None
    return thing if inspect.isclass(thing) else None


def _reached(home: Any, path: str) -> Any:
    for part in path.split("."):
        home = getattr(home, part, None)
    return home
