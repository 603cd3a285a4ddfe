import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import DataError, ParameterError
from sectorlead.data.pullback import Episode, find_pullbacks
from sectorlead.strategies import PullbackStrength

NAN = float("nan")


def test_a_pullback_by_hand() -> None:
    #        0    1    2    3   4   5   6   7   8    9   10
    close = [NAN, 100, 100, 95, 92, 80, 96, 97, 99, 93, 90]
    found = find_pullbacks(np.array(close, float), enter=0.08, leave=0.03, window=250)
    # The later 100 is the peak; exactly -8% enters; 96 is not back, 97 is; 90 is 10% below the same 100.
    assert found.episodes == (Episode(2, 4, 7), Episode(2, 10, None))
    assert found.inside.tolist() == [False] * 4 + [True] * 3 + [False] * 3 + [True]
    assert found.peak.tolist() == [-1] * 4 + [2] * 7
    assert found.upto.tolist() == [-1] * 4 + [4, 5, 6, 7, 7, 7, 10]


def test_a_new_high_of_the_window_ends_a_pullback_that_never_came_back() -> None:
    close = np.array([100, 90, 50, 52, 51, 52, 53.0])
    # In a window of 3, row 3 is below 90, row 4 below 52, and row 5 is at the highest of its window.
    assert find_pullbacks(close, 0.08, 0.03, 3).episodes == (Episode(0, 1, 5),)
    assert find_pullbacks(close, 0.08, 0.03, 7).episodes == (Episode(0, 1, None),)


def test_a_missing_close_carries_the_last_one() -> None:
    gap = find_pullbacks(np.array([100, NAN, 90, NAN, 99.0]), 0.08, 0.03, 250)
    full = find_pullbacks(np.array([100, 100, 90, 90, 99.0]), 0.08, 0.03, 250)
    assert gap.episodes == full.episodes == (Episode(1, 2, 4),)


@pytest.mark.parametrize("bad", [(0.03, 0.03, 250), (0.03, -0.1, 250), (1.0, 0.0, 250), (0.08, 0.03, 1)])
def test_thresholds_that_make_no_sense(bad: tuple[float, float, int]) -> None:
    with pytest.raises(ParameterError, match="a pullback needs"):
        find_pullbacks(np.ones(3), *bad)


@given(
    st.lists(st.integers(60, 140) | st.just(0), max_size=60),
    st.integers(2, 20),
    st.floats(0.02, 0.3),
    st.floats(0, 0.9),
)
@settings(max_examples=300, deadline=None)
def test_the_state_equals_a_loop_over_sessions(closes: list[int], window: int, enter: float, share: float) -> None:
    """0 stands for a missing close. The loop holds only what was known at each session."""
    line = np.array([NAN if c == 0 else float(c) for c in closes])
    leave = enter * share
    found = find_pullbacks(line, enter, leave, window)
    known: list[float] = []
    peak, inside, upto = -1, False, -1
    for t, close in enumerate(line.tolist()):
        known.append(close if close == close else known[-1] if known else NAN)
        if known[t] == known[t]:
            recent = [(c, row) for row, c in enumerate(known) if row > t - window and c == c]
            top, row = max(recent)
            if inside:
                inside = not (known[t] >= (1 - leave) * known[peak] or known[t] >= top)
                upto = t
            elif known[t] <= (1 - enter) * top:
                inside, peak, upto = True, row, t
        assert (bool(found.inside[t]), found.peak[t], found.upto[t]) == (inside, peak, upto)
        assert found.inside[: t + 1].tolist() == find_pullbacks(line[: t + 1], enter, leave, window).inside.tolist()


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
