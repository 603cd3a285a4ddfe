"""Weights become target shares, and the columns that matter are listed; plain and compiled alike."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sectorlead.engine.compiled import targets
from sectorlead.engine.compiled.state import ACTIVE, HELD, AccountArrays, compiled
from sectorlead.engine.record import NO_PRICE, TERMINATED

from .arrays import Desk, account, market, rules, tracks

NAN = np.nan
aim_nb = compiled(targets.aim)
list_active_nb, list_held_nb = compiled(targets.list_active), compiled(targets.list_held)


def listed(mine: AccountArrays) -> tuple[list[int], list[int]]:
    """Active and held columns."""
    return tuple(own[: mine.state[k]].tolist() for own, k in ((mine.active, ACTIVE), (mine.held, HELD)))


@pytest.mark.parametrize(
    ("active", "held"), [(targets.list_active, targets.list_held), (list_active_nb, list_held_nb)]
)
def test_what_is_held_wanted_or_aimed_at_is_active(active: Callable[..., None], held: Callable[..., None]) -> None:
    mine = account(0.0, [0, 100, 0, 0, 0, 0], [NAN, NAN, 0.0, NAN, NAN, NAN])
    mine.weight[:] = [0.0, 0.0, 0.0, 0.5, NAN, 0.0]  # NaN leaves alone what is not there
    active(mine)
    held(mine)
    assert listed(mine) == ([1, 2, 3], [1])
    mine.shares[1], mine.shares[3], mine.weight[3] = 0.0, 7.0, 0.0
    held(mine)
    assert listed(mine) == ([1, 2, 3], [3])
    active(mine)
    assert listed(mine) == ([2, 3], [3])


@pytest.mark.parametrize("aim", [targets.aim, aim_nb])
def test_weights_become_shares(aim: Callable[..., None]) -> None:
    bars = market(
        [[10, 20, 30, NAN, 5], [10, 25, 30, NAN, NAN]], mark=[[10, 20, 30, NAN, 5]] * 2, last_row=[1, 1, 1, 1, 0]
    )
    mine = account(0.0, [0, 0, 100, 0, 0], [NAN, NAN, NAN, NAN, 7.0])
    made = Desk(bars, rules(2, 5), mine, tracks(5))
    made.account.weight[:] = [0.5, 0.25, 0.0, 0.25, 0.25]
    targets.list_active(made.account)
    at_fill = made.copied()
    aim(*made, 1, 10_000.0, False)
    assert made.account.goal.tolist()[:3] == [500, 125, 0]
    assert made.rejected() == [(3, 1, NO_PRICE, 0.0, 0.0), (4, 1, TERMINATED, 500.0, 0.0)]
    assert np.isnan(made.account.goal[3:]).all()
    assert made.account.weight.tolist() == [0.5, 0.25, 0, 0, 0]
    at_fill.account.weight[4] = NAN  # left alone, its open order too
    aim(*at_fill, 1, 10_000.0, True)
    assert at_fill.account.goal.tolist()[:3] == [500, 100, 0]  # at the price of the fill
    assert at_fill.account.goal[4] == 7.0
    assert at_fill.rejected() == []  # it may have a price by the next pass
    assert at_fill.account.weight[3] == 0.25
