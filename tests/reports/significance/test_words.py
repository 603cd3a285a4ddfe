"""Sentences of verdicts: each kind is said, and said in Chinese."""

from __future__ import annotations

import re

import numpy as np
import pytest
from scipy.stats import norm

from sectorlead.data.errors import ParameterError
from sectorlead.reports.render.i18n import find_locale
from sectorlead.reports.significance.findings import Verdict
from sectorlead.reports.significance.of_signal import signal_verdict
from sectorlead.reports.significance.signals import Cases, SignalVerdict
from sectorlead.reports.significance.verdict import verdict


def made(edges: tuple[float, ...], *, controls: int = 1, sessions: int = 500, trials: int | None = None) -> Verdict:
    """Variants 1, 2, ... with such leads a session, against controls with Chinese names."""
    rng = np.random.default_rng(1)
    equal = rng.normal(0, 0.01, sessions)
    apart = rng.normal(0, 0.004, (sessions, len(edges)))
    returns = equal[:, None] + apart - apart.mean(axis=0) + np.array(edges)
    lines = {"等权": equal, "基准": equal + rng.normal(0, 0.002, sessions)}
    given = dict(list(lines.items())[:controls])
    return verdict(returns, given, trials=trials, resamples=200)


def signal(ics: tuple[float, ...], trials: int = 1, unit: str = "episodes", few: bool = False) -> SignalVerdict:
    """Cases with such rank correlations over 40 readings each, with a standard error of 0.03."""
    ic = np.array(ics)
    t = np.full(len(ics), np.nan) if few else ic / 0.03
    alone = 2 * norm.sf(np.abs(t))
    kind, names = (
        ("anchors and horizons", "at turn, {} sessions on") if unit == "episodes" else ("horizons", "{} sessions on")
    )
    cases = Cases(
        tuple(names.format(5 * k + 5) for k in range(len(ics))), kind, ic, ic - 0.06, ic + 0.06, t, alone,
        np.minimum(1, alone * len(ics)), np.full(len(ics), 40), unit, unit == "episodes",
        "3 episodes are too few, of at least 5",
    )  # fmt: skip
    return signal_verdict(cases, years=8.0, trials=trials)


SIGNALS = {
    "none of many": signal((0.01, -0.05)),
    "none of many in sessions, of all trials": signal((0.01, -0.05), 30, "sessions"),
    "some stand": signal((0.01, -0.2, 0.1), unit="sessions"),
    "some stand, of all trials": signal((0.01, -0.2, 0.15), 20),
    "only because nothing else was tried": signal((0.09,)),
    "one alone of many trials": signal((0.09,), 50),
    "one alone": signal((0.02,)),
    "nearly nothing": signal((0.001, 0.0001)),
    "too few": signal((0.1, 0.2), few=True),
}


@pytest.mark.parametrize("case", SIGNALS)
def test_every_sentence_on_a_score_is_said_in_chinese(case: str) -> None:
    for sentence in SIGNALS[case].sentences:
        told = find_locale("zh").text(sentence)
        assert not re.search(r"[A-Za-z]{2,}", told), told


@pytest.mark.parametrize(
    ("case", "text"),
    [
        (
            "none of many",
            "With beta out: can't be told from chance. The strongest of 2 anchors and horizons falls short at 5%, "
            "corrected for 2 anchors and horizons. One score was tried, over 40 episodes (8.0 years). Each on its own, "
            "0 of 2 would stand at 5%; without any edge 0.1 would. Strongest at turn, 10 sessions on: rank correlation "
            "\u22120.05 (95% interval \u22120.11 to +0.01, not corrected for being the strongest) over 40 episodes. "
            "If it stays as large, about 20 more years would",  # 8 ((2.2414 + 0.8416) / 1.6667)^2 - 8 = 19.4
        ),
        ("none of many in sessions, of all trials", "Can't be told from chance. The strongest of 2 horizons falls"),
        (
            "none of many in sessions, of all trials",
            ", corrected for 2 horizons and 30 trials. 30 trials on these data",
        ),
        (
            "some stand",
            "2 of 3 can be told from chance at 5%, corrected for 3 horizons: 10 sessions on strength lags (rank",
        ),
        (
            "some stand, of all trials",
            "at 5%, corrected for 3 anchors and horizons and 20 trials: at turn, 10 sessions on",
        ),
        (
            "only because nothing else was tried",
            "With beta out: 1 of 1 can be told from chance at 5%: at turn, 5 sessions on strength leads",
        ),
        (
            "one alone of many trials",
            "can't be told from chance. The only one falls short at 5%, corrected for 50 trials.",
        ),
        ("nearly nothing", "more than 100 more years would tell it"),
        ("too few", "Nothing can be told from chance: 3 episodes are too few, of at least 5."),
    ],
)
def test_what_is_said_of_a_score(case: str, text: str) -> None:
    assert text in str(SIGNALS[case])


