"""The self-test passes on the engines as they are, and every deliberate fault in one of them makes it fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sectorlead as sl
from sectorlead.engine.compiled import booking, engine, orders, session
from sectorlead.engine.market import arithmetic
from sectorlead.engine.on_backtrader import account
from sectorlead.research.selftest import selftest as module
from sectorlead.research.selftest.rules import eventful

from ...conftest import Command

Patch = pytest.MonkeyPatch


def fee_sign(patch: Patch) -> None:
    """A fee is given, not taken."""
    real = booking.fees_of
    for where in (booking, orders):
        patch.setattr(where, "fees_of", lambda *given: -real(*given))


def least_per_day(patch: Patch) -> None:
    """The minimum of a commission is left out, as where it is asked once a day."""
    patch.setattr(arithmetic, "fee", lambda value, rate, least, step: arithmetic.round_half_up(rate * value, step))


def stale_mark(patch: Patch) -> None:
    """Equity goes by the closes of the session before."""
    real = engine.market_arrays

    def late(panel: Any, terms: Any) -> Any:
        made = real(panel, terms)
        marks = made.marks.copy()
        marks[:, 1:] = made.marks[:, :-1]
        return made._replace(marks=marks)

    patch.setattr(engine, "market_arrays", late)


def split_ignored(patch: Patch) -> None:
    """A holding keeps its number of shares through a split."""
    patch.setattr(session, "_rescale", lambda *_: None)


def buys_first(patch: Patch) -> None:
    """What is sold pays for nothing in its session."""
    real_sell, real_ration = orders._sell, orders._ration

    def sell(*given: Any) -> bool:
        before.append(float(given[2].cash[0]))  # market, rules, account, ...
        waiting: bool = real_sell(*given)
        return waiting

    before: list[float] = []

    def ration(*given: Any) -> None:
        real_ration(*given[:-1], min(before[-1], given[-1]))  # the last is the cash to spend

    patch.setattr(orders, "_sell", sell)
    patch.setattr(orders, "_ration", ration)


def slippage_for_it(patch: Patch) -> None:
    """Slippage makes a buy cheaper."""
    real = arithmetic.fill_price
    patch.setattr(arithmetic, "fill_price", lambda price, side, *given: real(price, -side, *given))


def limits_ignored(patch: Patch) -> None:
    """Orders fill at their price limits."""
    patch.setattr(arithmetic, "at_limit", lambda *_: False)


def no_volume_needed(patch: Patch) -> None:
    """Orders fill in bars without volume."""
    real = orders.blocked

    def unblocked(*given: Any) -> int:
        reason: int = real(*given)
        return -1 if reason == 1 else reason

    patch.setattr(orders, "blocked", unblocked)


def odd_lots(patch: Patch) -> None:
    """Orders are in single shares."""
    patch.setattr(arithmetic, "whole_lots", lambda shares, minimum, step: float(np.floor(shares)))


def interest_twice(patch: Patch) -> None:
    """Cash earns its interest twice."""
    real = session._earn

    def twice(*given: Any) -> None:
        real(*given)
        real(*given)

    patch.setattr(session, "_earn", twice)


def filled_a_session_late(patch: Patch) -> None:
    """Orders take the price of the session before theirs."""
    real = engine.market_arrays

    def late(panel: Any, terms: Any) -> Any:
        made = real(panel, terms)
        price = made.price.copy()
        price[1:] = np.where(np.isnan(made.price[1:]), np.nan, made.price[:-1])
        return made._replace(price=price)

    patch.setattr(engine, "market_arrays", late)


class Kept(dict[int, float]):
    """What was bought in a session, cleared a session late."""

    def clear(self) -> None:
        late = {key: value for key, value in self.items() if key not in self.__dict__.get("older", ())}
        super().clear()
        self.update(late)
        self.__dict__["older"] = set(late)


def settles_a_session_late(patch: Patch) -> None:
    """What was bought in the session before can't be sold."""
    real = account.Account.__init__

    def made(self: Any, *given: Any) -> None:
        real(self, *given)
        self._bought = Kept()

    patch.setattr(account.Account, "__init__", made)


def rounds_down(patch: Patch) -> None:
    """Money is cut off, not rounded half up."""

    def cut(value: float, step: float) -> float:
        return value if step == 0 else float(np.floor(value / step + 1e-7) * step)

    patch.setattr(arithmetic, "round_half_up", cut)


FAULTS: tuple[Callable[[Patch], None], ...] = (
    fee_sign, least_per_day, stale_mark, split_ignored, buys_first, slippage_for_it, limits_ignored, no_volume_needed,
    odd_lots, interest_twice, filled_a_session_late, settles_a_session_late, rounds_down,
)  # fmt: skip
"""More than ten; each is a change of what an engine really runs: its kernels as plain Python, or its broker."""


@pytest.fixture
def plainly(monkeypatch: Patch) -> Patch:
    """Kernels that run as they are written; in one engine, the other stays as it is."""
    monkeypatch.setenv("SECTORLEAD_KERNELS", "plain")
    for name in ("simulate_nb", "simulate_any_nb", "run_sessions_nb", "take_decision_nb", "skip_decision_nb"):
        monkeypatch.setattr(session, name, getattr(session, name).__wrapped__)
    return monkeypatch


def small(monkeypatch: Patch) -> Any:
    """Both rules on the market in which everything happens, and settlement: enough for every fault."""
    monkeypatch.setattr(module, "simulate", lambda **_: eventful())
    monkeypatch.setattr(module, "SESSIONS", 12)
    monkeypatch.setattr(module, "DRAWS", 3)
    return module.selftest(market=module.PLAIN)


def test_the_engines_pass_it() -> None:
    found = sl.selftest()
    assert found.passed, str(found)
    assert {each.engine for each in found.checks} == {"compiled", "backtrader", "both"}
    assert {each.panel for each in found.checks} >= {"simulated", "events"}
    assert len(found.checks) > 100
    assert sum(each.cases for each in found.checks) > 30_000


def test_a_panel_of_ones_own_is_tried_besides(monkeypatch: Patch) -> None:
    monkeypatch.setattr(module, "SESSIONS", 30)
    monkeypatch.setattr(module, "DRAWS", 10)
    panel = sl.simulate(seed=3, sessions=90)
    found = sl.selftest(panel.select(panel.symbols[:5]), "cn-etf")
    assert found.passed, str(found)
    assert "given" in {each.panel for each in found.checks}


def test_the_small_one_passes_without_a_fault(plainly: Patch) -> None:
    found = small(plainly)
    assert found.passed, str(found)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_in_an_engine_is_caught(fault: Callable[[Patch], None], plainly: Patch) -> None:
    fault(plainly)
    found = small(plainly)
    assert not found.passed, f"{fault.__name__} passes: {fault.__doc__}"
    beside = [each for each in found.failures if not each.check.startswith("engines agree")]
    assert beside, f"{fault.__name__}: only the other engine tells, and a fault in both would not be seen"


def test_the_command_prints_a_table_and_says_so_by_its_status(command: Command, plainly: Patch) -> None:
    plainly.setattr(module, "simulate", lambda **_: eventful())
    plainly.setattr(module, "SESSIONS", 12)
    plainly.setattr(module, "DRAWS", 3)
    done = command("selftest")
    assert done.status == 0, done.out + done.err
    assert "all passed" in done.out
    fee_sign(plainly)
    done = command("selftest")
    assert done.status == 1
    assert re.search(r"FAIL +cash from fills", done.out)
