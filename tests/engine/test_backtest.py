"""What can be asked of a backtest, and what an error says."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.engine.parity import compare_outcomes

PANEL = sl.simulate(seed=1, sessions=120)
RULE = sl.Rotation(score=sl.Momentum(10), pick=sl.TopN(3), schedule=sl.Every(10))


class Answers:
    """Gives one answer in its n-th decision, None before and after."""

    def __init__(self, answer: Any, when: int = 5) -> None:
        self.answer, self.when, self.asked = answer, when, []  # type: ignore[var-annotated]

    def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
        self.asked.append((view, portfolio))
        return self.answer if len(view.sessions) - 1 == self.when else None


def test_a_class_is_asked_after_every_close_but_the_last_and_sees_no_later_row() -> None:
    listed = int(PANEL.first_bar.argmin())
    strategy = Answers({PANEL.symbols[listed]: 0.5})
    run = sl.run(strategy, PANEL, "frictionless", measured_from="start")
    assert not strategy.asked  # the run works on a copy
    strategy = run.strategy
    assert [len(view.sessions) for view, _ in strategy.asked] == list(range(1, len(PANEL.sessions)))
    view, portfolio = strategy.asked[50]
    assert view.close.shape == view.adjusted_close.shape == (51, len(PANEL.symbols))
    assert view.session == PANEL.sessions[50]
    assert portfolio.equity == run.equity.iloc[50]
    assert portfolio.weights[listed] == run.weights.iloc[50, listed] > 0.3
    with pytest.raises(ValueError, match="read-only"):
        view.close[0, 0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        portfolio.shares[0] = 1.0
    assert list(run.decisions["session"]) == [PANEL.sessions[5]]
    assert run.fills["session"].tolist() == [PANEL.sessions[6]]


def test_a_class_and_its_rotation_give_the_same_run() -> None:
    class ByHand:
        schedule = RULE.schedule

        def decide(self, view: sl.Panel, portfolio: sl.Portfolio) -> Any:
            return RULE.decide(view, portfolio)

    a, b = sl.run(RULE, PANEL), sl.run(ByHand(), PANEL)
    np.testing.assert_array_equal(a.outcome.equity, b.outcome.equity)
    pd.testing.assert_frame_equal(a.fills, b.fills)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({"SIM1": 1.0}, "Did you mean 'SIM"),
        ({PANEL.symbols[0]: -0.1}, "weights must be finite and >= 0"),
        ({PANEL.symbols[0]: "a"}, "must be a number, was 'a'"),
        ({PANEL.symbols[0]: float("nan")}, "weights must be finite and >= 0"),
        (dict.fromkeys(PANEL.symbols[:3], 0.5), "weights sum to 1.5, must be <= 1"),
        (np.ones(2), r"must be \(31,\)"),
    ],
)
def test_bad_weights_say_what_is_allowed(answer: Any, message: str) -> None:
    with pytest.raises(sl.InputError, match=message):
        sl.run(Answers(answer), PANEL)


@pytest.mark.parametrize(
    ("terms", "message"),
    [
        ({"market": "cn-eft"}, "Did you mean 'cn-etf'"),
        ({"cash": 0}, "cash must be a finite number > 0"),
        ({"fill": "opne"}, "unknown fill 'opne'. Did you mean 'open'?"),
        ({"engine": "zipline"}, "unknown engine 'zipline'. Known: compiled, backtrader, both"),
        ({"start": "2031-01-01"}, "a run needs 2; the panel runs 2015"),
        ({"start": "soon"}, "start must be a date"),
        ({"seed": 1, "strategy": Answers({})}, "takes no seed: it has no with_seed"),
        ({"seed": 1}, "takes no seed: it has no with_seed"),
        ({"strategy": Answers}, "can't be called without arguments .* lambda: Answers"),
        ({"strategy": "pullback-leader"}, "Did you mean 'pullback-leaders'"),
    ],
)
def test_bad_terms_say_what_is_allowed(terms: dict[str, Any], message: str) -> None:
    strategy = terms.pop("strategy", RULE)
    with pytest.raises(sl.InputError, match=message):
        sl.run(strategy, PANEL, **terms)


def test_history_before_the_start_warms_up_and_is_not_traded() -> None:
    start = PANEL.sessions[60]
    run = sl.run(RULE, PANEL, start=start)
    assert run.sessions[0] == start
    assert run.equity.iloc[0] == 1_000_000
    assert run.decisions["session"].iloc[0] == start  # ten sessions of momentum were there already
    assert run.fills["session"].min() == PANEL.sessions[61]


def test_a_close_only_panel_asks_for_a_fill_it_can_serve() -> None:
    bare = sl.Panel.from_frames(PANEL.frame("close"))
    with pytest.raises(sl.InputError, match="fill='close' or fill='same-close'"):
        sl.run(RULE, bare)
    assert len(sl.run(RULE, bare, fill="same-close").fills)


def test_vwap_fills_lie_within_the_bar_and_wrong_units_are_refused() -> None:
    run = sl.run(RULE, PANEL, "frictionless", fill="vwap")
    for fill in run.fills.itertuples():
        t, i = PANEL.sessions.get_loc(fill.session), PANEL.column(fill.symbol)
        assert PANEL.low[t, i] * 0.999 <= fill.price <= PANEL.high[t, i] * 1.001
    in_lots = sl.Panel.from_frames(
        PANEL.frame("close"), volume=PANEL.volume / 100,
        **{key: getattr(PANEL, key) for key in ("open", "high", "low", "amount")},
    )  # fmt: skip
    with pytest.raises(sl.InputError, match="bring volume in units"):
        sl.run(RULE, in_lots, fill="vwap")


def test_no_series_is_ranked_before_it_was_published() -> None:
    late = PANEL.symbols[2]
    dates = [pd.Timestamp(PANEL.sessions[90]) if s == late else pd.NaT for s in PANEL.symbols]
    panel = sl.Panel.from_frames(
        PANEL.frame("close"), known_from=dates, **{key: getattr(PANEL, key) for key in ("open", "high", "low")}
    )
    everything = sl.Rotation(score=sl.Everything(), pick=sl.All(), schedule=sl.Every(5))
    held = sl.run(everything, panel, "frictionless").weights[late]
    assert (held[: PANEL.sessions[90]] == 0).all()
    assert held[PANEL.sessions[92] :].iloc[5:].gt(0).all()


def test_a_score_that_looks_ahead_is_told_as_such() -> None:
    class Cheat(sl.Score):
        def __call__(self, panel: sl.Panel) -> np.ndarray:
            later = np.roll(panel.last_adjusted_close, -5, axis=0)
            return later / panel.last_adjusted_close

    cheat = sl.Rotation(score=Cheat(), pick=sl.TopN(3), schedule=sl.Every(10))
    for engine in ("compiled", "both"):
        with pytest.raises(sl.LookAheadError, match=r"Cheat: .* SIM\d\d is .* on the whole panel.*look-ahead"):
            sl.run(cheat, PANEL, engine=engine)


def test_a_look_ahead_far_from_the_cuts_is_seen_by_the_other_engine() -> None:
    class Early(sl.Score):
        def __call__(self, panel: sl.Panel) -> np.ndarray:
            out = panel.last_adjusted_close.copy()
            if len(out) > 20:
                out[10] = out[20]
            return out

    cheat = sl.Rotation(score=Early(), pick=sl.TopN(3), schedule=sl.Every(10))
    sl.run(cheat, PANEL)
    with pytest.raises(sl.EngineMismatchError, match=r"SIM\d\d scores .* on the whole panel.*look-ahead"):
        sl.run(cheat, PANEL, engine="both")


def test_a_record_can_not_be_changed() -> None:
    run = sl.run(RULE, PANEL)
    before = run.summary()
    for line in (run.equity, run.cash, run.returns, run.benchmark, run.positions, run.weights):
        with pytest.raises(ValueError, match="read-only"):
            line.iloc[3:5] = 1.0
    for array in (run.outcome.equity, run.outcome.fills.shares, run.outcome.decisions.target):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0
    costs, fills = run.costs, run.fills
    costs["commission"] = fills["shares"] = 0.0
    assert run.summary() == before
    assert run.fills["shares"].gt(0).all()


def test_the_comparison_names_the_first_difference() -> None:
    run = sl.run(RULE, PANEL)
    fills = run.outcome.fills
    compare_outcomes(run.outcome, run.outcome, PANEL, run.terms)

    def changed(**logs: Any) -> None:
        compare_outcomes(run.outcome, run.outcome._replace(**logs), PANEL, run.terms)

    with pytest.raises(sl.EngineMismatchError, match="fill 4 differs in shares"):
        changed(fills=fills._replace(shares=fills.shares + (np.arange(len(fills.row)) == 3)))
    with pytest.raises(sl.EngineMismatchError, match="exists only in compiled"):
        changed(fills=fills._make(field[:-1] for field in fills))
    with pytest.raises(sl.EngineMismatchError, match="equity after"):
        changed(equity=run.outcome.equity + 0.01)


def test_a_share_is_no_fund() -> None:
    def one(kind: str) -> sl.Panel:
        return sl.Panel(PANEL.sessions[:20], ("X",), np.full((20, 1), 10.0), kinds=(kind,))

    with pytest.raises(sl.InputError, match=r"market cn-etf does not know the board of X \(kind 'stock'"):
        sl.run(Answers({"X": 1.0}), one("stock"), "cn-etf", fill="close")
    assert len(sl.run(Answers({"X": 1.0}), one("etf"), "cn-etf", fill="close").fills) == 1


def test_a_run_that_never_decides_says_so() -> None:
    for engine in ("compiled", "backtrader", "both"):
        run = sl.run(sl.Rotation(score=sl.Momentum(2000)), PANEL, "cn-etf", engine=engine)
        (note,) = run.notes
        assert note.startswith("never decided: asked in ")
        assert f"0 sessions before the run to warm up with, {len(PANEL.sessions)} in it" in note
    monthly = sl.Rotation(schedule=sl.OnDates(("1999-01-04",)))
    assert "its schedule asks in no session" in sl.run(monthly, PANEL).notes[0]
    assert sl.run(RULE, PANEL, "cn-etf", measured_from="start").notes == ()