def test_the_strongest_is_named_first_and_what_chance_would_give_is_a_twentieth_of_all() -> None:
    told = made((LEAD, 2 * LEAD, *(FLAT,) * 10)).sentences[0]
    assert told.index("variant 2 (") < told.index("variant 1 (")
    assert "without any edge 0.2 would." in str(signal((0.01, 0.02, 0.01, 0.03)))


def test_each_other_trial_is_a_family_of_as_many_cases() -> None:
    """p alone 2 (1 - Phi(3)) = 0.0026998; three cases and ten trials: three of its own and nine families of three."""
    assert signal((0.01, 0.02, 0.09), 10).p[2] == pytest.approx(30 * 0.0026998, rel=1e-4)
    with pytest.raises(ParameterError, match="this study included"):
        signal((0.1,), 0)


FLAT, LEAD = 0.0, 0.002
CASES = {
    "none of many": made((FLAT, 0.0001, -0.0001)),
    "two controls": made((FLAT,) * 3, controls=2),
    "one that stands": made((LEAD, *(FLAT,) * 24)),
    "several that stand, of all trials": made((LEAD,) * 5 + (FLAT,) * 20, controls=2, trials=300),
    "one alone": made((0.0001,)),
    "one alone that stands": made((LEAD,)),
    "one alone that is behind": made((-LEAD,)),
    "one alone against two": made((0.0003,), controls=2),
    "one alone that stands against two": made((LEAD,), controls=2),
    "two variants": made((FLAT, LEAD)),
    "two variants alike": made((FLAT, 0.00001)),
    "one shown of many": made((0.0002,), trials=50),
    "hardly a lead": made((0.00001, -0.001), trials=500),
    "too short": made((FLAT, LEAD), sessions=40),
    "under a year": made((0.0003,), sessions=200),
    "under a year, two controls": made((0.0003, 0.0001), controls=2, sessions=200),
    "under a year, one that stands": made((LEAD,), sessions=200),
    "the control itself": verdict(np.full((300, 2), 0.01), {"等权": np.full(300, 0.01)}),
}


@pytest.mark.parametrize("case", CASES)
def test_every_sentence_is_said_in_chinese(case: str) -> None:
    chinese = find_locale("zh")
    for sentence in CASES[case].sentences:
        told = chinese.text(sentence)
        assert not re.search(r"[A-Za-z]{2,}", told), told
        # all numbers are still there, in whatever order
        assert (
            sorted(re.findall(r"\d[\d,.]*\d|\d", told))
            == pytest.approx(sorted(re.findall(r"\d[\d,.]*\d|\d", sentence)))
            or "One variant" in sentence
        )


@pytest.mark.parametrize("case", [case for case in CASES if case.startswith("under a year")])
def test_nothing_is_given_per_year_of_less(case: str) -> None:
    assert not re.search(r"a year\b(?! over)|per year|information ratio", str(CASES[case]))


@pytest.mark.parametrize(
    ("case", "text"),
    [
        (
            "none of many",
            "Against 等权: can't be told from chance. The best of 3 variants falls short at 5%",
        ),
        ("two controls", "corrected for 3 trials and 2 controls."),
        ("several that stand, of all trials", "; 2 more."),
        ("several that stand, of all trials", "Against all 2 at once: variant 1, variant 2, variant 3 and 2 more."),
        ("several that stand, of all trials", "300 variants were tried, of which 25 are shown"),
        ("one alone", "Against 等权: can't be told from chance. The only variant falls short at 5%."),
        ("one alone that stands", "be told from chance at 5%: variant 1 (+50.4% a year, not compounded, p 0.005)."),
        ("one alone that is behind", "It does not lead, so more years of the same would not help."),
        ("one alone against two", "falls short at 5%, corrected for 2 controls."),
        ("two variants", "The two variants can be told apart."),
        ("two variants alike", "The two variants can't be told apart."),
        ("one shown of many", "The only variant shown falls short at 5%, corrected for 50 trials."),
        ("one shown of many", ", not corrected for the trials), information ratio"),
        ("one shown of many", "50 variants were tried, of which 1 is shown, over 500 sessions (2.0 years)."),
        ("hardly a lead", "If the lead stays as large, more than 100 more years would tell it from chance"),
        ("under a year", "Variant 1: +6.0% in all over 等权, not compounded (95% interval"),
        ("under a year, one that stands", "from chance at 5%: variant 1 (+40.0% in all, not compounded, p 0.005)."),
        ("too short", "Nothing can be told from chance: 40 sessions are too few, of at least 60."),
        ("the control itself", "2 could not be tested: it is the same as the control in every session."),
    ],
)
def test_what_is_said(case: str, text: str) -> None:
    assert text in str(CASES[case])
