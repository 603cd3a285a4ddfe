"""A table of a library rule is the strategies that its entry builds, each part made once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError
from sectorlead.strategies.library.registry import LIBRARY, find_entry
from sectorlead.strategies.library.tabled import rule_table
from sectorlead.strategies.scores.draws import Draws
from sectorlead.strategies.scores.score import RandomScore


@pytest.mark.parametrize("name", LIBRARY)
def test_each_is_what_its_entry_builds(name: str) -> None:
    entry, rng = find_entry(name), np.random.default_rng(len(name))
    rows, expected = list[dict[str, Any]](), list[Any]()
    varied = {key: domain.grid for key, domain in entry.parameters.items() if domain.grid and key != "tranches"}
    for _ in range(40):
        row = {key: grid[rng.integers(len(grid))] for key, grid in varied.items() if rng.random() < 0.5}
        row = {key: row.get(key, entry.defaults[key]) for key in varied}
        try:
            expected.append(entry.build(**row))
        except InputError:  # a combination that is refused
            continue
        rows.append(row)
    assert len(rows) > 3
    found = rule_table(entry, {}, {key: [row[key] for row in rows] for key in varied})
    assert found is not None
    assert list(found) == expected


def test_a_part_is_made_once_for_what_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    entry, count = find_entry("pullback-leaders"), 3_000
    asked = list[str]()
    usual = entry.rule.pick
    monkeypatch.setattr(entry.rule, "pick", lambda rule: asked.append("pick") or usual(rule))
    k = np.arange(count)
    columns = {"beta_window": 60 + k % 30, "top": 2 + k // 30 % 4, "offset": k // 120 % 5}
    found = rule_table(entry, {"trend": "120"}, columns)
    assert found is not None
    sizes = {name: len(parts) for name, parts in found.parts.items()}
    assert sizes == {"score": 30, "pick": 4, "weigh": 1, "guard": 1, "schedule": 5, "exits": 1}
    assert len(asked) < 10
    assert found[777] == entry.build(**{name: int(column[777]) for name, column in columns.items()}, trend=120)


def test_seeds_are_numbers() -> None:
    found = rule_table(find_entry("random"), {}, {"seed": np.arange(500)[::-1], "top": [3, 4] * 250})
    assert found is not None
    assert isinstance(found.parts["score"], Draws)
    assert [found[i].score for i in (0, 499)] == [RandomScore(499), RandomScore(0)]
    assert [one.score.seed for one in found.take(np.array([7, 3]))] == [492, 496]


def test_tranches_are_a_table_of_their_own() -> None:
    entry = find_entry("momentum")
    several = rule_table(entry, {}, {"tranches": [2, 4, 4], "lookback": [60, 60, 90]})
    assert several is not None
    assert list(several) == [entry.build(tranches=n, lookback=m) for n, m in ((2, 60), (4, 60), (4, 90))]
    assert rule_table(entry, {}, {"tranches": [1, 4]}) is None


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"top": [3, 0]}, "top must be"),
        ({"topp": [3]}, "top"),
        ({"top": [9], "hold_until_rank": [5]}, "at least n=9"),
        ({"trend": [0, 120], "bear_exposure": [0.5, 0.5]}, "two guards"),
    ],
)
def test_what_is_not_allowed_is_an_error(columns: dict[str, list[Any]], told: str) -> None:
    with pytest.raises(InputError, match=told):
        rule_table(find_entry("momentum"), {}, columns)


def test_a_sweep_of_a_library_rule_is_its_runs() -> None:
    panel = sl.simulate(seed=2, sessions=300)
    grid = {"top": [2, 4], "seed": [3, 1], "weights": ["equal", "inverse-volatility"], "stop": [0.0, 0.05]}
    found = sl.sweep("random", grid, panel, "cn-etf", returns="none")
    assert set(found.table["how"]) == {"batch"}
    for i in (0, 5, 10, 15):
        assert found.run(i).summary()["final_equity"] == found.table.final_equity[i]
