"""How much of a result is luck, in sentences that are made from its numbers."""

from __future__ import annotations

import math

import numpy as np

from ..formatting import BLANK, decimal, percent
from .result import (
    COSTS,
    LADDERS,
    LAG,
    LISTED_EVER,
    LISTED_THEN,
    NAMES,
    PARAMETERS,
    PICKS,
    REBALANCE_DAY,
    SIZE,
    START,
    UNIVERSE,
    Draws,
    LuckResult,
)

LUCKY = 0.9
"""Share of the others below from which on a choice is called lucky."""
_CHOSEN = (REBALANCE_DAY, UNIVERSE, LISTED_THEN, LISTED_EVER, PARAMETERS)
"""Kinds in which somebody chose; starts have other sessions, random picks are what the strategy is compared with."""
_STEPS = {
    COSTS: "times all costs", SIZE: "times the cash, with the market's impact,", LAG: "sessions later",
}  # fmt: skip
_FEW = 40
"""Draws up to which the worst and the best are told, above it nine tenths of them."""


def in_words(found: LuckResult) -> tuple[str, ...]:
    """The kinds that move a result most, then each kind, then what could not be drawn.

    Parameters
    ----------
    found : LuckResult
    """
    told = [text for text in (_outcome(found), _lucky(found)) if text]
    told += [_sentence(each) for each in found.draws]
    told += [f"{NAMES[what]}: not drawn, {reason}." for what, reason in found.left_out.items()]
    return tuple(told)


def _outcome(found: LuckResult) -> str:
    moved = [each for each in found.draws if each.what in _CHOSEN and math.isfinite(each.spread)]
    if not moved:
        return "" if found.draws else "Nothing could be drawn."
    ordered = sorted(moved, key=lambda each: -each.spread)[:3]
    points = "; ".join(f"{NAMES[each.what]} by {decimal(each.spread * 100, 1)} points" for each in ordered)
    return f"The CAGR moves with what nobody could know, in nine of ten draws: {points}."


def _lucky(found: LuckResult) -> str:
    lucky = [each for each in found.draws if each.what in _CHOSEN and each.place >= LUCKY]
    if not lucky:
        return ""
    names = "; ".join(NAMES[each.what] for each in lucky)
    return f"What was used is among the luckiest tenth, so expect less: {names}."


def _sentence(draws: Draws) -> str:
    name, known, own = NAMES[draws.what], draws.known, percent(draws.own.cagr)
    if not len(known):
        return f"{name}: no draw ever decided."
    if draws.what in LADDERS:
        steps = ", ".join(map(percent, draws.cagr.tolist()))
        many = _STEPS[draws.what]
        return f"{name}: at {', '.join(draws.labels)} {many} the CAGR is {steps}."
    told, beaten = f"{name}: {draws.detail}, {_span(draws)}", f"more than {percent(draws.place, 0)} of"
    if draws.what == START:
        return f"{told}; ahead of its series held equally in {percent(draws.ahead_share, 0)} of them."
    if draws.what == REBALANCE_DAY:
        return f"{told}; the one used makes {own}, {beaten} the others."
    who = {UNIVERSE: "the whole pool makes", PARAMETERS: "those used make", PICKS: "the strategy makes"}
    told = f"{told}; {who.get(draws.what, 'the chosen pool makes')} {own}, {beaten} them"
    held = draws.control_place
    if draws.what in (LISTED_THEN, LISTED_EVER) and math.isfinite(held):
        told += f"; held equally it grew more than {percent(held, 0)} of them"
    return f"{told}."


def _span(draws: Draws) -> str:
    known = draws.known
    few = len(known) <= _FEW
    low, middle, high = np.quantile(known, (0.0, 0.5, 1.0) if few else (0.05, 0.5, 0.95)).tolist()
    wide = "the CAGR is" if few else "nine of ten have a CAGR of"
    return f"{wide} {percent(low)} to {percent(high)}, the median {percent(middle)}"


def place_text(draws: Draws) -> str:
    """The place of the run among the others; blank where it says nothing.

    Parameters
    ----------
    draws : Draws
    """
    if draws.what in (*LADDERS, START) or not math.isfinite(draws.place):
        return BLANK
    return percent(draws.place, 0)

