"""The same series from the next host when one refuses."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..errors import SourceError
from .source import Fetched


def first_of(attempts: Sequence[Callable[[], Fetched]]) -> Fetched:
    """The first answer that comes; why the ones before it failed stands in its parameters under "instead of".

    Raises
    ------
    SourceError
        Of the first attempt, with a note for each of the others, if all fail.
    """
    failures: list[SourceError] = []
    for attempt in attempts:
        try:
            found = attempt()
        except SourceError as error:
            failures.append(error)
            continue
        if not failures:
            return found
        instead = {"instead of": "; ".join(f"{type(error).__name__}: {error}" for error in failures)}
        return Fetched(found.frame, found.vendor, found.function, {**found.parameters, **instead}, found.version)
    first, *others = failures
    for other in others:
        first.add_note(f"then {type(other).__name__}: {other}")
    raise first
