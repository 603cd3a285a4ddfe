"""What is said of draws, from numbers by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sectorlead.reports.luck.result import KINDS, NAMES, Draws, Reading
from sectorlead.reports.render.i18n import find_locale
from sectorlead.research.luck.result import Luck

NAN = float("nan")


def draws(
    what: str, cagr: list[float], own: float, used: int | None = None, control: float | list[float] = 0.05
) -> Draws:
    held = np.broadcast_to(np.array(control), len(cagr)).astype(float)
    labels = tuple(map(str, range(len(cagr))))
    return Draws(what, labels, np.array(cagr), np.array(cagr) * 10, held, Reading(own, 1.0, 0.05), used, "in 4 tries")


def test_a_place_leaves_out_the_run_itself_and_halves_ties() -> None:
    found = draws("rebalance day", [0.04, 0.01, 0.04, 0.09, NAN], 0.04, used=0)
    assert found.place == pytest.approx((1 + 0.5) / 3)
    assert draws("universe", [0.01, 0.02, 0.09], 0.04).place == pytest.approx(2 / 3)
    assert np.isnan(found.control_place)  # the same pool in all
    assert draws("listed then", [0.1, 0.2], 0.3, control=[0.01, 0.09]).control_place == 0.5
    assert found.ahead_share == 1 / 4
    assert found.ahead[3] == pytest.approx(1.09 / 1.05 - 1)
    assert found.spread == pytest.approx(np.ptp(np.quantile([0.01, 0.04, 0.04, 0.09], [0.05, 0.95])))


def test_sentences_say_what_moves_a_result_most_and_who_was_lucky() -> None:
    days = draws("rebalance day", [0.09, 0.01, 0.02, 0.03], 0.09, used=0)
    reasons = {"parameters": "it declares no numbers to move"}
    found = Luck("mine", (days, draws("costs", [0.1, 0.08], 0.08)), reasons)
    moved, lucky, first, ladder, missing = found.sentences
    assert moved.endswith("Rebalance day by 6.9 points.")
    assert lucky == "What was used is among the luckiest tenth, so expect less: Rebalance day."
    assert first == (
        "Rebalance day: in 4 tries, the CAGR is 1.0% to 9.0%, the median 2.5%; the one used makes 9.0%, more than "
        "100% of the others."
    )
    assert ladder == "Costs: at 0, 1 times all costs the CAGR is 10.0%, 8.0%."
    assert missing == "Parameters nearby: not drawn, it declares no numbers to move."
    assert found.table.loc["rebalance day", "place"] == 1.0
    assert found.table.loc["parameters", "reason"] == "it declares no numbers to move"
    assert found.frame()["used"].tolist() == [True, False, False, False, False, False]
    with pytest.raises(KeyError, match="no draws of 'start': it has rebalance day, costs"):
        found["start"]


def test_the_largest_comes_first_and_only_the_luckiest_tenth_is_called_lucky() -> None:
    calm = draws("rebalance day", [0.04, 0.05, 0.03, 0.06], 0.04, used=0)  # ahead of one of three
    wild = draws("universe", [0.01, 0.02, 0.12, 0.2], 0.05)  # ahead of half
    few = draws("listed then", [0.02, 0.03], 0.025)
    wide = draws("parameters", [0.0, 0.08], 0.04)
    told = Luck("mine", (calm, wild, few, wide)).sentences
    assert [part.partition(" by ")[0] for part in told[0].partition(": ")[2].split("; ")] == [
        "Part of the pool", "Parameters nearby", "Rebalance day",
    ]  # fmt: skip
    assert not any("luckiest" in sentence for sentence in told)


def test_every_sentence_is_in_chinese() -> None:
    wide = np.linspace(0.0, 0.2, 60).tolist()
    hows = {
        "rebalance day": "on the 21 days the schedule could have",
        "universe": "in 200 random parts of 7 of the 11 series",
        "listed then": "of 200 pools of 11 of the 40 that were listed on 2015-01-05",
        "listed ever": "of 200 pools of 11 of the 60 that were ever listed",
        "start": "with 40 starts from 2015-01-05 to 2019-01-04, each followed for 4.3 years",
        "parameters": "with 144 settings up to 30% away",
        "picks": "of 200 that decide when it does, turn over as much and pay the same costs",
    }  # fmt: skip
    made = []
    for what in KINDS:
        each = draws(what, wide, 0.19, control=np.linspace(0, 0.1, 60).tolist())
        made.append(Draws(what, each.labels, each.cagr, each.sharpe, each.control, each.own, None, hows.get(what, "")))
    chinese = find_locale("zh")
    for sentence in Luck("mine", tuple(made), {"lag": "a backtrader.Strategy sends orders of its own"}).sentences:
        told = chinese.text(sentence)
        words = [word for word in told.replace("backtrader.Strategy", "").split() if word.isalpha() and word.isascii()]
        assert not words, told
    assert all(chinese.text(name) != name for name in NAMES.values())
