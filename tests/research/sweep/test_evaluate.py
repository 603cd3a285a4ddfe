"""Variants evaluated together are what ``sectorlead.run`` makes of each, measured over the sessions that were asked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sectorlead as sl
from sectorlead.data.errors import LookAheadError
from sectorlead.data.types import Floats
from sectorlead.engine.strategy import Portfolio
from sectorlead.research.sweep import in_batches, one_by_one
from sectorlead.research.sweep.evaluate import evaluate, first_decisions
from sectorlead.research.sweep.evaluated import NAMES, NEVER, Evaluated
from sectorlead.research.sweep.in_batches import BATCH, PLAN
from sectorlead.strategies.library.registry import LIBRARY
from sectorlead.strategies.variants import variant_table

from ...parity.markets import MONEY, Case, Dice, cases

CN_ETF = sl.market("cn-etf")


class Waiting:
    """Holds the first two series from its tenth session on."""

    def decide(self, view: sl.Panel, portfolio: Portfolio) -> dict[str, float] | None:
        return {view.symbols[0]: 0.5, view.symbols[1]: 0.5} if len(view.sessions) == 10 else None


@dataclass(frozen=True)
class Moods(sl.Guard):
    """All in, half in, out, or not known, by the dice."""

    seed: int = 0

    def __call__(self, panel: sl.Panel) -> Floats:
        return np.random.default_rng(self.seed).choice([1.0, 0.5, 0.0, np.nan], panel.shape[0])


WHOLE = sl.simulate(seed=3, sessions=300)
PANEL = WHOLE.select(WHOLE.symbols[:6])
RULES = [
    sl.Rotation(sl.Momentum(20), sl.TopN(2), schedule=sl.Weekly()),
    sl.Rotation(sl.Momentum(60, skip=5), sl.TopN(3, hold_until_rank=4), exits=sl.Exits(stop=0.05)),
    Waiting(),
    sl.Rotation(sl.Momentum(2_000)),
]
CONFIG = sl.RunConfig(start="2015-06-01", cash=200_000)


def close(found: Evaluated, expected: Evaluated) -> None:
    """Equal to the last bit in all that is money or counted, to rounding in what is a mean or a root."""
    np.testing.assert_array_equal(found.first_decision, expected.first_decision)
    for name in ("final_equity", "starting_cash", "total_return", "fills", "decisions", "sessions"):
        np.testing.assert_array_equal(found.metrics[name], expected.metrics[name], err_msg=name)
    for name in NAMES:
        np.testing.assert_allclose(
            found.metrics[name], expected.metrics[name], rtol=1e-11, atol=1e-11, err_msg=name, equal_nan=True
        )
    if expected.returns is not None:
        assert found.returns is not None
        np.testing.assert_allclose(found.returns, expected.returns, rtol=0, atol=1e-15)


def test_the_first_decision_of_each() -> None:
    first = int(PANEL.sessions.searchsorted("2015-06-01"))
    found = first_decisions(RULES, PANEL, CN_ETF, sl.RunConfig())
    assert found[2:].tolist() == [9, NEVER]
    weekly = PANEL.sessions[found[0]].isocalendar()
    assert found[0] >= 20
    assert weekly.week != PANEL.sessions[found[0] + 1].isocalendar().week
    assert first_decisions(RULES[:1], PANEL, CN_ETF, CONFIG)[0] >= first


def test_rows_are_runs() -> None:
    row = int(PANEL.sessions.searchsorted("2015-09-01"))
    found = evaluate(RULES, PANEL, CN_ETF, CONFIG, measured_row=row, returns=True)
    assert found.returns is not None
    for i in (0, 1):
        run = sl.run(RULES[i], PANEL, "cn-etf", config=CONFIG, measured_from="2015-09-01")
        expected = run.summary()
        assert found.metrics["final_equity"][i] == expected["final_equity"]
        np.testing.assert_allclose(
            [found.metrics[name][i] for name in NAMES], [expected[name] for name in NAMES], rtol=1e-11, equal_nan=True
        )
        np.testing.assert_allclose(found.returns[i], run.returns, rtol=0, atol=1e-15)
    for i in (2, 3):  # never decide in these sessions
        assert all(np.isnan(values[i]) for values in found.metrics.values())
        assert np.isnan(found.returns[i]).all()
    assert [how.partition(":")[0] for how in found.how] == [BATCH, BATCH, one_by_one.HOW, BATCH]


def test_without_a_row_all_sessions_are_measured() -> None:
    found = evaluate(RULES[:1], PANEL, CN_ETF, CONFIG, measured_row=None, returns=False)
    assert found.returns is None
    expected = sl.run(RULES[0], PANEL, "cn-etf", config=CONFIG, measured_from="start").summary()["cagr"]
    assert found.metrics["cagr"][0] == pytest.approx(expected, rel=1e-12)


parts: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "pick": st.builds(
            lambda n, band, stay, swaps: sl.TopN(n, n + band, min_hold=stay, max_swaps=swaps),
            st.integers(1, 4), st.integers(0, 2), st.sampled_from([0, 3]), st.sampled_from([None, 0, 1]),
        ),
        "weigh": st.sampled_from([sl.Equal(), sl.Equal(0.5), sl.Equal(0.0), sl.InverseVolatility(3)]),
        "guard": st.sampled_from([sl.AlwaysIn(), Moods(1), Moods(2)]),
        "schedule": st.sampled_from([sl.Every(1), sl.Every(3), sl.Every(5, offset=2), sl.Weekly()]),
        "exits": st.sampled_from([sl.Exits(), sl.Exits(), sl.Exits(stop=0.02), sl.Exits(trailing=0.03, sessions=4)]),
    }
)  # fmt: skip


@settings(max_examples=40)
@given(cases(**MONEY), st.lists(parts, min_size=1, max_size=5), st.integers(0, 3))
def test_random_variants_in_random_markets(case: Case, several: list[dict[str, Any]], skip: int) -> None:
    rules = [sl.Rotation(Dice(case.seed + k % 2), **each) for k, each in enumerate(several)]
    config = sl.RunConfig(**{key: value for key, value in case.arguments.items() if key not in ("panel", "market")})
    row = min(case.first + skip, case.sessions - 2)
    arguments: Any = rules, case.panel, case.market, config
    found = evaluate(*arguments, measured_row=row, returns=True)
    close(found, one_by_one.evaluate(*arguments, measured_row=row, returns=True))
    np.testing.assert_array_equal(first_decisions(*arguments), found.first_decision)


def test_threads_chunks_and_order_change_no_bit() -> None:
    rng = np.random.default_rng(1)
    columns = {
        "score.lookback": rng.choice([10, 20, 40], 90),
        "pick.n": rng.integers(1, 5, 90),
        "schedule.offset": rng.integers(0, 5, 90),
        "exits.stop": rng.choice([0.0, 0.05], 90),
    }
    table = variant_table(sl.Rotation(sl.Momentum(20), schedule=sl.Monthly()), columns, lambda name: None)
    whole = evaluate(table, PANEL, CN_ETF, CONFIG, measured_row=None, returns=True)
    assert set(whole.how) == {BATCH}
    assert len(np.unique(whole.metrics["final_equity"])) > 40
    order = rng.permutation(90)
    for rows, threads in ((order, 2), (np.arange(90), 3)):
        for chunk in np.array_split(rows, 4):
            found = evaluate(table.take(chunk), PANEL, CN_ETF, CONFIG, measured_row=None, returns=True, threads=threads)
            for name in NAMES:
                np.testing.assert_array_equal(found.metrics[name], whole.metrics[name][chunk])
            assert found.returns is not None
            assert whole.returns is not None
            np.testing.assert_array_equal(found.returns, whole.returns[chunk])


@pytest.mark.parametrize(
    ("base", "columns"),
    [
        (
            sl.Rotation(sl.RandomScore(), sl.TopN(3)),
            {"score.seed": [4, 2**62, 0, 4], "pick.n": [3, 3, 2, 4], "weigh": [sl.Equal(), sl.InverseVolatility(9)] * 2,
             "exits.stop": [0.0, 0.0, 0.04, 0.0]},
        ),
        (
            sl.Tranches(sl.Rotation(sl.Momentum(20), sl.TopN(3)), 3, 4),
            {"rotation.score.lookback": [10, 20, 10, 30], "rotation.pick.n": [2, 3, 3, 2], "count": [3, 2, 2, 3],
             "rotation.weigh": [sl.Equal(), sl.Equal(), sl.InverseVolatility(9), sl.Equal()],
             "rotation.schedule": [sl.Monthly(), sl.Every(15), sl.Monthly(), sl.Every(15)]},
        ),
    ],
    ids=["seeds", "tranches"],
)  # fmt: skip
def test_what_a_table_shares_changes_no_bit(base: Any, columns: dict[str, list[Any]]) -> None:
    table = variant_table(base, columns, lambda name: None)
    arguments: Any = PANEL, CN_ETF, CONFIG
    found = evaluate(table, *arguments, measured_row=None, returns=True)
    assert not any(told.startswith("one by one") for told in found.how)
    close(found, one_by_one.evaluate(list(table), *arguments, measured_row=None, returns=True))
    np.testing.assert_array_equal(first_decisions(table, *arguments), found.first_decision)
    assert len({*found.metrics["final_equity"]}) == len(table)


def test_a_first_decision_is_looked_for_no_longer_than_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[int]()

    class Late:
        def __init__(self, row: int) -> None:
            self.row = row

        def decide(self, view: Any, portfolio: Any) -> Any:
            asked.append(len(view.sessions) - 1)
            return {view.symbols[0]: 1.0} if asked[-1] >= self.row else None

    monkeypatch.setattr(one_by_one, "FEW", 20)
    first, last = 5, len(PANEL.sessions) - 1
    config = sl.RunConfig(start=PANEL.sessions[first])
    for row in (7, 24, 25, 60, last - 1, last + 9):
        asked.clear()
        found = first_decisions([lambda row=row: Late(row)], PANEL, CN_ETF, config)
        assert found.tolist() == [row if row < last else -1]
        assert max(asked) < max(25, first + 4 * (row - first) + 4)


def test_few_ranks_at_a_time_change_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = [
        sl.Rotation(sl.Momentum(k), weigh=weigh)
        for k in (10, 20, 30)
        for weigh in (sl.Equal(), sl.InverseVolatility(9))
    ]
    whole = evaluate(rules, PANEL, CN_ETF, CONFIG, measured_row=None, returns=False)
    monkeypatch.setattr("sectorlead.strategies.batches.MOST_BYTES", 1)
    found = evaluate(rules, PANEL, CN_ETF, CONFIG, measured_row=None, returns=False)
    for name in NAMES:
        np.testing.assert_array_equal(found.metrics[name], whole.metrics[name])


@pytest.mark.parametrize(
    "pick", [sl.TopN(5, min_hold=60), sl.TopN(5, max_swaps=1), sl.TopN(5, 7, min_hold=20, max_swaps=0)]
)
def test_what_looks_past_the_ranks_that_are_held_has_them_all(pick: sl.TopN) -> None:
    """With five of 31 only the best ranks would be told apart, and sums of uneven weights go by all ranks.

    In fractional units: lots would hide a last bit.
    """
    rules = [
        sl.Rotation(sl.Momentum(k), pick, weigh, schedule=sl.Weekly())
        for k in (5, 10, 20)
        for weigh in (sl.Equal(), sl.InverseVolatility(20))
    ]
    arguments: Any = rules, WHOLE, sl.market("frictionless"), sl.RunConfig()
    found = evaluate(*arguments, measured_row=None, returns=True)
    close(found, one_by_one.evaluate(*arguments, measured_row=None, returns=True))


ONE_BY_ONE: dict[str, str] = {}
"""Strategies of the library that can't be batched, and why."""


