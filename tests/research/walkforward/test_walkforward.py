"""A walk-forward: one account, chosen from what was known, beside the same fixed in advance."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

import sectorlead as sl
from sectorlead.data.errors import InputError, ParameterError, RunFolderError, UnknownNameError
from sectorlead.ledger.counting import CONTROL
from sectorlead.ledger.deflation import tried_on
from sectorlead.research.walkforward.choice import METRICS
from sectorlead.research.walkforward.measured import metrics_of

WHOLE = sl.simulate(seed=3, sessions=400)
PANEL = WHOLE.select(WHOLE.symbols[:8])
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly())
GRID: dict[str, Any] = {"score.lookback": [10, 20, 40], "pick.n": [1, 2, 3]}
WINDOWS = sl.Windows(150, 90)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("store")


@pytest.fixture(scope="module")
def found(store: Path) -> sl.WalkForwardResult:
    return sl.walkforward(RULE, GRID, PANEL, "cn-etf", windows=WINDOWS, engine="both", store=store)


@pytest.mark.parametrize("engine", ["compiled", "backtrader"])
@pytest.mark.parametrize("choose", ["best", "all"])
def test_with_one_parameter_set_on_offer_it_is_the_plain_run(engine: Any, choose: str, store: Path) -> None:
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(2, hold_until_rank=4), schedule=sl.Every(7), exits=sl.Exits(stop=0.05))
    made = sl.walkforward(
        rule, {"lookback": [20]}, PANEL, "cn-etf", windows=WINDOWS, choose=choose, engine=engine, store=store
    )
    days = PANEL.sessions
    plain = sl.run(rule, PANEL, "cn-etf", start=days[149], measured_from=days[150], engine=engine)
    np.testing.assert_array_equal(made.run.equity, plain.equity)
    pd.testing.assert_frame_equal(made.run.fills, plain.fills)
    np.testing.assert_array_equal(made.returns["walk_forward"], plain.returns)
    np.testing.assert_array_equal(made.returns["as_given"], plain.returns)
    assert made.standing == 0.5, "it is the only fixed variant"


def test_each_choice_is_the_best_of_a_sweep_of_its_training_alone(found: sl.WalkForwardResult, store: Path) -> None:
    assert found.run.verified
    assert found.windows["test_sessions"].tolist() == [90, 90, 70]
    for number, row in found.windows.iterrows():
        swept = sl.sweep(RULE, GRID, PANEL, "cn-etf", start=row["train_from"], end=row["train_to"], store=store)
        best = swept.top(1).iloc[0]
        own = found.chosen[found.chosen["window"] == number]
        assert own[["variant", "weight"]].to_numpy().tolist() == [[best.name, 1.0]]
        assert own["score.lookback"].item() == best["score.lookback"]
        assert row["in_sample"] == best["sharpe"]
        np.testing.assert_array_equal(found.in_sample.loc[number], swept.table["sharpe"])


def test_no_choice_goes_by_what_came_after(found: sl.WalkForwardResult, store: Path) -> None:
    """The panel that ends with the first test, and one in which everything after it is another market."""
    cut = PANEL.until(int(found.run.terms.first) + 89)
    before = sl.walkforward(RULE, GRID, cut, "cn-etf", windows=WINDOWS, store=store)
    assert before.chosen.equals(found.chosen.iloc[:1])
    np.testing.assert_array_equal(before.run.equity, found.run.equity[:90])
    np.testing.assert_array_equal(before.in_sample.loc[1], found.in_sample.loc[1])


def test_the_tables_by_hand(found: sl.WalkForwardResult, store: Path) -> None:
    daily, at = found.returns["walk_forward"], 0
    days = PANEL.sessions
    fixed = sl.sweep(
        RULE, GRID, PANEL, "cn-etf", start=days[149], measured_from=days[150], returns="float64", store=store
    )
    np.testing.assert_array_equal(found.fixed["sharpe"], fixed.table["sharpe"])
    for number, row in found.windows.iterrows():
        own = daily.iloc[at : at + row["test_sessions"]]
        assert row["out_of_sample"] == pytest.approx(own.mean() / own.std() * np.sqrt(252))
        others = fixed.returns().iloc[at : at + row["test_sessions"]]
        ratios = others.mean() / others.std() * np.sqrt(252)
        np.testing.assert_allclose(found.out_of_sample.loc[number], ratios)
        assert row["rank"] == (ratios > ratios[row["variant"]]).sum() + 1
        assert row["median"] == pytest.approx(ratios.median())
        assert row["correlation"] == pytest.approx(found.in_sample.loc[number].corr(ratios, method="spearman"))
        expected = row["out_of_sample"] / row["in_sample"] if row["in_sample"] > 0 else np.nan
        np.testing.assert_allclose(row["efficiency"], expected)
        at += row["test_sessions"]
    loss, length = found.loss, found.windows["test_sessions"]
    gap = found.windows["in_sample"] - found.windows["out_of_sample"]
    assert loss.lost == pytest.approx((gap * length).sum() / length.sum())
    assert (loss.windows, loss.above) == (3, int((found.windows["out_of_sample"] > found.windows["median"]).sum()))
    own, others = found.run.summary()["sharpe"], fixed.table["sharpe"]
    assert found.standing == pytest.approx(((others < own) + 0.5 * (others == own)).mean())
    chosen = found.windows["variant"].tolist()
    assert found.stability.changes == sum(a != b for a, b in pairwise(chosen))


def test_equal_weight_is_invested_from_the_first_test_on(found: sl.WalkForwardResult) -> None:
    run, returns = found.run, found.returns["equal_weight"]
    moves = run.panel.adjusted_close[run.terms.first] / run.panel.last_adjusted_close[run.terms.first - 1] - 1
    assert returns.iloc[0] != 0
    assert abs(returns.iloc[0] - np.nanmean(moves)) < 0.02  # from the open on
    over = run.summary(equal_weight=True)
    assert found.controls.loc["equal_weight", "total_return"] == pytest.approx(over["equal_weight_total_return"])
    assert (1 + returns).prod() - 1 == pytest.approx(over["equal_weight_total_return"])


def test_metrics_of_sessions_are_those_of_a_run_measured_over_them() -> None:
    run = sl.run(RULE, PANEL, "cn-etf", measured_from=PANEL.sessions[120], end=PANEL.sessions[260])
    told, wanted = metrics_of(run.returns.to_numpy()[:, None], PANEL, 120, 260), run.summary()
    for name in METRICS:
        assert told[name][0] == pytest.approx(wanted[name], rel=1e-9), name


def test_a_function_chooses_among_what_it_is_given(store: Path) -> None:
    asked = []

    def worst(seen: sl.InSample) -> int:
        asked.append(seen)
        return int(seen.order[-1])

    made = sl.walkforward(
        RULE, GRID, PANEL, "cn-etf", windows=WINDOWS, choose=worst, metric="volatility", where="n < 3", store=store
    )
    assert len(asked) == 3
    assert made.about["choose"] == "worst"
    for seen, number in zip(asked, made.windows.index, strict=True):
        assert seen.table["volatility"].idxmax() == made.windows.loc[number, "variant"], "low is best of a volatility"
        assert made.windows.loc[number, "in_sample"] == seen.table["volatility"].max()


def test_several_are_held_at_once_and_all_of_them_told(store: Path) -> None:
    made = sl.walkforward(RULE, GRID, PANEL, "cn-etf", windows=WINDOWS, choose="top-fifth", engine="both", store=store)
    assert made.run.verified
    assert made.windows["held"].tolist() == [2, 2, 2]
    assert made.windows["variant"].isna().all()
    assert (made.chosen.groupby("window")["weight"].sum() == 1).all()


@dataclass(frozen=True)
class Shy(sl.Score):
    """Ranks nothing before a session."""

    lookback: int = 20
    since: int = 0

    def __call__(self, panel: sl.Panel) -> np.ndarray:
        out = sl.Momentum(self.lookback)(panel)
        out[: self.since] = np.nan
        return out


def test_a_window_in_which_nothing_can_be_chosen_holds_cash_and_says_why(store: Path) -> None:
    shy = sl.Rotation(Shy(20, 200), sl.TopN(2), schedule=sl.Weekly())
    made = sl.walkforward(shy, {"lookback": [10, 20]}, PANEL, "cn-etf", windows=WINDOWS, engine="both", store=store)
    assert made.windows["held"].tolist()[0] == 0
    assert "none decided" in made.windows["reason"].iloc[0]
    assert np.isnan(made.windows["in_sample"].iloc[0])
    assert (made.run.weights.iloc[:90].to_numpy() == 0).all()
    assert made.windows["held"].iloc[1:].tolist() == [1, 1]
    assert (made.run.weights.iloc[100:].sum(axis=1) > 0.5).all()
    assert "in cash" in [text for row in made.content().rows for text in row]


def test_a_variant_that_never_decides_is_not_chosen(store: Path) -> None:
    shy = sl.Rotation(Shy(20), sl.TopN(2), schedule=sl.Weekly())
    made = sl.walkforward(shy, {"since": [0, 1_000]}, PANEL, windows=WINDOWS, store=store)
    assert made.windows["variant"].tolist() == [0, 0, 0]
    assert made.windows["ranked"].tolist() == [1, 1, 1]


def test_a_series_that_is_listed_in_a_window_and_one_window_only(store: Path) -> None:
    frame = pd.DataFrame(PANEL.close, PANEL.sessions, list(PANEL.symbols))
    frame.iloc[:190, 0] = np.nan
    panel = sl.Panel.from_frames(frame, open=frame, high=frame, low=frame)
    made = sl.walkforward(
        RULE, {"lookback": [10, 20]}, panel, "frictionless", windows=sl.Windows(160, 300), engine="both", store=store,
        accept=["repeated-sessions"],
    )  # fmt: skip
    assert made.run.verified
    assert len(made.windows) == 1
    assert made.stability.seams == 0
    assert np.isnan(made.stability.agreement)
    assert (made.run.weights.iloc[:30, 0] == 0).all()


def test_it_is_answered_from_what_was_kept(found: sl.WalkForwardResult, store: Path) -> None:
    told = []
    terms = {"windows": WINDOWS, "engine": "both", "store": store}
    again = sl.walkforward(RULE, GRID, PANEL, "cn-etf", progress=lambda *step: told.append(step), **terms)
    assert told == [], "every sweep is answered from the store"
    pd.testing.assert_frame_equal(again.windows, found.windows)


def test_saved_and_opened_it_is_the_same(found: sl.WalkForwardResult, tmp_path: Path) -> None:
    folder = found.save(tmp_path / "walk")
    opened = sl.open(folder)
    assert isinstance(opened, sl.WalkForwardResult)
    for name in ("windows", "chosen", "in_sample", "out_of_sample", "fixed", "controls", "returns", "band"):
        pd.testing.assert_frame_equal(getattr(opened, name), getattr(found, name), check_freq=False)
    assert repr(opened) == repr(found)
    assert opened.describe() == found.describe()
    assert opened.stability.table.equals(found.stability.table)
    np.testing.assert_array_equal(opened.run.equity, found.run.equity)
    assert opened.run.strategy == found.run.strategy, "the strategy is made again from the folder"
    assert json.loads((folder / "manifest.json").read_text())["windows"]["train"] == 150
    assert pd.read_csv(folder / "windows.csv")["out_of_sample"].to_numpy() == pytest.approx(
        found.windows["out_of_sample"].to_numpy()
    )
    (folder / "windows.parquet").write_bytes(b"PAR1")
    with pytest.raises(RunFolderError, match=r"windows\.parquet"):
        sl.open(folder)


def test_the_verdict_is_on_the_run_and_counts_one_trial(found: sl.WalkForwardResult) -> None:
    verdict, wider = found.verdict(trials=1), found.verdict(trials=50)
    assert (verdict.trials, wider.trials) == (1, 50)
    assert found.content(verdict).told[0] == verdict.sentences[0]
    own = found.run.returns - found.returns["equal_weight"]
    assert verdict.against[0].ahead[0] == pytest.approx(own.mean() * 252)
    assert wider.against[0].p[0] > verdict.against[0].p[0]


def test_the_ledger_has_the_run_as_one_trial_and_the_control_apart(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECTORLEAD_TRIALS", str(tmp_path / "trials.sqlite"))
    made = sl.walkforward(RULE, GRID, PANEL, "cn-etf", windows=WINDOWS, store=store)
    again = sl.walkforward(RULE, GRID, PANEL, "cn-etf", windows=WINDOWS, choose="all", store=store)
    assert tried_on(PANEL, without=(CONTROL,)).number == 2
    assert tried_on(PANEL).number == 2 + 9, "the fixed variants, the rule as given among them"
    assert made.verdict().trials == again.verdict().trials == 2


@pytest.mark.parametrize(
    ("given", "kind", "told"),
    [
        ({"grid": {"market.slippage_bps": [0, 5]}}, InputError, "for one account"),
        ({"windows": (3, 1)}, ParameterError, "Windows"),
        ({"windows": sl.Windows("3y")}, InputError, "don't fit"),
        ({"metric": "sharp"}, UnknownNameError, "sharpe"),
        ({"metric": "turnover"}, UnknownNameError, "metric to choose by"),
        ({"choose": "bets"}, UnknownNameError, "best"),
        ({"measured_from": "2015-06-01"}, ParameterError, "leave it out"),
        ({"seed": 1}, ParameterError, "put it in grid"),
        ({"search": sl.OptunaSearch(5)}, ParameterError, "RandomSearch"),
        ({"panel": None}, ParameterError, "needs a panel"),
        ({"grid": {"schedule": [sl.Weekly(), sl.Monthly()]}, "choose": "all"}, ParameterError, "one schedule"),
        ({"grid": {"exits.stop": [0.1, 0.2]}, "choose": "all"}, ParameterError, "exits"),
    ],
)
def test_what_can_t_be_done_is_told(given: dict[str, Any], kind: type, told: str, store: Path) -> None:
    asked = {"grid": GRID, "panel": PANEL, "market": "cn-etf", "windows": WINDOWS, "store": store} | given
    with pytest.raises(kind, match=told):
        sl.walkforward(RULE, **asked)


def test_a_backtrader_strategy_can_t_be_followed() -> None:
    from sectorlead.engine.on_backtrader.quiet import bt

    class Crossing(bt.Strategy):
        params = (("period", 20),)

    with pytest.raises(ParameterError, match="orders of its own"):
        sl.walkforward(Crossing, {"period": [5, 10]}, PANEL, windows=WINDOWS)


def test_a_search_draws_the_same_variants_in_every_window(store: Path) -> None:
    grid, search = {"lookback": range(5, 60), "n": [1, 2, 3]}, sl.RandomSearch(6, seed=2)
    made = sl.walkforward(RULE, grid, PANEL, windows=WINDOWS, search=search, store=store)
    assert made.in_sample.shape == (3, 6)
    assert made.fixed["score.lookback"].nunique() > 3


def test_figures_have_the_run_out_of_sample(found: sl.WalkForwardResult) -> None:
    with matplotlib.rc_context({"backend": "agg"}):
        drawn = {line.get_label(): line for line in found.plot("growth").lines}
        np.testing.assert_allclose(drawn["Walk-forward"].get_ydata()[1:], found.run.equity / found.run.terms.opening)
        for kind in ("windows", "spread", *found.axes):
            assert found.plot(kind).get_title()
        with pytest.raises(UnknownNameError, match="Known: growth, windows, spread"):
            found.plot("choices")
    plt.close("all")
