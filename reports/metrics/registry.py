"""Metrics as rows: each stands below its function, and says what it is called, means, and is computed from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

Given = TypeVar("Given")

_FORMATS = {
    "fraction": ".1%", "ratio": ".2f", "per year": ",.1f", "days": ",.0f", "years": ",.1f", "sessions": ",.1f",
    "bps": ",.1f", "count": ",.0f", "currency": ",.0f",
}  # fmt: skip


@dataclass(frozen=True)
class Definition:
    """What a metric is called and means.

    Attributes
    ----------
    name : str
        Key in ``summary``.
    label : str
        For people.
    text : str
        The formula in one line; ``{periods}`` and ``{root}`` stand for returns per year and their square root.
    unit : str
        "fraction", "ratio", "per year", "days", "years", "sessions", "bps", "count" or "currency".
    annualised : str
        By what it is given per year; begins with "no" where it is not.
    blank : str
        When it is NaN.
    source : str
        Paper, rule, or "market practice".
    printed : str
        How Python prints it, where that is not usual for its unit; see ``format``.
    """

    name: str
    label: str
    text: str
    unit: str
    annualised: str = "no"
    blank: str = "never in a run"
    source: str = "market practice"
    printed: str = ""

    @property
    def format(self) -> str:
        """How Python prints it, as in ``format(value, definition.format)``."""
        return self.printed or _FORMATS[self.unit]

    @property
    def yearly(self) -> bool:
        """Whether it is given per year."""
        return not self.annualised.startswith("no")

    def at(self, periods: float) -> Definition:
        """The same with the returns per year written out."""
        shown = {"root": f"√{periods:g}", "periods": f"{periods:g}"}
        return replace(self, text=self.text.format_map(shown), annualised=self.annualised.format_map(shown))


class MetricGroup(Generic[Given]):
    """Metrics that are computed from the same things, by name and in the order in which they are shown."""

    def __init__(self) -> None:
        self.definitions: dict[str, Definition] = {}
        self._values: dict[str, Callable[[Given], float]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self.definitions)

    def add(self, value: Callable[[Given], float], definition: Definition) -> None:
        """A row, placed below the function that it names.

        Parameters
        ----------
        value : callable
            The metric of what is given.
        definition : Definition

        Raises
        ------
        ValueError
            There is a metric of that name.
        """
        if definition.name in self.definitions:
            raise ValueError(f"there are two metrics named {definition.name!r}; a name is a key of the summary")
        self.definitions[definition.name] = definition
        self._values[definition.name] = value

    def of(self, given: Given) -> dict[str, float]:
        """All of them, by name."""
        return {name: value(given) for name, value in self._values.items()}