def test_every_strategy_of_the_library_is_batched() -> None:
    rules = [entry.build() for entry in LIBRARY.values()]
    panel = sl.simulate(seed=4, sessions=400)
    found = evaluate(rules, panel, CN_ETF, sl.RunConfig(), measured_row=None, returns=False)
    slow = {name: how for name, how in zip(LIBRARY, found.how, strict=True) if how not in (BATCH, PLAN)}
    assert slow == ONE_BY_ONE
    close(found, one_by_one.evaluate(rules, panel, CN_ETF, sl.RunConfig(), measured_row=None, returns=False))


@pytest.mark.parametrize(
    ("rule", "how"),
    [
        (sl.Tranches(RULES[0], 3, 2), PLAN),
        (sl.Tranches(sl.Rotation(sl.Momentum(20), weigh=sl.Capped(sl.Equal(), 0.3)), 3, 2), PLAN),
        (sl.Delayed(RULES[1], 2), PLAN),
        (sl.Rotation(sl.Momentum(20), sl.DiverseTopN(3)), "one by one: DiverseTopN"),
        (sl.Rotation(sl.Momentum(20), weigh=sl.Capped(sl.Equal(), 0.3)), "one by one: Capped"),
        (Waiting(), "one by one: each decision is asked for"),
    ],
)
def test_how_a_strategy_is_evaluated(rule: Any, how: str) -> None:
    arguments: Any = [rule, RULES[0]], PANEL, CN_ETF, sl.RunConfig()
    found = evaluate(*arguments, measured_row=None, returns=True)
    assert found.how[0].startswith(how)
    assert found.how[1] == BATCH
    close(found, one_by_one.evaluate(*arguments, measured_row=None, returns=True))


