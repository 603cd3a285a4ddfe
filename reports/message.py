"""Texts that are said in English and translated when they are rendered.

A ``Message`` is an identifier, which is its English text with named placeholders, and the arguments that fill them; the
catalogue (``render/templates/zh.toml``) has a translation with the same placeholders. A plain ``str`` is a name, a code
or a number that is already written out, and is the same in every language.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """Something said; see ``say`` and ``sentence``.

    Attributes
    ----------
    msgid : str
        English, with placeholders such as ``{count}``.
    args : tuple of (str, Message or str)
        What fills them, by name; messages are translated in turn.
    composed : bool
        Whether other layers composed the text, so that the catalogue knows only its pattern.
    """

    msgid: str
    args: tuple[tuple[str, Text], ...] = ()
    composed: bool = False

    def __str__(self) -> str:
        if self.composed or not self.args:
            return self.msgid
        return self.msgid.format(**{name: str(value) for name, value in self.args})


Text = Message | str
"""What a reader reads: a message, or a name that no language changes."""


def say(msgid: str, /, **args: Text | int) -> Message:
    """A message with its arguments.

    Parameters
    ----------
    msgid : str
        English; a literal, so that the test of the catalogue finds it.
    **args : Message, str or int
        Fill the placeholders of the same name. An int is written with thousands separators; other numbers are
        written out by ``formatting`` first.
    """
    filled = ((name, f"{value:,}" if isinstance(value, int) else value) for name, value in args.items())
    return Message(msgid, tuple(filled))


def sentence(text: str) -> Message:
    """A text that another layer composed, such as the terms of a market: translated by the catalogue's patterns.

    Parameters
    ----------
    text : str
        English.
    """
    return Message(text, (), True)


def sentences(texts: Iterable[str]) -> tuple[Message, ...]:
    """``sentence`` of each."""
    return tuple(sentence(text) for text in texts)


def listed(texts: Sequence[Text]) -> Text:
    """Several texts in a row, with semicolons between them.

    Parameters
    ----------
    texts : sequence of Message or str
        One or more.
    """
    first, *rest = texts
    return say("{first}; {rest}", first=first, rest=listed(rest)) if rest else first


def enumerated(texts: Sequence[Text]) -> Text:
    """Several texts in a row, with commas between them.

    Parameters
    ----------
    texts : sequence of Message or str
        One or more.
    """
    first, *rest = texts
    return say("{first}, {rest}", first=first, rest=enumerated(rest)) if rest else first
