"""Every error the package raises on purpose.

SectorLeadError
├── InputError            unusable input; also a ValueError
│   ├── DataError         a file or panel that breaks a rule: says which rows
│   ├── ParameterError    a value out of its range: says the range
│   └── UnknownNameError  a name nobody knows: says the nearest known one; also a KeyError
└── EngineMismatchError   the two engines disagree: says where first
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class SectorLeadError(Exception):
    """Base of all errors of this package."""


class InputError(SectorLeadError, ValueError):
    """Input that can't be used as it is; the message says what was given, what is allowed and what to do."""


class DataError(InputError):
    """Market data that breaks a rule; nothing is repaired silently."""


class ParameterError(InputError):
    """A parameter outside its declared range."""


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
        super().__init__(f"unknown {kind} {name!r}.{hint} Known: {shown}.")

    __str__ = Exception.__str__  # a KeyError would quote the whole sentence


class EngineMismatchError(SectorLeadError):
    """Both engines ran and did not give the same fills or equity: a defect, never a rounding matter."""
