"""The one door to akshare: a call with a timeout, a record of its requests, and three errors instead of dozens."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
import warnings
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ..errors import BlockedError, InputError, SchemaChangedError
from .exchanges import Exchange, recorded
from .failures import failure, refusing


@dataclass(frozen=True, eq=False)
class Answer:
    """The table a function returned, with at least one row, and the requests it took."""

    frame: pd.DataFrame
    exchanges: tuple[Exchange, ...]


def version() -> str:
    """Of akshare, without importing it."""
    return importlib.metadata.version("akshare")


def call(function: str, /, **parameters: str) -> pd.DataFrame:
    """The table that ``akshare.function(**parameters)`` returns. See ``ask``."""
    return ask(function, parameters).frame


def ask(
    function: str,
    parameters: dict[str, str] | None = None,
    *,
    columns: Sequence[str] = (),
    pages: Collection[str] = (),
    fresh: bool = False,
) -> Answer:
    """Call a function of akshare.

    akshare is imported here and nowhere else. One call runs at a time; warnings are silenced and progress bars switched
    off around it only. akshare keeps some lists for the life of the process (``lru_cache``); these are forgotten first
    if ``fresh``, and when one of the answers that went into them was a refusal.

    Parameters
    ----------
    function : str
        E.g. ``"index_hist_sw"``.
    parameters : dict, optional
        Its arguments.
    columns : sequence of str
        Columns the caller will read; one that is missing is a changed schema.
    pages : collection of str
        Hosts from which web pages are the normal answer.
    fresh : bool
        Whether kept lists are fetched again.

    Raises
    ------
    InputError
        Without the packages of the extra ``fetch``; nothing was asked then.
    NoDataError, BlockedError, SchemaChangedError
        Nothing else, whatever akshare raised. An answer without rows is no data; one of several requests refused is
        blocked, with the table of the others in ``done``.
    """
    _check_installed()
    given = dict(parameters or {})
    shown = f"akshare.{function}({', '.join(f'{key}={value!r}' for key, value in given.items())})"
    found, raised = None, None
    with recorded() as log, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecations of pandas and unverified HTTPS, in nearly every call
        try:
            found = _function(function, fresh)(**given)
        except Exception as error:
            raised = error
    final = {each.request: each for each in log}  # akshare repeats some, also at another host: the last answer counts
    refused = {each: refusal for each in final.values() if (refusal := refusing(each, pages))}
    if any(each.host in pages for each in refused):
        _forget(function)
    if raised is not None or not isinstance(found, pd.DataFrame) or found.empty:
        raise failure(shown, given, log, raised, pages) from raised
    for each, refusal in refused.items():
        raise BlockedError(f"{shown}: {each.host} {refusal}, in one of {len(final)} answers.", done=found)
    missing = [column for column in columns if column not in found]
    if missing:
        raise SchemaChangedError(
            f"{shown}: no column {', '.join(missing)}; found: {', '.join(map(str, found.columns))}.", column=missing[0]
        )
    return Answer(found, tuple(log))


def _check_installed() -> None:
    """Raise ``InputError`` where what asks vendors is not installed."""
    missing = [name for name in ("akshare", "requests") if importlib.util.find_spec(name) is None]
    if missing:
        raise InputError(
            f"Chinese vendors are asked with the package {' and '.join(missing)}, which is not installed: "
            "pip install 'sectorlead[fetch]'; files that you have need it not (sectorlead convert, --data FILE)"
        )


def _function(name: str, fresh: bool) -> Any:
    import akshare
    from akshare.utils.tqdm import get_tqdm

    get_tqdm.__defaults__ = (False,)  # its progress bars would write into ours
    if fresh:
        _forget(name)
    return getattr(akshare, name)


def _forget(name: str) -> None:
    """Empty what the function's module keeps for the life of the process."""
    function = getattr(sys.modules.get("akshare"), name, None)
    for value in list(vars(sys.modules[function.__module__]).values()) if function else ():
        if hasattr(value, "cache_clear"):
            value.cache_clear()
