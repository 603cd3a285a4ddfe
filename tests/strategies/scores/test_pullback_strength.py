import numpy as np
import pytest

from sectorlead import PullbackStrength
from sectorlead.data.errors import DataError
from sectorlead.data.pullback import find_pullbacks

NAN = float("nan")


def test_the_three_measures_by_hand(make_small) -> None:
    # Before the peak in row 10 A moves as the benchmark does, D half as much, in logs. Then the benchmark falls by 20%.
    up = [0.01, 0.02] * 5
    market = 100 * np.exp(np.concatenate(([0.0], np.cumsum(up))))
    half = 100 * np.exp(np.concatenate(([0.0], np.cumsum(np.array(up) / 2))))
    b = [*market, market[-1] * 0.9, market[-1] * 0.95, market[-1] * 0.8]
    a = [*market, market[-1] * 0.95, market[-1] * 1.0, market[-1] * 0.9]
    d = [*half, half[-1] * 0.9**0.5, half[-1] * 0.95**0.5, half[-1] * 0.8**0.5]
    e = [*([NAN] * 11), 50.0, 55.0, 60.0]
    panel = make_small({"A": a, "D": d, "E": e}, benchmark=b)

    excess = PullbackStrength("excess")(panel)
    assert np.isnan(excess[:11]).all()
    assert excess[13] == pytest.approx([0.9 / 0.8 - 1, 0.8**0.5 / 0.8 - 1, NAN], nan_ok=True)

    adjusted = PullbackStrength("beta-adjusted", beta_window=10)(panel)
    assert adjusted[13] == pytest.approx([np.log(0.9) - np.log(0.8), 0.0, NAN], nan_ok=True, abs=1e-12)

    capture = PullbackStrength("down-capture")(panel)
    ours = (0.95 * 0.9) ** 0.5 - 1  # the benchmark fell in rows 11 and 13
    theirs = (0.9 * (0.8 / 0.95)) ** 0.5 - 1
    assert capture[13, 0] == pytest.approx(1 - ours / theirs)
    assert capture[11, 0] == pytest.approx(1 - 0.05 / 0.10)
    assert capture[13, 2] == pytest.approx(1 - (60 / 55 - 1) / (0.8 / 0.95 - 1))  # E: one of two falls is half of them

    # Too few sessions before the peak, or no benchmark: no beta, no score.
    assert np.isnan(PullbackStrength("beta-adjusted", beta_window=21)(panel)).all()
    with pytest.raises(DataError, match="needs a benchmark"):
        PullbackStrength()(make_small({"A": [1.0]}))


def test_strength_is_frozen_when_the_pullback_is_over_and_begins_anew_with_the_next(make_small) -> None:
    b = [100, 90, 98, 99, 101, 91, 92]
    a = [100, 99, 98, 50, NAN, 60, 66]
    excess = PullbackStrength("excess")(make_small({"A": a}, benchmark=b))[:, 0]
    # Over in row 2 (98 >= 97), frozen in row 3, no bar in row 4; then from the new peak of row 4, where A carries 50.
    expected = [NAN, 0.99 / 0.9 - 1, 0.98 / 0.98 - 1, 0.0, NAN, 1.2 / (91 / 101) - 1, 1.32 / (92 / 101) - 1]
    assert excess == pytest.approx(expected, nan_ok=True, abs=1e-15)


def test_beta_ignores_sessions_around_a_gap(make_random) -> None:
    panel = make_random(3, 400, 8, gaps=0.05)
    score = PullbackStrength(beta_window=100, window=120)
    values = score(panel)
    index, price = panel.benchmark.last_close, panel.frame("adjusted_close")
    pullbacks = find_pullbacks(index, score.enter, score.leave, score.window)
    checked = 0
    for episode in pullbacks.episodes:
        rows = range(max(episode.peak - 99, 1), episode.peak + 1)
        for i, symbol in enumerate(panel.symbols):
            line = price[symbol].to_numpy()
            pairs = [(np.log(line[t] / line[t - 1]), np.log(index[t] / index[t - 1])) for t in rows]
            r, b = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2).T
            if len(r) < 50 or not panel.has_bar[episode.entered, i]:
                assert (len(r) < 50 and np.isnan(values[episode.entered, i])) or not panel.has_bar[episode.entered, i]
                continue
            beta = np.polyfit(b, r, 1)[0]
            grown = panel.last_adjusted_close[[episode.peak, episode.entered], i]
            fall = np.log(index[episode.entered] / index[episode.peak])
            assert values[episode.entered, i] == pytest.approx(np.log(grown[1] / grown[0]) - beta * fall, rel=1e-9)
            checked += 1
    assert checked > 10


def test_a_resilient_sector_is_first_and_low_beta_alone_only_by_excess(make_small) -> None:
    """Six sectors: one resists in the fall, one has a beta of 0.3 and nothing else, four follow with betas around 1."""
    rng = np.random.default_rng(5)
    market = np.concatenate((rng.normal(0.003, 0.01, 150), np.full(15, -0.012)))
    noise = rng.normal(0.0, 0.0003, (165, 6))
    betas = np.array([0.9, 1.0, 0.3, 1.1, 1.0, 1.2])
    moves = market[:, None] * betas + noise
    moves[150:, 4] += 0.004
    close = 100 * np.exp(np.cumsum(moves, axis=0))
    names = ["follows0", "follows1", "low_beta", "follows3", "resilient", "follows5"]
    panel = make_small(dict(zip(names, close.T.tolist(), strict=True)), benchmark=list(100 * np.exp(np.cumsum(market))))
    best = {
        m: panel.symbols[int(np.argmax(PullbackStrength(m)(panel)[-1]))]
        for m in ("excess", "beta-adjusted", "down-capture")
    }
    assert best == {"excess": "low_beta", "beta-adjusted": "resilient", "down-capture": "low_beta"}
    order = [panel.symbols[i] for i in np.argsort(-PullbackStrength("excess")(panel)[-1])]
    assert order[1] == "resilient"
