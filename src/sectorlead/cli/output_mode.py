"""How the command that runs prints: for a reader, quietly, or as JSON for a program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class OutputMode:
    """How a command prints.

    Attributes
    ----------
    command : str
    as_json, quiet : bool
    writes : bool
        Whether it writes into a folder, of which with ``quiet`` only the path is printed.
    written : list of Path
        The folders that it has written.
    """

    command: str = ""
    as_json: bool = False
    quiet: bool = False
    writes: bool = False
    written: list[Path] = field(default_factory=list)


_mode: ContextVar[OutputMode] = ContextVar("mode", default=OutputMode())  # noqa: B039  # only a command's is written to


def output_mode() -> OutputMode:
    """The mode in force."""
    return _mode.get()


def silent() -> bool:
    """Whether what is meant for a reader is not printed."""
    now = output_mode()
    return now.as_json or (now.quiet and now.writes)


def hushed() -> bool:
    """Whether progress and notices are not shown."""
    now = output_mode()
    return now.as_json or now.quiet


def wrote(folder: Path) -> None:
    """Keep that a folder was written, for what the command says at its end."""
    now = output_mode()
    if now.command:
        now.written.append(folder)


@contextmanager
def in_mode(mode: OutputMode) -> Iterator[None]:
    """Print in a mode while this lasts."""
    token = _mode.set(mode)
    try:
        yield
    finally:
        _mode.reset(token)
