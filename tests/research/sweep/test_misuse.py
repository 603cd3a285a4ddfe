"""What people give a sweep by mistake, or at its edges: a sentence that says what to do, or rows that are runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError, UnknownNameError
from sectorlead.reports.sweep.content import uncorrected
from tests.research.sweep.test_sweep import PANEL, RULE, WHOLE, equal_to_its_run

SYMBOLS = PANEL.symbols


def test_a_later_start_that_never_decides_moves_nothing(tmp_path: Path) -> None:
    months = PANEL.sessions.to_period("M")
    late = (
        f"{PANEL.sessions[np.flatnonzero(months[:-1] != months[1:])[-1] + 2]:%F}"  # in the last month, after its first
    )
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Monthly())
    grid = {"score.lookback": [10, 200], "start": [None, late]}
    end = f"{PANEL.sessions[np.flatnonzero(months[:-1] != months[1:])[-1] + 4]:%F}"
    found = sl.sweep(rule, grid, PANEL, "cn-etf", store=tmp_path, end=end)
    idle = found.table["reason"] != ""
    assert 0 < idle.sum() < 4
    assert found.table.loc[idle, "final_equity"].isna().all()
    assert found.returns().loc[:, idle.to_numpy()].isna().all(axis=None)
    for variant in found.table.index[~idle]:
        equal_to_its_run(found, variant)
    none = sl.sweep(RULE, {"score.lookback": [2000], "start": [None, late]}, PANEL, "cn-etf", store=tmp_path)
    assert none.measured_from == late
    assert none.table["sharpe"].isna().all()
    own = sl.sweep(RULE, {"start": [None, f"{PANEL.sessions[50]:%F}"]}, PANEL, "cn-etf", store=tmp_path, start=late)
    for variant in (0, 1):
        equal_to_its_run(own, variant)


def test_a_run_too_short_to_decide_is_a_row(tmp_path: Path) -> None:
    day = f"{PANEL.sessions[100]:%F}", f"{PANEL.sessions[101]:%F}"
    found = sl.sweep(RULE, {"score.lookback": [10, 90]}, PANEL, "cn-etf", start=day[0], end=day[1], store=tmp_path)
    assert len(found) == 2


def test_other_names_for_the_same_values_are_another_sweep(tmp_path: Path) -> None:
    """Names are in the table, which is what runs are made from."""
    for name in ("few", "small"):
        found = sl.sweep(RULE, {"universe": {"all": None, name: SYMBOLS[:4]}}, PANEL, "cn-etf", store=tmp_path)
        assert found.table["universe"].tolist() == ["all", name]
        equal_to_its_run(found, 1)
    drawn = [
        sl.sweep(RULE, {"n": [1, 2]}, PANEL, market, search=search, store=tmp_path).about
        for market, search in (("cn-etf", sl.RandomSearch(9)), ("cn-etf", None), (None, None))
    ]
    assert [about["search"] for about in drawn][1:] == ["all combinations"] * 2
    assert drawn[0]["search"].startswith("RandomSearch")
    assert len({tuple(about["notes"]) for about in drawn}) == 2


class Own:
    schedule = sl.Weekly()

    def __init__(self, x: float = 0.5) -> None:
        self.x = x

    def decide(self, view: Any, portfolio: Any) -> dict[str, float]:
        return {view.symbols[0]: self.x}


@pytest.mark.parametrize(
    ("grid", "how", "error", "says"),
    [
        ({"universe": {}}, {}, ParameterError, "universe has no values to try"),
        ({"universe": {"a": []}}, {}, ParameterError, "give one or more, or None for all"),
        ({"universe": {"a": None, "b": SYMBOLS}}, {}, ParameterError, "'b' has the symbols of 'a'"),
        ({"universe": 3}, {}, ParameterError, "lists of symbols by name"),
        ({"n": [1, 2]}, {"where": 3}, ParameterError, "a text such as 'short < long'"),
        ({"n": [1, 2]}, {"where": lambda row: row["m"] > 1}, InputError, "it is given pick.n, n"),
        ({"hold_until_rank": [None, 5], "n": [1, 2]}, {"where": "hold_until_rank > n"}, InputError, "a is None or"),
        ({"n": [1, 2]}, {"where": "n > 5"}, InputError, "loosen it"),
    ],
)
def test_what_cannot_be_says_what_to_do(
    tmp_path: Path, grid: dict[str, Any], how: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        sl.sweep(RULE, grid, WHOLE if grid.get("universe") is None else PANEL, "cn-etf", store=tmp_path, **how)


def test_a_value_without_end_is_refused_before_anything_runs(tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match="finite"):
        sl.sweep(Own, {"x": [0.1, float("inf")]}, PANEL, "cn-etf", store=tmp_path)


@pytest.mark.parametrize("below", ["file", "file/sweeps"])
def test_a_store_that_is_a_file(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match=r"can't be kept in .*SECTORLEAD_SWEEPS"):
        sl.sweep(RULE, {"n": [1]}, PANEL, "cn-etf", store=tmp_path / below)
    assert (tmp_path / "file").read_text() == "mine"


def test_variants_and_columns_that_are_none(tmp_path: Path) -> None:
    found = sl.sweep(RULE, {"n": [1, 2]}, PANEL, "cn-etf", store=tmp_path)
    for number in (2, -1, 0.5, "a", True):
        for ask in (found.run, found.strategy, lambda i: found.returns([i]), lambda i: found.read(variants=[i])):
            with pytest.raises(InputError, match="from 0 to 1"):
                ask(number)
    assert found.run(np.int64(1)).summary()["fills"] == found.table["fills"][1]
    with pytest.raises(UnknownNameError, match="sharpe"):
        found.read(["sharp"])


def test_the_verdict_is_the_first_sentence(tmp_path: Path) -> None:
    found = sl.sweep(RULE, {"n": [1, 2, 3]}, PANEL, "cn-etf", store=tmp_path)
    told = found.verdict(resamples=200)
    content = found.content(verdict=told)
    shown = content.told
    assert shown[0] == told.sentences[0]
    assert set(found.content().told) - {uncorrected(3)} < set(shown)
    assert sum(text.startswith("Variant ") and " looks best" in text for text in content.beside) == 1
    page = (found.save(tmp_path / "out", verdict=told) / "report.html").read_text(encoding="utf-8")
    assert page.index("Against equal weight") < page.index("The best of 3 variants") < page.index("looks best")
