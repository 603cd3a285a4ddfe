"""The compiled engine takes no array that goes by later rows."""

from __future__ import annotations

import gc
import weakref
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.engine import lookahead
from sectorlead.engine.lookahead import cut_rows, first_moved, own_parts


def some(symbols: int, **given: int) -> sl.Panel:
    whole = sl.simulate(**given)
    return whole.select(whole.symbols[:symbols])


PANEL = some(6, seed=5, sessions=400)
FREE = "frictionless"


def returns(panel: sl.Panel) -> pd.DataFrame:
    return panel.frame("adjusted_close").pct_change(fill_method=None)


def own(compute: Any) -> sl.Score:
    """A score of the user's that computes this."""

    class Own(sl.Score):
        def __call__(self, panel: sl.Panel) -> Any:
            return np.asarray(compute(panel), dtype=float)

    return Own()


CHEATS: dict[str, Any] = {
    "shift(-1)": lambda p: returns(p).shift(-1),
    "shift(-20)": lambda p: p.frame("adjusted_close").pct_change(20, fill_method=None).shift(-20),
    "roll": lambda p: np.roll(p.adjusted_close, -5, axis=0) / p.adjusted_close,
    "centred window": lambda p: p.frame("adjusted_close").rolling(21, center=True).mean(),
    "z-score of the whole sample": lambda p: (returns(p) - returns(p).mean()) / returns(p).std(),
    "rank in the whole sample": lambda p: p.frame("adjusted_close").rank(),
    "filled backwards": lambda p: returns(p).iloc[::7].reindex(p.sessions).bfill(),
    "interpolated": lambda p: returns(p).iloc[::7].reindex(p.sessions).interpolate(),
    "extreme of the whole sample": lambda p: p.adjusted_close / np.nanmax(p.adjusted_close, axis=0),
    "argmax of the whole sample": lambda p: np.arange(p.shape[0])[:, None] - np.nanargmax(p.adjusted_close, axis=0),
    "scaled by future volatility": lambda p: returns(p) / returns(p)[::-1].rolling(20).std()[::-1],
    "last close": lambda p: p.adjusted_close[-1] / p.adjusted_close,
    "smoothed from both ends": lambda p: returns(p)[::-1].ewm(span=5).mean()[::-1],
    "rescaled to the last factor": lambda p: p.adjusted_close / p.adj_factor[-1] * (1 + returns(p).shift(-3)),
    "by last bar": lambda p: np.broadcast_to(p.last_bar == p.last_bar.max(), p.shape) * returns(p).iloc[::-1].cumsum(),
    "by length": lambda p: p.adjusted_close * (np.arange(p.shape[0]) / p.shape[0])[:, None],
    "benchmark a session early": lambda p: returns(p).sub(np.append(np.diff(p.benchmark.close), np.nan), axis=0),
    "end-of-month return": lambda p: p.frame("adjusted_close").resample("ME").last().pct_change()
    .reindex(p.sessions, method="bfill"),
    "fitted on the whole sample": lambda p: returns(p).fillna(0) * np.sign(returns(p).fillna(0).mean().to_numpy()),
}  # fmt: skip
HONEST: dict[str, Any] = {
    "shift(1)": lambda p: returns(p).shift(1),
    "window": lambda p: returns(p).rolling(20).std(),
    "expanding z-score": lambda p: (returns(p) - returns(p).expanding().mean()) / returns(p).expanding().std(),
    "ewm": lambda p: returns(p).ewm(span=20).mean(),
    "filled forwards": lambda p: returns(p).ffill(),
    "one row at a time": lambda p: np.array([np.fmax.reduce(p.adjusted_close[: t + 1]) for t in range(p.shape[0])]),
    "last month's return": lambda p: p.frame("adjusted_close").resample("MS").last().pct_change().shift(1)
    .reindex(p.sessions, method="ffill"),
    "needs a year": lambda p: p.adjusted_close / p.adjusted_close[150],
}  # fmt: skip


@pytest.mark.parametrize("cheat", CHEATS)
def test_a_score_that_looks_ahead_is_refused(cheat: str) -> None:
    told = r"Own: \d{4}-\d\d-\d\d SIM\d\d is .* on the whole panel, .* on the panel that ends on .*\(look-ahead\)"
    with pytest.raises(sl.LookAheadError, match=told):
        sl.run(own(CHEATS[cheat]), PANEL, FREE)


@pytest.mark.parametrize("score", HONEST)
def test_an_honest_score_is_not(score: str) -> None:
    sl.run(own(HONEST[score]), PANEL, FREE)


