"""Paired differences: by hand, where a truth is planted and where there is none, and what may not change them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sectorlead.data.errors import ParameterError, UnknownNameError
from sectorlead.reports.compare.paired_bootstrap import Labels, begun_in, episode_lengths, paired
from sectorlead.reports.significance.corrections import holm

NOBODY = Labels(np.full(1_000, -1), ())


def calls(count: int, size: int, names: tuple[str, ...] = ("fall", "rise")) -> Labels:
    """``count`` stretches of ``size`` sessions of the first phase, as many of the second between them."""
    return Labels(np.tile(np.repeat(np.arange(2), size), count), names)


def noise(lines: int, size: int, seed: int) -> dict[str, np.ndarray]:
    """Lines around one that stands still: their differences from it are they themselves."""
    rng = np.random.default_rng(seed)
    return {"still": np.zeros(size)} | {str(k): rng.standard_t(5, size) * 0.01 for k in range(lines)}


# --- by hand ----------------------------------------------------------------------------------------------------------


def found_labels():
    return Labels(np.array([0, 0, 1, -1, 1, 1]), ("up", "down"))


def test_means_and_totals_by_hand():
    leader = np.array([0.01, 0.02, -0.03, 0.00, 0.04, 0.02])
    other = np.array([0.00, 0.03, -0.01, 0.02, 0.01, 0.01])  # less: -.01 +.01 +.02 +.02 -.03 -.01
    found = paired({"leader": leader, "other": other}, "leader", found_labels())
    whole, up, down = found.rows
    assert [(row.strategy, row.against, row.phase) for row in found.rows] == [
        ("other", "leader", ""), ("other", "leader", "up"), ("other", "leader", "down"),
    ]  # fmt: skip
    assert [(row.sessions, row.episodes) for row in found.rows] == [(6, 1), (2, 1), (3, 2)]
    assert whole.ahead == pytest.approx(0.0, abs=1e-15)
    assert (up.ahead, down.ahead) == pytest.approx((0.0, math.exp(-0.02 / 3 * 252) - 1))
    in_two_days = paired({"leader": leader, "other": other}, "leader", found_labels(), years=0.02).rows[2]
    assert in_two_days.ahead == pytest.approx(math.exp(-0.02 / 3 * 6 / 0.02) - 1)  # 6 sessions in 0.02 years
    assert (whole.total, up.total, down.total) == pytest.approx((0.0, 0.0, math.exp(-0.02) - 1), abs=1e-15)
    assert [row.reason for row in found.rows] == ["fewer than 60 sessions", *["fewer than 5 episodes"] * 2]
    assert found.tests == 0
    assert all(math.isnan(value) for row in found.rows for value in (row.low, row.high, row.p, row.holm))


def test_a_session_counts_in_the_phase_known_at_the_close_before_it():
    known = np.array([0, 1, 1, 0, 2])  # after the close of each session
    assert begun_in(known, ("a", "b", "c"), 2, 4).phase.tolist() == [1, 1, 0]
    assert begun_in(known, ("a", "b", "c"), 0, 2).phase.tolist() == [-1, 0, 1]


def test_episodes_are_unbroken_stretches():
    assert episode_lengths(np.array([1, 1, 0, 1, 0, 0, 1, 1, 1], bool)).tolist() == [2, 1, 3]
    assert episode_lengths(np.zeros(3, bool)).tolist() == []


def test_the_standard_error_of_independent_differences_is_the_textbook_one():
    lines = noise(40, 2_000, seed=2)
    found = paired(lines, "still", Labels(np.full(2_000, -1), ()), resamples=4_000)
    half = np.array([np.log1p(row.high) - np.log1p(row.low) for row in found.rows]) / 2
    textbook = np.array([1.96 * lines[row.strategy].std(ddof=1) / math.sqrt(2_000) * 252 for row in found.rows])
    assert found.block <= 20
    assert half / textbook == pytest.approx(1.0, abs=0.12)  # an error of an error


# --- truth and chance -------------------------------------------------------------------------------------------------


def test_without_a_difference_p_is_uniform():
    p = np.array([row.p for row in paired(noise(400, 1_000, seed=5), "still", NOBODY, holding=21).rows])
    for level, slack in ((0.05, 0.035), (0.25, 0.07), (0.5, 0.08), (0.75, 0.07)):
        assert (p <= level).mean() == pytest.approx(level, abs=slack)


def test_p_says_whether_the_interval_holds_zero():
    labels = calls(6, 80)
    rows = paired(noise(100, 960, seed=9), "still", labels, holding=40, resamples=200).rows
    assert [row.p < 0.05 for row in rows] == [row.low > 0 or row.high < 0 for row in rows]
    assert sum(0.02 < row.p < 0.1 for row in rows) > 5  # where an interval of another width would disagree


def test_a_planted_difference_is_found_where_it_was_planted():
    labels = calls(12, 40)
    rng = np.random.default_rng(3)
    market = rng.normal(0, 0.01, 960)
    lines = {"control": market + rng.normal(0, 0.003, 960), "same": market + rng.normal(0, 0.003, 960)}
    lines["ahead"] = market + rng.normal(0, 0.003, 960) + np.where(labels.phase == 0, 0.001, 0.0)
    rows = {(row.strategy, row.phase): row for row in paired(lines, "control", labels).rows}
    found = rows["ahead", "fall"]
    assert found.holm < 0.01
    assert found.low < 0.001 * 252 < found.high
    assert rows["ahead", ""].p < 0.01
    assert min(rows["ahead", "rise"].p, rows["same", "fall"].p, rows["same", ""].p) > 0.05


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["autoregressive", "monthly"])
def test_intervals_cover_what_they_should(kind):
    """With dependence of a month and few episodes; independent episodes of 20 sessions are the hard case."""
    size, lines = 1_200, 400
    rng = np.random.default_rng(11)
    shocks = rng.standard_t(5, (size, lines)) * 0.01
    if kind == "monthly":
        shocks += np.repeat(rng.normal(0, 0.002, (size // 20, lines)), 20, axis=0)
    else:
        for t in range(1, size):
            shocks[t] += 0.15 * shocks[t - 1]
    logs = {"still": np.zeros(size)} | {str(k): shocks[:, k] for k in range(lines)}
    phase = np.full(size, 1)
    for begin in range(40, size, 200):  # six episodes of 20
        phase[begin : begin + 20] = 0
    rows = paired(logs, "still", Labels(phase, ("rare", "usual")), holding=40, resamples=1_000).rows
    for name in ("", "rare", "usual"):
        covered = np.mean([row.low <= 0 <= row.high for row in rows if row.phase == name])
        assert 0.92 <= covered <= 0.99, (name, covered)


# --- what may not change it -------------------------------------------------------------------------------------------


def test_the_order_of_strategies_changes_nothing():
    lines, labels = noise(5, 400, seed=8), calls(10, 20)
    here = {(row.strategy, row.phase): row for row in paired(lines, "still", labels).rows}
    there = {(row.strategy, row.phase): row for row in paired(dict(reversed(lines.items())), "still", labels).rows}
    assert here.keys() == there.keys()
    for key, row in here.items():
        assert row[3:-1] == pytest.approx(there[key][3:-1], rel=1e-9), key


def test_the_same_seed_gives_the_same_numbers():
    lines, labels = noise(3, 400, seed=8), calls(10, 20)
    once = paired(lines, "still", labels)
    assert paired(lines, "still", labels) == once
    assert paired(lines, "still", labels, seed=1).rows[0].p == pytest.approx(once.rows[0].p, abs=0.05)
    assert paired(lines, "still", labels, seed=1) != once


def test_what_was_not_tried_has_a_p_and_corrects_nobody():
    lines, labels = noise(3, 500, seed=4), Labels(np.full(500, -1), ())
    every, some = paired(lines, "still", labels), paired(lines, "still", labels, counted={"0", "2"})
    assert [row.p for row in every.rows] == [row.p for row in some.rows]
    assert (every.tests, some.tests) == (3, 2)
    by_hand = holm(np.array([row.p for row in every.rows])[[0, 2]])
    assert [some.rows[0].holm, some.rows[2].holm] == by_hand.tolist()
    assert math.isnan(some.rows[1].holm)


def test_one_phase_is_the_whole_sample():
    lines = noise(3, 500, seed=4)
    found = paired(lines, "still", Labels(np.zeros(500, np.int64), ("always",)))
    for whole, phase in zip(found.rows[:3], found.rows[3:], strict=True):
        assert whole._replace(phase="always", holm=0) == phase._replace(holm=0)


def test_turned_around_it_is_the_opposite():
    lines, labels = noise(1, 400, seed=6), calls(10, 20)
    for ahead, behind in zip(paired(lines, "still", labels).rows, paired(lines, "0", labels).rows, strict=True):
        logs = np.log1p([ahead.ahead, ahead.low, ahead.high]), -np.log1p([behind.ahead, behind.high, behind.low])
        assert (*logs[0], ahead.p) == pytest.approx((*logs[1], behind.p), nan_ok=True)


@settings(max_examples=25)
@given(shift=st.floats(-0.01, 0.01), seed=st.integers(0, 50))
def test_a_constant_moves_the_interval_and_p_says_whether_it_holds_zero(shift, seed):
    lines, labels = noise(1, 200, seed), calls(5, 20)
    moved = lines | {"0": lines["0"] + shift}
    here, there = (paired(each, "still", labels, resamples=200).rows for each in (lines, moved))
    for row, other in zip(here, there, strict=True):
        moved_by = np.log1p([other.low, other.high]) - np.log1p([row.low, row.high])
        assert moved_by == pytest.approx([shift * 252] * 2, abs=1e-9)
        assert (other.p < 0.05) == (other.low > 0 or other.high < 0)


# --- limits -----------------------------------------------------------------------------------------------------------


def test_blocks_are_at_least_the_holding_and_at_most_a_tenth_of_the_sample():
    lines = noise(2, 1_000, seed=1)
    asked = paired(lines, "still", NOBODY, holding=63.0)
    assert (asked.block, asked.capped) == (63, False)
    forever = paired(lines, "still", NOBODY, holding=1_000.0)
    assert (forever.block, forever.capped) == (100, True)


def test_what_cannot_be_said_is_blank_with_its_reason():
    lines, labels = noise(2, 400, seed=1), Labels(np.r_[np.zeros(80), np.ones(320)].astype(int), ("once", "rest", "no"))
    lines["ruined"] = np.where(np.arange(400) < 300, 0.0, np.nan)
    rows = {(row.strategy, row.phase): row for row in paired(lines, "still", labels).rows}
    assert rows["0", "once"].reason == "fewer than 5 episodes"
    assert rows["0", "no"].reason == "no session began in it"
    assert "worth nothing" in rows["ruined", ""].reason
    assert math.isnan(rows["ruined", ""].ahead)
    assert math.isfinite(rows["0", ""].p)


def test_the_same_line_twice_is_no_difference():
    line = np.random.default_rng(0).normal(size=300)
    row = paired({"a": line, "b": line.copy()}, "a", Labels(np.full(300, -1), ())).rows[0]
    assert (row.ahead, row.low, row.high, row.p) == (0, 0, 0, 1)


def test_what_cannot_be_compared_says_why():
    lines = noise(1, 1_000, seed=0)
    with pytest.raises(UnknownNameError, match="Did you mean 'still'"):
        paired(lines, "stil", NOBODY)
    with pytest.raises(ParameterError, match="at least 100"):
        paired(lines, "still", NOBODY, resamples=10)
    with pytest.raises(ParameterError, match="1000 labels"):
        paired({"still": np.zeros(5)}, "still", NOBODY)
    assert paired({"still": np.zeros(1_000)}, "still", NOBODY).rows == ()


# --- chance -----------------------------------------------------------------------------------------------------------
