"""The audit catches what knows the future, by whatever way, and accuses nothing that is honest."""

from __future__ import annotations

import dataclasses
import gc
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.data.benchmark import Benchmark
from sectorlead.reports.render.i18n import find_locale
from sectorlead.research.audit import panels
from sectorlead.research.audit.finding import Audit

from ...chinese.reading import english
from .cheats import CHEATS, PANEL, BehindTheView, FutureRow, Trading, momentum, top, written
from .honest import HONEST

ELSEWHERE = ("cached by length", "clock", "environment", "order of a set")
"""Cheats that only another process tells from honest rules."""
NAMED = (
    "prices", "volume", "factors", "benchmark", "special", "fields", "ends", "shift", "nan", "np.round(score, 12)",
)  # fmt: skip
"""Inputs of a panel, which are its attributes, and code."""
USUAL = ("truncated", "future changed", "future appended")


def audited(strategy: Any, panel: sl.Panel = PANEL, **given: Any) -> Audit:
    usual: dict[str, Any] = {"cuts": 3, "sessions": 100, "fresh_process": False}
    return sl.audit(strategy, panel, "frictionless", **usual | given)


@pytest.fixture(scope="module", autouse=True)
def files() -> None:
    written()


@pytest.fixture
def only_new_garbage() -> Iterator[None]:
    """Objects that were there before are not looked through: a process that ran other tests has millions."""
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("only_new_garbage")
@pytest.mark.parametrize("name", [name for name in CHEATS if name not in ELSEWHERE])
def test_a_cheat_is_caught(name: str) -> None:
    make = CHEATS[name]
    found = audited(make if isinstance(make, type) else make(), sessions=200 if name == "garbage" else 100)
    assert not found.clean, str(found)
    assert all(str(each) in str(found) for each in found.findings)
    names = {found.name, *found.panel.split(), *(each.part for each in found.findings), *NAMED}
    raised = [each.says for each in found.findings if each.check == "as it is"]  # an error, as it was raised
    assert english(map(find_locale("zh").say, found.told), {*names, *raised}) == {}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_cheat_is_caught_by_another_process(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHEATS_LEAN", "1")
    found = audited(CHEATS[name], fresh_process=True)
    assert "fresh process" in {each.check for each in found.findings}, str(found)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_rule_is_not_accused(name: str) -> None:
    make = HONEST[name]
    found = audited(make if isinstance(make, type) else make())
    assert found.clean, str(found)
    assert found.decisions > 0


def test_honest_rules_pass_in_another_process_too() -> None:
    found = audited(HONEST["stop-loss"], fresh_process=True)
    assert found.clean, str(found)
    assert found.tried["fresh process"] == 2


@pytest.mark.parametrize("name", sl.LIBRARY)
def test_every_strategy_of_the_library_passes(name: str) -> None:
    found = sl.audit(name, PANEL, cuts=2, sessions=80, fresh_process=False)
    assert found.clean, str(found)


def test_the_examples_pass(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path(__file__).parents[3] / "examples"
    own = runpy.run_path(str(folder / "02_own_score.py"))["Calm"](20)
    other = runpy.run_path(str(folder / "03_path_dependent_rule.py"))
    foreign = runpy.run_path(str(folder / "06_from_backtrader.py"))
    monthly = runpy.run_path(str(folder / "04_industry_momentum.py"))["overlapping"](sl.Momentum(6), 6)
    for rule in (own, other["TakeProfit"], monthly):
        found = audited(rule, cuts=2)
        assert found.clean, str(found)
    crossing = audited(foreign["Crossing"], cuts=2, fresh_process=True)
    assert crossing.clean, str(crossing)
    assert "can't be found again by its name" in crossing.left_out["fresh process"]


def test_it_names_session_series_sizes_and_how_far_it_looks() -> None:
    found = audited(BehindTheView)
    moved = next(each for each in found.findings if each.check == "future changed")
    assert "it looks 5 sessions ahead, at prices" in moved.says
    assert moved.symbol in PANEL.symbols
    assert {moved.before, moved.after} == {0.0, 0.3}
    assert f"{PANEL.sessions[-100]:%F}" <= moved.session <= f"{PANEL.sessions[-1]:%F}"


def test_it_names_the_part() -> None:
    rule = sl.Rotation(score=sl.Reverse(FutureRow()), pick=sl.TopN(2))
    (found,) = audited(rule).findings
    assert found.part == "FutureRow" or "Reverse" in found.part
    assert found.before is not None


class Tomorrow(sl.Score):
    """By a field."""

    def __call__(self, panel: sl.Panel) -> Any:
        return panel.field("flow")


def test_data_that_are_ahead_are_told() -> None:
    close = PANEL.last_adjusted_close
    ahead = np.vstack((np.diff(np.log(close), axis=0), np.full((1, close.shape[1]), np.nan)))
    noise = np.random.default_rng(1).normal(0, 0.005, ahead.shape)
    found = audited(Tomorrow(), panels.copied(PANEL, fields={"flow": np.nan_to_num(ahead) + noise}))
    assert [each.part for each in found.findings] == ["flow"]
    late = panels.copied(PANEL, fields={"flow": np.roll(np.nan_to_num(ahead) + noise, 1, axis=0)})
    assert audited(Tomorrow(), late).clean

    old = PANEL.benchmark
    assert old is not None
    line = np.exp(np.nanmean(np.log(close / close[-1]), axis=1))
    for shift, caught in ((1, True), (0, False)):
        values = np.append(line[shift:], line[-1:].repeat(shift))
        early = Benchmark("IX", "index", *(values,) * 4, *(np.full(len(values), np.nan),) * 2)
        found = audited("momentum", panels.copied(PANEL, benchmark=early))
        assert ([each.part for each in found.findings] == ["benchmark"]) is caught


def test_terms_that_nobody_could_trade_on_are_findings() -> None:
    assert [each.part for each in audited("momentum", fill="same-close").findings] == ["fill"]
    assert [each.part for each in audited("momentum", ended="last-bar").findings] == ["ended"]


def test_what_can_not_run_raises() -> None:
    class Broken:
        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            raise KeyError("nothing")

    with pytest.raises(sl.StrategyError, match="Broken failed"):
        audited(Broken())
    with pytest.raises(sl.InputError, match="cuts must be a whole number from 1"):
        audited("momentum", cuts=0)


def test_a_class_inside_a_function_is_sent_to_the_other_process_or_left_out() -> None:
    class Local:
        schedule = sl.Every(10)

        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            return top(view, momentum(view))

    found = audited(Local, fresh_process=True, sessions=80)
    assert found.clean, str(found)
    assert ("fresh process" in found.tried) != ("fresh process" in found.left_out)


def test_a_backtrader_strategy_with_parameters_is_audited() -> None:
    class Lagged(Trading):
        params = (("back", 5),)

        def rises(self) -> bool:
            return bool(self.data0.close[0] > self.data0.close[-self.p.back])

    assert audited((Lagged, {"back": 3})).clean


@pytest.mark.parametrize("row", [40, 329])
def test_changed_panels_agree_up_to_the_row(row: int) -> None:
    for other, stop in ((panels.changed(PANEL, row, 3), row), (panels.ended(PANEL, row), row)):
        for key in ("open", "close", "volume", "adj_factor", "special"):
            mine, theirs = getattr(PANEL, key), getattr(other, key)
            assert np.array_equal(mine[: stop + 1], theirs[: stop + 1], equal_nan=key != "special")
            assert not np.shares_memory(mine, theirs)
    if row < 329:
        changed = panels.changed(PANEL, row, 3)
        assert (changed.close[row + 1 :] != PANEL.close[row + 1 :]).all()
        assert PANEL.benchmark is not None
        assert changed.benchmark is not None
        assert (changed.benchmark.close[row + 1 :] != PANEL.benchmark.close[row + 1 :]).all()


def test_a_moved_calendar_has_the_same_weekdays_and_month_ends() -> None:
    moved = panels.later(PANEL).sessions
    assert (moved.day_of_week == PANEL.sessions.day_of_week).all()
    assert (moved.month == PANEL.sessions.month).all()
    assert (moved.day == PANEL.sessions.day).all()
    assert moved[0].year == PANEL.sessions[0].year + 28


def test_the_table_and_the_plain_values_tell_the_same() -> None:
    found = audited(BehindTheView)
    assert len(found.table) == len(found.findings) + len(found.notes)
    told = found.as_dict()
    assert told["clean"] is False
    assert told["cuts"] == found.tried["truncated"] + found.tried["future changed"]
    assert dataclasses.replace(found, findings=()).clean
