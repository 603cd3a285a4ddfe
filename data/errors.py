"""Every error the package raises on purpose.

SectorLeadError
├── InputError            unusable input; also a ValueError
│   ├── DataError         a file or panel that breaks a rule: says which rows
│   │   └── QualityError  data whose defects would make a run wrong: says which, and how to accept them
│   ├── ParameterError    a value out of its range: says the range
│   ├── RunFolderError    the folder of a run that can't be read: says which file, and why
│   ├── LedgerError       the trial ledger that can't be read or written: says why, and how to name another
│   ├── UnknownNameError  a name nobody knows: says the nearest known one; also a KeyError
│   ├── StrategyError     a strategy raised: says which, in which session, at which of its lines
│   └── RebuildError      data of a strategy or market that can't be made again: says why
├── SourceError           a vendor did not give what was asked for: says which function, and what was seen
│   ├── NoDataError       it answered, and has nothing
│   ├── BlockedError      it refuses or does not answer: try later
│   └── SchemaChangedError  it answers in another form: says which column
├── LookAheadError        a strategy goes by what is not known yet: says where; also an IndexError
├── SweepStoppedError     a sweep lost its workers: says how it goes on
└── EngineMismatchError   the two engines disagree: says where first
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any


class SectorLeadError(Exception):
    """Base of all errors of this package."""


class InputError(SectorLeadError, ValueError):
    """Input that can't be used as it is; the message says what was given, what is allowed and what to do."""


class DataError(InputError):
    """Market data that breaks a rule; nothing is repaired silently."""


class QualityError(DataError):
    """Data whose defects would make a run wrong.

    Parameters
    ----------
    source : str
        What the data is called.
    findings : sequence of Finding
        The errors that were not accepted; at least one.

    Attributes
    ----------
    findings : tuple of Finding
    rules : tuple of str
        The names that accept them.
    """

    def __init__(self, source: str, findings: Sequence[Any]) -> None:
        self.findings = tuple(findings)
        self.rules = tuple(dict.fromkeys(str(finding.rule) for finding in self.findings))
        count = len(self.findings)
        shown = "; ".join(str(finding) for finding in self.findings[:3]) + ("; ..." if count > 3 else "")
        names = ", ".join(f'"{rule}"' for rule in self.rules)
        super().__init__(
            f"{source}: {count} {'error' if count == 1 else 'errors'} in the data: {shown}. "
            f"Correct them at the source, or accept them by name: accept = [{names}] in a study, --accept in a command."
        )


class ParameterError(InputError):
    """A parameter outside its declared range."""


class RunFolderError(InputError):
    """The folder of a run, or a file in it, can't be read as such; the message says which and why."""


class LedgerError(InputError):
    """The trial ledger can't be read or written."""


class UnknownNameError(InputError, KeyError):
    """A name that is not known.

    Parameters
    ----------
    kind : str
        What was looked up, e.g. ``"strategy"``.
    name : str
        What was given.
    known : iterable of str
        All known names; the nearest is suggested.
    """

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        near = difflib.get_close_matches(name, self.known, n=1, cutoff=0.5)
        shown = ", ".join(self.known[:12]) + (", ..." if len(self.known) > 12 else "")
        hint = f" Did you mean {near[0]!r}?" if near else ""
        super().__init__(f"unknown {kind} {name!r}.{hint} " + (f"Known: {shown}." if shown else "There is none."))

    __str__ = Exception.__str__  # a KeyError would quote the whole sentence


class StrategyError(InputError):
    """A strategy raised; the message names it, the session and the lines of its author, the cause is what it raised."""


class RebuildError(InputError):
    """Data of a strategy, part or market from which it can't be made again; the message says why and what to do."""


class SweepStoppedError(SectorLeadError):
    """What evaluates a sweep was lost on the way. What it had found is kept, and the same sweep goes on from there."""


class SourceError(SectorLeadError):
    """A vendor did not give what was asked for.

    Attributes
    ----------
    done : object or None
        What had arrived before it failed, in the form the caller would have got; None if nothing.
    """

    def __init__(self, message: str, *, done: Any = None) -> None:
        self.done = done
        super().__init__(message)


class NoDataError(SourceError):
    """The vendor answered and has nothing for this: asking again will not help."""


class BlockedError(SourceError):
    """The vendor refuses, is silent or breaks off: nothing is known about the data, and trying later may help."""


class SchemaChangedError(SourceError):
    """The vendor answers in a form nobody here has seen: reading on would mislabel numbers.

    Parameters
    ----------
    message : str
        What was expected and what came.
    column : str
        The column, key or part of the body that is not as expected.
    """

    def __init__(self, message: str, *, column: str, done: Any = None) -> None:
        self.column = column
        super().__init__(message, done=done)


class LookAheadError(SectorLeadError, IndexError):
    """A strategy goes by what is not known yet: it reads a bar outside the past, or moves when only the future does."""


class EngineMismatchError(SectorLeadError):
    """Both engines ran and gave different runs: the strategy looks ahead, or there is a defect; it is no rounding."""
