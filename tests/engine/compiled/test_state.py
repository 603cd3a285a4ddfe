"""What the kernels work on has the shapes that are written beside it, and a kernel that allocates does not compile."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from numba import typeof
from numba.core.errors import NumbaError

import sectorlead as sl
from sectorlead.engine.backtest import resolved_terms
from sectorlead.engine.compiled import engine, state
from sectorlead.engine.compiled.batch.packed import packed_market
from sectorlead.engine.compiled.state import AccountArrays, MarketArrays, RunRules, Tracks, compiled
from sectorlead.engine.config import RunConfig
from sectorlead.engine.market.fees import FEES

SAID = re.compile(r"^    (\w+): (?:Floats|Ints|np\.ndarray)  # \(([^)]*)\)", re.MULTILINE)


def shapes_said() -> dict[str, dict[str, tuple[str, ...]]]:
    """By class and field, from the comments of the module."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    text = Path(state.__file__).read_text(encoding="utf-8")
    for part in re.split(r"^class ", text, flags=re.MULTILINE)[1:]:
        name = part.split("(")[0]
        pairs = SAID.findall(part)
        found[name] = {field: tuple(filter(None, said.replace(" ", "").split(","))) for field, said in pairs}
    return found


def test_arrays_are_of_the_shapes_that_are_said() -> None:
    panel = sl.simulate(seed=1, sessions=80)
    rule = sl.Rotation(sl.Momentum(20), sl.TopN(3), schedule=sl.Weekly())
    terms = sl.run(rule, panel, "cn-etf", start=panel.sessions[30], engine="compiled").terms
    made = engine.kernel_arguments(panel, sl.market("cn-etf"), terms, 12)
    boards = made.rules.fees.shape[1]
    sizes = {"T": 80, "N": panel.shape[1], "B": boards, "K": len(FEES), "S": terms.last - terms.first + 1, "D": 12}
    sizes |= {"K+2": len(FEES) + 2, "S*N": sizes["S"] * sizes["N"], "2*S*N": 2 * sizes["S"] * sizes["N"]}
    checked, written = 0, shapes_said()
    for kind, arrays in zip((MarketArrays, RunRules, AccountArrays, Tracks), made, strict=True):
        for field, said in written[kind.__name__].items():
            expected = tuple(sizes[each] if each in sizes else int(each) for each in said)
            found = getattr(arrays, field).shape
            if field == "lost":  # nothing is written off here
                expected = (0, 0)
            if field == "reject_shares":  # as long as the other columns of its log
                expected = (2 * sizes["S"] * sizes["N"], 2)
            assert found == expected, f"{kind.__name__}.{field}"
            checked += 1
    assert checked > 25


def test_no_term_has_a_kernel_compiled_anew() -> None:
    panel = sl.simulate(seed=1, sessions=80)
    one_column = panel.select(panel.symbols[:1])
    markets = sl.market("cn-etf"), sl.Market(), sl.Market(impact=0.5, slippage_bps=3), sl.market("us-etf")
    kinds = set()
    for where in (panel, one_column, panel.until(60)):
        for fill in ("open", "close", "same-close", "vwap"):
            for market in markets:
                for write_off in (None, 5):
                    terms = resolved_terms(RunConfig(fill=fill, write_off=write_off), where, market)
                    arguments = engine.kernel_arguments(where, market, terms, 12)
                    kinds.add(typeof((*arguments, packed_market(where, market, terms))))
    assert len(kinds) == 1


def test_positions_do_not_overlap() -> None:
    counters = [state.OPEN, state.HELD, state.FILLS, state.REJECTIONS, state.DECISIONS, state.ACTIVE]
    assert sorted(counters) == list(range(6))
    for kinds in ((state.NOTHING, state.SIZED, state.UNSIZED), (state.STRICT, state.ONE_PRICE, state.IGNORE)):
        assert len(set(kinds)) == 3
    assert [state.MINIMUM, state.STEP, state.TICK] == [0, 1, 2]


def doubled(values: np.ndarray, out: np.ndarray) -> None:
    for i in range(values.size):
        out[i] = 2.0 * values[i]


def allocating(values: np.ndarray, out: np.ndarray) -> None:
    fresh = np.zeros(values.size)
    for i in range(values.size):
        out[i] = fresh[i]


def test_a_kernel_is_compiled_and_one_that_allocates_is_refused() -> None:
    values, out = np.arange(4.0), np.zeros(4)
    compiled(doubled)(values, out)
    assert out.tolist() == [0, 2, 4, 6]
    with pytest.raises(NumbaError):
        compiled(allocating)(values, out)
