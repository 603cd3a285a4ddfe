"""Variants of a library rule as a table: each part made once for each combination of the parameters that it reads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...data.types import Ints
from ..domain import checked
from ..part import Part
from ..scores.score import RandomScore
from ..variants import STAGGER, VariantTable, check_together, codes_of, distinct_parts, draws_of
from .builders import PARTS, Rule
from .registry import Entry


def rule_table(entry: Entry, fixed: Mapping[str, Any], columns: Mapping[str, Sequence[Any]]) -> VariantTable | None:
    """Variants of a library rule by columns of its flat parameters.

    Parameters
    ----------
    entry : Entry
        Of the library.
    fixed : mapping
        Parameters that all have, by name.
    columns : mapping of str to sequence
        V values each, by name.

    Returns
    -------
    VariantTable or None
        None where some are tranches and some are none, and for a rule that is not made part by part.

    Raises
    ------
    InputError
        For a name, a value or a combination that is not allowed.
    """
    kind = entry.rule
    if kind.build is not Rule.build or kind.__post_init__ is not Part.__post_init__:
        return None
    domains = entry.parameters
    usual = entry.defaults | checked(entry.name, domains, fixed)
    codes, values = dict[str, Ints](), dict[str, list[Any]]()
    for name, column in columns.items():
        codes[name], count = codes_of(column)
        first = np.full(count, -1)
        first[codes[name][::-1]] = np.arange(len(column))[::-1]
        values[name] = [checked(entry.name, domains, {name: column[i]})[name] for i in first.tolist()]
    made = _Made(kind, usual, codes, values)
    parts, place = dict[str, Sequence[Any]](), dict[str, np.ndarray]()
    for part, method in PARTS.items():
        parts[part], place[part] = made.by(method)
    stagger, which = made.by("stagger")
    counts = {count for count, _ in stagger}
    if counts != {1}:
        if 1 in counts:
            return None
        for k, name in enumerate(STAGGER):
            parts[name], own = distinct_parts([one[k] for one in stagger])
            place[name] = own[which]
    table = VariantTable(parts, place)
    check_together(table)
    return table


class _Made:
    """What the methods of a rule make of each variant; notes which parameters a method reads."""

    def __init__(
        self, kind: type[Rule], usual: Mapping[str, Any], codes: Mapping[str, Ints], values: Mapping[str, Sequence[Any]]
    ) -> None:
        self.usual, self.codes, self.values = usual, codes, values
        self.count = len(next(iter(codes.values())))
        self.read = set[str]()
        self.watched = _watched(kind, self.read)

    def by(self, method: str) -> tuple[Sequence[Any], np.ndarray]:
        """The distinct parts that a method makes, and which of them each variant has."""
        everyone = np.arange(self.count)
        part, reads = self._one(method, 0)
        if type(part) is RandomScore and reads == ["seed"]:
            column = [self.values["seed"][k] for k in self.codes["seed"].tolist()]
            if drawn := draws_of(column):
                return drawn
        made, place = list[Any](), np.empty(self.count, np.int32)
        for part, rows in self._split(method, everyone, ()):
            place[rows] = len(made)
            made.append(part)
        parts, of = distinct_parts(made)
        return parts, of[place]

    def _split(self, method: str, rows: Ints, by: tuple[str, ...]) -> Iterator[tuple[Any, Ints]]:
        """Parts, and the rows that have each, of rows that agree on nothing but what is common to all."""
        for group in self._groups(rows, by):
            part, reads = self._one(method, int(group[0]))
            more = [name for name in reads if name not in by]
            if more and len(group) > 1:  # those of the group may differ in what was read
                yield from self._split(method, group, (*by, *more))
            else:
                yield part, group

    def _groups(self, rows: Ints, by: tuple[str, ...]) -> list[Ints]:
        """Rows by their values of these parameters."""
        if not by:
            return [rows]
        _, of = np.unique(np.stack([self.codes[name][rows] for name in by]), axis=1, return_inverse=True)
        of = of.reshape(-1)
        order = np.argsort(of, kind="stable")
        return np.split(rows[order], np.flatnonzero(np.diff(of[order])) + 1)

    def _one(self, method: str, i: int) -> tuple[Any, list[str]]:
        """What a method makes of variant ``i``, and which of the parameters that vary it reads, in the columns' order.

        Every value is in its domain, so the rule is not made anew, only looked at with these.
        """
        own = {name: values[self.codes[name][i]] for name, values in self.values.items()}
        rule = object.__new__(self.watched)
        vars(rule).update({**self.usual, **own})
        self.read.clear()
        part = getattr(rule, method)()
        return part, [name for name in self.codes if name in self.read]


def _watched(kind: type[Rule], read: set[str]) -> type[Rule]:
    """The rule, and a note of each attribute that is read of it."""

    def look(rule: Any, name: str) -> Any:
        read.add(name)
        return object.__getattribute__(rule, name)

    looks: dict[str, Callable[..., Any]] = {"__getattribute__": look}
    return type(kind.__name__, (kind,), looks)
