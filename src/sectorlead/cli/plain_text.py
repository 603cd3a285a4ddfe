"""Lines for a terminal, whatever texts from files are in them."""

from __future__ import annotations

import sys
from unicodedata import category

from sectorlead.cli.output_mode import silent


def clean(text: str) -> str:
    """A text without characters that steer a terminal; they are shown as their code."""
    return "".join(f"\\u{ord(sign):04x}" if _steers(sign) else sign for sign in text)


def _steers(sign: str) -> bool:
    turns = "\u202a" <= sign <= "\u202e" or "\u2066" <= sign <= "\u2069"  # from right to left and back
    return turns or (sign not in "\n\t" and category(sign) == "Cc")


def put(text: str) -> None:
    """Text on stdout, as it is; nothing where the command answers a program, or quietly."""
    if not silent():
        print(clean(text))


def warn(text: str) -> None:
    """One line on stderr."""
    print(clean(text), file=sys.stderr)
