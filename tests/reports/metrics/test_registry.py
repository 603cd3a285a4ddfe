"""Rows of metrics: one name each, in the order in which they were added."""

from __future__ import annotations

import pytest

from sectorlead.reports.metrics.inputs import MeasuredRun
from sectorlead.reports.metrics.registry import Definition, MetricGroup


def rows() -> MetricGroup[float]:
    group: MetricGroup[float] = MetricGroup()
    group.add(lambda x: x + 1, Definition("b", "B", "x + {periods}", "ratio", annualised="{root}"))
    group.add(lambda x: x * 2, Definition("a", "A", "2 x", "fraction", printed=".3%"))
    return group


def test_values_are_by_name_in_the_order_of_the_rows():
    assert list(rows()) == ["b", "a"]
    assert list(rows().of(3.0).items()) == [("b", 4.0), ("a", 6.0)]


def test_a_name_is_given_once():
    group = rows()
    with pytest.raises(ValueError, match="two metrics named 'a'"):
        group.add(lambda x: x, Definition("a", "A", "x", "ratio"))


def test_a_definition_says_how_it_is_annualised_and_printed():
    first, second = rows().definitions.values()
    assert (first.at(12.0).text, first.at(12.0).annualised) == ("x + 12", "√12")
    assert (first.yearly, second.yearly) == (True, False)
    assert not Definition("v", "V", "", "ratio", annualised="no: one session").yearly
    assert (first.format, second.format) == (".2f", ".3%")


def test_what_several_metrics_need_is_computed_once(make):
    asked = []

    def slow(record):
        asked.append(record)
        return len(asked)

    run = make([100.0, 101.0])
    account = MeasuredRun(run)
    assert (account.once(slow), account.once(slow)) == (1, 1)
    assert asked == [run]
    assert MeasuredRun(run).once(slow) == 2