def test_before_the_close_parts_are_asked_once_for_all() -> None:
    times = {name: PANEL.low + share * (PANEL.high - PANEL.low) for name, share in (("14:30", 0.6), ("14:50", 0.5))}
    panel = replace(PANEL, fields={f"price_{time}": price for time, price in times.items()})
    rules = [
        sl.Rotation(sl.Momentum(k), pick, weigh, guard, schedule=sl.Every(3))
        for k, pick, weigh, guard in (
            (20, sl.TopN(2), sl.Equal(), sl.AlwaysIn()),
            (20, sl.TopN(1, 3, min_hold=5), sl.InverseVolatility(9), Moods(1)),
            (40, sl.TopN(3, max_swaps=1), sl.Equal(0.5), Moods(2)),
        )
    ]
    rules += [replace(rules[0], exits=sl.Exits(stop=0.05)), sl.Tranches(rules[0], 2, 1)]
    arguments: Any = rules, panel, CN_ETF, sl.RunConfig(cash=200_000, decide_at="14:30", price_at="14:50")
    found = evaluate(*arguments, measured_row=None, returns=True)
    assert found.how[:3] == [BATCH] * 3
    assert found.how[3:] == ["one by one: exits before the close", "one by one: decide_at='14:30'"]
    close(found, one_by_one.evaluate(*arguments, measured_row=None, returns=True))
    same_price = sl.RunConfig(cash=200_000, price_at="14:50")
    later = evaluate(rules[:1], panel, CN_ETF, same_price, measured_row=None, returns=False)
    assert later.metrics["final_equity"][0] != found.metrics["final_equity"][0]


