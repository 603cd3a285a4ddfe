"""The options ``--locale`` and ``--moves``: the language a command speaks and writes, and the colours of gains."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sectorlead.reports.message import Text
    from sectorlead.reports.render.i18n import Locale as Language

Locale = Annotated[str, typer.Option(help="Language of what is shown and written: en or zh.")]
Moves = Annotated[
    str | None, typer.Option(help="Colours of rises: blue-orange, red-up or green-up.", show_default="blue-orange")
]
_spoken: list[Language] = []


def speak(locale: str = "en", moves: str | None = None) -> None:
    """Let the terminal speak a language from now on; wrong names are told before anything is read or run.

    Parameters
    ----------
    locale, moves : str

    Raises
    ------
    UnknownNameError
        For a language or colours that are not known.
    """
    from sectorlead.reports.charts.palette import find_scheme
    from sectorlead.reports.render.i18n import find_locale

    find_scheme(moves)
    _spoken[:] = [find_locale(locale)]


def hush() -> None:
    """Back to English, as each command begins."""
    _spoken.clear()


def told(text: Text) -> str:
    """A text in the language that is spoken: a message translated, a plain ``str`` as it is, for it is a name."""
    return _spoken[0].say(text) if _spoken else str(text)
