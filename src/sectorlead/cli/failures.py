"""What goes wrong around a command - disk, memory, files, output - in a sentence, with what to do."""

from __future__ import annotations

import codecs
import errno
import sys
from typing import Any

ADVICE = {
    errno.ENOSPC: "the disk is full: free space, or name a folder on another disk",
    errno.EDQUOT: "the quota of the disk is used up: free space, or name a folder on another disk",
    errno.EACCES: "no permission: name another path, or change who may use this one",
    errno.EPERM: "no permission: name another path, or change who may use this one",
    errno.EROFS: "the file system can only be read: name a path elsewhere",
    errno.ENOENT: "no such file or folder: check the path",
    errno.EISDIR: "it is a folder: name a file",
    errno.ENOTDIR: "a part of the path is a file: name another path",
    errno.ENAMETOOLONG: "the path is too long: name a shorter one",
    errno.EMFILE: "too many open files: raise the limit (ulimit -n)",
    errno.ENFILE: "too many open files on this machine: try again later",
    errno.EIO: "the disk or network failed to read or write it: try again, or copy it elsewhere",
    errno.ESTALE: "the network file system lost it: try again",
}
_LIBRARIES = {
    "pyarrow": "a Parquet file can't be read or written; fetch, convert or run it again",
    "numba": "the engine can't be compiled here; --no-verify --engine backtrader runs without",
    "llvmlite": "the engine can't be compiled here; --no-verify --engine backtrader runs without",
}
SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "×": "x", "…": "...", "≤": "<=", "≥": ">=", "→": "->", "·": "."})
"""What stands for a sign that an output can't encode."""


def sentence(error: BaseException) -> str | None:
    """What went wrong and what to do; None for what no environment is to blame for: a defect, here or in a strategy.

    Parameters
    ----------
    error : BaseException

    Returns
    -------
    str or None
    """
    if isinstance(error, MemoryError):
        return "not enough memory: use fewer series or sessions (--start), or a machine with more"
    if isinstance(error, OSError) and error.errno is not None:
        where = f"{error.filename}: " if error.filename else ""
        return f"{where}{ADVICE.get(error.errno, error.strerror or str(error))}"
    library = type(error).__module__.partition(".")[0]
    if library in _LIBRARIES:
        first = next(iter(str(error).strip().splitlines()), type(error).__name__)
        return f"{_LIBRARIES[library]} ({library}: {first[:200]})"
    return None


def use_safe_output() -> None:
    """Let what is printed reach every output: signs it can't encode are replaced, the rest as ``\\u`` and a code."""
    codecs.register_error("sectorlead", _replaced)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="sectorlead")


def _replaced(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    text = error.object[error.start : error.end].translate(SIGNS)
    try:
        text.encode(error.encoding)
    except UnicodeError:
        text = text.encode("ascii", "backslashreplace").decode("ascii")
    return text, error.end


def tell_warnings() -> None:
    """Warnings as a line of their own, without the place in the code."""
    import warnings

    def show(message: Warning | str, *_: Any, **__: Any) -> None:
        print(f"sectorlead: {message}", file=sys.stderr)

    warnings.showwarning = show
