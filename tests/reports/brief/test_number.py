"""Numbers of a brief: each has a meaning, and JSON that any reader can read."""

from __future__ import annotations

import dataclasses
import json
from typing import Any, get_args, get_type_hints

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.reports.brief import evidence, market, series
from sectorlead.reports.brief.number import meaning, meanings, plain
from sectorlead.reports.brief.result import BriefResult

PARAGRAPHS = [
    kind
    for module in (market, series, evidence)
    for kind in vars(module).values()
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
]
LABELS = {"date", "close", "sessions", "members", "direction", "horizon"}  # what a row is of, not what was found
CHART = {market.Bars}


def numeric(hint: Any) -> bool:
    return hint in (float, int) or any(numeric(part) for part in get_args(hint))


@pytest.mark.parametrize("kind", PARAGRAPHS, ids=lambda kind: kind.__name__)
def test_every_number_says_how_it_was_computed_and_which_reading_is_wrong(kind: type) -> None:
    if kind in CHART:
        return
    hints = get_type_hints(kind)
    for item in dataclasses.fields(kind):
        if numeric(hints[item.name]) and item.name not in LABELS:
            found = meaning(kind, item.name)
            assert found.how.endswith((".", ")")), (kind, item.name)
            assert found.caution.endswith("."), (kind, item.name)


def test_paths_of_meanings_are_those_of_the_json() -> None:
    panel = sl.simulate(seed=2, sessions=300)
    told = sl.brief(panel, themes=panel, rules=["momentum"], groups=dict.fromkeys(panel.symbols[:3], "a"))
    told_plain = told.as_dict()

    def there(value: Any, steps: list[str]) -> bool:
        if not steps or value is None:
            return True
        if isinstance(value, list):
            return all(there(each, steps) for each in value)
        return steps[0] in value and there(value[steps[0]], steps[1:])

    paths = dict(meanings(BriefResult))
    assert len(paths) > 150
    assert all(there(told_plain, path.split(".")) for path in paths)
    json.dumps(told_plain, allow_nan=False)


def test_what_is_not_known_is_null() -> None:
    assert plain((float("nan"), pd.NaT, pd.Timestamp("2021-07-07"), float("inf"))) == [None, None, "2021-07-07", None]