def test_the_error_names_session_symbol_and_both_values() -> None:
    column, moves = 3, returns(PANEL)
    ends = cut_rows(PANEL)

    def one(panel: sl.Panel) -> Any:
        out = returns(panel).to_numpy().copy()
        out[:, column] = pd.Series(out[:, column]).shift(-2).fillna(0.5)
        return out

    with pytest.raises(sl.LookAheadError) as caught:
        sl.run(own(one), PANEL, FREE)
    row = ends[0] - 1
    assert str(caught.value).startswith(
        f"Own: {PANEL.sessions[row]:%F} {PANEL.symbols[column]} is {moves.iloc[row + 2, column]:.10g} on the whole "
        f"panel, 0.5 on the panel that ends on {PANEL.sessions[ends[0]]:%F}: "
    )


class Peeking:
    """Mixed into a part of each kind: what it gives is honest times one where the benchmark rises tomorrow."""

    def rises(self, panel: sl.Panel) -> Any:
        assert panel.benchmark is not None
        later = np.append(panel.benchmark.close[1:], np.nan)
        return later > panel.benchmark.close


class PeekingGuard(Peeking, sl.Guard):
    def __call__(self, panel: sl.Panel) -> Any:
        return np.where(self.rises(panel), 1.0, 0.5)


class PeekingWeigh(Peeking, sl.Weigh):
    def __call__(self, panel: sl.Panel) -> Any:
        return np.where(self.rises(panel)[:, None], 1.0, np.arange(1.0, 7.0))


class PeekingPick(Peeking, sl.Pick):
    def at(self, panel: sl.Panel, rows: Any) -> Any:
        top = np.where(self.rises(panel)[rows], 3, 2)
        return top, top


