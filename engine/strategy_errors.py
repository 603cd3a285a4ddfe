"""What a strategy raises, told as an error of this package: which strategy, in which session, at which of its lines."""

from __future__ import annotations

import linecache
import os
import sysconfig
from types import TracebackType
from typing import Any

import pandas as pd

from ..data.errors import SectorLeadError, StrategyError
from .class_names import PACKAGE

MOST_FRAMES = 6
"""Frames that a message shows; of more, as where a function calls itself without end, the first and the last."""

_PYTHON = tuple(os.path.join(sysconfig.get_path(name), "") for name in ("stdlib", "platstdlib"))
_PACKAGES = tuple(f"{os.sep}{name}{os.sep}" for name in ("site-packages", "dist-packages"))


class Asking:
    """While a strategy is asked: what it raises inside the block becomes a ``StrategyError``.

    Errors of this package pass as they are, with a note that says who was asked and when; so does an error none of
    whose frames is the strategy's author's, which is a defect of ours.

    Parameters
    ----------
    strategy : object
        Whose class names it.
    sessions : DatetimeIndex
        Of the panel.
    at_first : str
        What it is asked for as long as ``row`` is -1.

    Attributes
    ----------
    row : int
        Session that it is asked in, as a row of the panel; -1 before.
    """

    def __init__(
        self, strategy: Any, sessions: pd.DatetimeIndex, at_first: str = "in what it computes from the whole panel"
    ) -> None:
        kind = strategy if isinstance(strategy, type) else type(getattr(strategy, "given", strategy))
        self.name, self.row, self._sessions, self._at_first = kind.__name__, -1, sessions, at_first

    def __enter__(self) -> Asking:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception) or isinstance(error, StrategyError):
            return
        frames = own_frames(trace)
        if not frames:
            return
        when = f"in the session of {self._sessions[self.row]:%F}" if self.row >= 0 else self._at_first
        lines = "".join(f"\n  {line}" for line in _shown(frames))
        if isinstance(error, SectorLeadError):
            error.add_note(f"{self.name}, {when}:{lines}")
            return
        notes = "".join(f" ({note})" for note in getattr(error, "__notes__", ()))
        told = StrategyError(f"{self.name} failed {when}: {type(error).__name__}: {error}{notes}{lines}")
        raise told from error.with_traceback(_only(frames))


def own_frames(trace: TracebackType | None) -> list[TracebackType]:
    """The frames of a traceback that belong neither to this package nor to Python nor to an installed package.

    Parameters
    ----------
    trace : traceback or None

    Returns
    -------
    list of traceback
        The outermost first.
    """
    found = []
    while trace is not None:
        code, module = trace.tb_frame.f_code, str(trace.tb_frame.f_globals.get("__name__", ""))
        ours = module == PACKAGE or module.startswith(f"{PACKAGE}.")
        if not ours and not code.co_filename.startswith("<frozen") and not _installed(code.co_filename):
            found.append(trace)
        trace = trace.tb_next
    return found


def _installed(file: str) -> bool:
    return file.startswith(_PYTHON) or any(folder in file for folder in _PACKAGES)


def _shown(frames: list[TracebackType]) -> list[str]:
    half = MOST_FRAMES // 2
    if len(frames) <= MOST_FRAMES:
        return [_line(frame) for frame in frames]
    between = f"... {len(frames) - 2 * half} more ..."
    return [*map(_line, frames[:half]), between, *map(_line, frames[-half:])]


def _line(frame: TracebackType) -> str:
    code = frame.tb_frame.f_code
    text = linecache.getline(code.co_filename, frame.tb_lineno).strip()
    return f"{code.co_filename}:{frame.tb_lineno} in {code.co_name}" + (f": {text}" if text else "")


def _only(frames: list[TracebackType]) -> TracebackType | None:
    """A traceback of these frames."""
    trace = None
    for frame in reversed(frames):
        trace = TracebackType(trace, frame.tb_frame, frame.tb_lasti, frame.tb_lineno)
    return trace
