"""Languages of the reports.

What sections say are messages, which ``Locale.say`` looks up in the catalogue (``templates/zh.toml``) as they are
rendered, with their arguments.

What other layers compose, such as the terms of a market or what was found in data, is a message too
(``message.sentence``), whose identifier the catalogue knows by its pattern: an entry may have placeholders, ``{}`` for
any text and ``{n}`` for a number or date; what a placeholder stands for is translated in turn. What has no entry is
tried sentence by sentence and clause by clause, and stays English where that fails too.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from importlib.resources import files

from ...data.errors import UnknownNameError
from ..charts.spec import Chart, Row
from ..message import Message, Text

_NUMBER = r"[+\u2212-]?\d[\d.,:%\u00d7\u2212-]*"
_MOST = 50_000  # translations kept
_LONG = 12  # characters of an entry whose placeholders may stand for several sentences
_HOLES = re.compile(r"\{(n?|\d)\}")
_BREAKS = re.compile(r"(?<=[.;:,]) (?=\S)")
_STOPS = {".": "\u3002", ";": "\uff1b", ":": "\uff1a", ",": "\uff0c"}


@dataclass(frozen=True)
class _Pattern:
    """An entry with placeholders, whose expression is compiled when a text has all that stands between them."""

    key: str
    parts: tuple[str | int, ...]  # text, or the number of a placeholder
    fixed: tuple[str, ...]

    @cached_property
    def _match(self) -> re.Pattern[str]:
        any_text = "(.+?)" if sum(map(len, self.fixed)) >= _LONG else r"((?:(?!\. ).)+?)"
        texts = [
            re.escape(part) if k % 2 == 0 else f"({_NUMBER})" if part == "n" else any_text
            for k, part in enumerate(_HOLES.split(self.key))
        ]
        return re.compile("".join(texts), re.DOTALL)

    def found(self, text: str) -> re.Match[str] | None:
        return self._match.fullmatch(text) if all(part in text for part in self.fixed) else None

    def filled(self, found: re.Match[str], translate: Callable[[str], str]) -> str:
        return "".join(part if isinstance(part, str) else translate(found[part + 1]) for part in self.parts)


@dataclass(frozen=True, eq=False)
class Locale:
    """A language.

    Parameters
    ----------
    name : str
        Key in ``LOCALES``.
    tag : str
        BCP 47, as in ``<html lang>``.
    entries : mapping
        English to translation; none for English.
    """

    name: str
    tag: str
    entries: Mapping[str, str] = field(default_factory=dict, repr=False)

    @cached_property
    def _plain(self) -> dict[str, str]:
        return {key: value for key, value in self.entries.items() if not _HOLES.search(key)}

    @cached_property
    def _patterns(self) -> list[_Pattern]:
        return [_pattern(key, value) for key, value in self.entries.items() if _HOLES.search(key)]

    @cached_property
    def _known(self) -> dict[str, str]:
        return {}

    def text(self, english: str) -> str:
        """The translation of a text, or the text itself where there is none."""
        if not self.entries:
            return english
        if english not in self._known:
            if len(self._known) > _MOST:
                self._known.clear()
            self._known[english] = self._text(english)
        return self._known[english]

    def say(self, text: Text) -> str:
        """A message in this language; a plain text is a name, and the same in all.

        Parameters
        ----------
        text : Message or str
        """
        if not isinstance(text, Message):
            return text
        if not self.entries or text.composed:
            return str(text) if not self.entries else self.text(text.msgid)
        pattern = self.entries.get(text.msgid) or self.text(text.msgid)
        return pattern.format(**{name: self.say(value) for name, value in text.args}) if text.args else pattern

    def chart(self, chart: Chart) -> Chart:
        """A chart with its own words translated; names of rows and points stay.

        Parameters
        ----------
        chart : Chart
        """
        if not self.entries:
            return chart
        return chart._replace(
            title=self.text(chart.title),
            summary=self.text(chart.summary),
            x_name=self.text(chart.x_name),
            y_name=self.text(chart.y_name),
            x_ticks=tuple(tick._replace(text=self.text(tick.text)) for tick in chart.x_ticks),
            y_ticks=tuple(tick._replace(text=self.text(tick.text)) for tick in chart.y_ticks),
            lines=tuple(line._replace(label=self.text(line.label)) for line in chart.lines),
            labels=tuple(
                label if label.code else label._replace(text=self.text(label.text))  # with a code it is a name
                for label in chart.labels
            ),
            rows=tuple(map(self.row, chart.rows)),
            dots=tuple(dot._replace(text=self.text(dot.text)) for dot in chart.dots),
        )

    def row(self, row: Row) -> Row:
        """A row of bars with what they say translated."""
        return row._replace(bars=tuple(bar._replace(text=self.text(bar.text)) for bar in row.bars))

    def untranslated(self, texts: Iterable[str]) -> list[str]:
        """Those of ``texts`` that have words in Latin letters and no translation, each once, sorted."""
        return sorted({text for text in texts if _wordy(text) and self.text(text) == text})

    def _text(self, english: str) -> str:
        inner = " ".join(english.split())
        told = self._told(inner)
        if told is None:
            return english
        before = english[: len(english) - len(english.lstrip())]
        after = english[len(english.rstrip()) :]
        return f"{before}{told}{after}"

    def _told(self, inner: str) -> str | None:
        """The translation of a whole text, else of its parts; None where neither has one."""
        return self._found(inner) or self._by_part(inner)

    def _found(self, inner: str) -> str | None:
        if not _wordy(inner):
            return None
        if inner in self._plain:
            return self._plain[inner]
        if inner[-1] in _STOPS and not inner.endswith("...") and (told := self._found(inner[:-1])) is not None:
            return told + _STOPS[inner[-1]]
        for pattern in self._patterns:
            if found := pattern.found(inner):
                return pattern.filled(found, self.text)
        return None

    def _by_part(self, inner: str) -> str | None:
        """Sentences and clauses, the longest first; those without translation stay as they are."""
        parts = _BREAKS.split(inner)
        told: list[tuple[bool, str]] = []
        at = 0
        while at < len(parts):
            spans = ((stop, self._found(" ".join(parts[at:stop]))) for stop in range(len(parts), at, -1))
            stop, text = next(((stop, text) for stop, text in spans if text is not None), (at + 1, None))
            told.append((text is not None, parts[at] if text is None else text))
            at = stop
        if not any(known for known, _ in told):
            return None
        return "".join(text if known and text[-1] in _STOPS.values() else f"{text} " for known, text in told).rstrip()


def _wordy(text: str) -> bool:
    return any("a" <= char <= "z" or "A" <= char <= "Z" for char in text)


def _pattern(key: str, value: str) -> _Pattern:
    """An entry as an expression; its translation names placeholders in order, or by number."""
    holes = iter(range(99))
    pieces = _HOLES.split(value)
    parts = [piece if k % 2 == 0 else int(piece) if piece.isdigit() else next(holes) for k, piece in enumerate(pieces)]
    return _Pattern(key, tuple(part for part in parts if part != ""), tuple(filter(None, _HOLES.split(key)[::2])))


ENGLISH = Locale("en", "en")
LOCALES = ("en", "zh")
"""Languages by name."""


def find_locale(name: str | Locale) -> Locale:
    """A language by name.

    Raises
    ------
    UnknownNameError
        For a name that is not in ``LOCALES``.
    """
    if isinstance(name, Locale):
        return name
    if name not in LOCALES:
        raise UnknownNameError("locale", name, LOCALES)
    return ENGLISH if name == "en" else _chinese()


@lru_cache(maxsize=1)
def _chinese() -> Locale:
    text = files(__package__).joinpath("templates", "zh.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return Locale("zh", "zh-CN", {key: value for table in tables.values() for key, value in table.items()})
