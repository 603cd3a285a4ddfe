"""Markets whose answer is known: who resists, and who only moves little."""

import numpy as np
import pytest

from sectorlead import (
    MEASURES,
    Bottoming,
    Excess,
    Fixed,
    LastCompleted,
    PullbackStrength,
    RecoveryFirst,
    Resilience,
    ResilienceT,
    RSSlope,
)
from sectorlead.data.panel import Panel

# What fell most, what moves most, and what moves more than 1: being spared in falls looks like a lower beta.
NO_STRENGTH = {"short-term-reversal", "beta", "resilient-high-beta"}
ALPHA = 0.006


def market(make_small, betas: dict[str, float], alphas: dict[str, float]) -> Panel:
    """Rises of 40 sessions and falls of 30, five times, the last fall open after 25; alpha is earned in falls."""
    rng = np.random.default_rng(7)
    fall = [-0.02, -0.003, 0.004] * 10
    index = np.array(([0.008] * 40 + fall) * 5)[:-5] + rng.normal(0, 0.0003, 345)
    falling = np.tile([False] * 40 + [True] * 30, 5)[:-5]
    moves = {
        name: beta * index + alphas.get(name, 0.0) * falling + rng.normal(0, 0.0005, 345)
        for name, beta in betas.items()
    }
    lines = {name: (100 * np.exp(np.cumsum(move))).tolist() for name, move in moves.items()}
    return make_small(lines, benchmark=(1000 * np.exp(np.cumsum(index))).tolist())


def first(score, panel: Panel) -> str:
    values = score(panel)[-1]
    best = np.flatnonzero(values == np.nanmax(values))
    return panel.symbols[best[0]] if len(best) == 1 else f"a tie of {len(best)}"


def test_a_resilient_sector_is_first_by_every_measure(make_small) -> None:
    betas = {f"S{i}": beta for i, beta in enumerate((1.0, 0.96, 1.04, 0.98, 1.02, 1.0, 1.03, 0.97))} | {"T": 1.0}
    alphas = dict.fromkeys(betas, -0.001) | {"T": ALPHA}
    panel = market(make_small, betas, alphas)
    left_out = {*NO_STRENGTH, "up-streak", "first-to-regain"}  # single days; there is no plunge here
    best = {name: first(entry.make(), panel) for name, entry in MEASURES.items() if name not in left_out}
    assert best == dict.fromkeys(best, "T")
    over = LastCompleted()
    others = (Excess(over), RecoveryFirst(over), ResilienceT(over), Resilience(Fixed(20)), RSSlope(Fixed(40)),
              PullbackStrength("excess"), PullbackStrength(), PullbackStrength("down-capture"))  # fmt: skip
    assert {repr(score): first(score, panel) for score in others} == {repr(score): "T" for score in others}


RAW = ("excess", "drawdown-spread", "down-capture", "down-days-beaten", "rs-line-slope", "all-time-high")
ADJUSTED = ("resilience", "resilience-t", "residual-momentum", "resilient-high-beta")


def test_a_low_beta_alone_is_first_by_what_does_not_know_beta_only(make_small) -> None:
    betas = {"A": 1.0, "B": 0.96, "C": 1.04, "LOW": 0.2, "M": 1.1, "N": 1.05}
    panel = market(make_small, betas, {"M": 0.002})  # less than LOW's beta saves it
    best = {name: first(MEASURES[name].make(), panel) for name in (*RAW, *ADJUSTED)}
    assert best == dict.fromkeys(RAW, "LOW") | dict.fromkeys(ADJUSTED, "M")


@pytest.mark.parametrize("measure", [Excess(Bottoming(then="last")), Resilience(Bottoming(then="last"))], ids=repr)
def test_who_leads_off_the_low_may_have_led_the_fall(measure, make_small) -> None:
    """H falls twice as fast as the benchmark and rises twice as fast off the low; D does neither."""
    index = np.concatenate((np.tile([0.01, -0.005], 70), [-0.03] * 8, [0.01, 0.005] * 4))
    lines = {"D": np.exp(np.cumsum(0.5 * index)), "H": np.exp(np.cumsum(2 * index))}
    lines["H"][-8:] *= np.exp(0.001 * np.arange(1, 9))  # and a little more than its beta
    panel = make_small({k: v.tolist() for k, v in lines.items()}, benchmark=np.exp(np.cumsum(index)).tolist())
    assert first(PullbackStrength("excess"), panel) == "D"
    assert first(measure, panel) == "H"