class PeekingSchedule:
    """Decides before the longest rise of the sessions that it is shown."""

    def decision_sessions(self, sessions: Any, first: int) -> Any:
        asked = np.zeros(len(sessions), bool)
        asked[first::10] = True
        asked[: len(sessions) // 2] = False
        return asked


class PeekingPlan(sl.Rotation):
    def _ranked(self, panel: sl.Panel, rows: Any, most: int | None = None) -> Any:
        order, score, base = super()._ranked(panel, rows, most)
        return order, score * panel.close[-1, 0], base


PARTS = {
    "guard": sl.Rotation(guard=PeekingGuard()),
    "weigh": sl.Rotation(weigh=PeekingWeigh()),
    "pick": sl.Rotation(pick=PeekingPick()),
    "schedule": sl.Rotation(schedule=PeekingSchedule()),
    "plan": PeekingPlan(schedule=sl.Every(1)),
    "score in a wrapper": sl.Rotation(score=sl.Reverse(own(CHEATS["shift(-1)"]))),
    "score in tranches": sl.Tranches(sl.Rotation(score=own(CHEATS["shift(-1)"]))),
    "guard, a day late": sl.Delayed(sl.Rotation(guard=PeekingGuard()), 3),
}


@pytest.mark.parametrize("kind", PARTS)
def test_every_kind_of_part_is_tried(kind: str) -> None:
    with pytest.raises(sl.LookAheadError, match="look-ahead"):
        sl.run(PARTS[kind], PANEL, FREE)


def test_a_comparison_refuses_it_too() -> None:
    with pytest.raises(sl.LookAheadError, match="look-ahead"):
        sl.compare({"ahead": own(CHEATS["shift(-20)"]), "equal-weight": "equal-weight"}, PANEL, FREE, seeds=0)


def test_a_calendar_that_is_known_ahead_is_no_look_ahead() -> None:
    class BeforeMonthEnd:
        def decision_sessions(self, sessions: Any, first: int) -> Any:
            month = np.asarray(sessions.month)
            asked = np.append(month[3:] != month[:-3], [False] * 3) & (np.append(month[2:] == month[:-2], [False] * 2))
            asked[:first] = False
            return asked

    assert len(sl.run(sl.Rotation(schedule=BeforeMonthEnd()), PANEL, FREE).outcome.decisions.row) >= 10


def test_what_moves_without_any_look_ahead_is_told_apart() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(sl.LookAheadError, match="does not answer the same twice"):
        sl.run(own(lambda p: rng.random(p.shape)), PANEL, FREE)
    by_length = own(lambda p: p.adjusted_close * (1 + 1e-15 * len(p.sessions)))
    with pytest.raises(sl.LookAheadError, match=r"the last digits go by how many rows follow.*np\.round"):
        sl.run(by_length, PANEL, FREE)


def test_the_panels_end_at_rows_that_matter() -> None:
    rows = cut_rows(PANEL)
    assert len(rows) == 4
    assert sum(row >= 300 for row in rows) == 2, "two in the last quarter"
    months = PANEL.sessions.to_period("M")
    assert sum(months[row] != months[row + 1] for row in rows) >= 2, "ends of months, where rules decide"
    assert cut_rows(PANEL.until(2)) == [1]
    assert cut_rows(PANEL.until(0)) == []
    late = np.arange(400)[:, None] >= 350
    one_cut_misses = own(lambda p: returns(p).shift(-1).where(late[: p.shape[0]].repeat(6, axis=1), returns(p)))
    assert first_moved(one_cut_misses, PANEL, rows[:3]) is None
    assert first_moved(one_cut_misses, PANEL) is not None


def counting() -> tuple[Any, list[int]]:
    seen: list[int] = []

    class Counts(sl.Score):
        def __call__(self, panel: sl.Panel) -> Any:
            seen.append(len(panel.sessions))
            return returns(panel).rolling(5).mean().to_numpy()

    return Counts, seen


def test_it_is_paid_once_for_each_part_and_panel() -> None:
    counts, seen = counting()
    panel = some(4, seed=6, sessions=300)
    rule = sl.Rotation(score=counts(), pick=sl.TopN(2))
    sl.run(rule, panel, FREE)
    assert sorted(seen) == sorted([*(row + 1 for row in cut_rows(panel)), 300, 300]), "the run, the cuts, the whole"
    for again in (rule, replace(rule, pick=sl.TopN(3)), sl.Rotation(score=counts()), sl.Delayed(rule, 2)):
        seen.clear()
        sl.run(again, panel, FREE)
        sl.run(again, panel.noted("same"), FREE)
        assert seen == [300, 300]
    seen.clear()
    sl.run(rule, panel.until(280), FREE)
    assert len(seen) == 6, "another panel"


def test_another_version_of_the_code_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = some(4, seed=6, sessions=300)

    def of(lag: int) -> sl.Score:
        return own(lambda p: helped(p, lag))

    sl.run(of(1), panel, FREE)
    with pytest.raises(sl.LookAheadError):
        sl.run(of(-1), panel, FREE)
    score = own(lambda p: helped(p, 1))
    sl.run(score, panel, FREE)
    monkeypatch.setitem(globals(), "STEP", -1)
    with pytest.raises(sl.LookAheadError):
        sl.run(score, panel, FREE)


STEP = 1


def helped(panel: sl.Panel, lag: int) -> Any:
    return returns(panel).shift(lag * STEP)


def test_nothing_is_paid_for_what_this_package_brings(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: Any) -> Any:
        raise AssertionError("tried")

    monkeypatch.setattr(lookahead, "first_moved", refused)
    for rule in (sl.Rotation(), sl.Tranches(sl.Rotation(weigh=sl.InverseVolatility(20))), sl.Delayed(sl.Rotation(), 2)):
        assert own_parts(rule) == []
        sl.run(rule, PANEL, FREE)


def test_a_panel_remembers_a_bounded_number_and_keeps_nothing_alive(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Window(sl.Score):
        n: int = 5

        def __call__(self, panel: sl.Panel) -> Any:
            return returns(panel).rolling(self.n).mean().to_numpy()

    monkeypatch.setattr(lookahead, "MOST_KEPT", 3)
    panel = some(3, seed=7, sessions=120)
    scores = [Window(n) for n in range(2, 8)]
    for score in scores:
        sl.run(score, panel, FREE)
    assert len(panel.causal) == 3
    gone = weakref.ref(panel)
    del panel
    gc.collect()
    assert gone() is None


def test_a_part_that_needs_more_rows_than_a_short_panel_has_is_tried_on_the_longer() -> None:
    ahead = own(lambda p: p.adjusted_close / p.adjusted_close[200] * (1 + returns(p).shift(-1)))
    with pytest.raises(sl.LookAheadError):
        sl.run(ahead, PANEL, FREE)
    with pytest.raises(sl.StrategyError, match=r"IndexError: .* \(on the panel that ends on .*look"):
        sl.run(own(lambda p: p.adjusted_close / p.adjusted_close[398]), PANEL, FREE)


def test_what_closes_over_other_data_is_not_seen() -> None:
    """A limit, said in the module: no shorter panel changes what a global holds."""
    later = returns(PANEL).shift(-1)
    moved = first_moved(own(lambda p: later.reindex(p.sessions)), PANEL)
    assert moved is None
