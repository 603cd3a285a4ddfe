"""A trial again: bit for bit, or what is no longer as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd
import pytest

import sectorlead as sl
from sectorlead.ledger import counting
from sectorlead.ledger.buffer import commit
from sectorlead.research.reproduce import reproduce
from sectorlead.study.study import Source

PANEL = sl.simulate(seed=5, sessions=260)
RULE = sl.Rotation(score=sl.Momentum(20), pick=sl.TopN(3))


def only() -> str:
    (name,) = sl.trials().index
    return str(name)


def test_a_run_is_reproduced_from_what_the_ledger_holds(ledger: Path) -> None:
    terms = {"start": "2015-02-02", "end": "2015-11-30", "cash": 3e5, "fill": "close", "cash_rate": 0.02}
    run = sl.run(RULE, PANEL, sl.market("cn-etf", slippage_bps=7), name="mine", measured_from="2015-03-02", **terms)
    run.summary()
    found = reproduce(only()[:8])
    assert found.same
    assert not found.changed
    assert found.run.equity.equals(run.equity)
    assert "is reproduced bit for bit" in found.sentence
    assert len(sl.trials()) == 1, "a rerun is no trial"


def test_a_variant_of_a_sweep_is_reproduced(ledger: Path, tmp_path: Path) -> None:
    grid = {"lookback": [20, 40], "pick.n": [2, 3], "market.slippage_bps": [0.0, 5.0], "cash": [1e5, 1e6]}
    sl.sweep(RULE, grid, PANEL, "cn-etf", store=tmp_path)
    for name in sl.trials().index[[0, 7, 15]]:
        assert reproduce(str(name)).same
    block = str(sl.trials().index[0]).partition(":")[0]
    with pytest.raises(sl.InputError, match=f"say which: {block}:0 to {block}:3"):
        reproduce(block)
    with pytest.raises(sl.InputError, match="variants 0 to 3"):
        reproduce(f"{block}:4")


def test_what_a_comparison_ran_is_reproduced(ledger: Path) -> None:
    sl.compare({"a": RULE, "b": sl.Rotation(sl.Momentum(90), sl.TopN(2))}, PANEL, "cn-etf", seeds=0, sensitivity=False)
    assert [reproduce(str(name)).same for name in sl.trials().index] == [True, True]


def test_data_that_were_changed_are_named(ledger: Path, bars: Path) -> None:
    source = Source(path=str(bars), benchmark="IX")
    panel = source.panel()
    sl.run(RULE, panel, "frictionless").summary()
    commit()
    assert reproduce(only()).same, "read again from its file"
    frame = pd.read_csv(bars)
    frame.loc[5, "close"] = frame.loc[5, "high"] = frame.loc[5, "close"] * 1.01
    frame.to_csv(bars, index=False)
    with pytest.raises(sl.InputError, match=rf"was on the panel {panel.content_hash} .* they were changed since"):
        reproduce(only())
    bars.unlink()
    with pytest.raises(sl.InputError, match=rf"panel {panel.content_hash} .* can't be read again"):
        reproduce(only())
    assert reproduce(only(), panel).same
    with pytest.raises(sl.InputError, match="names no single trial"):
        reproduce("ffffffffffff")


RULE_OF_MINE = """
class Mine:
    def decide(self, view, portfolio):
        return {view.symbols[PLACE]: 1.0}
"""


def test_code_that_was_changed_or_is_gone_is_named(
    ledger: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    module = tmp_path / "rule_of_mine.py"
    module.write_text(f"PLACE = 1\n{RULE_OF_MINE}")
    import rule_of_mine

    sl.run(rule_of_mine.Mine(), PANEL, "cn-etf").summary()
    assert reproduce(only()).same
    monkeypatch.setattr(rule_of_mine, "PLACE", 2)
    found = reproduce(only())
    assert not found.same
    assert "is not reproduced" in found.sentence
    assert found.changed == ("the strategy's own code, its parameters, or the rules of the market",)
    monkeypatch.delitem(sys.modules, "rule_of_mine")
    module.unlink()
    with pytest.raises(sl.InputError, match="module rule_of_mine is gone"):
        reproduce(only())


def test_another_code_of_this_package_is_named(ledger: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sl.run(RULE, PANEL, "cn-etf").summary()
    name = only()
    now = counting.environment()
    other = now | {"code": "0" * 32, "revision": "f" * 40, "versions": now["versions"] | {"numpy": "1.0"}}
    monkeypatch.setattr(counting, "environment", lambda: other)
    found = reproduce(name)
    assert found.same
    assert found.changed[0].startswith("the code of sectorlead")
    assert any(text.startswith("numpy ") and text.endswith("now 1.0") for text in found.changed)


def test_rates_by_date_are_not_kept(ledger: Path) -> None:
    rates = pd.Series([0.01, 0.02], pd.to_datetime(["2015-01-01", "2015-06-01"]))
    sl.run(RULE, PANEL, "cn-etf", cash_rate=rates).summary()
    with pytest.raises(sl.InputError, match="cash_rate was given by date"):
        reproduce(only())