def test_scores_before_the_close_beyond_room_run_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    panel = replace(PANEL, fields={"price_14:30": PANEL.close, "price_14:50": PANEL.close})
    config = sl.RunConfig(decide_at="14:30", price_at="14:50", start=PANEL.sessions[-40])
    monkeypatch.setattr(in_batches, "EARLY_BYTES", 1)
    rules = [sl.Rotation(sl.Momentum(k)) for k in (5, 9)]
    found = evaluate(rules, panel, CN_ETF, config, measured_row=None, returns=False)
    assert found.how == [BATCH, "one by one: more scores than are kept before the close"]


def test_on_another_engine_all_run_there() -> None:
    config = sl.RunConfig(engine="both")
    found = evaluate(RULES[:2], PANEL, CN_ETF, config, measured_row=None, returns=False)
    assert all(how == "one by one: engine='both'" for how in found.how)


def test_a_sample_on_the_engine_of_record() -> None:
    found = evaluate(RULES[:2], PANEL, CN_ETF, sl.RunConfig(), measured_row=None, returns=False)
    for i in (0, 1):
        run = sl.run(RULES[i], PANEL, "cn-etf", engine="backtrader")
        assert found.metrics["final_equity"][i] == run.outcome.equity[-1]
        assert found.metrics["fills"][i] == len(run.fills)


def test_what_is_not_counted_exactly_runs_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_batches, "EXACT_STEPS", 1e6)  # ten thousand yuan
    found = evaluate(RULES[:1], PANEL, CN_ETF, sl.RunConfig(), measured_row=None, returns=True)
    assert found.how[0].startswith("one by one: more money")
    close(found, one_by_one.evaluate(RULES[:1], PANEL, CN_ETF, sl.RunConfig(), measured_row=None, returns=True))


def test_a_seed_is_that_of_every_variant() -> None:
    rules = [sl.Rotation(sl.RandomScore(1)), sl.Rotation(sl.RandomScore(2))]
    found = evaluate(rules, PANEL, CN_ETF, sl.RunConfig(seed=9), measured_row=None, returns=False)
    expected = sl.run(rules[0], PANEL, "cn-etf", seed=9).summary()["final_equity"]
    assert found.metrics["final_equity"].tolist() == [expected, expected]


@dataclass(frozen=True)
class Peeking(sl.Score):
    """Tomorrow's close."""

    def __call__(self, panel: sl.Panel) -> Floats:
        return np.vstack([panel.close[1:], panel.close[-1:]])


def test_a_look_ahead_is_found() -> None:
    rules = [RULES[0], sl.Rotation(Peeking())]
    with pytest.raises(LookAheadError, match="Peeking"):
        evaluate(rules, PANEL, CN_ETF, sl.RunConfig(), measured_row=None, returns=False)
