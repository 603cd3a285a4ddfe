"""Variants of a sweep are trials, each the one that it would be as a run."""

from __future__ import annotations

from pathlib import Path

import pytest

import sectorlead as sl
from sectorlead.ledger import counting
from sectorlead.ledger.deflation import tried_on
from sectorlead.research.sweep import counted, fingerprints
from sectorlead.research.sweep.fingerprints import prints

PANEL = sl.simulate(seed=8, sessions=200)
RULE = sl.Rotation(sl.Momentum(20), sl.TopN(3))
GRID = {"lookback": list(range(5, 25)), "pick.n": [2, 3], "market.slippage_bps": [0.0, 5.0]}


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> sl.SweepResult:
    return sl.sweep(RULE, GRID, PANEL, "cn-etf", store=tmp_path_factory.mktemp("store"))


def again(swept: sl.SweepResult) -> sl.SweepResult:
    """The same sweep, answered from where it is kept."""
    return sl.sweep(RULE, GRID, PANEL, "cn-etf", store=swept.folder.parent)


def test_a_sweep_counts_its_variants_once(
    ledger: Path, swept: sl.SweepResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counted, "BLOCK", 7)
    again(swept)
    assert tried_on(PANEL).number == 80
    for variant in (0, 33, 79):
        swept.run(variant).summary()
    again(swept)
    assert tried_on(PANEL).number == 80, "a variant by itself is the one of the sweep"
    sl.run(sl.Rotation(sl.Momentum(30), sl.TopN(3)), PANEL, "cn-etf").summary()
    assert tried_on(PANEL).number == 81
    found = sl.trials(PANEL, purpose="sweep")
    assert found.sharpe.tolist() == swept.table.sharpe.tolist()
    assert found.strategy.tolist()[:2] == [f"Rotation: slippage_bps 0.0, lookback 5, n {n}" for n in (2, 3)]


def test_a_verdict_allows_for_all_trials_on_the_data(ledger: Path, swept: sl.SweepResult) -> None:
    assert swept.verdict(resamples=100).trials == 80
    again(swept)
    for n in range(4, 9):
        sl.run(sl.Rotation(sl.Momentum(20), sl.TopN(n)), PANEL, "cn-etf").summary()
    found = swept.verdict(resamples=100)
    assert found.trials == 85
    assert any("85 variants were tried, of which 80 are shown" in sentence for sentence in found.sentences)
    assert swept.verdict(trials=200, resamples=100).trials == 200
    line = swept.returns([0, 1, 2])
    control = {"cash": line.to_numpy()[:, 0] * 0.0}
    assert sl.verdict(line.to_numpy(), control, panel=PANEL, resamples=100).trials == 85
    assert sl.verdict(line.to_numpy(), control, resamples=100).trials == 3


CHOICES = [list(range(2, 22)), [2, 3, 4], [sl.Monthly(), sl.Weekly(), sl.Every(5)]]


def made(given: dict[str, object]) -> sl.Rotation:
    return sl.Rotation(sl.Momentum(given["a"], skip=0), sl.TopN(given["b"]), schedule=given["c"])


def every() -> object:
    import numpy as np

    return np.stack(np.unravel_index(np.arange(180), (20, 3, 3)))


def test_texts_put_together_are_those_of_the_variants(monkeypatch: pytest.MonkeyPatch) -> None:
    names, calls = ["a", "b", "c"], []
    quick = prints(lambda given: calls.append(1) or made(given), names, CHOICES, every())
    assert len(calls) < 100, "not every variant is made"
    monkeypatch.setattr(fingerprints, "TRIED", 1_000)
    assert quick == prints(made, names, CHOICES, every())
    assert len(set(quick.strategies)) == 180


@pytest.mark.parametrize(
    "make",
    [
        lambda given: made(given | {"b": given["b"] + (given["a"] > 10)}),  # parameters depend on each other
        lambda given: made(given) if given["b"] < 4 or given["a"] > 1 else 1 / 0,
        lambda given: sl.Rotation(sl.Momentum(given["a"] + 10 * given["b"]), sl.TopN(3), schedule=given["c"]),
    ],
)
def test_where_no_text_can_be_put_together_each_is_made(make: object, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a", "b", "c"]
    found = prints(make, names, CHOICES, every())
    monkeypatch.setattr(fingerprints, "TRIED", 1_000)
    assert found == prints(make, names, CHOICES, every())


def test_nothing_is_made_where_nothing_is_kept(swept: sl.SweepResult, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "keep", lambda *_: pytest.fail("it was kept"))
    again(swept)
