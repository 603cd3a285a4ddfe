"""The verdict over a family: what it says of families whose truth is known, and of what can't be tested."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import norm

from sectorlead.data.errors import ParameterError
from sectorlead.reports.significance.sharpe import (
    deflated_sharpe,
    effective_trials,
    expected_maximum,
    moments_of,
    probabilistic_sharpe,
    shortest_backtest,
    shortest_record,
)
from sectorlead.reports.significance.stepdown import romano_wolf
from sectorlead.reports.significance.verdict import verdict
from sectorlead.reports.significance.words import in_words, method

SESSIONS = 1_260


def market(seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    equal = rng.normal(0.0003, 0.01, SESSIONS)
    return {"equal weight": equal, "benchmark": equal + rng.normal(0, 0.002, SESSIONS)}


def variants(controls: dict[str, np.ndarray], count: int = 25, edge: float = 0.0, seed: int = 1) -> np.ndarray:
    """The second has an edge; the others have none."""
    rng = np.random.default_rng(seed)
    apart = rng.normal(0, 0.004, (SESSIONS, count))
    apart -= apart.mean(axis=0)
    apart[:, 1] += edge
    return controls["equal weight"][:, None] + apart


def test_no_edge_is_said_to_be_chance() -> None:
    controls = market()
    found = verdict(variants(controls), controls)
    assert found.winners == ()
    assert not found.table()["stands"].any()
    assert found.sentences[0].startswith(
        "Against equal weight, benchmark: can't be told from chance. The best of 25 variants falls"
    )
    assert found.sentences[1] == "25 variants were tried, over 1,260 sessions (5.0 years)."
    assert found.sentences == in_words(found)
    assert "Romano and Wolf" in method(found)


def test_an_edge_is_named_and_stands_against_all() -> None:
    controls = market()
    found = verdict(variants(controls, edge=0.001), controls, names=[f"look-back {k}" for k in range(25)])
    assert found.winners == ("look-back 1",)
    assert found.best is not None
    assert found.best.name == "look-back 1"
    assert (
        "1 can be told from chance at 5%, corrected for 25 trials and 2 controls: look-back 1 (+25.2% a year, not "
            "compounded, p"
        in (found.sentences[0])
    )
    assert "Against all 2 at once: look-back 1." in found.sentences
    assert found.overfitting is not None
    assert found.overfitting.pbo < 0.05
    assert found.confidence_set is not None
    assert found.confidence_set.inside.tolist() == [k == 1 for k in range(25)]


def test_the_family_is_all_variants_and_all_controls() -> None:
    controls = market()
    returns = variants(controls, edge=0.0005)
    found = verdict(returns, controls)
    every = romano_wolf(np.hstack([returns - line[:, None] for line in controls.values()]))
    np.testing.assert_array_equal(np.concatenate([each.p for each in found.against]), every.p)
    first = found.against[0]
    active = returns - controls["equal weight"][:, None]
    np.testing.assert_allclose(first.ahead, active.mean(axis=0) * 252, atol=1e-15)
    ratio = active.mean(axis=0) / active.std(axis=0, ddof=1) * math.sqrt(252)
    np.testing.assert_allclose(first.ratio, ratio, atol=1e-14)


def test_what_was_tried_and_is_not_shown_counts() -> None:
    controls = {"equal weight": market()["equal weight"]}
    returns = variants(controls, edge=0.00045)
    assert verdict(returns, controls).winners == ("2",)
    found = verdict(returns, controls, trials=100_000)
    assert found.winners == ()
    assert found.sentences[1].startswith("100,000 variants were tried, of which 25 are shown")
    assert found.chance is not None
    assert found.chance.high_ratio > verdict(returns, controls).chance.high_ratio  # type: ignore[union-attr]
    assert found.best is not None
    assert found.best.years_needed > found.years


def test_variants_that_cannot_be_tested_are_named_and_count_as_trials() -> None:
    controls = {"equal weight": market()["equal weight"]}
    returns = variants(controls, edge=0.001)
    returns[3, 5] = math.nan
    returns[:, 7] = controls["equal weight"]
    found = verdict(returns, controls)
    assert set(found.left_out) == {"6", "8"}
    assert found.trials == 25
    assert math.isnan(found.against[0].p[5])
    assert math.isnan(found.against[0].p[7])
    assert found.winners == ("2",)
    assert "1 could not be tested: a return is not known in some session." in found.sentences[1]


def test_the_order_of_variants_makes_no_difference() -> None:
    controls = market()
    returns, order = variants(controls, count=12), np.random.default_rng(2).permutation(12)
    names = [f"v{k}" for k in range(12)]
    found = verdict(returns, controls, names=names)
    other = verdict(returns[:, order], controls, names=[names[k] for k in order])
    assert found.sentences == other.sentences
    columns = ["variant", "control", "p", "p_corrected", "t"]
    left, right = (each.table()[columns].sort_values(columns[:2]).reset_index(drop=True) for each in (found, other))
    assert left.equals(right)


def test_one_variant_alone_has_nothing_to_correct() -> None:
    controls = {"equal weight": market()["equal weight"]}
    found = verdict(variants(controls, edge=0.0005)[:, 1:2], controls)
    assert found.winners == ("1",)
    assert found.against[0].p[0] == found.against[0].alone[0]
    assert found.sentences[0].startswith(
        "Against equal weight: 1 can be told from chance at 5%: variant 1 (+12.6% a year"
    )
    assert (found.overfitting, found.confidence_set, found.pairs) == (None, None, None)


def test_pairs_of_few_variants() -> None:
    controls = {"equal weight": market()["equal weight"]}
    found = verdict(variants(controls, count=4, edge=0.001), controls)
    assert found.pairs is not None
    assert found.pairs.apart == 3
    assert set(found.pairs.table.query("p <= 0.05")[["first", "second"]].to_numpy().ravel()) == {"1", "2", "3", "4"}
    assert found.sentences[-1] == "Of 6 pairs of variants, 3 can be told apart, corrected for all of them."


def test_a_short_sample_says_nothing() -> None:
    controls = market()
    returns = variants(controls, edge=0.01)
    short = {name: line[:59] for name, line in controls.items()}
    found = verdict(returns[:59], short)
    assert (found.against, found.winners) == ((), ())
    assert found.sentences[0] == "Nothing can be told from chance: 59 sessions are too few, of at least 60."
    assert found.table().empty
    longer = {name: line[:60] for name, line in controls.items()}
    assert verdict(returns[:60], longer).against


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"trials": 24}, "at least the 25 variants"),
        ({"names": ["a"] * 25}, "each once"),
        ({"controls": {}}, "at least one"),
        ({"controls": {"flat": np.zeros(9)}}, "'flat'"),
        ({"controls": {"holes": np.full(SESSIONS, np.nan)}}, "1260 of them not finite"),
        ({"level": 1.0}, "level"),
        ({"resamples": 9}, "100"),
        ({"returns": np.zeros(SESSIONS)}, "shape"),
    ],
)
def test_refused(change: dict[str, object], text: str) -> None:
    controls = market()
    given = {"returns": variants(controls), "controls": controls, **change}
    with pytest.raises(ParameterError, match=text):
        verdict(**given)  # type: ignore[arg-type]


def test_every_number_is_that_of_its_own_test() -> None:
    """Two controls, one far harder to beat, and trials that are not shown."""
    equal = market()["equal weight"]
    controls = {"equal weight": equal, "leader": equal + 0.0004 + np.random.default_rng(9).normal(0, 0.003, SESSIONS)}
    returns = variants(controls, count=10)
    returns[:, 1] = equal + 0.0003 + np.random.default_rng(3).normal(0, 0.0005, SESSIONS)  # surely ahead of one
    returns[:, 2] += 0.0008  # ahead of both
    found = verdict(returns, controls, trials=60, names=list("abcdefghij"))
    every = romano_wolf(np.hstack([returns - line[:, None] for line in controls.values()]), unseen=2 * 50)
    t = every.t.reshape(2, 10)
    np.testing.assert_array_equal(np.concatenate([each.p for each in found.against]), every.p)
    assert found.chance is not None
    assert found.chance.alone == (every.alone <= 0.05).sum() > (every.p <= 0.05).sum()
    assert found.chance.expected == pytest.approx(1.0)
    assert found.chance.critical == every.critical()
    best = found.best
    assert best is not None
    assert (best.place, t.min(axis=0).argmax(), t.max(axis=0).argmax()) == (2, 2, 1)
    hardest = t[:, best.place].min()
    assert best.years_needed == pytest.approx(5.0 * ((every.critical() + 0.8416212) / hardest) ** 2)
    more = math.ceil(best.years_needed - 5.0)
    assert any(f"about {more} more years" in sentence for sentence in found.sentences)
    active = returns - equal[:, None]
    record, ratios = moments_of(active[:, best.place]), active.mean(axis=0) / active.std(axis=0, ddof=1)
    independent = effective_trials(active) + 50
    assert (best.effective_trials, best.psr) == pytest.approx((independent, probabilistic_sharpe(record)))
    assert best.dsr == pytest.approx(deflated_sharpe(record, independent, float(ratios.var(ddof=1))))
    assert best.shortest_record == pytest.approx(shortest_record(record) / 252)


def test_who_beats_one_control_only_is_no_winner() -> None:
    equal = market()["equal weight"]
    controls = {"equal weight": equal, "leader": equal + 0.002}
    found = verdict(variants(controls, edge=0.001), controls)
    assert found.against[0].stands[1]
    assert not found.against[1].stands.any()
    assert found.winners == ()
    assert "Against all 2 at once: none stands." in found.sentences


def test_chance_alone_by_hand() -> None:
    """The best of V independent variants without edge shows E[max of V] over the root of the years."""
    controls = {"equal weight": market()["equal weight"]}
    found = verdict(variants(controls, count=40), controls).chance
    assert found is not None
    assert found.best_ratio == pytest.approx(expected_maximum(40, exact=True) / 5**0.5, rel=0.05)
    assert found.high_ratio == pytest.approx(norm.isf(1 - 0.95 ** (1 / 40)) / 5**0.5, rel=0.05)
    assert found.shortest_backtest == pytest.approx(shortest_backtest(40))


def test_each_variant_can_have_a_control_of_its_own() -> None:
    rng = np.random.default_rng(8)
    market = rng.normal(0, 0.01, (1_500, 1))
    own = market + rng.normal(0, 0.003, (1_500, 3))
    lead = np.array([0.0008, 0.0, 0.0008])
    returns = own + lead + rng.normal(0, 0.003, (1_500, 3))
    own[:, 2] = np.nan  # none for the last
    found = verdict(returns, {"market": market[:, 0], "own": own})
    table = found.table().set_index(["variant", "control"])
    alone = verdict(returns[:, :1], {"own": own[:, 0]}).table().iloc[0]
    assert table.loc[("1", "own"), ["ahead", "t"]].tolist() == pytest.approx(alone[["ahead", "t"]].tolist())
    assert np.isnan(table.loc[("3", "own"), "p_corrected"])
    assert found.winners == ("1", "3")
    for wrong in (own[:, :2], np.where(np.arange(1_500)[:, None] < 3, np.nan, own), own * np.nan):
        with pytest.raises(ParameterError, match="'own' must have a finite return"):
            verdict(returns, {"own": wrong})


def test_the_best_is_looked_at_in_each_phase() -> None:
    rng = np.random.default_rng(9)
    labels = np.repeat(np.arange(30) % 3, 50)
    labels[:40] = -1
    control = rng.normal(0, 0.01, 1_500)
    returns = control + np.where(labels == 1, 0.0015, 0.0) + rng.normal(0, 0.003, 1_500)
    names = ("advance", "pullback", "bear", "never")
    found = verdict(returns[:, None], {"equal weight": control}, phases=(labels, names))
    assert found.phases is not None
    table = found.phases.table.set_index("phase")
    assert table.index.tolist() == ["advance", "pullback", "bear"]
    assert table.loc["pullback", "ahead"] == pytest.approx((returns - control)[labels == 1].mean() * 252)
    assert (table["p"] <= 0.05).tolist() == [False, True, False]
    assert "told from chance in pullback." in found.sentences[-1]
    tried = verdict(returns[:, None], {"equal weight": control}, phases=(labels, names), trials=10**13)
    assert tried.phases is not None
    assert tried.phases.table["p"].min() > 0.05
    assert "in none of them" in tried.sentences[-1]
    lost = verdict(2 * control[:, None] - returns[:, None], {"equal weight": control}, phases=(labels, names))
    assert lost.phases is not None
    assert lost.phases.table["p"].min() <= 0.05  # a phase can be lost, too
